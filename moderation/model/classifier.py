"""Scores per label and language, and the stretches of text behind them.

Fitted with scikit-learn, served from one table: the key of an n-gram, its share in the comment's length and its
weights for all labels lie in one row of 16 bytes, so that a batch of comments costs one gather and one product.
Weights are whole numbers of a label's scale, and their sums are exact in single precision. `Classifier.scores`
equals the pipeline it was built from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix
from scipy.special import expit

from moderation.model.features import LEVELS, NgramVectorizer
from moderation.model.reading import Reading, chunks
from moderation.types import Label, Language, Span

Scores = NDArray[np.float64]

LANGUAGES: tuple[Language, ...] = ("ko", "en")


@dataclass(frozen=True)
class Fitted:
    """What `training` fits and the artefact holds: scikit-learn estimators by label.

    linear : one binary LogisticRegression per label name over the vectoriser's features; `coef_` times idf is
        a whole number, at most LEVELS, of one step of the label's own.
    calibrators : per label and language, a LogisticRegression from that logit to a probability (Platt 1999).
    """

    vectorizer: NgramVectorizer
    linear: Mapping[str, Any]
    calibrators: Mapping[str, Mapping[Language, Any]]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one stretch of the folded text adds to the logit; `text` is the n-gram or word itself."""

    span: Span
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A score taken apart: `intercept` plus all `words` is `logit`, and so is `intercept` plus all `ngrams`.

    Spans are offsets in the folded text. `logit` is the calibrated one: its logistic function is `score`.
    """

    label: Label
    score: float
    logit: float
    intercept: float
    words: tuple[Contribution, ...]
    ngrams: tuple[Contribution, ...]


class Classifier:
    """The serving form of a fitted model.

    version : names the artefact it came from.
    vouched : for each label the languages in which real comments showed that it is told well; elsewhere its
        scores are hints.
    """

    def __init__(
        self, fitted: Fitted, version: str, vouched: Mapping[Label, Sequence[Language]] | None = None
    ) -> None:
        self.version = version
        self.vouched: Mapping[Label, frozenset[Language]] = {
            label: frozenset(languages) for label, languages in (vouched or {}).items()
        }
        self.labels: tuple[Label, ...] = tuple(Label(name) for name in fitted.linear)
        idf = fitted.vectorizer.idf_
        weights = np.stack([fitted.linear[label].coef_.ravel() * idf for label in self.labels])
        scales = np.abs(weights).max(axis=1, initial=0.0) / LEVELS
        scales[scales == 0] = 1.0
        self._table = fitted.vectorizer.table(np.rint(weights / scales[:, None]).astype(np.int8))
        self._shift = np.uint64(64 - fitted.vectorizer.slot_bits)
        self._unit, self._smoothing = fitted.vectorizer.unit_, fitted.vectorizer.smoothing
        intercepts = np.array([fitted.linear[label].intercept_[0] for label in self.labels])
        self._starts, self._steps = {}, {}
        for language in LANGUAGES:
            calibrators = [fitted.calibrators[label][language] for label in self.labels]
            slopes = np.array([calibrator.coef_[0, 0] for calibrator in calibrators])
            shifts = np.array([calibrator.intercept_[0] for calibrator in calibrators])
            self._starts[language] = slopes * intercepts + shifts
            self._steps[language] = slopes * scales

    def scores(self, folded: Sequence[str], languages: Sequence[Language]) -> Scores:
        """Calibrated probabilities, shape (n_comments, n_labels), in the order of `labels`."""
        parts = [self.weigh(folded[part], languages[part]).scores for part in chunks(folded)]
        return np.concatenate(parts) if parts else np.empty((0, len(self.labels)))

    def weigh(self, folded: Sequence[str], languages: Sequence[Language]) -> Weighed:
        """Read some comments at once; `chunks` tells how many make a good batch."""
        reading = Reading(folded)
        hashes = reading.hashes
        rows = self._table.take((hashes >> self._shift).view(np.int64), axis=0)
        known = rows.view(np.uint32)[:, 0] == hashes.astype(np.uint32)
        weighed = Weighed(reading, known, rows[:, 4 : 5 + len(self.labels)].view(np.int8))
        lengths = np.sqrt(weighed.totals[:, :1] * self._unit + self._smoothing)
        weighed.intercepts = np.array([self._starts[language] for language in languages])
        weighed.steps = np.array([self._steps[language] for language in languages]) / lengths
        weighed.logits = weighed.intercepts + weighed.totals[:, 1:] * weighed.steps
        return weighed

    def explain(self, folded: str, language: Language, label: Label) -> Explanation:
        """Take one score apart into what each word and each n-gram of the text added to it."""
        column = self.labels.index(label)
        weighed = self.weigh([folded], [language])
        words = word_spans(folded)
        by_word = weighed.by_word(0, [column])[:, 0].tolist()
        logit = float(weighed.logits[0, column])
        return Explanation(
            label=label,
            score=float(expit(logit)),
            logit=logit,
            intercept=float(weighed.intercepts[0, column]),
            words=tuple(
                Contribution(Span(start, end), folded[start:end], weight)
                for (start, end), weight in zip(words, by_word, strict=True)
            ),
            ngrams=_by_ngram(folded, *weighed.by_ngram(words, column)),
        )


class Weighed:
    """Some comments as the classifier took them in: how each scores, and what every part adds to that.

    logits : calibrated, (n_comments, n_labels); `intercepts` is what they start from, and one step of an
        n-gram's weight adds `steps`.
    """

    logits: Scores
    intercepts: Scores
    steps: Scores

    def __init__(self, reading: Reading, known: NDArray[np.bool_], rows: NDArray[np.int8]) -> None:
        self._reading, self._known, self._rows = reading, known, rows
        if len(reading.words) == 1:
            self.totals = (known.astype(np.float32) @ rows.astype(np.float32)).astype(np.float64)[None]
        else:
            self.totals = np.zeros((len(reading.words), rows.shape[1]))
            some = reading.words > 0
            if some.any():
                firsts = np.cumsum(reading.words) - reading.words
                self.totals[some] = np.add.reduceat(self._words, firsts[some])

    @property
    def scores(self) -> Scores:
        """Calibrated probabilities, (n_comments, n_labels)."""
        probabilities: Scores = expit(self.logits)
        return probabilities

    @cached_property
    def _words(self) -> NDArray[np.float64]:
        """What lies within each word of the batch; a pair of words shares its weight between the two."""
        first, last = self._reading.word_of
        places = self._known.nonzero()[0]
        pairs = places[np.searchsorted(places, len(first) - self._reading.pairs) :]
        rows = self._rows[places].astype(np.float32)
        shared = rows[len(places) - len(pairs) :]
        shared /= 2
        owners = np.concatenate([first[places], last[pairs]])
        shape = int(self._reading.words.sum()), len(owners)
        whole = csc_matrix((np.ones(len(owners), np.float32), owners, np.arange(len(owners) + 1)), shape)
        return np.asarray(whole @ np.concatenate([rows, shared]), np.float64)

    def by_word(self, comment: int, labels: Sequence[int]) -> Scores:
        """What each word of a comment added to its logits, (n_words, n_labels)."""
        words = self._reading.words
        columns = [1 + label for label in labels]
        if len(words) == 1:
            sums = self._sums_by_word(columns)
        else:
            end = int(words[: comment + 1].sum())
            sums = self._words[end - int(words[comment]) : end, columns]
        return np.asarray(sums * self.steps[comment, labels])

    def _sums_by_word(self, columns: Sequence[int]) -> NDArray[np.float64]:
        """Some columns of `_words`, sooner than all of them where there is one comment."""
        first, last = self._reading.word_of
        size, single = int(self._reading.words[0]), len(first) - self._reading.pairs
        sums = np.zeros((size, len(columns)))
        for number, column in enumerate(columns):
            weights = self._rows[:, column] * self._known
            sums[:, number] += np.bincount(first, weights, size)
            shared = weights[single:] / 2
            sums[first[single:], number] -= shared
            sums[last[single:], number] += shared
        return sums

    def by_ngram(
        self, words: Sequence[tuple[int, int]], label: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], Scores]:
        """Start, end and weight of every known n-gram of a comment read alone."""
        starts, ends = self._reading.stretches(words)
        weights = self._rows[self._known, 1 + label] * self.steps[0, label]
        return starts[self._known], ends[self._known], weights


def word_spans(folded: str) -> list[tuple[int, int]]:
    """Where the words of a text stand."""
    words, end = [], 0
    for word in folded.split():
        start = folded.index(word, end)
        end = start + len(word)
        words.append((start, end))
    return words


def _by_ngram(
    folded: str, starts: NDArray[np.int64], ends: NDArray[np.int64], weights: Scores
) -> tuple[Contribution, ...]:
    """Sum what lies on the same stretch (a syllable run read as letters too), weightiest first."""
    totals: dict[tuple[int, int], float] = {}
    for start, end, weight in zip(starts.tolist(), ends.tolist(), weights.tolist(), strict=True):
        totals[start, end] = totals.get((start, end), 0.0) + weight
    found = [Contribution(Span(s, e), folded[s:e], weight) for (s, e), weight in totals.items()]
    return tuple(sorted(found, key=lambda item: -abs(item.weight)))
