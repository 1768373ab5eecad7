"""What a comment may hold, told in one pass: most comments hold none of it, and then no one looks further.

A hint is a pattern that matches wherever what it stands for does, and seldom elsewhere. RE2 runs all of them over the
folded text at once, in about the time of one.
"""

from __future__ import annotations

import enum
import string
from collections.abc import Collection
from functools import cache
from typing import Any

import re2

from moderation.text import clear, digits, domains, emails, latin, messengers, spelled, views


class Hint(enum.IntEnum):
    """What there may be in a text."""

    DISGUISE = 0
    """Korean that may be read in more than one way."""
    LEET = 1
    """What a reader of whole sentences would stumble over: signs for letters, spread and stretched words."""
    SPACED = 2
    """Latin letters that stand alone, three in a row."""
    ADDRESS = 3
    """A web address written plainly."""
    SPELLED = 4
    """A web address in disguise."""
    PERSONAL = 5
    """A number, a name or an address that somebody can be reached or known by."""
    TRIPLED = 6
    """An ASCII letter or digit three times in a row."""


_PATTERNS = {
    Hint.DISGUISE: views.HINT,
    Hint.LEET: clear.HINT,
    Hint.SPACED: latin.HINT,
    Hint.ADDRESS: domains.HINT,
    Hint.SPELLED: spelled.HINT,
    Hint.PERSONAL: "|".join((digits.HINT, emails.HINT, messengers.HINT)),
    Hint.TRIPLED: "|".join(char * 3 for char in string.ascii_lowercase + string.digits),
}


def hints(folded: str) -> Collection[int]:
    """The hints that a folded text gives."""
    found: list[int] | None = _patterns().Match(folded.encode("utf-8", "replace"))
    return found or ()


@cache
def _patterns() -> Any:
    options = re2.Options()
    options.max_mem = 64 << 20  # of the automaton, which grows with what it meets
    together = re2.Set.SearchSet(options)
    for hint, pattern in _PATTERNS.items():
        number = together.Add(pattern)
        assert number == hint, pattern
    together.Compile()
    return together
