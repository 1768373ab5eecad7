"""A comment cut into pieces for showing: plain text, marked text, and characters that print nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from moderation.types import Action, Finding, Span

_BLANKS = frozenset("\u3164\uffa0\u115f\u1160\u2800")
_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the body to highlight, and the number of the reason it belongs to."""

    span: Span
    action: Action
    number: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters that look alike.

    numbers : the reasons that mark it; empty for plain text.
    ends : those of them whose mark ends here, to be written after it.
    code : `U+202E` and so on where the piece stands for one character that cannot be seen.
    """

    text: str
    action: Action | None = None
    numbers: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    code: str = ""


def shown(finding: Finding) -> tuple[Span, ...]:
    """What to highlight of a finding. A score speaks of the whole comment: marking all of it says nothing."""
    return finding.marks or (() if finding.score is not None else (finding.span,))


def pieces(body: str, marks: Sequence[Mark]) -> list[Piece]:
    """Cut the body where a mark begins or ends and around every unseen character. Linear in pieces."""
    marks = [mark for mark in marks if 0 <= mark.span.start < mark.span.end <= len(body)]
    edges = {0, len(body)} | {edge for mark in marks for edge in (mark.span.start, mark.span.end)}
    places = sorted(edges)
    cut = []
    for start, end in pairwise(places):
        over = [mark for mark in marks if mark.span.start <= start and end <= mark.span.end]
        action = max((mark.action for mark in over), default=None)
        numbers = tuple(sorted({mark.number for mark in over}))
        ends = tuple(sorted({mark.number for mark in over if mark.span.end == end}))
        runs = list(_runs(body, start, end))
        for place, (text, code) in enumerate(runs, 1):
            cut.append(Piece(text, action, numbers, ends if place == len(runs) else (), code))
    return cut


def _runs(body: str, start: int, end: int) -> Iterator[tuple[str, str]]:
    begin = start
    for place in range(start, end):
        if _is_unseen(body, place):
            if begin < place:
                yield body[begin:place], ""
            yield "", f"U+{ord(body[place]):04X}"
            begin = place + 1
    if begin < end:
        yield body[begin:end], ""


def _is_unseen(body: str, place: int) -> bool:
    """Characters that print nothing, or turn the direction of what follows them (bidi controls)."""
    char = body[place]
    if char in "\n\t" or (char == "\r" and body[place + 1 : place + 2] == "\n"):
        return False
    if char == _JOINER:  # between two emoji it is what makes them one
        return not (_is_pictorial(body[place - 1 : place]) and _is_pictorial(body[place + 1 : place + 2]))
    return char in _BLANKS or unicodedata.category(char) in ("Cf", "Cc", "Cs")


def _is_pictorial(char: str) -> bool:
    return bool(char) and (unicodedata.category(char) in ("So", "Sk") or char == "\ufe0f")
