"""How often one reader may ask: within any minute no more than so many times, counted in this process's memory."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from starlette.requests import HTTPConnection

from moderation.web.proxies import address_of

WINDOW = 60.0  # seconds
MOST_READERS = 20_000
"""Readers counted at once; those who have not asked for longest are forgotten, so that memory stays bounded."""
SHARING = 10
"""How many times the limit of one reader an address may ask for, where its readers are signed in: an office, a school."""


class Paces:
    """The times at which each reader asked within the last minute.

    limit : times in any minute; 0 for no limit.
    clock : seconds, rising.
    """

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self.clock = clock
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, request: HTTPConnection, reader: str | None) -> int | None:
        """Count one question; the seconds to wait where that would be too many, and then it is not counted."""
        if not self.limit:
            return None
        address = f"address {address_of(request)}"
        if reader is None:
            return self._take({address: self.limit})
        return self._take({f"reader {reader}": self.limit, address: self.limit * SHARING})

    def _take(self, limits: dict[str, int]) -> int | None:
        now = self.clock()
        with self._lock:
            waits = [self._until_free(name, limit, now) for name, limit in limits.items()]
            if longest := max(waits):
                return math.ceil(longest)
            for name in limits:
                self._asked[name].append(now)
        return None

    def _until_free(self, name: str, limit: int, now: float) -> float:
        asked = self._asked.setdefault(name, deque())
        self._asked.move_to_end(name)
        if len(self._asked) > MOST_READERS:
            self._asked.popitem(last=False)
        while asked and asked[0] <= now - WINDOW:
            asked.popleft()
        return asked[-limit] + WINDOW - now if len(asked) >= limit else 0.0
