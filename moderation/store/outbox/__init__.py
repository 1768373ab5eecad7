"""The outbox: what other systems are to be told, kept until they have been told it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from moderation.store.connections import Connections
from moderation.store.ids import checked
from moderation.store.outbox import deliveries, endpoints, messages
from moderation.store.outbox.deliveries import Counts, DeadLetter, Delivery, Settlement
from moderation.store.outbox.endpoints import Endpoint
from moderation.store.outbox.messages import ALL_KINDS, Kind, Message, State, append

__all__ = [
    "ALL_KINDS",
    "Counts",
    "DeadLetter",
    "Delivery",
    "Endpoint",
    "Kind",
    "Message",
    "Outbox",
    "Settlement",
    "State",
    "append",
]

DELIVERED_KEPT = timedelta(days=7)
DEAD_KEPT = timedelta(days=90)


class Outbox:
    """Endpoints that asked to be told, and the messages on their way to them. Safe to call from many threads.

    by : who changes an endpoint or sends again; it goes on record in the same transaction.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(
        self,
        url: str,
        kinds: Sequence[str] = (),
        *,
        by: str,
        texts: bool = False,
        secret: str | None = None,
    ) -> Endpoint:
        """Tell that address from now on; all kinds where none is named, no text of comments unless asked for.

        Raises InputError for an address, a kind or a secret that cannot be. A secret is made where none is given.
        """
        with self._connections.writing() as connection:
            added = endpoints.add(connection, url, kinds, texts=texts, secret=secret)
            endpoints.record(connection, "add", added.id, by=by, detail=endpoints.facts(added))
            return added

    def endpoints(self) -> list[Endpoint]:
        """All endpoints, the first one first."""
        with self._connections.reading() as connection:
            return endpoints.every(connection)

    def endpoint(self, endpoint_id: str) -> Endpoint:
        """That endpoint; raises NotFound."""
        with self._connections.reading() as connection:
            return endpoints.get(connection, endpoint_id)

    def remove(self, endpoint_id: str, *, by: str) -> Endpoint:
        """Tell that endpoint nothing more, not even what is on its way; raises NotFound."""
        with self._connections.writing() as connection:
            removed = endpoints.remove(connection, endpoint_id)
            endpoints.record(connection, "remove", removed.id, by=by, detail=endpoints.facts(removed))
            return removed

    def rotate(self, endpoint_id: str, *, by: str) -> str:
        """A new secret; what is sent is signed with the one before as well, until `end_rotation`."""
        with self._connections.writing() as connection:
            secret = endpoints.rotate(connection, endpoint_id)
            endpoints.record(connection, "rotate", endpoint_id, by=by)
            return secret

    def end_rotation(self, endpoint_id: str, *, by: str) -> None:
        """Sign with the newest secret alone; raises NotFound."""
        with self._connections.writing() as connection:
            endpoints.end_rotation(connection, endpoint_id)
            endpoints.record(connection, "rotate.end", endpoint_id, by=by)

    def enable(self, endpoint_id: str, *, by: str) -> None:
        """Send again to an endpoint that was given up; raises NotFound."""
        with self._connections.writing() as connection:
            endpoints.enable(connection, endpoint_id)
            endpoints.record(connection, "enable", endpoint_id, by=by)

    def announce(self, part: str, version: str) -> None:
        """Tell that `policy` or `model` is another from now on; told once, however many processes see it."""
        with self._connections.writing() as connection:
            messages.announce(connection, part, version)

    def take(self, seconds: float) -> Delivery | None:
        """A message that is due, and its endpoint held for so long; None where nothing is due.

        Nobody else is given a message for that endpoint until `settle` lets go of it or the time is over.
        """
        with self._connections.reading() as connection:
            if not deliveries.is_due(connection):
                return None
        with self._connections.writing() as connection:
            return deliveries.take(connection, secrets.token_hex(16), seconds)

    def settle(
        self, delivery: Delivery, settlement: Settlement, seconds: float, *, more: bool = True
    ) -> Delivery | None:
        """Keep what came of an attempt; the next message for that endpoint, or None and let go of it."""
        with self._connections.writing() as connection:
            return deliveries.settle(connection, delivery, settlement, seconds, more=more)

    def counts(self) -> dict[str, Counts]:
        """How many messages wait and how many were given up, by endpoint; those with none are left out."""
        with self._connections.reading() as connection:
            return deliveries.counts(connection)

    def given_up(self) -> int:
        """How many messages were given up, at any endpoint."""
        with self._connections.reading() as connection:
            return deliveries.given_up(connection)

    def dead(self, limit: int = 50, before: str | None = None) -> list[DeadLetter]:
        """Messages that were given up, the latest first; `before` is the last one of the page before."""
        checked("before", before or "")
        with self._connections.reading() as connection:
            return deliveries.dead(connection, limit, before)

    def resend(
        self, message_ids: Sequence[str] | None = None, *, by: str, endpoint: str | None = None
    ) -> int:
        """Send these messages once more, or all that were given up; how many are on their way now.

        endpoint : to that one alone.
        Raises NotFound for a message that there is not, and sends none then.
        """
        for message_id in message_ids or ():
            checked("id", message_id)
        checked("endpoint", endpoint or "")
        with self._connections.writing() as connection:
            count = deliveries.resend(connection, message_ids, endpoint)
            if count:
                detail = {"count": count, "messages": list(message_ids or ())}
                endpoints.record(connection, "resend", endpoint or "all", by=by, detail=detail)
            return count

    def prune(self) -> None:
        """Forget what was delivered a week ago, and what was given up three months ago."""
        with self._connections.writing() as connection:
            deliveries.prune(connection, DELIVERED_KEPT, DEAD_KEPT)
