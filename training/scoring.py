"""Scores as the service would give them: of each comment in its clearest reading."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from moderation.checks.toxicity import ToxicityCheck
from moderation.model.classifier import Classifier
from moderation.text.normalize import normalize

Scores = NDArray[np.float64]
BATCH = 512


def score(classifier: Classifier, texts: Sequence[str]) -> Scores:
    """Calibrated probabilities, shape (n_texts, n_labels), in the order of `classifier.labels`."""
    check = ToxicityCheck(classifier)
    scores = np.empty((len(texts), len(classifier.labels)))
    for start in range(0, len(texts), BATCH):
        batch = [normalize(text) for text in texts[start : start + BATCH]]
        for row, findings in enumerate(check.run_many(batch), start):
            scores[row] = [finding.score for finding in findings]
    return scores
