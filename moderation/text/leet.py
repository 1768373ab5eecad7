"""Digits, signs and marks among the letters of a Latin word: which letters a chunk of them may stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

LEET_SIGNS = "0134579@$!|+€£¢8"
LONGEST = 48
"""Characters of the longest word that is looked at."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PAIRS = {
    "|<": "k",
    "\\/": "v",
    "()": "o",
    "|-|": "h",
    "/\\": "a",
    "|3": "b",
    "|=": "f",
    "|)": "d",
    "vv": "w",
    "11": "ll",
}
_PAIR = re.compile("|".join(map(re.escape, _PAIRS)))
_SIGN = re.compile(f"{_PAIR.pattern}|.")
EDGES = ".,:;?'\"()[]{}<>~=/\\^`’“”…·"
"""What stands around a word and is no part of it."""
_POSSESSIVE = re.compile("(?<=[a-z]{3})['’]s$")


class _Kept(dict[int, int | str | None]):
    """A table for `str.translate` that keeps what is in it and drops all else."""

    def __missing__(self, code: int) -> None:
        return None


def _kept(signs: str, letters: str) -> _Kept:
    ascii_alone = dict.fromkeys(range(128))  # quicker than to miss them
    return _Kept(ascii_alone | str.maketrans(_LETTERS + signs, _LETTERS + letters))


_AS_I = _kept(LEET_SIGNS, "oieastgasiitelcb")
_AS_L = _Kept(_AS_I | str.maketrans("1!|97", "lllql"))
_SHOWN = _kept("$@€£", "$@€£")


@dataclass(frozen=True, slots=True)
class Reading:
    """Letters that a chunk may stand for."""

    letters: str
    _core: str = field(repr=False)
    _lead: int = field(repr=False)
    _table: Mapping[int, int | str | None] = field(repr=False)

    @property
    def span(self) -> tuple[int, int]:
        """Where in the chunk they stand, from the first to behind the last."""
        signs = [
            sign for sign in _SIGN.finditer(self._core) if sign[0] in _PAIRS or sign[0].translate(self._table)
        ]
        return self._lead + signs[0].start(), self._lead + signs[-1].end()


def readings(chunk: str) -> list[Reading]:
    """What a chunk with marks, digits or signs between its letters may be read as; none for a plain word."""
    lead = len(chunk) - len(chunk.lstrip(EDGES + "-_"))
    core = _POSSESSIVE.sub("", chunk[lead:].rstrip(EDGES + "-_!*"))
    if not core or core.isalpha() or len(core) > LONGEST:
        return []
    unpaired = _PAIR.sub(lambda pair: _PAIRS[pair[0]], core)
    by_letters = {unpaired.translate(table): table for table in (_AS_I, _AS_L)}
    return [Reading(read, core, lead, table) for read, table in by_letters.items() if _is_spelled(core, read)]


def _is_spelled(core: str, read: str) -> bool:
    """Whether enough of a word stands in letters: `n19` is a bus, `1d10t` is no number."""
    shown = len(core.translate(_SHOWN))
    return len(read) > 2 and (2 * shown >= len(read) or (shown > 1 and len(read) > 4))
