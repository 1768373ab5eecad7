"""The way of messages to endpoints: one at a time to each, whoever delivers, until it is there or given up.

Who delivers to an endpoint holds a lease on it, by the clock of the database. When that process dies the
lease runs out and another goes on; what was on its way then may arrive twice, under the same id.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, exists, func, or_, select, update

from moderation.errors import NotFound
from moderation.store.clock import now as now_of
from moderation.store.outbox import endpoints as known
from moderation.store.outbox import payload
from moderation.store.outbox.endpoints import Endpoint
from moderation.store.outbox.messages import Kind, Message, State
from moderation.store.outbox.tables import deliveries, endpoints, messages

MAX_PAGE = 200


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message that is due at one endpoint, held by `lease` for as long as that was taken.

    attempts : how often it was tried before. age : seconds since it was put on its way.
    """

    lease: str
    endpoint: Endpoint
    message: Message
    body: bytes
    attempts: int
    age: float


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of one attempt.

    status : what the endpoint answered, if anything. fault : what was wrong, None where it was taken.
    wait : seconds until this message is tried again; None where it is there or given up.
    rest : seconds for which the endpoint is left alone; 0 where it answered as it should.
    disable : why nothing is sent there any more.
    """

    status: int | None = None
    fault: str | None = None
    wait: float | None = None
    rest: float = 0
    disable: str | None = None

    @property
    def state(self) -> State:
        """How far the message has come."""
        if self.fault is None:
            return State.DELIVERED
        return State.DEAD if self.wait is None else State.PENDING


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that an endpoint was not told, and why not."""

    endpoint: str
    url: str
    message: Message
    attempts: int
    status: int | None
    fault: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages wait for an endpoint, and how many were given up."""

    pending: int = 0
    dead: int = 0


def is_due(connection: Connection) -> bool:
    """Whether there is anything to deliver that nobody is at; asked often, so it takes no lock."""
    return connection.execute(_free(now_of(connection)).limit(1)).first() is not None


def take(connection: Connection, lease: str, seconds: float) -> Delivery | None:
    """Hold an endpoint that something is due at, and the first message for it."""
    now = now_of(connection)
    free = _free(now).order_by(endpoints.c.leased_until.nulls_first()).limit(1)
    row = connection.execute(free.with_for_update(skip_locked=True, of=endpoints)).first()
    if row is None:
        return None
    held = {"leased_by": lease, "leased_until": now + timedelta(seconds=seconds)}
    connection.execute(update(endpoints).where(endpoints.c.id == row.id).values(held))
    return _next(connection, row.id, lease, now)


def settle(
    connection: Connection, delivery: Delivery, settlement: Settlement, seconds: float, *, more: bool
) -> Delivery | None:
    """Write down what came of it; the next message for the same endpoint, when `more` are wanted.

    None where nothing is due there, it rests, or somebody else holds it by now.
    """
    now = now_of(connection)
    endpoint = delivery.endpoint.id
    ours = and_(endpoints.c.id == endpoint, endpoints.c.leased_by == delivery.lease)
    held = connection.execute(select(endpoints.c.failures).where(ours).with_for_update()).first()
    if held is None:  # removed, or the lease ran out: whoever holds it now tries this message too
        return None
    _write(connection, delivery, settlement, now)
    values: dict[str, Any] = {
        "failures": held.failures + 1 if settlement.rest else 0,
        "rests_until": now + timedelta(seconds=settlement.rest) if settlement.rest else None,
        "leased_until": now + timedelta(seconds=seconds),
    }
    if settlement.disable is not None:
        values |= {"disabled_at": now, "disabled_why": settlement.disable}
        known.record(connection, "disable", endpoint, by="system")
    following = None
    if more and not settlement.rest and settlement.disable is None:
        following = _next(connection, endpoint, delivery.lease, now)
    if following is None:
        values |= {"leased_by": None, "leased_until": None}
    connection.execute(update(endpoints).where(ours).values(values))
    return following


def dead(connection: Connection, limit: int, before: str | None) -> list[DeadLetter]:
    """Messages that were given up, the latest first, from just before that message."""
    query = (
        select(messages, deliveries, endpoints.c.url)
        .join(deliveries, deliveries.c.message_id == messages.c.id)
        .join(endpoints, endpoints.c.id == deliveries.c.endpoint_id)
        .where(deliveries.c.state == State.DEAD.value)
        .order_by(messages.c.id.desc(), endpoints.c.id)
        .limit(max(1, min(limit, MAX_PAGE)))
    )
    if before is not None:
        query = query.where(messages.c.id < before)
    return [
        DeadLetter(
            row.endpoint_id, row.url, _message(row), row.attempts, row.last_status, row.last_fault or ""
        )
        for row in connection.execute(query)
    ]


def counts(connection: Connection) -> dict[str, Counts]:
    """What waits and what was given up, by endpoint."""
    query = (
        select(deliveries.c.endpoint_id, deliveries.c.state, func.count())
        .where(deliveries.c.state.in_((State.PENDING.value, State.DEAD.value)))
        .group_by(deliveries.c.endpoint_id, deliveries.c.state)
    )
    found: dict[str, dict[str, int]] = {}
    for endpoint, state, number in connection.execute(query):
        found.setdefault(endpoint, {})[state] = number
    return {endpoint: Counts(**numbers) for endpoint, numbers in found.items()}


def given_up(connection: Connection) -> int:
    """How many messages were given up."""
    query = select(func.count()).where(deliveries.c.state == State.DEAD.value)
    return connection.execute(query).scalar_one()


def resend(connection: Connection, message_ids: Sequence[str] | None, endpoint: str | None) -> int:
    """Put these messages on their way once more, wherever they ended; all dead ones where none is named.

    endpoint : send to that one alone.
    Raises NotFound naming a message that there is not, or that is on its way still.
    """
    now = now_of(connection)
    again = update(deliveries).values(
        state=State.PENDING.value, attempts=0, queued_at=now, due_at=now, last_status=None, last_fault=None
    )
    if endpoint is not None:
        again = again.where(deliveries.c.endpoint_id == endpoint)
    if message_ids is None:
        return connection.execute(again.where(deliveries.c.state == State.DEAD.value)).rowcount
    number = 0
    for name in message_ids:
        ended = (deliveries.c.message_id == name) & (deliveries.c.state != State.PENDING.value)
        sent = connection.execute(again.where(ended)).rowcount
        if not sent:
            raise NotFound(
                f"there is no message `{name}` to send again; `moderation webhooks dead` lists them"
            )
        number += sent
    return number


def prune(connection: Connection, delivered: timedelta, given_up: timedelta) -> None:
    """Forget what was delivered, and what was given up, longer ago than that."""
    now = now_of(connection)
    for state, age in ((State.DELIVERED, delivered), (State.DEAD, given_up)):
        old = (deliveries.c.state == state.value) & (deliveries.c.due_at < now - age)
        connection.execute(delete(deliveries).where(old))
    known.drop_orphans(connection)


def _free(now: datetime) -> Select[tuple[str]]:
    """Endpoints that something is due at, in use, not resting, and held by nobody."""
    due = exists().where(
        deliveries.c.endpoint_id == endpoints.c.id,
        deliveries.c.state == State.PENDING.value,
        deliveries.c.due_at <= now,
    )
    return select(endpoints.c.id).where(
        endpoints.c.disabled_at.is_(None),
        or_(endpoints.c.rests_until.is_(None), endpoints.c.rests_until <= now),
        or_(endpoints.c.leased_until.is_(None), endpoints.c.leased_until <= now),
        due,
    )


def _next(connection: Connection, endpoint_id: str, lease: str, now: datetime) -> Delivery | None:
    query = (
        select(messages, deliveries)
        .join(deliveries, deliveries.c.message_id == messages.c.id)
        .where(
            deliveries.c.endpoint_id == endpoint_id,
            deliveries.c.state == State.PENDING.value,
            deliveries.c.due_at <= now,
        )
        .order_by(deliveries.c.due_at, messages.c.id)
        .limit(1)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    endpoint, message = known.get(connection, endpoint_id), _message(row)
    return Delivery(
        lease=lease,
        endpoint=endpoint,
        message=message,
        body=payload.body_of(connection, message, texts=endpoint.texts),
        attempts=row.attempts,
        age=(now - row.queued_at).total_seconds(),
    )


def _write(connection: Connection, delivery: Delivery, settlement: Settlement, now: datetime) -> None:
    here = (deliveries.c.endpoint_id == delivery.endpoint.id) & (
        deliveries.c.message_id == delivery.message.id
    )
    connection.execute(
        update(deliveries)
        .where(here)
        .values(
            state=settlement.state.value,
            attempts=delivery.attempts + 1,
            due_at=now + timedelta(seconds=settlement.wait or 0),
            last_status=settlement.status,
            last_fault=settlement.fault,
        )
    )


def _message(row: Row[Any]) -> Message:
    return Message(row.id, Kind(row.kind), row.subject, json.loads(row.data), row.at)
