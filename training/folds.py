"""Scores of labelled comments by models that had not seen them: cross-validation over the whole recipe.

Copies of a comment lie in one fold. Each fold is one task for joblib, which runs tasks wherever its backend says: in
processes of this machine, or on the workers of a Dask cluster.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from moderation.model.classifier import Classifier
from moderation.types import Label
from training.copies import group
from training.corpus import SourceFacts
from training.example import Example
from training.fit import Recipe, fit
from training.labels import for_fitting
from training.masking import mask_all
from training.scoring import Scores

LABELS = tuple(Label)
Rows = NDArray[np.int64]


def parts(examples: Sequence[Example], folds: int, seed: int) -> list[Rows]:
    """The rows of each fold, by number; copies together, folds of nearly the same size."""
    members: dict[int, list[int]] = {}
    for row, number in enumerate(group(example.text for example in examples)):
        members.setdefault(number, []).append(row)
    groups = list(members.values())
    random.Random(seed).shuffle(groups)  # noqa: S311 - sampling, no secret
    folded: list[list[int]] = [[] for _ in range(folds)]
    for rows in groups:
        min(folded, key=len).extend(rows)
    return [np.array(sorted(rows), np.int64) for rows in folded]


def out_of_fold(
    examples: Sequence[Example],
    facts: Mapping[str, SourceFacts],
    recipe: Recipe,
    *,
    folds: int = 4,
    seed: int = 0,
    jobs: int = 1,
) -> Scores:
    """Calibrated probabilities, shape (n_examples, n labels in all); nan where a label could not be learned."""
    scores = np.full((len(examples), len(LABELS)), np.nan)
    held_out = parts(examples, folds, seed)
    found = Parallel(n_jobs=jobs)(
        delayed(score_fold)(examples, rows, facts, recipe, seed) for rows in held_out
    )
    for rows, part in zip(held_out, found, strict=True):
        scores[rows] = part
    return scores


def score_fold(
    examples: Sequence[Example], rows: Rows, facts: Mapping[str, SourceFacts], recipe: Recipe, seed: int
) -> Scores:
    """Fit on all but those rows and score those, shape (n_rows, n labels in all)."""
    unseen = set(rows.tolist())
    lessons = for_fitting([e for row, e in enumerate(examples) if row not in unseen], facts)
    model = Classifier(fit(mask_all(lessons), facts, recipe, seed=seed), "fold")
    exam = mask_all(examples[row] for row in rows)
    scores = np.full((len(exam), len(LABELS)), np.nan)
    columns = [LABELS.index(label) for label in model.labels]
    scores[:, columns] = model.scores([e.folded for e in exam], [e.lang for e in exam])
    return scores
