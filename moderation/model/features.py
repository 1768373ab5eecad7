"""From folded text to TF-IDF features: what scikit-learn fits on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from moderation.model.reading import Hashes, Places, Reading, chunks

LEVELS = 127
"""Steps that squared document frequencies, and weights, are rounded to: each is then one signed byte."""


class NgramVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """TF-IDF over hashed n-grams with an exact vocabulary.

    The vocabulary is a table of 2**`slot_bits` slots. The top bits of a hash name its slot, and each slot keeps
    one n-gram only. So a lookup is one read, an n-gram never seen in training is recognised as such, and two
    n-grams never share a weight.

    A row counts n-grams times idf, divided by sqrt(squares + `smoothing`), where squares adds up idf**2 over
    all places, repeats included: what one place adds does not depend on the others, so that scoring needs no
    sorting. Smoothing makes the row of a comment short of which little is known (a number, a foreign script,
    one word), as little can be said of it.

    Attributes, of shape (n_features,): `hashes_` ascending, and `squares_`: idf**2 in units of `unit_`, 1 to
    LEVELS.
    """

    def __init__(self, min_df: int = 3, slot_bits: int = 22, smoothing: float = 1000.0) -> None:
        self.min_df = min_df
        self.slot_bits = slot_bits
        self.smoothing = smoothing

    @property
    def idf_(self) -> NDArray[np.float64]:
        """Smooth inverse document frequency of each feature."""
        return np.asarray(np.sqrt(self.squares_ * self.unit_))

    def fit(self, texts: Sequence[str], y: Any = None) -> NgramVectorizer:
        """Learn vocabulary and document frequencies from folded texts; a slot keeps its commonest n-gram."""
        distinct = [_distinct(Reading(texts[part])) for part in chunks(texts)]
        hashes = np.concatenate([np.empty(0, np.uint64), *distinct])
        hashes.sort()
        firsts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]]) if len(hashes) else np.empty(0, int)
        counts = np.diff(np.r_[firsts, len(hashes)])
        hashes, counts = hashes[firsts[counts >= self.min_df]], counts[counts >= self.min_df]
        squares = (np.log((1 + len(texts)) / (1 + counts)) + 1) ** 2
        self.unit_ = float(squares.max(initial=1.0)) / LEVELS
        self.hashes_ = hashes
        self.squares_ = np.maximum(np.rint(squares / self.unit_), 1).astype(np.uint8)
        self.restrict(np.argsort(-counts, kind="stable"), len(hashes), self.slot_bits)
        return self

    def restrict(self, ranked: Places, keep: int, slot_bits: int) -> Places:
        """Keep so many columns, the first ranked that find an empty slot; returns them in ascending order."""
        self.slot_bits = slot_bits
        _, first = np.unique(self._slots(self.hashes_[ranked]), return_index=True)
        columns: Places = np.sort(ranked[np.sort(first)[:keep]])
        self.hashes_, self.squares_ = self.hashes_[columns], self.squares_[columns]
        self._build()
        return columns

    def _build(self) -> None:
        self._columns = np.zeros(2**self.slot_bits, np.int32)
        self._columns[self._slots(self.hashes_)] = np.arange(len(self.hashes_))

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = dict(super().__getstate__())
        state.pop("_columns", None)  # derived from the hashes
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "hashes_" in state:
            self._build()

    def _slots(self, hashes: Hashes) -> Places:
        return (hashes >> np.uint64(64 - self.slot_bits)).view(np.int64)

    def table(self, weights: NDArray[np.int8]) -> NDArray[np.uint8]:
        """What serving looks up: a row of 16 bytes a slot, from weights of shape (n_labels, n_features).

        In it the lower 32 bits of the n-gram's hash, which tell it from all but one in 2**32 that fall on its
        slot, its square, and as many weights as there are labels, 11 at most.
        """
        table = np.zeros((2**self.slot_bits, 16), np.uint8)
        slots = self._slots(self.hashes_)
        table.view(np.uint32)[slots, 0] = self.hashes_.astype(np.uint32)
        table[slots, 4] = self.squares_
        table[slots, 5 : 5 + len(weights)] = weights.T.view(np.uint8)
        return table

    def transform(self, texts: Iterable[str]) -> csr_matrix:
        """TF-IDF rows, shape (n_texts, n_features), float32."""
        return self.weigh(self.count(texts))

    def count(self, texts: Iterable[str]) -> csr_matrix:
        """How often each n-gram of the vocabulary occurs, shape (n_texts, n_features), float32."""
        check_is_fitted(self, "hashes_")
        texts = list(texts)
        rows = [self._count(Reading(texts[part])) for part in chunks(texts)]
        return vstack([csr_matrix((0, len(self.hashes_)), dtype=np.float32), *rows], format="csr")

    def _count(self, reading: Reading) -> csr_matrix:
        shape = (len(reading.words), len(self.hashes_))
        if not len(self.hashes_):
            return csr_matrix(shape, dtype=np.float32)
        columns = self._columns[self._slots(reading.hashes)]
        known = self.hashes_[columns] == reading.hashes
        columns, comments = columns[known], reading.comment_of[known]
        rows = csr_matrix((np.ones(len(columns), np.float32), (comments, columns)), shape)
        rows.sum_duplicates()
        return rows

    def weigh(self, counts: csr_matrix) -> csr_matrix:
        """Those counts as TF-IDF."""
        idf = self.idf_
        lengths = np.sqrt(counts @ idf**2 + self.smoothing)
        values = counts.data * idf[counts.indices] / np.repeat(lengths, np.diff(counts.indptr))
        return csr_matrix((values.astype(np.float32), counts.indices, counts.indptr), counts.shape)


def _distinct(reading: Reading) -> Hashes:
    """The hashes of each comment, once a comment."""
    comments, hashes = reading.comment_of, reading.hashes
    order = np.lexsort((hashes, comments))
    comments, hashes = comments[order], hashes[order]
    new = np.ones(len(hashes), np.bool_)
    new[1:] = (hashes[1:] != hashes[:-1]) | (comments[1:] != comments[:-1])
    return hashes[new]
