"""Passwords: which ones are taken, and their hashes by Argon2id."""

from __future__ import annotations

import functools
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from moderation.errors import InputError

SHORTEST, LONGEST = 12, 256
"""Characters. ASVS 5.0, 6.2.1 asks for at least 8 and recommends more; the upper bound is for our own sake."""

# OWASP Password Storage Cheat Sheet (read 2026-11-25): 46 MiB, one pass, one lane.
_hasher = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)

# So that a flood of sign-ins takes neither all memory nor all threads.
_at_once = threading.Semaphore(4)


def check_new(password: str, name: str) -> str:
    """The password, or InputError where it is too short, too long, or easily guessed from the name."""
    if len(password) < SHORTEST:
        raise InputError(f"the password has {len(password)} characters; give at least {SHORTEST}")
    if len(password) > LONGEST:
        raise InputError(f"the password has {len(password)} characters; at most {LONGEST} are taken")
    rest = password.casefold().replace(name.casefold(), "")
    if len(set(rest)) < 5:
        raise InputError(
            "the password is the name or the same few characters over; give one that is hard to guess"
        )
    return password


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _at_once:
        return _hasher.hash(_normal(password))


def fits(kept: str | None, password: str) -> bool:
    """Whether it is the password. Takes as long where there is none to compare with."""
    with _at_once:
        try:
            return _hasher.verify(kept or _nobodys(), _normal(password[: LONGEST + 1])) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with other parameters than those in force."""
    return _hasher.check_needs_rehash(kept)


def _normal(password: str) -> bytes:
    # The same keys give composed Hangul on one system and single jamo on another (RFC 8265, section 4.2).
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")


@functools.cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_bytes(32))
