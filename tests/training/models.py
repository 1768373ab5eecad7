"""Small real models, fitted once, and artefacts of them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from moderation.model.artifact import Manifest, save
from moderation.model.classifier import Fitted
from training.corpus import read, seed_file, sources
from training.fit import Recipe, fit


@cache
def small(features: int) -> Fitted:
    """A model on every eighth row of the seed corpus; one with other features judges otherwise."""
    return fit(read(seed_file())[::8], sources(), Recipe(min_df=1, max_features=features), jobs=1)


def artefact(folder: Path, features: int = 1_000, day: int = 24, gold: str | None = None) -> Manifest:
    """An artefact as training writes it, of that day in November, kept apart from the gold set of that digest."""
    created = datetime(2026, 11, day, tzinfo=UTC)
    facts = {
        "recipe": {},
        "seed": 0,
        "sources": [],
        "metrics": {"measures": [], "suspects": [], "gold": gold},
    }
    manifest = save(small(features), folder, **facts, created=created)
    (folder / "card.md").write_text(f"# Model card: {manifest.version}\n", "utf-8")
    return manifest
