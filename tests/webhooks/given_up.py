"""Messages that an endpoint would not take, for tests of what is done with them."""

from __future__ import annotations

from moderation.store import Store
from moderation.store.outbox import Settlement


def give_up(store: Store, fault: str = "answered 400", status: int | None = 400) -> int:
    """Have every message that waits given up, for that reason; how many there were."""
    count = 0
    while (delivery := store.outbox.take(60)) is not None:
        store.outbox.settle(delivery, Settlement(status=status, fault=fault), 60, more=False)
        count += 1
    return count
