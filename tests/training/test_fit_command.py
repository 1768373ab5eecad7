"""`training fit` as an editor runs it: in a process of its own, on a table, and interrupted."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import training.cli
from moderation.model.artifact import load, read_manifest
from training.corpus import read, seed_file

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Part of the seed corpus as Excel would have saved it, with two rows that cannot be used."""
    path = tmp_path_factory.mktemp("table") / "comments.csv"
    with path.open("w", encoding="cp949", errors="ignore", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["댓글", "유해", "모욕", "광고"])
        for example in read(seed_file())[::3]:
            values = ["예" if example.labels[label] else "아니오" for label in ("toxicity", "insult", "spam")]  # type: ignore[index]
            writer.writerow([example.text, *values])
        writer.writerow(["", "예", "", ""])
        writer.writerow(["아마도", "글쎄", "", ""])
    return path


def command(table: Path, out: Path, *more: str) -> list[str]:
    plain = ["--no-with-seed-corpus", "--no-templates", "--max-features", "3000"]
    rejects = str(out.parent / "rejects.csv")
    return [
        *(sys.executable, "-m", "training.cli", "fit", "--data", str(table), "--out", str(out)),
        *("--rejects", rejects, *plain, *more),
    ]


def environment(**more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)} | more


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_same_data_and_seed_give_the_same_bytes_in_any_process(table: Path, tmp_path: Path) -> None:
    for name, hash_seed, jobs in (("one", "1", "1"), ("two", "2", "2")):
        made = command(table, tmp_path / name, "--created", "2026-01-31", "--jobs", jobs)
        subprocess.run(made, check=True, env=environment(PYTHONHASHSEED=hash_seed), capture_output=True)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    manifest = read_manifest(tmp_path / "one")
    assert manifest.version.startswith("20260131-")
    assert load(tmp_path / "one").version == manifest.version
    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        rejects = list(csv.DictReader(file))
    assert ["`text` is empty" in rejects[0]["reason"], "글쎄" in rejects[1]["reason"]] == [True, True]
    assert int(rejects[1]["line"]) == int(rejects[0]["line"]) + 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "rejects.csv", "two"]


def test_ctrl_c_leaves_the_model_that_was_there(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"
    out.mkdir()
    before = {"manifest.json": b"{}", "model.joblib": b"old"}
    for name, content in before.items():
        (out / name).write_bytes(content)
    with subprocess.Popen(
        command(table, out, "--jobs", "1"), stderr=subprocess.PIPE, text=True, env=environment()
    ) as process:
        assert process.stderr is not None
        said = next(line for line in iter(process.stderr.readline, "") if "· fitting" in line)
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert said
    assert (process.returncode, "nothing was written" in rest) == (130, True), rest
    assert contents(out) == before
    assert {path.name for path in tmp_path.iterdir()} <= {"model", "rejects.csv"}


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What `training fit` says when it will not; run here, for a process of its own loads for seconds."""

    def run(table: Path, out: Path) -> str:
        monkeypatch.setattr(sys, "argv", ["training", *command(table, out)[3:]])
        with pytest.raises(SystemExit) as end:
            training.cli.main()
        assert end.value.code == 1
        return capsys.readouterr().err

    return run


def test_a_folder_with_other_things_is_left_alone(
    table: Path, tmp_path: Path, refused: Callable[..., str]
) -> None:
    (tmp_path / "diary.txt").write_text("mine")
    assert "name a folder of its own" in refused(table, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]


def test_a_table_without_a_usable_row_is_refused(tmp_path: Path, refused: Callable[..., str]) -> None:
    (tmp_path / "bad.jsonl").write_text(json.dumps({"text": "x"}) + "\n")
    assert "states no label" in refused(tmp_path / "bad.jsonl", tmp_path / "model")
    assert not (tmp_path / "model").exists()
