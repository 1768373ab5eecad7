"""The worker of the service that empties the outbox."""

from __future__ import annotations

import logging
import threading

from moderation.errors import StoreError
from moderation.store.outbox import Delivery, Outbox
from moderation.webhooks.schedule import Schedule
from moderation.webhooks.sending import Sender

logger = logging.getLogger(__name__)

LEASE = 60.0
"""Seconds an endpoint is held: well above what one request may take, so that it runs out only when we are gone."""
AT_ONE_GO = 100
"""Messages to one endpoint before another has its turn."""


class Deliverer:
    """Delivers what is due, from `start` to `stop`, to several endpoints at once but one message at a time to each.

    Any number of processes may run one over the same database. Whatever one of them dies at is tried again by
    another, so that every message arrives at least once, always under the same id.

    interval : seconds between two looks at an empty outbox.
    """

    def __init__(
        self,
        outbox: Outbox,
        sender: Sender,
        *,
        schedule: Schedule | None = None,
        interval: float = 1.0,
        lease: float = LEASE,
        threads: int = 4,
    ) -> None:
        self._outbox, self._sender = outbox, sender
        self._schedule = schedule or Schedule()
        self._interval, self._lease = interval, lease
        self._count = threads
        self._looking = threading.Lock()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to deliver."""
        self._stopping.clear()
        self._threads = [
            threading.Thread(target=self._run, name=f"webhooks-{number}", daemon=True)
            for number in range(self._count)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Begin nothing more, and wait for what is under way."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def deliver_due(self) -> int:
        """Deliver what is due now, in this thread; how many attempts that took."""
        attempts = 0
        while (delivery := self._outbox.take(self._lease)) is not None:
            attempts += self._deliver(delivery)
        return attempts

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                delivery = self._look()
                if delivery is not None:
                    self._deliver(delivery)
            except StoreError as error:  # what was under way is tried again when its lease runs out
                logger.error("webhooks: %s", error)
                self._stopping.wait(5 * self._interval)
            except Exception as error:
                logger.error("webhooks: %s", type(error).__name__)  # never its text: it may quote a comment
                self._stopping.wait(5 * self._interval)

    def _look(self) -> Delivery | None:
        """The next message. One thread looks at a time; the others wait for their turn."""
        with self._looking:
            while not self._stopping.is_set():
                delivery = self._outbox.take(self._lease)
                if delivery is not None:
                    return delivery
                self._stopping.wait(self._interval)
        return None

    def _deliver(self, delivery: Delivery) -> int:
        """Deliver what is due at one endpoint; how many attempts that took."""
        attempts = 0
        following: Delivery | None = delivery
        while following is not None:
            delivery, attempts = following, attempts + 1
            outcome = self._sender.send(delivery.endpoint, delivery.message.id, delivery.body)
            settlement = self._schedule.settle(delivery, outcome)
            if settlement.fault is not None:
                logger.warning(
                    "webhook %s to %s: %s%s",
                    delivery.message.id,
                    delivery.endpoint.id,
                    settlement.fault,
                    "; given up" if settlement.wait is None else "",
                )
            more = attempts < AT_ONE_GO and not self._stopping.is_set()
            following = self._outbox.settle(delivery, settlement, self._lease, more=more)
        return attempts
