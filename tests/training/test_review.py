"""Doubtful labels: what copies say differently, and what a model does not believe."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from moderation.types import Label
from tests.training.conftest import SMALL, Small, toxicity_only
from training.corpus import read, seed_file
from training.example import Example
from training.folds import LABELS, out_of_fold, parts
from training.review import conflicts, mislabels, write_doubts


def example(identity: str, text: str, toxic: int) -> Example:
    return Example(identity, text, "ko", "own", "train", {Label.TOXICITY: toxic})


def test_copies_that_disagree_are_listed_the_lonely_voice_first() -> None:
    rows = [
        example("a", "이런 멍청이", 1),
        example("b", "이런 멍청이!!", 1),
        example("c", "이런  멍청이", 0),
        example("d", "좋은 기사", 0),
        example("e", "좋은 기사.", 0),
        replace(example("f", "좋은 기사!", 0), labels={Label.SPAM: 1}),
    ]
    (doubt,) = conflicts(rows)
    assert (doubt.id, doubt.given, doubt.suggested, doubt.others) == ("c", 0, 1, "a b")
    assert [d.id for d in conflicts([rows[0], rows[2]])] == ["a", "c"]  # nobody is in the minority


def test_turned_labels_come_out_on_top(small: Small) -> None:
    rows = toxicity_only(read(seed_file()))[::2]
    turned = {
        row.id
        for row in [r for r in rows if r.labels[Label.TOXICITY]][::12]
        + [r for r in rows if not r.labels[Label.TOXICITY]][::40]
    }
    noisy = [
        replace(r, labels={Label.TOXICITY: 1 - r.labels[Label.TOXICITY]}) if r.id in turned else r
        for r in rows
    ]
    scores = out_of_fold(noisy, {}, SMALL, folds=2)
    assert np.isnan(scores[:, LABELS.index(Label.SPAM)]).sum() == 0 or scores.shape == (
        len(noisy),
        len(LABELS),
    )
    found = [d.id for d in mislabels(noisy, scores) if d.label is Label.TOXICITY]
    top = found[: len(turned)]
    by_chance = len(turned) / len(noisy)
    assert len(turned & set(top)) / len(top) > 4 * by_chance


def test_copies_lie_in_one_fold_and_every_row_in_one() -> None:
    rows = [example(str(n), f"댓글 {n // 3} 번째 이야기입니다 {'!' * (n % 3)}", 0) for n in range(60)]
    held_out = parts(rows, 3, 0)
    assert sorted(np.concatenate(held_out).tolist()) == list(range(60))
    home = {row: place for place, fold in enumerate(held_out) for row in fold.tolist()}
    assert all(home[n] == home[n - n % 3] for n in range(60))
    assert [len(fold) for fold in held_out] == [21, 21, 18]


def test_the_list_for_an_editor(tmp_path: Path) -> None:
    rows = [example("a", '=SUM(1) "이런" 010-1234-5678', 1), example("b", '=SUM(1) "이런" 010-1234-5678 ', 0)]
    write_doubts(tmp_path / "review.csv", conflicts(rows))
    with (tmp_path / "review.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file))
    assert [row["id"] for row in listed] == ["a", "b"]
    assert listed[0]["text"].startswith("'=SUM")  # no formula
    assert "1234" not in listed[0]["text"]
    write_doubts(tmp_path / "review.jsonl", conflicts(rows))
    lines = (tmp_path / "review.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["suggested"] for line in lines] == [0, 1]
