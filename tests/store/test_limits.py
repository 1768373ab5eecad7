"""RL-1: a limit holds over all processes together."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from moderation.store import Store
from moderation.store.limits import LOT, Limits, limits

TAKER = """
import sys
from moderation.store.connections import Connections
from moderation.store.limits import Limits
counter = Limits(Connections.to(sys.argv[1]))
print(sum(counter.take("site", int(sys.argv[2]), 3600) is None for _ in range(int(sys.argv[3]))))
"""


class Clock:
    """One clock for the process and for the database, which stands until the test moves it."""

    def __init__(self) -> None:
        self.passed = 0.0

    def steady(self) -> float:
        return self.passed

    def now(self, connection: Connection) -> datetime:
        return datetime(2026, 11, 25, tzinfo=UTC) + timedelta(seconds=self.passed)


def allowed(counter: Limits, key: str, limit: int, times: int) -> int:
    return sum(counter.take(key, limit, 3600) is None for _ in range(times))


@pytest.mark.parametrize("limit", [1, 10, 39, 40, 100, 1000])
def test_exactly_the_limit_is_allowed(store: Store, limit: int) -> None:
    assert allowed(store.limits, "a", limit, limit + 50) == limit
    assert store.limits.take("b", limit) is None


def test_three_workers_together_allow_the_limit(store: Store, url: str) -> None:
    """Ten times the limit from each of three: never more, and at most 5 % less."""
    limit = 400
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", TAKER, url, str(limit), str(10 * limit)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    told = [worker.communicate(timeout=300) for worker in workers]
    assert not [error for _, error in told if error]
    assert 0.95 * limit <= sum(int(count) for count, _ in told) <= limit


def test_idle_workers_hold_back_little(store: Store) -> None:
    limit = 400
    idle = [Limits(store._connections) for _ in range(2)]
    taken = sum(allowed(counter, "a", limit, 1) for counter in idle)
    taken += allowed(store.limits, "a", limit, 2 * limit)
    assert 0.95 * limit <= taken <= limit


def test_threads_of_one_worker_together_allow_the_limit(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        counts = pool.map(lambda _: allowed(store.limits, "a", 100, 50), range(8))
        assert sum(counts) == 100


def test_most_calls_write_nothing(store: Store) -> None:
    counter, leased = store.limits, 0
    lease = counter._lease

    def counted(hidden: str, limit: int, seconds: int):  # type: ignore[no-untyped-def]
        nonlocal leased
        leased += 1
        return lease(hidden, limit, seconds)

    counter._lease = counted  # type: ignore[method-assign]
    allowed(counter, "a", 1000, 5000)
    assert leased == LOT


def test_a_new_period_begins_with_the_first_call_after_the_old_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr("moderation.store.limits.now", clock.now)
    counter, other = (Limits(store._connections, clock.steady) for _ in range(2))
    assert counter.take("a", 1) is None
    clock.passed = 20
    assert counter.take("a", 1) == other.take("a", 1) == 40
    clock.passed = 60
    assert other.take("a", 1) is None
    assert counter.take("a", 1) == 60


def test_forgetting_begins_anew(store: Store) -> None:
    assert allowed(store.limits, "a", 2, 5) == 2
    store.limits.forget("a")
    assert allowed(store.limits, "a", 2, 5) == 2


def test_keys_are_digests_and_swept_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderation.store.limits.SWEEP_EVERY", 5)
    for number in range(5):
        store.limits.take(f"address 203.0.113.{number}", 10, 0)
    with store._connections.reading() as connection:
        assert "203.0.113" not in str(connection.execute(select(limits)).all())
        assert connection.execute(select(func.count()).select_from(limits)).scalar_one() <= 1


def test_memory_is_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """AP-7."""
    monkeypatch.setattr("moderation.store.limits.REMEMBERED", 3)
    for number in range(10):
        assert store.limits.take(str(number), 1) is None
    assert len(store.limits._lots) == 3
    assert store.limits.take("0", 1) is not None
