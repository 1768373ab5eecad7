"""Text that says nothing in any script: walls of symbols, box drawings, code points that no font draws.

A lone emoji, `!!!`, `^^`, `ㅠㅠ`, `+1` and comments in any language are how people write; a wall is told from them by
its size, which is the policy's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import regex

from moderation.policy import Form
from moderation.text.normalize import Text
from moderation.types import Context, Finding, Span

_LETTER = re.compile(r"[^\W_]")
_DRAWING = re.compile(r"[\u2500-\u25ff\u2800-\u28ff\U0001fb00-\U0001fbaf]")
# Emoji newer than the library are unassigned to it; UTS #51 reserves their places, so they are told apart.
_UNREADABLE = regex.compile(r"[[\p{Co}\p{Cn}\p{Cs}]--[\p{ExtPict}\U0001f000-\U0001faff]]", regex.V1)
_VISIBLE = regex.compile(r"[\p{P}\p{S}\p{ExtPict}\U0001f000-\U0001faff]")
_SYMBOL = regex.compile(r"[[\p{P}\p{S}]--[\p{Emoji_Presentation}\p{Emoji_Modifier}]]", regex.V1)


class FormCheck:
    """Compares what cannot be read in a comment with the policy's measure."""

    name = "form"

    def __init__(self, form: Form) -> None:
        self._policy = form

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        """`form.unreadable` or `form.symbols`, or neither."""
        if not _LETTER.search(text.body):
            finding = self._without_letters(text.body)
        else:
            finding = None if text.is_plain else self._drawing(text.body)
        return [finding] if finding else []

    def _without_letters(self, body: str) -> Finding | None:
        symbols = [match.start() for match in _SYMBOL.finditer(body)]
        if len(symbols) >= self._policy.symbols:
            return Finding("form.symbols", _around(symbols), evidence=f"{len(symbols)} symbols and no letter")
        unreadable = [match.start() for match in _UNREADABLE.finditer(body)]
        if unreadable and not _VISIBLE.search(body):
            return Finding("form.unreadable", _around(unreadable), evidence="no font draws this")
        return None

    def _drawing(self, body: str) -> Finding | None:
        strokes = [match.start() for match in _DRAWING.finditer(body)]
        if len(strokes) < self._policy.strokes:
            return None
        return Finding("form.symbols", _around(strokes), evidence=f"a drawing of {len(strokes)} strokes")


def _around(places: list[int]) -> Span:
    return Span(places[0], places[-1] + 1)
