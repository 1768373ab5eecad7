"""What the service does once a day by itself: take out what has been kept for its time."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

from moderation.errors import StoreError
from moderation.settings import Settings
from moderation.store import Store
from moderation.store.erasure import Periods

FIRST_LOOK, LOOK_EVERY = 60.0, 3600.0
"""Seconds from the start to a look at whether today's run is due, and between two; of several processes one runs."""

logger = logging.getLogger(__name__)


class Daily:
    """A thread that runs retention, from `start` to `stop`."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._periods = periods(settings)
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Look in a minute, and then every hour."""
        self._over.clear()
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch under way, and look no more."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        pause = FIRST_LOOK
        while not self._over.wait(pause):
            pause = LOOK_EVERY
            try:
                self.look(datetime.now(UTC))
            except StoreError as error:
                logger.error("retention: %s", error)

    def look(self, now: datetime) -> None:
        """Run if no process has run today, and note where the audit ends, outside the database."""
        done = self._store.erasure.daily(self._periods, now)
        if done is not None:
            head = self._store.audit.head()
            logger.info(
                "retention: %d comments taken out; the audit ends at %d:%s",
                done.comments,
                head.number,
                head.mac,
            )


def periods(settings: Settings) -> Periods:
    """How long things are kept, as the settings say."""
    return Periods(settings.keep_rejected, settings.keep_published, settings.keep_labels)
