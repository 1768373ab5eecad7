"""How often something may happen: counters that all processes of the service share.

A process takes allowances from the database in small lots and spends them itself, so that most calls write nothing.
Together they never allow more than the limit. Less, by what idle processes hold: at most 2.5 % of the limit each.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Index, Integer, String, Table, delete, select, update

from moderation.store.accounts.digests import digest
from moderation.store.clock import now
from moderation.store.connections import Connections
from moderation.store.insertion import insert_new
from moderation.store.tables import UtcDateTime, metadata

LOT = 40
"""One lot is a fortieth of the limit, or one."""
REMEMBERED = 10_000
"""Counters whose lots a process keeps in memory."""
SWEEP_EVERY = 1_000
"""Lots between two sweeps of counters whose time is over."""
_LOCKS = 64

limits = Table(
    "limits",
    metadata,
    Column("key", String(43), primary_key=True),  # a digest: what is counted may be an address or a name
    Column("used", Integer, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Index("limits_ends", "ends_at"),
)


@dataclass(slots=True)
class _Lot:
    """What this process may still allow until then, in seconds of its own steady clock; `is_last`: nothing follows."""

    left: int
    until: float
    is_last: bool


class Limits:
    """Counts by key over periods that begin with the first call. Safe to call from many threads; a call may block.

    steady : seconds of a clock that is never set.
    """

    def __init__(self, connections: Connections, steady: Callable[[], float] = time.monotonic) -> None:
        self._connections = connections
        self._steady = steady
        self._lots: OrderedDict[str, _Lot] = OrderedDict()
        self._guard = threading.Lock()  # of the dictionary itself; the locks below are of single counters
        self._locks = [threading.Lock() for _ in range(_LOCKS)]
        self._taken = 0

    def take(self, key: str, limit: int, seconds: int = 60) -> float | None:
        """Count one; None where it is within the limit of that many in a period, else the seconds to wait."""
        hidden = digest(key)
        with self._locks[hash(hidden) % _LOCKS]:
            lot = self._recall(hidden)
            if lot is None or (lot.left == 0 and not lot.is_last):
                lot = self._lease(hidden, limit, seconds)
                self._keep(hidden, lot)
            if lot.left > 0:
                lot.left -= 1
                return None
            return max(0.001, lot.until - self._steady())

    def forget(self, key: str) -> None:
        """Begin to count anew, as after a password that was right."""
        hidden = digest(key)
        with self._locks[hash(hidden) % _LOCKS]:
            with self._connections.writing() as connection:
                connection.execute(delete(limits).where(limits.c.key == hidden))
            with self._guard:
                self._lots.pop(hidden, None)

    def _recall(self, hidden: str) -> _Lot | None:
        with self._guard:
            lot = self._lots.get(hidden)
            if lot is None:
                return None
            if self._steady() >= lot.until:
                del self._lots[hidden]
                return None
            self._lots.move_to_end(hidden)
            return lot

    def _keep(self, hidden: str, lot: _Lot) -> None:
        with self._guard:
            self._lots[hidden] = lot
            if len(self._lots) > REMEMBERED:
                self._lots.popitem(last=False)
            self._taken += 1
            is_due = self._taken % SWEEP_EVERY == 0
        if is_due:
            self._sweep()

    def _lease(self, hidden: str, limit: int, seconds: int) -> _Lot:
        with self._connections.writing() as connection:
            at = now(connection)
            used, ends_at = _locked(connection, hidden, at)
            if at >= ends_at:
                used, ends_at = 0, at + timedelta(seconds=seconds)
            lot = min(max(1, limit // LOT), max(0, limit - used))
            values = {"used": used + lot, "ends_at": ends_at}
            if lot:
                connection.execute(update(limits).where(limits.c.key == hidden).values(values))
        until = self._steady() + (ends_at - at).total_seconds()
        return _Lot(lot, until, is_last=used + lot >= limit)

    def _sweep(self) -> None:
        with self._connections.writing() as connection:
            connection.execute(delete(limits).where(limits.c.ends_at < now(connection)))


def _locked(connection: Connection, hidden: str, at: datetime) -> tuple[int, datetime]:
    """What is counted so far and until when, with the row held until the transaction ends."""
    query = select(limits.c.used, limits.c.ends_at).where(limits.c.key == hidden).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        insert_new(connection, limits, {"key": hidden, "used": 0, "ends_at": at})
        row = connection.execute(query).one()
    return row.used, row.ends_at
