"""Work that is done again and again while the service runs, in a thread of its own."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable

from moderation.errors import ModerationError

logger = logging.getLogger(__name__)


class Rounds:
    """Calls `work` every `interval` seconds, from `start` to `stop`. A fault costs one round, not those after it."""

    def __init__(self, name: str, work: Callable[[], object], interval: float) -> None:
        self._name, self._work, self._interval = name, work, interval
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, with a round at once."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Begin no other round, and wait for the one that is under way."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    @property
    def stopping(self) -> bool:
        """Whether a round that takes long should come to its end."""
        return self._stopping.is_set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._work()
            except ModerationError as error:
                logger.error("%s: %s", self._name, error)
            except Exception as error:  # never its text: it may quote a comment
                frame = traceback.extract_tb(error.__traceback__)[-1]
                logger.error("%s: %s at %s:%s", self._name, type(error).__name__, frame.name, frame.lineno)
            self._stopping.wait(self._interval)
