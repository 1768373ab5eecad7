"""An artefact is verified before it is opened, and refused for whatever does not match."""

from __future__ import annotations

import io
import json
import os
import pickle
import shutil
from pathlib import Path
from typing import Any

import joblib
import pytest

from moderation.errors import ModelError
from moderation.model.artifact import MANIFEST_FILE, MODEL_FILE, load, load_shipped, read_manifest
from moderation.model.classifier import Fitted
from moderation.types import Label
from tests.model.conftest import write


def rewrite(folder: Path, **changes: Any) -> None:
    manifest = json.loads((folder / MANIFEST_FILE).read_text("utf-8"))
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest | changes), "utf-8")


def test_round_trip(fitted: Fitted, tmp_path: Path) -> None:
    manifest = write(fitted, tmp_path)
    classifier = load(tmp_path)
    assert classifier.version == manifest.version == read_manifest(tmp_path).version
    assert classifier.scores(["good"], ["en"]).shape == (1, len(manifest.labels))


def test_same_model_same_bytes(fitted: Fitted, tmp_path: Path) -> None:
    one, other = write(fitted, tmp_path / "one"), write(fitted, tmp_path / "other")
    assert one.sha256 == other.sha256


def test_one_byte_changed_is_refused(written: Path, tmp_path: Path) -> None:
    shutil.copytree(written, tmp_path, dirs_exist_ok=True)
    content = bytearray((tmp_path / MODEL_FILE).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / MODEL_FILE).write_bytes(content)
    with pytest.raises(ModelError, match="SHA-256 differs"):
        load(tmp_path)


class Canary:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (self.path,)


@pytest.mark.parametrize("wrapped", [True, False], ids=["joblib", "pickle"])
def test_a_planted_pickle_is_not_opened(written: Path, tmp_path: Path, wrapped: bool) -> None:
    shutil.copytree(written, tmp_path, dirs_exist_ok=True)
    canary = tmp_path / "canary"
    planted = io.BytesIO()
    if wrapped:
        joblib.dump(Canary(str(canary)), planted)
    else:
        pickle.dump(Canary(str(canary)), planted)
    (tmp_path / MODEL_FILE).write_bytes(planted.getvalue())
    with pytest.raises(ModelError):
        load(tmp_path)
    assert not canary.exists()
    joblib.load(io.BytesIO(planted.getvalue()))  # the canary is live: opened, it would have sung
    assert canary.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 99}, "artefact format 99 is not"),
        ({"libraries": {"scikit-learn": "0.1"}}, "fitted with scikit-learn 0.1"),
        ({"normaliser": "0"}, "text folding 0"),
        ({"labels": ["toxicity"]}, "does not hold the labels"),
        ({"size": "many"}, "`size`"),
        ({"surprise": 1}, "`surprise`"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    written: Path, tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    shutil.copytree(written, tmp_path, dirs_exist_ok=True)
    rewrite(tmp_path, **changes)
    with pytest.raises(ModelError, match=message):
        load(tmp_path)


@pytest.mark.parametrize("missing", [MODEL_FILE, MANIFEST_FILE])
def test_a_missing_file_is_named(written: Path, tmp_path: Path, missing: str) -> None:
    shutil.copytree(written, tmp_path, dirs_exist_ok=True)
    (tmp_path / missing).unlink()
    with pytest.raises(ModelError, match=missing):
        load(tmp_path)


def test_saving_leaves_no_scraps(fitted: Fitted, tmp_path: Path) -> None:
    write(fitted, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {MODEL_FILE, MANIFEST_FILE}


def test_the_shipped_model_loads_and_tells_right_from_wrong() -> None:
    classifier = load_shipped()
    assert {Label.TOXICITY, Label.IDENTITY_ATTACK, Label.PROFANITY, Label.SPAM} <= set(classifier.labels)
    toxicity = classifier.labels.index(Label.TOXICITY)
    bad = classifier.scores(["이 멍청한 새끼들아", "you are a pathetic idiot"], ["ko", "en"])[:, toxicity]
    good = classifier.scores(["기사 잘 봤습니다", "thanks for the report"], ["ko", "en"])[:, toxicity]
    assert min(bad) > 0.8
    assert max(good) < 0.2


def test_the_shipped_model_is_small_and_has_its_card() -> None:
    import moderation.model

    folder = Path(moderation.model.__file__).parent / "shipped"
    manifest = read_manifest(folder)
    assert manifest.size <= 20 * 2**20
    card = (folder / "card.md").read_text("utf-8")
    assert manifest.version in card
    assert all(source.licence in card for source in manifest.sources)
