"""`moderation lexicon`: what moderators call wrong hits, as entries for a word list of the site's own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.cli import show
from moderation.cli.load import PolicyFiles, load_settings, open_store

if TYPE_CHECKING:
    from moderation.policy import Policy
    from moderation.policy.lexicon import Entry
    from moderation.store.desk import Suggestion

app = typer.Typer(help="What the word lists could allow.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """A group of its own, although it has one command: others follow."""


@app.command()
def suggestions(
    policy: PolicyFiles = None,
    language: Annotated[str, typer.Option(help="`ko` or `en`: a word list is of one language.")] = "ko",
    at_least: Annotated[int, typer.Option(min=1, help="Only what so many moderators have called wrong.")] = 2,
) -> None:
    """Print a word list that allows what moderators called wrong, with counts and examples, to be read and cut."""
    from moderation.policy import load_policy

    standards = load_policy(*load_settings(policy=policy).policy_files)
    with open_store() as store:
        found = [each for each in store.desk.suggestions(at_least) if each.language == language]
    for line in word_list(found, standards, language, datetime.now(UTC).date()):
        print(line)
    others = [each for each in found if not each.term]
    for each in others:
        show.warn(
            f"{each.rule}: {each.phrase}: {each.hits} comments, {each.moderators} moderators; no word is listed"
        )


def word_list(found: Sequence[Suggestion], policy: Policy, language: str, today: date) -> Iterator[str]:
    """Lines of TOML: each entry whole, as it takes the place of the shipped one."""
    yield f'language = "{language}"'
    listed = {entry.term: entry for entry in policy.entries if entry.language == language}
    by_term = sorted((each for each in found if each.term in listed), key=lambda each: each.term)
    for term, named in groupby(by_term, key=lambda each: each.term):
        yield ""
        yield from _entry(listed[term], list(named), today)


def _entry(entry: Entry, named: Sequence[Suggestion], today: date) -> Iterator[str]:
    for each in named:
        yield f"# {_text(each.phrase)}: {each.hits} comments, {each.moderators} moderators"
        yield from (f"#   {_text(example)}" for example in each.examples)
    yield "[[entries]]"
    yield f"term = {_text(entry.term)}"
    yield f'category = "{entry.category}"'
    yield f'severity = "{entry.severity}"'
    yield f'at = "{entry.at}"'
    if entry.shorthand:
        yield "shorthand = true"
    yield f"allow = {_texts(dict.fromkeys([*entry.allow, *(each.phrase for each in named)]))}"
    if entry.beside:
        yield f"beside = {_texts(entry.beside)}"
    yield 'source = "moderators"'
    yield f"added = {today.isoformat()}"


def _texts(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _text(value: str) -> str:
    """A TOML string on one line: what JSON escapes, TOML reads, but for half a surrogate pair, which no store keeps."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
