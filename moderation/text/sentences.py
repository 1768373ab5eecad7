"""Where the sentences of a text stand."""

from __future__ import annotations

import re

from moderation.types import Span

# A blank behind the marks that end a sentence, quotation marks between them aside; a line ends one too.
_BREAK = re.compile(r"(?<=[.!?…。！？])[\"'”’)\]]*\s|\n")
MOST = 100
"""Sentences told apart at most; the last one takes the rest."""


def sentences(body: str) -> list[Span]:
    """The sentences of a text, without the blanks around them.

    >>> sentences("Good. Bad!  Ugly")
    [Span(start=0, end=5), Span(start=6, end=10), Span(start=12, end=16)]
    """
    found: list[Span] = []
    start = 0
    for broken in _BREAK.finditer(body):
        if len(found) == MOST - 1:
            break
        if stretch := _trimmed(body, start, broken.end()):
            found.append(stretch)
            start = broken.end()
    if stretch := _trimmed(body, start, len(body)):
        found.append(stretch)
    return found


def _trimmed(body: str, start: int, end: int) -> Span | None:
    part = body[start:end]
    begin = start + len(part) - len(part.lstrip())
    return Span(begin, begin + len(part.strip())) if part.strip() else None
