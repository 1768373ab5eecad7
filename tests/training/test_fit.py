"""Fitting on the seed corpus: reproducible, and good enough to tell its own kind apart."""

from __future__ import annotations

import io
import json
from pathlib import Path

import joblib
import numpy as np
import pytest
from typer.testing import CliRunner

from moderation.errors import InputError
from moderation.model.artifact import load, read_manifest
from moderation.model.classifier import Classifier
from moderation.types import Label
from training.cli import app
from training.corpus import read, seed_file, sources
from training.evaluate import calibration_error, evaluate
from training.fit import Recipe, fit

QUICK = Recipe(min_df=2, max_features=5_000)


def test_same_data_and_seed_give_the_same_bytes() -> None:
    examples = read(seed_file())[:600]
    packed = []
    for _ in range(2):
        buffer = io.BytesIO()
        joblib.dump(fit(examples, sources(), QUICK), buffer, compress=("lzma", 1))
        packed.append(buffer.getvalue())
    assert packed[0] == packed[1]


def test_too_little_data_is_refused() -> None:
    with pytest.raises(InputError, match="add labelled comments"):
        fit(read(seed_file())[:10], sources(), QUICK)


def test_learns_what_the_seed_corpus_teaches() -> None:
    examples = read(seed_file())
    exam, lessons = examples[::5], [e for i, e in enumerate(examples) if i % 5]
    measures = evaluate(Classifier(fit(lessons, sources(), QUICK), "test"), exam)
    for language in ("ko", "en"):
        scored = {m.label: m.roc_auc or 0.0 for m in measures if m.language == language}
        assert scored[Label.SPAM] > 0.85
        assert scored[Label.TOXICITY] > 0.7


def test_calibration_error() -> None:
    truth = np.array([0, 1, 0, 1])
    assert calibration_error(truth, np.array([0.5, 0.5, 0.5, 0.5])) == 0
    assert calibration_error(truth, np.array([1.0, 1.0, 1.0, 1.0])) == pytest.approx(0.5)


def test_fit_and_evaluate_as_an_editor_runs_them(tmp_path: Path) -> None:
    """On a machine without the public data sets: the seed corpus, an eighth of it held out."""
    runner = CliRunner()
    made = runner.invoke(app, ["fit", "--out", str(tmp_path), "--jobs", "1", "--max-features", "5000"])
    assert made.exit_code == 0, made.output
    manifest = read_manifest(tmp_path)
    assert [source.name for source in manifest.sources] == ["seed", "templates"]
    assert manifest.metrics["measures"]
    assert "| seed |" in (tmp_path / "card.md").read_text("utf-8")
    assert load(tmp_path).version == manifest.version
    measured = runner.invoke(app, ["evaluate", "--model", str(tmp_path), "--json"])
    assert measured.exit_code == 0, measured.output
    assert {row["label"] for row in json.loads(measured.stdout)} == {str(label) for label in Label}
