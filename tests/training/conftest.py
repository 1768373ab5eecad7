"""A small model of toxicity alone, and the comments that it has seen and not seen."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from moderation.model.classifier import Classifier
from moderation.types import Label
from training.corpus import read, seed_file
from training.example import Example
from training.fit import Recipe, fit

SMALL = Recipe(min_df=2, max_features=4_000, folds=2)


@dataclass(frozen=True)
class Small:
    """What was fitted on what."""

    classifier: Classifier
    seen: list[Example]
    unseen: list[Example]


def toxicity_only(examples: list[Example]) -> list[Example]:
    return [replace(e, labels={Label.TOXICITY: e.labels[Label.TOXICITY]}, weights={}) for e in examples]


@pytest.fixture(scope="session")
def small() -> Small:
    rows = toxicity_only(read(seed_file()))
    seen, unseen = rows[::2], rows[1::2]
    return Small(Classifier(fit(seen, {}, SMALL), "small"), seen, unseen)
