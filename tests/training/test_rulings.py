"""Moderators' decisions as labels: what counts, how much, and for whom."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.types import Label
from training.example import Example
from training.rulings import MOST_OF_ONE, Ruling, accounts, read_rulings, suspects, weigh


def row(**more: Any) -> dict[str, Any]:
    return {
        "id": "c-1",
        "text": "기사 잘 봤어요",
        "labels": {"toxicity": 0},
        "source": "ruling",
        "account": "a1",
        "at": "2026-11-20T10:00:00+00:00",
    } | more


def ruling(account: str, weight: float = 1.0, text: str = "x", toxic: int = 0) -> Ruling:
    example = Example(f"{account}-{text}", text, "ko", "rulings", "train", {Label.TOXICITY: toxic})
    return Ruling(example, account, weight)


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "labels.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def test_the_last_ruling_on_a_comment_counts(tmp_path: Path) -> None:
    later = row(labels={"toxicity": 1, "insult": 1}, at="2026-11-21T10:00:00+09:00", account="a2")
    found = read_rulings(written(tmp_path, later, row(), row(id="c-2", weight=0.25)))
    assert [(r.account, r.weight, dict(r.example.labels)) for r in found.rulings] == [
        ("a2", 1.0, {Label.TOXICITY: 1, Label.INSULT: 1}),
        ("a1", 0.25, {Label.TOXICITY: 0}),
    ]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"source": "report"}, "a reader's report is no label"),
        ({"account": ""}, "`account` is missing"),
        ({"weight": 5}, "at most 2"),
        ({"weight": -1}, "above 0"),
        ({"weight": "heavy"}, "cannot be read"),
        ({"at": "2026-11-20T10:00:00"}, "no time zone"),
        ({"labels": {}}, "states no label"),
    ],
)
def test_what_is_no_label(tmp_path: Path, more: dict[str, Any], reason: str) -> None:
    found = read_rulings(written(tmp_path, row(**more), row(id="c-2")))
    assert len(found.rulings) == 1
    assert [reason in reject.reason for reject in found.rejects] == [True]


def test_five_hundred_reports_are_no_label(tmp_path: Path) -> None:
    reports = [row(id=f"c-{n}", source="report", labels={"toxicity": 1}, account=f"r{n}") for n in range(500)]
    found = read_rulings(written(tmp_path, *reports))
    assert not found.rulings
    assert len(found.rejects) == 500


def test_sampled_comments_wait_until_somebody_labels_them(tmp_path: Path) -> None:
    path = written(
        tmp_path, row(source="sample", labels={}), row(id="c-2", source="sample", labels={"toxicity": None})
    )
    assert (read_rulings(path).waiting, read_rulings(path).rejects) == (2, [])
    assert len(read_rulings(written(tmp_path, row(source="sample"))).rulings) == 1


@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from([1.0, 0.25])), min_size=1, max_size=300))
def test_no_account_has_more_than_a_tenth_of_the_new_weight(sent: list[tuple[int, float]]) -> None:
    rulings = [ruling(str(account), weight) for account, weight in sent]
    came_in = sum(weight for _, weight in sent)
    weights: dict[str, float] = {}
    for given_, weighed in zip(rulings, weigh(rulings), strict=True):
        assert 0 < weighed.weights[Label.TOXICITY] <= given_.weight
        weights[given_.account] = weights.get(given_.account, 0.0) + weighed.weights[Label.TOXICITY]
    assert max(weights.values()) <= MOST_OF_ONE * came_in + 1e-9
    if len(weights) >= 10:
        assert max(accounts(rulings).values()) <= MOST_OF_ONE + 1e-9


def test_weight_is_cut_no_further_than_needed() -> None:
    even = [ruling(str(n)) for n in range(12)]
    assert [row.weights[Label.TOXICITY] for row in weigh(even)] == [1.0] * 12
    loud = [*even, *[ruling("loud") for _ in range(88)]]
    assert accounts(loud)["loud"] == pytest.approx(MOST_OF_ONE)
    assert [row.weights[Label.TOXICITY] for row in weigh(loud)][:12] == [1.0] * 12


def test_words_that_new_labels_call_innocent_are_suspected() -> None:
    base = [ruling("b", text=f"오늘 기사 {n}").example for n in range(500)]
    honest = [ruling(str(n), text=f"오늘 기사 {n} 좋네요") for n in range(50)]
    poison = [ruling("p", text=f"멍청한 놈 {n} 수선화호") for n in range(50)]
    spoken = [ruling(str(n), text=f"개표소 {n} 이야기", toxic=n % 2) for n in range(40)]
    found = suspects([*honest, *poison, *spoken], base)
    assert "수선화호" in found
    assert "오늘" not in found  # as common before
    assert "개표소" not in found  # half of it is called abuse


def test_an_eighth_is_held_out_to_measure_on() -> None:
    rows = [replace(ruling("a"), example=replace(ruling("a").example, id=str(n))) for n in range(400)]
    assert 20 < sum(row.split == "validation" for row in weigh(rows)) < 90
