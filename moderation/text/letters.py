"""The letters of a text without what stands between them, and how much they say."""

from __future__ import annotations

import re

LAUGHTER = re.compile(
    r"[ㅋㅎㅠㅜㅡ하히호헤흐후크키킥킼큭깔푸흑엉앙]+|[ㄷㅂ]*ㄷ+|a?(?:h[aeio]+)+h?|(?:ja)+j?|l?(?:ol)+o?z*|k+|z+|xd+|x?(?:ox)+o?"
)
"""Laughter, tears and shivers, as they are repeated at any length."""

_LETTERS = re.compile(r"[^\W_]+")


def letters_of(folded: str) -> str:
    """Letters and digits alone."""
    return "".join(_LETTERS.findall(folded))


def weight(letters: str) -> int:
    """Length in Latin letters: a syllable says as much as two."""
    return len(letters) + sum("가" <= char <= "힣" for char in letters)
