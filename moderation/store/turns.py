"""A lock that goes to whoever has waited longest."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """One at a time, in the order of asking: a thread that has just had its turn and asks again stands last.

    A connection pool hands a connection to whichever thread comes first once there is one, and that is mostly the
    thread that gave it back; others waited until they were told that the database is busy.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Lock] = deque()

    def take(self, seconds: float) -> bool:
        """Wait for one's turn, at most so long; whether it came."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return True
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        if gate.acquire(timeout=seconds):
            return True
        with self._lock:
            if gate not in self._waiting:  # it came at the last moment
                return True
            self._waiting.remove(gate)
            return False

    def give(self) -> None:
        """The turn is over: the next one's begins."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False
