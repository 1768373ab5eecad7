"""What the store can tell a lead: volume, waiting, how decisions hold, and when the queue will be empty."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from moderation.reports.quality import Agreement, Overturned, agreements, overturned
from moderation.store import Store
from moderation.store.figures import Pace, Sum, Waited

ACTIONS = ("allow", "nudge", "hold", "reject")


@dataclass(frozen=True, slots=True)
class Volume:
    """Comments under one heading (a day, a clause, a language), by what the policy did with them."""

    name: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    def share(self, action: str) -> float:
        """The share of an action."""
        return self.counts.get(action, 0) / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long comments under one heading waited for a person: half of them no longer than `median` seconds."""

    name: str
    count: int
    median: float
    ninetieth: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where the queue is going, at the pace of the last hour. `empty_at`: None where it does not shrink."""

    pace: Pace
    empty_at: datetime | None

    @property
    def growth(self) -> int:
        """By how many comments an hour it grows; negative where it shrinks."""
        return self.pace.came - self.pace.ruled


@dataclass(frozen=True, slots=True)
class Report:
    """Everything on the leads' dashboard, since one moment."""

    since: datetime
    days: Sequence[Volume]
    languages: Sequence[Volume]
    clauses: Sequence[Volume]
    waiting: Sequence[Waiting]
    waiting_by_language: Sequence[Waiting]
    rules: Sequence[Overturned]
    policies: Sequence[Overturned]
    models: Sequence[Overturned]
    agreements: Sequence[Agreement]
    forecast: Forecast


def report(store: Store, since: datetime) -> Report:
    """The figures since then. Comments whose period is over, or whose author was erased, are no part of them."""
    sums = store.figures.sums(since)
    waited = list(store.figures.waited(since))
    ruled = store.figures.ruled(since)
    pace = store.figures.pace()
    return Report(
        since=since,
        days=_filled(volumes(sums, lambda one: (one.day,)), since, pace.at),
        languages=volumes(sums, lambda one: (one.language,)),
        clauses=sorted(volumes(sums, lambda one: one.clauses), key=lambda volume: -volume.total),
        waiting=waits(waited, lambda one: one.clauses),
        waiting_by_language=waits(waited, lambda one: (one.language,)),
        rules=overturned(ruled, lambda one: one.rule or "—"),
        policies=overturned(ruled, lambda one: one.policy),
        models=overturned(ruled, lambda one: one.model or "—"),
        agreements=agreements(store.figures.looks(since)),
        forecast=forecast(pace),
    )


def volumes(sums: Iterable[Sum], names: Callable[[Sum], Iterable[str]]) -> list[Volume]:
    """Sums under each of their headings, in the order of the headings."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one in sums:
        for name in names(one):
            found[name][one.action] += one.count
    return [Volume(name, found[name]) for name in sorted(found)]


def waits(waited: Iterable[Waited], names: Callable[[Waited], Iterable[str]]) -> list[Waiting]:
    """How long was waited under each heading, the longest first."""
    found: dict[str, list[float]] = defaultdict(list)
    for one in waited:
        for name in names(one):
            found[name].append(one.seconds)
    rows = [
        Waiting(name, len(seconds), statistics.median(seconds), _ninetieth(seconds))
        for name, seconds in found.items()
    ]
    return sorted(rows, key=lambda row: (-row.median, row.name))


def forecast(pace: Pace) -> Forecast:
    """When the queue will be empty if the next hours are like the last one.

    >>> at = datetime(2026, 11, 25, 13, 20)
    >>> forecast(Pace(at, held=50, came=50, ruled=100)).empty_at
    datetime.datetime(2026, 11, 25, 14, 20)
    """
    shrinks = pace.ruled - pace.came
    if not pace.held:
        return Forecast(pace, pace.at)
    if shrinks <= 0:
        return Forecast(pace, None)
    return Forecast(pace, pace.at + timedelta(hours=pace.held / shrinks))


def _ninetieth(seconds: Sequence[float]) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, round(0.9 * (len(ordered) - 1)))]


def _filled(days: Sequence[Volume], since: datetime, until: datetime) -> list[Volume]:
    """With the days on which nothing came."""
    known = {day.name: day for day in days}
    count = (until.date() - since.date()).days + 1
    names = [(since.date() + timedelta(days=number)).isoformat() for number in range(count)]
    return [known.get(name, Volume(name, {})) for name in names]
