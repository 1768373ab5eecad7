"""A threshold is carried over by rank: it holds as many comments as before, and never falls as the old one rises."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.cli.migrate.mapping import FEWEST, carry, order_kept

SCORES = st.lists(st.integers(0, 10_000).map(lambda n: n / 10_000), min_size=2, max_size=60, unique=True)


def sample(count: int, seed: int = 7) -> list[float]:
    return [random.Random(f"{seed}:{n}").betavariate(0.5, 3) for n in range(count)]


def test_the_same_scores_keep_their_threshold() -> None:
    scores = sample(2_000)
    found = carry(scores, scores, 0.5)
    assert found.new == pytest.approx(0.5, abs=0.01)
    assert (found.agreement, found.kappa, found.kept) == (1.0, 1.0, 1.0)
    assert found.low <= 0.5 <= found.high
    assert found.is_supported


@pytest.mark.parametrize("power", [0.5, 2.0, 3.0])
def test_another_scale_is_found(power: float) -> None:
    old = sample(2_000)
    found = carry(old, [score**power for score in old], 0.6)
    assert found.new == pytest.approx(0.6**power, abs=0.02)
    assert found.agreement == 1.0
    assert order_kept(old, [score**power for score in old]) == pytest.approx(1.0)


def test_scores_that_have_nothing_to_do_with_each_other() -> None:
    old, new = sample(2_000, 1), sample(2_000, 2)
    found = carry(old, new, 0.5)
    assert found.held_new == pytest.approx(found.held, abs=0.001)
    assert abs(found.kappa) < 0.1
    assert abs(order_kept(old, new)) < 0.1


def test_few_comments_are_said_to_be_few() -> None:
    few, many = sample(60), sample(6_000)
    wide, narrow = carry(few, few, 0.4), carry(many, many, 0.4)
    assert (wide.is_supported, narrow.is_supported) == (False, True)
    assert wide.above < FEWEST <= narrow.above
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)


def test_nothing_and_everything_above() -> None:
    scores = [0.1, 0.2, 0.3]
    nothing, everything = carry(scores, scores, 0.9), carry(scores, scores, 0.05)
    assert (nothing.held_new, nothing.kept) == (0.0, None)
    assert nothing.new > 0.3
    assert (everything.held_new, everything.kept, everything.new) == (1.0, 1.0, 0.0)


def test_scores_that_are_all_the_same() -> None:
    assert order_kept([0.5, 0.5], [0.1, 0.9]) == 0.0
    assert carry([0.5, 0.5], [0.4, 0.4], 0.5).held_new == 1.0


@given(SCORES, st.data())
def test_it_rises_with_the_old_threshold_and_holds_as_many(new: list[float], data: st.DataObject) -> None:
    old = data.draw(st.lists(st.floats(0, 1), min_size=len(new), max_size=len(new)))
    thresholds = [0.2, 0.4, 0.6, 0.8]
    found = [carry(old, new, threshold) for threshold in thresholds]
    assert [each.new for each in found] == sorted(each.new for each in found)
    for each in found:
        assert each.low <= each.new <= each.high
        assert np.isclose(each.held_new, each.held, atol=1 / len(new))
        assert 0 <= each.new <= 1
