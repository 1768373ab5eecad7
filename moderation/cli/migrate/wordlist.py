"""`moderation migrate wordlist`: Coral's banned and suspect words become a word list of the site's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from moderation.cli import show
from moderation.cli.lines import opened
from moderation.cli.migrate.tables import decoded
from moderation.errors import InputError
from moderation.types import Severity

if TYPE_CHECKING:
    from moderation.policy import Entry

Category = Literal[
    "insult", "hatred", "threat", "sexual", "profanity", "advertising", "illegal", "impersonation"
]
LONGEST = 200
"""Characters of a term. A longer line is a sentence that got into the list, and would never match."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A word as Coral had it. severity : what became of a comment with it."""

    term: str
    severity: Severity


def import_words(
    banned: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Words that Coral refused a comment for, one on a line."),
    ] = None,
    suspect: Annotated[
        str | None, typer.Option(metavar="FILE", help="Words that Coral showed a comment to moderators for.")
    ] = None,
    export: Annotated[
        str | None,
        typer.Option("--json", metavar="FILE", help="Coral's settings as JSON, with both lists in them."),
    ] = None,
    out: Annotated[
        Path, typer.Option(help="The policy file to write; the lists come beside it, one for each language.")
    ] = Path("coral-words.toml"),
    category: Annotated[
        Category, typer.Option(help="What the words are; change single ones in the file afterwards.")
    ] = "profanity",
    comments: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Your own published comments (`text`), to find words that are too broad."
        ),
    ] = None,
) -> None:
    """Write a policy file with the words, less those that the shipped lists have, and name those that are too broad."""
    from moderation.cli.migrate.breadth import listed_already, too_broad
    from moderation.cli.migrate.policy_files import list_text, quoted, write_and_load
    from moderation.policy import load_policy
    from moderation.policy.tables import LANGUAGES

    words = [*_lines(banned, Severity.SEVERE), *_lines(suspect, Severity.MILD), *_exported(export)]
    today = datetime.now(UTC).date()
    entries = [_entry(word, category, today) for word in _unique(words)]
    if not entries:
        raise InputError("no words; give `--banned`, `--suspect` or `--json`")
    console, policy = show.console(), load_policy()
    known = listed_already(entries, policy)
    fresh = [entry for entry in entries if entry.term not in known]
    broad = too_broad(fresh, policy, _texts(comments))
    for heading, named in (("listed already", known), ("too broad", broad)):
        for term, why in named.items():
            console.print(f"  {heading}: {show.visible(term)}: {show.visible(why)}", markup=False)
    kept = [entry for entry in fresh if entry.term not in broad]
    about = "Words from Coral, by `moderation migrate wordlist`."
    names = {language: f"{out.stem}.{language}.toml" for language in LANGUAGES}
    files = ["lexicon/ko.toml", "lexicon/en.toml", *names.values()]
    texts = {
        out.with_name(name): list_text(language, [e for e in kept if e.language == language], about)
        for language, name in names.items()
    }
    texts[out] = f"# {about}\n[lexicon]\nfiles = [{', '.join(map(quoted, files))}]\n"
    write_and_load(texts, out)
    counted = ", ".join(f"{sum(e.language == code for e in kept)} in {name}" for code, name in names.items())
    console.print(
        f"{out}: {len(kept)} of {len(entries)} words ({counted}); "
        f"{len(known)} listed already, {len(broad)} too broad",
        markup=False,
    )


def _texts(comments: str | None) -> Iterator[str]:
    from moderation.cli.migrate.tables import rows

    for row in rows(comments) if comments else ():
        if isinstance(text := row.fields.get("text"), str):
            yield text


def _entry(word: Listed, category: Category, today: date) -> Entry:
    from moderation.policy import Entry
    from moderation.text.normalize import normalize

    term = " ".join(word.term.split())
    return Entry(
        term=term,
        category=category,
        severity=word.severity,
        source="Coral",
        added=today,
        language=normalize(term).language,
    )


def _lines(name: str | None, severity: Severity) -> list[Listed]:
    if name is None:
        return []
    with opened(name) as raw:
        content = raw.read().removeprefix(b"\xef\xbb\xbf")
    return [_listed(line, severity, name) for line in decoded(name, content).splitlines() if line.strip()]


def _exported(name: str | None) -> list[Listed]:
    """The words in Coral's settings, wherever in the document `banned` and `suspect` stand."""
    if name is None:
        return []
    with opened(name) as raw:
        content = raw.read().removeprefix(b"\xef\xbb\xbf")
    try:
        document = json.loads(decoded(name, content))
    except (ValueError, RecursionError):
        raise InputError(f"`{name}` is not JSON") from None
    lists = next(_word_lists(document), None)
    if lists is None:
        raise InputError(f"`{name}` has no `wordList` with `banned` and `suspect` in it")
    return [
        _listed(term, severity, name)
        for key, severity in (("banned", Severity.SEVERE), ("suspect", Severity.MILD))
        for term in lists.get(key) or ()
        if isinstance(term, str) and term.strip()
    ]


def _word_lists(value: Any) -> Iterator[dict[str, Any]]:
    level = [value]
    while level:
        for part in level:
            if isinstance(part, dict) and any(
                isinstance(part.get(key), list) for key in ("banned", "suspect")
            ):
                yield part
        level = [child for part in level for child in _children(part)]


def _children(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _listed(term: str, severity: Severity, name: str) -> Listed:
    if len(term.strip()) > LONGEST:
        raise InputError(
            f"`{name}`: `{show.visible(term.strip()[:40])}…` is longer than {LONGEST} characters"
        )
    return Listed(term.strip(), severity)


def _unique(words: list[Listed]) -> Iterator[Listed]:
    """Each word once, as the list had it that came first: a banned word need not be suspect too."""
    seen: set[str] = set()
    for word in words:
        if (folded := word.term.casefold()) not in seen:
            seen.add(folded)
            yield word
