"""From thresholds on another service's scores to thresholds on ours that hold the same share of comments.

Scores of two services are not on one scale, but both put comments into an order. So a threshold is carried over by
rank: the share of comments at or above the old threshold is the share that the new one has to hold. As a function of
the old threshold the new one never falls (quantile matching; it is the monotone map between the two distributions).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, rankdata

FEWEST = 30
"""So many comments at or above a threshold, and below it, make its counterpart worth a decision."""
CONFIDENCE = 0.95

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Carried:
    """An old threshold and its counterpart.

    low, high : where the counterpart may lie as far as so many comments can tell, at 95 % confidence.
    held, held_new : share of the comments at or above the threshold, before and now.
    agreement : share of comments on the same side before and now; kappa : the same beyond chance (Cohen 1960).
    kept : of the comments held before, the share that is held now; None where none was.
    """

    old: float
    new: float
    low: float
    high: float
    above: int
    comments: int
    held: float
    held_new: float
    agreement: float
    kappa: float
    kept: float | None

    @property
    def is_supported(self) -> bool:
        """Whether there are enough comments on both sides."""
        return min(self.above, self.comments - self.above) >= FEWEST


def carry(old: Sequence[float], new: Sequence[float], threshold: float) -> Carried:
    """The counterpart of a threshold, from the scores that the same comments had before and have now."""
    before, now = np.asarray(old, float), np.asarray(new, float)
    count, held = len(before), before >= threshold
    above = int(held.sum())
    # Clopper and Pearson 1934: the share itself is known only so well.
    tail = (1 - CONFIDENCE) / 2
    least = float(beta.ppf(tail, above, count - above + 1)) if above else 0.0
    most = float(beta.ppf(1 - tail, above + 1, count - above)) if above < count else 1.0
    found = _holding(now, above / count)
    held_now = now >= found
    same = float((held == held_now).mean())
    chance = held.mean() * held_now.mean() + (1 - held.mean()) * (1 - held_now.mean())
    return Carried(
        old=threshold,
        new=found,
        low=_holding(now, most),
        high=_holding(now, least),
        above=above,
        comments=count,
        held=above / count,
        held_new=float(held_now.mean()),
        agreement=same,
        kappa=float((same - chance) / (1 - chance)) if chance < 1 else 1.0,
        kept=float(held_now[held].mean()) if above else None,
    )


def order_kept(old: Sequence[float], new: Sequence[float]) -> float:
    """How far both put the comments into the same order, from -1 to 1 (Spearman's rank correlation)."""
    if len(set(old)) < 2 or len(set(new)) < 2:
        return 0.0
    return float(np.corrcoef(rankdata(old), rankdata(new))[0, 1])


def _holding(scores: Scores, share: float) -> float:
    """The threshold, to four digits, that holds that share of the comments as nearly as scores allow."""
    ordered = np.sort(scores)[::-1]
    count = round(share * len(ordered))
    if count == 0:
        return min(1.0, _up(ordered[0]))
    if count == len(ordered):
        return 0.0
    # Between two comments that differ any threshold does the same; the middle is the furthest from both.
    return round(float(ordered[count - 1] + ordered[count]) / 2, 4)


def _up(score: float) -> float:
    return float(np.ceil(score * 10_000 + 1) / 10_000)
