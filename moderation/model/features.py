"""From folded text to n-gram features: one recipe, used to fit and to serve.

A comment is read three ways at once: characters within words, Hangul letters (jamo) within words, and words.
Every n-gram is a 64-bit hash. All hashes of a comment come from prefix sums of a polynomial hash
(Karp and Rabin, 1987, "Efficient randomized pattern-matching algorithms"): the hash of text[i:j] is
(prefix[j] - prefix[i]) * base**-i mod 2**64, so a handful of array operations serves all orders at once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

Hashes = NDArray[np.uint64]
Offsets = NDArray[np.int64]

CHAR_ORDERS = (1, 2, 3, 4, 5)
JAMO_ORDERS = (3, 4, 5, 6, 7)

# Odd constants with well-mixed bits: 2**64 divided by the golden ratio, and the multipliers of MurmurHash3's
# and SplitMix64's finalisers (Appleby 2011; Steele, Lea and Flood 2014).
_BASE = 0x9E3779B97F4A7C15
_SPREAD = np.uint64(0xFF51AFD7ED558CCD)
_FINISH = np.uint64(0xBF58476D1CE4E5B9)
_BASE_INVERSE = pow(_BASE, -1, 2**64)
_CHAR_SEED, _JAMO_SEED, _WORD_SEED = 1, 2, np.uint64(3 << 32)
_DIGITS = str.maketrans("123456789", "000000000")


def ngrams(folded: str) -> Hashes:
    """The hashes of all n-grams of one folded comment, repeats included; shape (n_ngrams,)."""
    reading = _read(folded)
    return reading.hashes if reading else np.empty(0, np.uint64)


def ngram_places(folded: str) -> tuple[Hashes, Offsets, Offsets]:
    """The same hashes, and for each the stretch of `folded` that it covers (start, end), padding left out."""
    reading = _read(folded)
    if reading is None:
        nothing = np.empty(0, np.int64)
        return np.empty(0, np.uint64), nothing, nothing
    first, last = _origins(folded, reading.layout)
    return reading.hashes, first[reading.starts()], last[reading.stops() - 1]


@dataclass(frozen=True)
class _Reading:
    """The n-grams of one comment, placed in its layout: padded words, then their Hangul letters."""

    layout: str
    hashes: Hashes
    room: tuple[int, int]
    inside: NDArray[np.bool_]
    word_starts: Offsets
    word_stops: Offsets

    def starts(self) -> Offsets:
        """Where each n-gram starts in the layout."""
        grid = _grid(*self.room)
        return np.concatenate([grid.starts[self.inside], self.word_starts, self.word_starts[:-1]])

    def stops(self) -> Offsets:
        """Where each n-gram stops in the layout."""
        grid = _grid(*self.room)
        return np.concatenate([grid.lasts[self.inside] + 1, self.word_stops, self.word_stops[1:]])


def _read(folded: str) -> _Reading | None:
    words = folded.translate(_DIGITS).split()
    if not words:
        return None
    # Every word stands between a space of its own on either side, so that n-grams know a word's edges.
    padded = " " + "  ".join(words) + " "
    letters = unicodedata.normalize("NFD", padded)
    letters = letters if len(letters) > len(padded) else ""
    room = _room(len(padded)), _room(len(letters))
    layout = padded.ljust(room[0], "\0") + letters.ljust(room[1], "\0")
    grid = _grid(*room)
    codes = np.frombuffer(layout.encode("utf-32-le", "surrogatepass"), np.uint32)
    spaces = codes == 32
    edges = np.flatnonzero(spaces)
    word_starts, word_stops = edges[: 2 * len(words) : 2], edges[1 : 2 * len(words) : 2] + 1

    # An n-gram lies within one word when both its ends bear the same word number.
    numbers = np.zeros(len(codes), np.int64)
    numbers[edges[::2]] = 1
    np.cumsum(numbers, out=numbers)
    numbers[codes == 0] = -1
    inside = (numbers[grid.starts] == numbers[grid.lasts]) & (numbers[grid.starts] >= 0)
    inside[: room[0]] &= ~spaces[: room[0]]  # padding alone says nothing

    prefix = _prefixes(codes)
    whole = (prefix[grid.lasts + 1] - prefix[grid.starts]) * grid.inverses + grid.seeds
    single = (prefix[word_stops] - prefix[word_starts]) * _powers(len(codes))[1][word_starts] + _WORD_SEED
    pairs = single[:-1] * _SPREAD + single[1:]
    hashes = _finish(np.concatenate([whole[inside], single, pairs]))
    return _Reading(layout, hashes, room, inside, word_starts, word_stops)


def _origins(folded: str, layout: str) -> tuple[Offsets, Offsets]:
    """For each place of the layout, the stretch of `folded` behind it; padding has the word's edge."""
    first, last, end = [], [], 0
    words = folded.split()
    for word in words:
        start = folded.index(word, end)
        end = start + len(word)
        first += [start, *range(start, end), end]
        last += [start, *range(start + 1, end + 1), end]
    padded = " " + "  ".join(words) + " "
    sizes = [len(unicodedata.normalize("NFD", char)) for char in padded]
    origin = np.repeat(np.arange(len(padded)), sizes)
    letters_at = _room(len(padded))
    firsts, lasts = np.zeros(len(layout), np.int64), np.zeros(len(layout), np.int64)
    firsts[: len(first)], lasts[: len(last)] = first, last
    if len(layout) > letters_at:
        firsts[letters_at : letters_at + len(origin)] = np.array(first)[origin]
        lasts[letters_at : letters_at + len(origin)] = np.array(last)[origin]
    return firsts, lasts


def _prefixes(codes: NDArray[np.uint32]) -> Hashes:
    """Polynomial hashes of codes[:i] for every i."""
    spread = codes.astype(np.uint64)
    spread *= _SPREAD
    spread ^= spread >> np.uint64(29)
    prefix = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(spread * _powers(len(codes))[0], out=prefix[1:])
    return prefix


def _finish(hashes: Hashes) -> Hashes:
    hashes ^= hashes >> np.uint64(32)
    hashes *= _FINISH
    hashes ^= hashes >> np.uint64(29)
    return hashes


def _room(length: int) -> int:
    """The length rounded up, so that few grids are made and kept."""
    return -(-length // 16) * 16 if length <= 1024 else -(-length // 1024) * 1024


@lru_cache(maxsize=256)
def _powers(room: int) -> tuple[Hashes, Hashes]:
    """base**i and base**-i for i in range(room)."""
    powers = np.full(room, _BASE, np.uint64)
    inverses = np.full(room, _BASE_INVERSE, np.uint64)
    powers[0] = inverses[0] = 1
    return np.cumprod(powers), np.cumprod(inverses)


@dataclass(frozen=True)
class _Grid:
    """Every n-gram that a layout of some size has room for."""

    starts: Offsets
    lasts: Offsets
    inverses: Hashes
    seeds: Hashes


@lru_cache(maxsize=512)
def _grid(room: int, letters_room: int) -> _Grid:
    starts, sizes, seeds = [], [], []
    for begin, length, orders, seed in (
        (0, room, CHAR_ORDERS, _CHAR_SEED),
        (room, letters_room, JAMO_ORDERS, _JAMO_SEED),
    ):
        for order in orders:
            fits = max(length - order + 1, 0)
            starts.append(np.arange(begin, begin + fits))
            sizes.append(np.full(fits, order))
            seeds.append(np.full(fits, (seed << 32) + order, np.uint64))
    start, size = np.concatenate(starts), np.concatenate(sizes)
    inverses = _powers(room + letters_room)[1][start]
    return _Grid(start, start + size - 1, inverses, np.concatenate(seeds))


_LOG_WEIGHTS = np.concatenate([[0.0], 1.0 + np.log(np.arange(1, 1025))])


class NgramVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """TF-IDF over hashed n-grams with an exact vocabulary.

    The vocabulary is a table of 2**`slot_bits` slots. The top bits of a hash name its slot, 32 lower bits are
    kept there as its key, and each slot keeps one n-gram only, the one in most comments. So a lookup is one
    read, an n-gram never seen in training is recognised as such (but for one in 2**32), and two n-grams
    never share a weight.

    A row is divided by sqrt(length**2 + `smoothing`), not by its length: of a comment in which little is known
    (a number, a foreign script, one word) little can be said, and its row is short.

    Attributes: `table_` : (2**slot_bits,) uint64, key above and column below, 0 for an empty slot;
    `idf_` : (n_features,) smooth inverse document frequency.
    """

    def __init__(self, min_df: int = 3, slot_bits: int = 20, smoothing: float = 1000.0) -> None:
        self.min_df = min_df
        self.slot_bits = slot_bits
        self.smoothing = smoothing

    def fit(self, texts: Sequence[str], y: Any = None) -> NgramVectorizer:
        """Learn vocabulary and document frequencies from folded texts."""
        hashes = np.concatenate([np.unique(ngrams(text)) for text in texts])
        hashes.sort()
        firsts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]]) if len(hashes) else np.empty(0, int)
        counts = np.diff(np.r_[firsts, len(hashes)])
        kept = counts >= self.min_df
        frequencies = self._choose(hashes[firsts[kept]], counts[kept])
        self.idf_ = np.log((1 + len(texts)) / (1 + frequencies)) + 1
        return self

    def _choose(self, hashes: Hashes, counts: Offsets) -> Offsets:
        """Give every slot to the n-gram in most comments, ties to the smaller hash."""
        order = np.lexsort((hashes, -counts))
        slots, keys = self.locate(hashes[order])
        chosen_slots, first = np.unique(slots, return_index=True)
        self.keep(chosen_slots, keys[first])
        return counts[order][first]

    def restrict(self, columns: Offsets) -> None:
        """Drop all but those columns, given in ascending order."""
        self.idf_ = self.idf_[columns]
        self.keep(self.slots_[columns].astype(np.int64), self.slot_keys_[columns])

    def keep(self, slots: Offsets, keys: NDArray[np.uint32]) -> None:
        """Set the vocabulary: ascending slots with the key that each holds."""
        self.slots_ = slots.astype(np.uint32)
        self.slot_keys_ = keys
        self._build()

    def _build(self) -> None:
        self.table_ = np.zeros(2**self.slot_bits, np.uint64)
        columns = np.arange(len(self.slots_), dtype=np.uint64)
        self.table_[self.slots_] = (self.slot_keys_.astype(np.uint64) << np.uint64(32)) | columns

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = dict(super().__getstate__())
        state.pop("table_", None)  # derived from the slots and their keys
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "slots_" in state:
            self._build()

    def locate(self, hashes: Hashes) -> tuple[Offsets, NDArray[np.uint32]]:
        """Slot and key of each hash; a key is never 0."""
        slots = (hashes >> np.uint64(64 - self.slot_bits)).astype(np.int64)
        return slots, (hashes & np.uint64(0xFFFFFFFF)).astype(np.uint32) | np.uint32(1)

    def known(self, hashes: Hashes) -> tuple[NDArray[np.bool_], Offsets]:
        """Which n-grams are in the vocabulary, and the columns of those."""
        slots, keys = self.locate(hashes)
        entries = self.table_[slots]
        known = (entries >> np.uint64(32)).astype(np.uint32) == keys
        return known, (entries[known] & np.uint64(0xFFFFFFFF)).astype(np.int64)

    def terms(self, text: str) -> tuple[Offsets, NDArray[np.float64]]:
        """The features of one folded text: ascending columns, and the weight of each one's frequency."""
        columns = self.known(ngrams(text))[1]
        columns.sort()
        # The lean half of np.unique, which takes longer than the rest of scoring a comment.
        changes = np.ones(len(columns) + 1, np.bool_)
        np.not_equal(columns[1:], columns[:-1], out=changes[1:-1])
        edges = np.flatnonzero(changes)
        return columns[edges[:-1]], self.weigh(edges[1:] - edges[:-1])

    def transform(self, texts: Iterable[str]) -> csr_matrix:
        """TF-IDF rows, shape (n_texts, n_features), float32."""
        check_is_fitted(self, "idf_")
        rows = [self.terms(text) for text in texts]
        indptr = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        values = []
        for columns, weights in rows:
            weighed = weights * self.idf_[columns]
            values.append((weighed / np.sqrt(weighed @ weighed + self.smoothing)).astype(np.float32))
        shape = (len(rows), len(self.idf_))
        if not rows:
            return csr_matrix(shape, dtype=np.float32)
        indices = np.concatenate([columns for columns, _ in rows])
        return csr_matrix((np.concatenate(values), indices, indptr), shape)

    @staticmethod
    def weigh(counts: Offsets) -> NDArray[np.float64]:
        """Term frequency as a weight, 1 + log(count) (Manning, Raghavan and Schütze 2008, section 6.4.1)."""
        weights: NDArray[np.float64] = _LOG_WEIGHTS[np.minimum(counts, len(_LOG_WEIGHTS) - 1)]
        return weights
