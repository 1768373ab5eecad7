"""What the examples teach of one label: which rows say something of it, what, and how much each counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderation.types import Label
from training.example import Example

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST = 20
"""Positives and negatives that a label needs before it is fitted, and a language before it is calibrated."""


@dataclass(frozen=True)
class Problem:
    """One label's share of the data: which rows say something of it, what, and how much each counts."""

    rows: Ints
    truth: Ints
    weights: Floats
    stated: NDArray[np.bool_]

    def part(self, places: Ints) -> Problem:
        """Some of the rows."""
        return Problem(self.rows[places], self.truth[places], self.weights[places], self.stated[places])


def problem_of(examples: Sequence[Example], label: Label) -> Problem | None:
    """What the examples say of a label, or None where they say too little of it to learn from."""
    rows = [index for index, example in enumerate(examples) if label in example.labels]
    truth = np.array([examples[row].labels[label] for row in rows], np.int64)
    if min((truth == value).sum() for value in (0, 1)) < FEWEST:
        return None
    weights = np.array([examples[row].weights.get(label, 1.0) for row in rows])
    stated = np.array([label not in examples[row].assumed for row in rows])
    return Problem(np.array(rows), truth, weights, stated)
