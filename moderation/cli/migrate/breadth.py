"""Which words of somebody else's list are listed already, and which would stop innocent comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from moderation.checks.words import WordCheck
from moderation.policy import Entry, Policy
from moderation.policy.tables import LANGUAGES
from moderation.text.normalize import Text, normalize
from moderation.types import Context

SHARE = 0.01
"""A word in more of the site's own published comments than that says nothing about a comment."""
FEWEST_LETTERS = {"ko": 2, "en": 3}


def listed_already(entries: Sequence[Entry], policy: Policy) -> Mapping[str, str]:
    """The terms that the policy's own lists catch whole, and what its rule makes of them."""
    check = WordCheck(policy.entries, policy.ordinary, policy.nouns)
    found = {}
    for entry in entries:
        for hit in check.run(normalize(entry.term), Context()):
            if hit.span.start == 0 and hit.span.end == len(entry.term):
                found[entry.term] = f"{hit.rule}, {hit.severity}"
    return found


def too_broad(entries: Sequence[Entry], policy: Policy, comments: Iterable[str] = ()) -> Mapping[str, str]:
    """The terms that would stop innocent comments, and why.

    comments : published ones of the site itself, of which most are innocent.
    """
    found = {
        entry.term: f"fewer than {fewest} letters stand in many innocent words"
        for entry in entries
        if sum(char.isalpha() for char in normalize(entry.term).folded)
        < (fewest := FEWEST_LETTERS[entry.language])
    }
    rest = [entry for entry in entries if entry.term not in found]
    check = WordCheck(rest)
    for text in _innocent(policy):
        for term in _terms(check, normalize(text)):
            found.setdefault(term, f"it would also catch `{text}`, which the shipped lists spare")
    counted: Counter[str] = Counter()
    read = 0
    for comment in comments:
        counted.update(_terms(check, normalize(comment)))
        read += 1
    for term, hits in counted.items():
        if hits > max(1, SHARE * read):
            found.setdefault(term, f"it stands in {hits} of your {read} comments")
    return found


def _innocent(policy: Policy) -> Iterable[str]:
    yield from policy.ordinary
    for entry in policy.entries:
        yield from entry.allow
    for clause in policy.clauses.values():
        for language in LANGUAGES:
            yield from clause.allows.in_language(language)


def _terms(check: WordCheck, text: Text) -> set[str]:
    """The listed terms in a text as they are listed; likenesses and sounds are not what makes a word broad."""
    evidence = (hit.evidence for hit in check.run(text, Context()))
    return {each.strip("`") for each in evidence if each.endswith("`")}
