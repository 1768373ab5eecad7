"""What the service runs to tell other systems what happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from moderation.rounds import Rounds
from moderation.settings import Settings
from moderation.store import Store
from moderation.store.ids import new_id
from moderation.store.outbox import Kind, Message
from moderation.store.outbox.payload import encode
from moderation.types import Versions
from moderation.webhooks.deliverer import Deliverer
from moderation.webhooks.sending import Outcome, Sender

PRUNE_EVERY = 3_600.0


class Part(Protocol):
    """Something with a thread of its own, for as long as the service runs."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """Come to an end, and wait for what is under way."""


def sender_of(settings: Settings) -> Sender:
    """What sends, as the settings allow it."""
    return Sender(settings.webhook_networks)


def parts(store: Store, settings: Settings, versions: Callable[[], Versions]) -> list[Part]:
    """Delivery, the news of policy and model, and the clearing away of what was delivered."""
    return [
        Rounds("announce", Announcer(store, versions).look, 1.0),
        Deliverer(store.outbox, sender_of(settings)),
        Rounds("webhooks-prune", store.outbox.prune, PRUNE_EVERY),
    ]


def send_test(store: Store, sender: Sender, endpoint_id: str) -> Outcome:
    """Send one message of kind `webhook.test`, once and at once; raises NotFound."""
    endpoint = store.outbox.endpoint(endpoint_id)
    message = Message(f"msg_{new_id()}", Kind.TEST, endpoint.id, {}, datetime.now(UTC))
    return sender.send(endpoint, message.id, encode(message, {"endpoint": endpoint.id}))


class Announcer:
    """Notices that policy or model in force is another, and has it told."""

    def __init__(self, store: Store, versions: Callable[[], Versions]) -> None:
        self._store, self._versions = store, versions
        self._told: Versions | None = None

    def look(self) -> None:
        """Tell what is new since the last look; a fault of the store leaves it for the next one."""
        now, told = self._versions(), self._told
        if now == told:
            return
        if told is None or told.policy != now.policy:
            self._store.outbox.announce("policy", now.policy)
        if now.model is not None and (told is None or told.model != now.model):
            self._store.outbox.announce("model", now.model)
        self._told = now
