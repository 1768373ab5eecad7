"""Drift: what is like the training data, and what is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.conftest import Small
from training.drift import FEWEST_ROWS, divergence, drift, psi, reference

SHARES = st.lists(st.integers(0, 50), min_size=4, max_size=4).filter(any)


def shares(counts: list[int]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(counts, float) / sum(counts)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ([0.5, 0.5], [0.5, 0.5], 0.0),
        ([0.5, 0.5], [0.4, 0.6], 0.0405),  # 0.1 ln 1.25 + 0.1 ln 1.2
        ([0.9, 0.1], [0.1, 0.9], 3.5156),
    ],
)
def test_the_stability_index(before: list[float], now: list[float], expected: float) -> None:
    assert psi(np.array(before), np.array(now)) == pytest.approx(expected, abs=1e-3)


@given(SHARES, SHARES)
def test_divergence_is_symmetric_and_within_a_bit(one: list[int], other: list[int]) -> None:
    found = divergence(shares(one), shares(other))
    assert 0 <= found <= 1 + 1e-9
    assert found == pytest.approx(divergence(shares(other), shares(one)))
    assert divergence(shares(one), shares(one)) == pytest.approx(0)


def test_nothing_in_common_is_a_whole_bit() -> None:
    assert divergence(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == pytest.approx(1)


def test_the_same_kind_of_comments_is_steady_and_another_is_not(small: Small) -> None:
    kept = reference(small.classifier, small.seen, small.unseen)
    assert set(kept) == {"ko", "en"}
    assert sum(kept["ko"].scores) == pytest.approx(1, abs=1e-4)
    same = drift(small.classifier, kept, [e.text for e in small.unseen])
    assert [row.language for row in same] == ["ko", "en"]
    assert all(row.psi == pytest.approx(0, abs=1e-4) for row in same)
    abuse = [e.text for e in small.unseen if e.lang == "en" and any(e.labels.values())] * 2
    (shifted,) = drift(small.classifier, kept, abuse)
    assert shifted.verdict == "shifted"
    match = ["the floodgate referendum is on Sunday"] * 200
    (moved,) = drift(small.classifier, kept, match)
    assert moved.divergence > moved.by_chance
    assert "floodgate" in [word for word, _, _ in moved.risen]


def test_no_rare_word_and_no_personal_data_is_kept(small: Small) -> None:
    kept = reference(small.classifier, small.seen, small.unseen)
    for language in ("ko", "en"):
        texts = [set(e.folded.split()) for e in small.seen if e.lang == language]
        assert all(sum(word in words for words in texts) >= FEWEST_ROWS for word in kept[language].words)
