"""What n-grams are trusted with: evidence within sources counts, where a comment comes from does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from training.evidence import log_ratios, trust

HARSH, MILD = 0, 1  # sources: nine comments in ten are toxic, and one in ten


def _ratios(found: dict[str, list[int]], weights: list[float] | None = None) -> dict[str, float]:
    """Of n-grams by the numbers of the comments they are in: 0 to 39 are of the harsh source, 40 to 79 of the mild."""
    features = np.zeros((80, len(found)), np.float32)
    for column, rows in enumerate(found.values()):
        features[rows, column] = 0.5
    truth = np.array([int(row % 40 < (36 if row < 40 else 4)) for row in range(80)])
    sources = np.array([HARSH] * 40 + [MILD] * 40)
    ratios = log_ratios(csr_matrix(features), truth, np.array(weights or [1.0] * 80), sources)
    return dict(zip(found, ratios.tolist(), strict=True))


def test_the_manner_of_a_source_is_no_evidence() -> None:
    ratios = _ratios({"of the harsh source": list(range(40)), "of the mild source": list(range(40, 80))})
    assert ratios == pytest.approx({"of the harsh source": 0.0, "of the mild source": 0.0}, abs=1e-9)


def test_what_departs_from_its_sources_is_evidence() -> None:
    ratios = _ratios(
        {
            "abuse in the mild source": [40, 41, 42, 43],
            "abuse in both": [0, 1, 2, 3, 40, 41, 42, 43],
            "kind in the harsh source": [36, 37, 38, 39],
            "one kind comment of the mild source": [79],
        }
    )
    assert ratios["abuse in the mild source"] > 2
    assert ratios["abuse in both"] > 1
    assert ratios["kind in the harsh source"] < -2
    assert -0.2 < ratios["one kind comment of the mild source"] < 0


def test_rows_count_by_their_weight() -> None:
    light = _ratios({"n-gram": [40, 41]}, [1.0] * 40 + [0.1] * 40)["n-gram"]
    assert 0 < light < _ratios({"n-gram": [40, 41]})["n-gram"]


@given(st.lists(st.floats(-5, 5), min_size=3, max_size=3), st.floats(0.01, 10))
def test_trust_keeps_the_length_of_comments_and_ranks_by_evidence(ratios: list[float], base: float) -> None:
    features = csr_matrix(np.array([[0.5, 0.2, 0.0], [0.0, 0.3, 0.9]], np.float32))
    factors = trust(features, np.array(ratios), np.full(3, base))
    assert float((features.multiply(factors).power(2)).sum()) == pytest.approx(
        float(features.power(2).sum()), rel=1e-5
    )
    assert (factors > 0).all()
    order = np.argsort(np.abs(ratios), kind="stable")
    assert (np.diff(factors[order]) >= -1e-12).all()


def test_without_n_grams_there_is_nothing_to_trust() -> None:
    assert trust(csr_matrix((2, 0), dtype=np.float32), np.empty(0), np.empty(0)).shape == (0,)
