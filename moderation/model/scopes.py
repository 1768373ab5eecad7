"""Words that are not the author's own claim: denied, told of, or quoted.

`they are vermin` and `who says they are vermin?` share nearly all n-grams. So that a linear model can tell them
apart, a word within reach of a denial or of a verb of speech, and one within quotation marks, counts once more under
the name of its scope (negation as in Das and Chen 2001, "Yahoo! for Amazon"). What opens a scope and how far it reaches
is part of what a model was fitted on: after a change here, fit anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

DENIAL_REACH = 6
TELLING_REACH = 8
QUOTE_REACH = 30
"""How many words after it a denial, a verb of speech and an opening quotation mark reach, sentence ends permitting."""

_MARKS = ".,!?;:\"'()“”‘’*"
_ENDS = (".", "!", "?", ";")
_OPENING = "\"'“‘"
_CLOSING = re.compile("[\"'”’](?![a-z])")  # not the apostrophe of `don't`

_SHORTENED = "do does did is are was were wo would ca could should have has had ai must need might".split()
_DENIALS = frozenset(
    "not no never nobody none nothing cannot without neither nor hardly stop".split()
    + [f"{verb}n{mark}t" for verb in _SHORTENED for mark in ("'", "’", "")]
)
_TELLING = frozenset(
    "say says saying said call calls calling called claim claims claiming claimed hear hearing heard think thinks "
    "thinking believe believes believing tweet tweeted write writes writing wrote yell yelling yelled shout shouting "
    "shouted word words phrase phrases term idea notion statement statements comment comments".split()
)
_SPOKEN = _DENIALS | _TELLING


def scoped(words: Sequence[str]) -> list[tuple[int, str]]:
    """The words of a folded comment that lie in a scope: their numbers, and the bare words after the scope's name."""
    bare = [word.strip(_MARKS) for word in words]
    found: list[tuple[int, str]] = []
    if not _SPOKEN.isdisjoint(bare):
        found += _reached(words, bare)
    if any(word[0] in _OPENING for word in words):
        found += _quoted(words, bare)
    return found


def _reached(words: Sequence[str], bare: Sequence[str]) -> Iterator[tuple[int, str]]:
    denied = told = -1  # the last word within reach
    for number, word in enumerate(bare):
        if number <= denied:
            yield number, f"denied {word}"
        if number <= told:
            yield number, f"told {word}"
        if word in _DENIALS:
            denied = number + DENIAL_REACH
        elif word in _TELLING:
            told = number + TELLING_REACH
        if words[number].endswith(_ENDS):
            denied = told = -1


def _quoted(words: Sequence[str], bare: Sequence[str]) -> Iterator[tuple[int, str]]:
    end = -1
    for number, word in enumerate(bare):
        if number > end and words[number][0] in _OPENING:
            end = _closed(words, number)
        if number <= end:
            yield number, f"quoted {word}"


def _closed(words: Sequence[str], opened: int) -> int:
    """The word that closes the quotation which another opens, or -1."""
    if _CLOSING.search(words[opened], 1):
        return opened
    following = range(opened + 1, min(opened + QUOTE_REACH, len(words)))
    return next((number for number in following if _CLOSING.search(words[number])), -1)
