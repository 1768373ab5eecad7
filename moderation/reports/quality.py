"""How well decisions hold: agreement of two people, and how often a person undid what the policy did."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from moderation.store.figures import Look, Ruled

FEWEST = 10
"""Pairs below which an agreement says little."""

STOPPED = frozenset({"hold", "reject"})


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two people agree on a clause.

    kappa : Cohen's kappa (J. Cohen, 1960): 1 for always, 0 for no more than by chance; None where all said the same.
    """

    clause: str | None
    pairs: int
    same: int
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Overturned:
    """How often a person ruled against the policy, under one heading (a rule, a version)."""

    name: str
    ruled: int
    overturned: int

    @property
    def share(self) -> float:
        """The share that was overturned."""
        return self.overturned / self.ruled if self.ruled else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share (E. B. Wilson, 1927)."""
        n, z = self.ruled, 1.96
        if not n:
            return 0.0, 1.0
        middle = (self.share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(self.share * (1 - self.share) / n + z * z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)


def agreements(looks: Iterable[Look]) -> list[Agreement]:
    """Agreement by clause, the clause with most pairs first."""
    by_clause: dict[str | None, Counter[tuple[str, str]]] = defaultdict(Counter)
    for look in looks:
        by_clause[look.clause][look.first, look.second] += look.count
    found = [
        Agreement(clause, pairs.total(), sum(n for (a, b), n in pairs.items() if a == b), kappa(pairs))
        for clause, pairs in by_clause.items()
    ]
    return sorted(found, key=lambda agreement: (-agreement.pairs, agreement.clause or ""))


def kappa(pairs: Counter[tuple[str, str]]) -> float | None:
    """Cohen's kappa of pairs of answers.

    >>> kappa(Counter({("allow", "allow"): 20, ("allow", "reject"): 5, ("reject", "allow"): 10, ("reject", "reject"): 15}))
    0.4
    """
    total = pairs.total()
    if not total:
        return None
    first, second = Counter[str](), Counter[str]()
    for (one, other), count in pairs.items():
        first[one] += count
        second[other] += count
    observed = sum(count for (one, other), count in pairs.items() if one == other) / total
    expected = sum(first[answer] * second[answer] for answer in first) / total**2
    if math.isclose(expected, 1.0):
        return None
    return round((observed - expected) / (1 - expected), 12)


def overturned(ruled: Iterable[Ruled], name: Callable[[Ruled], str]) -> list[Overturned]:
    """By that heading, the one with most rulings first.

    A person overturns the policy by letting stand what it stopped, or by refusing what it let pass.
    """
    all_, against = Counter[str](), Counter[str]()
    for sums in ruled:
        heading = name(sums)
        all_[heading] += sums.count
        if (sums.before in STOPPED) == (sums.after == "allow"):
            against[heading] += sums.count
    return [Overturned(heading, count, against[heading]) for heading, count in all_.most_common()]
