"""Latin words in disguise: digits and signs for letters, marks between them, stretched and misspelled words.

A comment is cut into chunks, runs of characters between white space and Hangul. What a chunk may be read as
depends on nothing around it, so the readings of one are worked out once and kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from moderation.text.alike import Likeness, Listed, WordBook
from moderation.text.leet import EDGES, LEET_SIGNS, LONGEST, Reading, readings
from moderation.text.search import SHORT_WORDS

_CHUNK = re.compile(r"[^\s가-힣ㄱ-ㅣ]+")
_WORD = re.compile("[a-z]+")
_ALONE = f"[a-z{re.escape(LEET_SIGNS)}*]"
_SPACED = re.compile(rf"(?<!\S)(?:{_ALONE}\s+){{2,}}{_ALONE}(?!\S)")
HINT = rf"(?:^|\s)(?:{_ALONE}\s+){{2}}{_ALONE}(?:\s|$)"
"""What a word of letters that stand alone is not without, in the syntax of RE2."""
_MASK = re.compile(r"([*#%_&-])\1*|@#|#@")
_MASKED_WORD = re.compile(r"[a-z]+(?:[*#%_&@-]+[a-z]*)+")

_MOST_KEPT = 32_768


@dataclass(frozen=True, slots=True)
class Found:
    """A listed word in a chunk: `start` and `end` are offsets in it, `way` is how it is disguised."""

    start: int
    end: int
    key: int
    way: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is in a chunk, and those of its words that may be the first half of a listed one."""

    found: tuple[Found, ...]
    begins: frozenset[str]


class LatinBook:
    """Listed words, found in chunks whatever way they are spelled. What is kept of chunks is bounded in number."""

    def __init__(self, listed: Iterable[Listed]) -> None:
        self._words = WordBook(listed)
        self._kept: dict[str, _Kept] = {}
        self._dull: set[str] = set()  # chunks in which there is nothing

    def find(self, folded: str, *, spaced: bool = True) -> Iterator[Found]:
        """Every disguised word, with offsets in the folded text.

        spaced : whether there may be one whose letters stand alone: `HINT` tells.

        Words come again and again, so a chunk is looked up rather than read; most have nothing to find.
        """
        chunks = folded.split() if folded.isascii() else _CHUNK.findall(folded)
        telling = set(chunks).difference(self._dull)
        if telling:
            kept = self._kept_of(telling)
            yield from _placed(folded, _CHUNK, kept)
            begins = frozenset[str]().union(*(chunk.begins for chunk in kept.values()))
            if begins:
                yield from self._pairs(folded, begins)
        if spaced:
            yield from _placed(folded, _SPACED, self._kept_of(set(_SPACED.findall(folded))))

    def _kept_of(self, chunks: Collection[str]) -> dict[str, _Kept]:
        """Those chunks that have something in them."""
        kept = {chunk: known for chunk in chunks if (known := self._kept.get(chunk))}
        strange = [chunk for chunk in chunks if chunk not in kept]
        return kept | self._read(strange) if strange else kept

    def _read(self, chunks: Sequence[str]) -> dict[str, _Kept]:
        """Read what has not been met before, and remember it; those chunks that have something in them."""
        strange = [chunk for chunk in chunks if chunk.strip(EDGES) not in self._dull]
        words = {chunk: _WORD.findall(chunk) for chunk in strange}
        spelled = {chunk: readings(chunk) for chunk in strange if not chunk.isalpha()}
        letters = {reading.letters for found in spelled.values() for reading in found}
        alike, begins = self._words.look_up(letters.union(*words.values()))
        telling = begins.union(alike)
        kept: dict[str, _Kept] = {}
        for chunk in strange:
            if chunk in spelled or not telling.isdisjoint(words[chunk]):
                found = tuple(self._found(chunk, spelled.get(chunk, ()), alike))
                if found or not begins.isdisjoint(words[chunk]):
                    kept[chunk] = _Kept(found, begins.intersection(words[chunk]))
        self._remember(chunks[:_MOST_KEPT], kept)
        return kept

    def _remember(self, chunks: Sequence[str], kept: Mapping[str, _Kept]) -> None:
        if len(self._kept) + len(self._dull) + len(chunks) > _MOST_KEPT:
            self._kept.clear()
            self._dull.clear()
        short = [chunk for chunk in chunks if len(chunk) <= LONGEST]
        self._dull.update(chunk for chunk in short if chunk not in kept)
        self._kept.update((chunk, kept[chunk]) for chunk in short if chunk in kept)

    def _found(
        self, chunk: str, spelled: Iterable[Reading], alike: Mapping[str, Sequence[Likeness]]
    ) -> Iterator[Found]:
        for word in _WORD.finditer(chunk) if alike else ():
            for key, way in alike.get(word[0], ()):
                yield Found(*word.span(), key, way)
        for reading in spelled:
            plain = self._words.plainly(reading.letters)
            if plain is not None:
                yield Found(*reading.span, plain, "spread" if _is_spread(chunk, reading) else "leet")
            for key, way in alike.get(reading.letters, ()) if plain is None else ():
                yield Found(*reading.span, key, way)
        for masked in _MASKED_WORD.finditer(chunk) if _MASK.search(chunk) else ():
            struck = self._words.masked(masked[0])
            if struck is not None:
                yield Found(*masked.span(), struck, "masked")

    def _pairs(self, folded: str, begins: Set[str]) -> Iterator[Found]:
        """Words spelled as two, the first of which is one of those that listed ones begin with."""
        words = _WORD.findall(folded)
        places = [
            place
            for place, (first, second) in enumerate(pairwise(words))
            if first in begins and second not in SHORT_WORDS and len(second) <= LONGEST
        ]
        found = list(self._words.in_two([(words[place], words[place + 1]) for place in places]))
        spans = [word.span() for word in _WORD.finditer(folded)] if found else []
        for number, (key, way) in found:
            place = places[number]
            yield Found(spans[place][0], spans[place + 1][1], key, way)


def _is_spread(chunk: str, reading: Reading) -> bool:
    """Whether all letters of the reading are written as letters."""
    return len(reading.letters) == sum(map(len, _WORD.findall(chunk)))


def _placed(folded: str, pattern: re.Pattern[str], kept: Mapping[str, _Kept]) -> Iterator[Found]:
    """What was found in chunks, wherever they stand."""
    if not any(chunk.found for chunk in kept.values()):
        return
    for match in pattern.finditer(folded):
        for found in kept[match[0]].found if match[0] in kept else ():
            yield Found(match.start() + found.start, match.start() + found.end, found.key, found.way)
