"""Which comments are copies of which, exact or near: MinHash over the letters of the folded text.

Two comments are near copies when their sets of three-letter pieces overlap by more than 0.9 (Jaccard). Candidates
come from MinHash signatures in bands (Broder 1997, "On the resemblance and containment of documents"; Leskovec,
Rajaraman and Ullman 2020, "Mining of Massive Datasets", section 3.4) and are then compared exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from moderation.text.normalize import normalize
from training.example import Example

SIMILAR = 0.9
PIECE = 3
# Of pairs that overlap by 0.9, 16 bands of 4 find all but one in 2.6 million; by 0.5, two in three are compared.
BANDS, BAND = 16, 4
MOST_COMPARED = 200
"""Comments compared for each band of one that is looked up; more share one only where they are all alike."""

_HASHES = np.random.default_rng(20261125).integers(1, 2**63, (2, BANDS * BAND), np.uint64)
_FACTORS, _SHIFTS = _HASHES[0] | np.uint64(1), _HASHES[1]
_SPREAD = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def letters_of(text: str) -> str:
    """The letters and digits of the folded text: what copies have in common."""
    return "".join(filter(str.isalnum, normalize(text).folded))


def pieces(letters: str) -> NDArray[np.uint64]:
    """Hashes of all pieces of three letters, each once; of a shorter text, of the whole."""
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    if len(codes) < PIECE:
        codes = np.pad(codes, (0, PIECE - len(codes)))
    mixed = sum(codes[i : len(codes) - PIECE + 1 + i] * _SPREAD[i] for i in range(PIECE))
    mixed = np.asarray(mixed, np.uint64)
    return np.unique(mixed ^ (mixed >> np.uint64(31)))


class CopyIndex:
    """Texts to be found again in another spelling or with a word changed."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._exact: dict[str, int] = {}
        self._buckets: dict[tuple[int, bytes], list[int]] = {}
        self._pieces: list[NDArray[np.uint64]] = []
        for text in texts:
            self.add(text)

    def __len__(self) -> int:
        return len(self._pieces)

    def add(self, text: str) -> int:
        """Take one more text in; returns its number, counted from 0."""
        letters = letters_of(text)
        mine = pieces(letters)
        number = len(self._pieces)
        self._exact.setdefault(letters, number)
        self._pieces.append(mine)
        for band in enumerate(_bands(mine)):
            self._buckets.setdefault(band, []).append(number)
        return number

    def find(self, text: str) -> int | None:
        """The number of a text that this one copies, exactly before nearly; None where there is none."""
        letters = letters_of(text)
        if letters in self._exact:
            return self._exact[letters]
        if not self._pieces:
            return None
        mine = pieces(letters)
        compared: set[int] = set()
        for band in enumerate(_bands(mine)):
            for number in self._buckets.get(band, [])[:MOST_COMPARED]:
                if number not in compared and overlap(mine, self._pieces[number]) > SIMILAR:
                    return number
                compared.add(number)
        return None


def overlap(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> float:
    """The Jaccard similarity of two sets of pieces, each sorted and without repeats."""
    small, large = sorted((len(one), len(other)))
    if small < SIMILAR * large:
        return small / large  # no more than this
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)


def _bands(mine: NDArray[np.uint64]) -> list[bytes]:
    signature = (mine[:, None] * _FACTORS + _SHIFTS).min(axis=0)
    return [signature[start : start + BAND].tobytes() for start in range(0, BANDS * BAND, BAND)]


def apart_from(examples: Sequence[Example], index: CopyIndex) -> tuple[list[Example], list[Example]]:
    """The examples that copy nothing in the index, and those that do."""
    kept: list[Example] = []
    copies: list[Example] = []
    for example in examples:
        (kept if index.find(example.text) is None else copies).append(example)
    return kept, copies


def group(texts: Iterable[str]) -> list[int]:
    """For each text the number of its group: copies of one another are in one."""
    index = CopyIndex()
    groups: list[int] = []
    for text in texts:
        found = index.find(text)
        index.add(text)
        groups.append(len(groups) if found is None else groups[found])
    return groups
