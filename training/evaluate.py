"""Measure a classifier on comments it has not seen: per data set, label and language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, roc_auc_score

from moderation.model.classifier import Classifier
from moderation.text.normalize import normalize
from moderation.types import Label, Language
from training.corpus import Example

BINS = 15


@dataclass(frozen=True)
class Measure:
    """How well one label is told apart on one data set.

    roc_auc : None where only one kind of row is there.
    f1, precision, recall : at probability 0.5.
    ece : expected calibration error over 15 equal bins (Guo et al. 2017).
    """

    source: str
    split: str
    language: Language
    label: str
    rows: int
    positives: int
    roc_auc: float | None
    f1: float
    precision: float
    recall: float
    ece: float

    def as_dict(self) -> dict[str, Any]:
        """For the manifest, rounded to what the sample sizes can bear."""
        return {
            key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(self).items()
        }


def evaluate(classifier: Classifier, examples: Iterable[Example]) -> list[Measure]:
    """One measure per data set, split and label that its rows state."""
    groups: dict[tuple[str, str, Language], list[Example]] = defaultdict(list)
    for example in examples:
        groups[example.source, example.split, example.lang].append(example)
    return [
        measure
        for (source, split, language), rows in sorted(groups.items())
        for measure in _group(classifier, source, split, language, rows)
    ]


def _group(
    classifier: Classifier, source: str, split: str, language: Language, rows: Sequence[Example]
) -> Iterable[Measure]:
    texts = [normalize(row.text) for row in rows]
    scores = classifier.scores([text.folded for text in texts], [text.language for text in texts])
    for column, label in enumerate(classifier.labels):
        stated = [index for index, row in enumerate(rows) if label in row.labels]
        if stated:
            truth = np.array([rows[index].labels[label] for index in stated])
            yield measure(truth, scores[stated, column], source, split, language, label)


def measure(
    truth: NDArray[np.int64],
    scores: NDArray[np.float64],
    source: str,
    split: str,
    language: Language,
    label: Label,
) -> Measure:
    """The figures of one label on one set of rows; truth and scores have shape (n_rows,)."""
    flagged, positive = scores >= 0.5, truth == 1
    hits = int((flagged & positive).sum())
    return Measure(
        source=source,
        split=split,
        language=language,
        label=str(label),
        rows=len(truth),
        positives=int(positive.sum()),
        roc_auc=float(roc_auc_score(truth, scores)) if 0 < positive.sum() < len(truth) else None,
        f1=float(f1_score(truth, flagged, zero_division=0.0)),
        precision=hits / max(int(flagged.sum()), 1),
        recall=hits / max(int(positive.sum()), 1),
        ece=calibration_error(truth, scores),
    )


def calibration_error(truth: NDArray[np.int64], scores: NDArray[np.float64]) -> float:
    """Mean distance between stated probability and observed share, weighted by bin size (ECE, 15 bins)."""
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    sizes = np.bincount(bins, minlength=BINS)
    said = np.bincount(bins, scores, minlength=BINS)
    seen = np.bincount(bins, truth, minlength=BINS)
    return float(np.abs(said - seen)[sizes > 0].sum() / len(truth))
