"""A real model, small: fitted on part of the seed corpus, once for all tests of this folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from moderation.model.artifact import Manifest, save
from moderation.model.classifier import Classifier, Fitted
from training.corpus import read, seed_file, sources
from training.fit import Recipe, fit


@pytest.fixture(scope="session")
def fitted() -> Fitted:
    return fit(read(seed_file()), sources(), Recipe(min_df=2, max_features=20_000), jobs=1)


@pytest.fixture(scope="session")
def classifier(fitted: Fitted) -> Classifier:
    return Classifier(fitted, "test")


@pytest.fixture(scope="session")
def written(fitted: Fitted, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An artefact of it, to be copied: packing it takes longer than what most tests ask of it."""
    folder = tmp_path_factory.mktemp("written")
    write(fitted, folder)
    return folder


def write(fitted: Fitted, folder: Path) -> Manifest:
    """Save an artefact as training does."""
    created = datetime(2026, 11, 24, tzinfo=UTC)
    return save(fitted, folder, recipe={}, seed=0, sources=[], metrics={}, created=created)
