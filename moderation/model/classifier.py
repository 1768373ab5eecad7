"""Scores per label and language, and the stretches of text behind them.

Fitted with scikit-learn, served from one table: every n-gram's weights for all labels lie in one row, so a
comment costs one gather and one sum. `Classifier.scores` equals the pipeline it was built from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import expit

from moderation.model.features import NgramVectorizer, ngram_places
from moderation.types import Label, Language, Span

Scores = NDArray[np.float64]

LANGUAGES: tuple[Language, ...] = ("ko", "en")


@dataclass(frozen=True)
class Fitted:
    """What `training` fits and the artefact holds: scikit-learn estimators by label.

    linear : one binary LogisticRegression per label name over the vectoriser's features.
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
    """

    def __init__(self, fitted: Fitted, version: str) -> None:
        self.version = version
        self.labels: tuple[Label, ...] = tuple(Label(name) for name in fitted.linear)
        self._vectorizer = fitted.vectorizer
        idf = fitted.vectorizer.idf_
        # One row a feature: idf times weight for every label. `_squares` gives the length of the vector.
        rows = np.stack([fitted.linear[label].coef_.ravel() * idf for label in self.labels], axis=1)
        self._rows = rows.astype(np.float32)  # half the size: more of it stays in the processor's cache
        self._squares = idf**2
        self._intercepts = np.array([fitted.linear[label].intercept_[0] for label in self.labels])
        self._slopes, self._shifts = {}, {}
        for language in LANGUAGES:
            calibrators = [fitted.calibrators[label][language] for label in self.labels]
            self._slopes[language] = np.array([calibrator.coef_[0, 0] for calibrator in calibrators])
            self._shifts[language] = np.array([calibrator.intercept_[0] for calibrator in calibrators])

    def scores(self, folded: Sequence[str], languages: Sequence[Language]) -> Scores:
        """Calibrated probabilities, shape (n_comments, n_labels), in the order of `labels`."""
        logits = self._logits(folded)
        if len(folded) == 1:
            return np.asarray(expit(logits * self._slopes[languages[0]] + self._shifts[languages[0]]))
        for language in LANGUAGES:
            mine = [index for index, spoken in enumerate(languages) if spoken == language]
            logits[mine] = logits[mine] * self._slopes[language] + self._shifts[language]
        probabilities: Scores = expit(logits)
        return probabilities

    def explain(self, folded: str, language: Language, label: Label) -> Explanation:
        """Take one score apart into what each word and each n-gram of the text added to it."""
        column = self.labels.index(label)
        starts, ends, weights = self._contributions(folded, language, [column])
        words = _words(folded)
        by_word = _by_word(words, starts, ends, weights)[:, 0]
        intercept = float(
            self._slopes[language][column] * self._intercepts[column] + self._shifts[language][column]
        )
        logit = intercept + float(weights.sum())
        return Explanation(
            label=label,
            score=float(expit(logit)),
            logit=logit,
            intercept=intercept,
            words=tuple(
                Contribution(Span(start, end), folded[start:end], float(weight))
                for (start, end), weight in zip(words, by_word, strict=True)
            ),
            ngrams=_by_ngram(folded, starts, ends, weights[:, 0]),
        )

    def weigh_words(
        self, folded: str, language: Language, labels: Sequence[Label]
    ) -> tuple[list[Span], Scores]:
        """What each word added to the calibrated logit of each label: spans, and (n_words, n_labels)."""
        columns = [self.labels.index(label) for label in labels]
        words = _words(folded)
        weights = _by_word(words, *self._contributions(folded, language, columns))
        return [Span(start, end) for start, end in words], weights

    def _contributions(
        self, folded: str, language: Language, labels: Sequence[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], Scores]:
        """Start and end of every known n-gram, and what it adds to each label; (n_ngrams, n_labels)."""
        hashes, starts, ends = ngram_places(folded)
        known, columns = self._vectorizer.known(hashes)
        unique, inverse, counts = np.unique(columns, return_inverse=True, return_counts=True)
        # A feature's value is shared evenly by the places where the n-gram stands.
        values = NgramVectorizer.weigh(counts)
        norm = np.sqrt(np.sum(values**2 * self._squares[unique]) + self._vectorizer.smoothing)
        shares = (values / counts / norm)[inverse]
        rows = self._rows[columns][:, labels].astype(np.float64)
        return starts[known], ends[known], rows * shares[:, None] * self._slopes[language][labels]

    def _logits(self, folded: Sequence[str]) -> Scores:
        """Uncalibrated log odds, shape (n_comments, n_labels)."""
        terms = [self._vectorizer.terms(text) for text in folded]
        if len(terms) == 1:
            columns, weights = terms[0]
            sums = (weights @ self._rows[columns])[None, :]
            squares = np.array([(weights * weights) @ self._squares[columns]])
        else:
            columns = np.concatenate([np.empty(0, np.int32), *(columns for columns, _ in terms)])
            weights = np.concatenate([np.empty(0), *(weights for _, weights in terms)])
            bounds = np.cumsum([0, *(len(columns) for columns, _ in terms)])
            shape = (len(terms), len(self._rows))
            sums = csr_matrix((weights, columns, bounds), shape) @ self._rows
            squares = csr_matrix((weights**2, columns, bounds), shape) @ self._squares
        norms = np.sqrt(squares + self._vectorizer.smoothing)
        logits: Scores = sums / norms[:, None] + self._intercepts
        return logits


def _by_word(
    words: Sequence[tuple[int, int]], starts: NDArray[np.int64], ends: NDArray[np.int64], weights: Scores
) -> Scores:
    """Sum what lies within each word; a pair of words shares its weight between the two."""
    totals = np.zeros((len(words), weights.shape[1]))
    word_starts = np.array([start for start, _ in words], np.int64)
    first = np.searchsorted(word_starts, starts, side="right") - 1
    last = np.searchsorted(word_starts, ends - 1, side="right") - 1
    np.add.at(totals, first, weights / 2)
    np.add.at(totals, last, weights / 2)
    return totals


def _words(folded: str) -> list[tuple[int, int]]:
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
