"""The outbox: what other systems are to be told, kept until they have been told it."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.store.connections import Connections
from moderation.store.outbox import endpoints, messages
from moderation.store.outbox.endpoints import Endpoint
from moderation.store.outbox.messages import ALL_KINDS, Kind, Message, State, append

__all__ = ["ALL_KINDS", "Endpoint", "Kind", "Message", "Outbox", "State", "append"]


class Outbox:
    """Endpoints that asked to be told, and the messages on their way to them. Safe to call from many threads."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(
        self, url: str, kinds: Sequence[str] = (), *, texts: bool = False, secret: str | None = None
    ) -> Endpoint:
        """Tell that address from now on; all kinds where none is named, no text of comments unless asked for.

        Raises InputError for an address, a kind or a secret that cannot be. A secret is made where none is given.
        """
        with self._connections.writing() as connection:
            return endpoints.add(connection, url, kinds, texts=texts, secret=secret)

    def endpoints(self) -> list[Endpoint]:
        """All endpoints, the first one first."""
        with self._connections.reading() as connection:
            return endpoints.every(connection)

    def remove(self, endpoint_id: str) -> Endpoint:
        """Tell that endpoint nothing more, not even what is on its way; raises NotFound."""
        with self._connections.writing() as connection:
            return endpoints.remove(connection, endpoint_id)

    def rotate(self, endpoint_id: str) -> str:
        """A new secret; what is sent is signed with the one before as well, until `end_rotation`."""
        with self._connections.writing() as connection:
            return endpoints.rotate(connection, endpoint_id)

    def end_rotation(self, endpoint_id: str) -> None:
        """Sign with the newest secret alone; raises NotFound."""
        with self._connections.writing() as connection:
            endpoints.end_rotation(connection, endpoint_id)

    def enable(self, endpoint_id: str) -> None:
        """Send again to an endpoint that was given up; raises NotFound."""
        with self._connections.writing() as connection:
            endpoints.enable(connection, endpoint_id)

    def announce(self, part: str, version: str) -> None:
        """Tell that `policy` or `model` is another from now on; told once, however many processes see it."""
        with self._connections.writing() as connection:
            messages.announce(connection, part, version)
