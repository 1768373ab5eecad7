"""Thresholds that keep a promise, and what data can vouch for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moderation.errors import InputError
from moderation.policy import load_policy
from moderation.types import Label, Language
from training.example import Example
from training.scoring import Scores
from training.thresholds import Ladder, Promise, _upper, ladders, overlay

POLICY = load_policy()
LABELS = tuple(Label)


def drawn(
    seed: int, innocent: int = 4_000, abusive: int = 1_000, language: Language = "ko"
) -> tuple[list[Example], Scores]:
    """Comments with scores as a fair classifier gives them: log odds around -3 and around 3."""
    draw = np.random.default_rng(seed)
    truth = np.r_[np.zeros(innocent, int), np.ones(abusive, int)]
    examples = [
        Example(str(i), "x", language, "own", "validation", {Label.TOXICITY: int(t)})
        for i, t in enumerate(truth)
    ]
    odds = draw.normal(np.where(truth == 1, 2.0, -3.0), 2.0)
    return examples, np.tile((1 / (1 + np.exp(-odds)))[:, None], len(LABELS))


def ladder(promise: Promise, seed: int = 1, innocent: int = 4_000, abusive: int = 1_000) -> Ladder:
    examples, scores = drawn(seed, innocent, abusive)
    return ladders(POLICY, LABELS, examples, scores, promise)[0]


def test_the_promise_is_kept_and_no_stricter_than_needed() -> None:
    tight = ladder(Promise(wrong_refusals=0.002, held=0.10, toxic_share=0.05)).keep()
    assert tight.wrong_refusals.seen <= tight.wrong_refusals.at_most <= 0.002
    assert tight.held.seen <= tight.held.at_most <= 0.10
    loose = ladder(Promise(wrong_refusals=0.02, held=0.30, toxic_share=0.05)).keep()
    assert loose.caught > tight.caught
    assert loose.wrong_refusals.at_most > 0.015  # the next looser step would break it
    assert loose.thresholds[Label.TOXICITY]["reject"] < tight.thresholds[Label.TOXICITY]["reject"]


def test_it_holds_on_other_comments_of_the_same_kind_as_often_as_stated() -> None:
    """At 90 % confidence, of forty draws fewer than a quarter may break a promise that is true of the whole."""
    broken = 0
    rows, scores = drawn(99, innocent=200_000, abusive=1)
    for seed in range(40):
        promise = Promise(wrong_refusals=0.01, toxic_share=0.0, confidence=0.9)
        kept = ladder(promise, seed, innocent=1_000, abusive=50).keep()
        column = LABELS.index(Label.TOXICITY)
        refused = scores[: len(rows) - 1, column] >= kept.thresholds[Label.TOXICITY]["reject"]
        broken += refused.mean() > 0.01
    assert broken < 10


def test_thresholds_rise_and_load_as_a_policy(tmp_path: Path) -> None:
    examples, scores = drawn(1)
    english, english_scores = drawn(2, language="en")
    promise = Promise(wrong_refusals=0.005, held=0.1, toxic_share=0.03)
    kept = [
        one.keep()
        for one in ladders(POLICY, LABELS, [*examples, *english], np.r_[scores, english_scores], promise)
    ]
    path = tmp_path / "thresholds.toml"
    path.write_text(overlay(kept, "Promise: little.\nSigned: the desk."), "utf-8")
    policy = load_policy(path)
    assert policy.version != POLICY.version
    rule = policy.rules["toxicity.toxicity"]
    assert rule.thresholds is not None
    assert rule.clause == "abuse"
    assert rule.thresholds.ko.reject == kept[0].thresholds[Label.TOXICITY]["reject"]
    assert rule.thresholds.en.hold == kept[1].thresholds[Label.TOXICITY]["hold"]


def test_what_is_not_promised_stays_as_the_policy_has_it() -> None:
    kept = ladder(Promise(wrong_refusals=0.005, toxic_share=0.03)).keep()
    rule = POLICY.rules["toxicity.insult"]
    assert rule.thresholds is not None
    assert kept.thresholds[Label.INSULT]["hold"] == rule.thresholds.ko.hold


def test_too_few_comments_cannot_vouch_for_a_small_number() -> None:
    with pytest.raises(InputError, match=r"cannot vouch for 0\.10%"):
        ladder(Promise(wrong_refusals=0.001, toxic_share=0.0), innocent=100, abusive=20).keep()


def test_comments_of_one_kind_only_are_refused() -> None:
    with pytest.raises(InputError, match="no abusive held-out comments in `ko`"):
        ladder(Promise(wrong_refusals=0.1), abusive=0)


@pytest.mark.parametrize(
    ("count", "size", "bound"),
    # 95 % one-sided upper limits; none of 100: 1 - 0.05 ** (1 / 100)
    [(0, 100, 0.02951), (1, 100, 0.04656), (10, 10, 1.0), (0, 3_000, 0.000998)],
)
def test_the_bound_is_that_of_clopper_and_pearson(count: int, size: int, bound: float) -> None:
    assert _upper(np.arange(size) < count, 0.05) == pytest.approx(bound, rel=1e-3)


def test_the_curve_rises_as_thresholds_fall() -> None:
    curve = ladder(Promise(toxic_share=0.05)).curve()
    assert len(curve) > 20
    for name in ("caught", "threshold"):
        values = [getattr(point, name) for point in curve]
        assert values == sorted(values, reverse=name == "threshold")
