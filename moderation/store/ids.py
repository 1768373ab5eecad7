"""Names for comments that come without one, and what text may name a comment, an author or an article."""

from __future__ import annotations

import secrets
import threading
import time
import uuid

from moderation.errors import InputError


class _Series:
    """UUIDs of version 7 (RFC 9562, section 5.7, read 2026-11-24), rising within the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> str:
        """48 bits of Unix milliseconds, then 74 random ones that count on within one millisecond."""
        number = (time.time_ns() // 1_000_000) << 74 | secrets.randbits(73)
        with self._lock:
            if number <= self._last:  # same millisecond, or the clock was set back
                number = self._last + 1 + secrets.randbits(32)
            self._last = number
        stamp, high, low = number >> 74, number >> 62 & 0xFFF, number & (1 << 62) - 1
        return str(uuid.UUID(int=stamp << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low))


_series = _Series()


def new_id() -> str:
    """A name nobody else has; later ones sort after earlier ones.

    >>> new_id() < new_id()
    True
    """
    return _series.next()


def checked(name: str, value: str, *, at_most: int | None = None) -> str:
    """The same text, byte for byte, or InputError where a database could not keep it.

    at_most : bytes of UTF-8.

    PostgreSQL has no NUL in text, and half a surrogate pair has no UTF-8. Taking them out would change
    what the author wrote, so they are refused.
    """
    if "\0" in value:
        raise InputError(f"`{name}` has a NUL character; leave it out")
    try:
        length = len(value.encode())
    except UnicodeEncodeError as error:
        raise InputError(
            f"`{name}` has half a surrogate pair at character {error.start}; send well-formed Unicode"
        ) from None
    if at_most is not None and length > at_most:
        raise InputError(f"`{name}` has {length} bytes; at most {at_most} are kept")
    return value


def named(name: str, value: str, *, at_most: int) -> str:
    """Like `checked`, for text that something is known by: it cannot be empty."""
    if not value:
        raise InputError(f"`{name}` is empty; give 1 to {at_most} bytes")
    return checked(name, value, at_most=at_most)
