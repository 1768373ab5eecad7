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

from moderation.text import (
    clear,
    digits,
    domains,
    emails,
    identity,
    latin,
    messengers,
    spelled,
    streets,
    views,
)


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
    NUMBER = 5
    """A number that somebody can be reached or known by."""
    EMAIL = 6
    """An e-mail address, written plainly or in disguise."""
    MESSENGER = 7
    """Somebody's name at a messenger."""
    HOME = 8
    """An address of a home."""
    TRIPLED = 9
    """An ASCII letter or digit three times in a row."""


_PATTERNS = {
    Hint.DISGUISE: views.HINT,
    Hint.LEET: clear.HINT,
    Hint.SPACED: latin.HINT,
    Hint.ADDRESS: domains.HINT,
    Hint.SPELLED: spelled.HINT,
    Hint.NUMBER: f"{digits.HINT}|{identity.HINT}",
    Hint.EMAIL: emails.HINT,
    Hint.MESSENGER: messengers.HINT,
    Hint.HOME: streets.HINT,
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
