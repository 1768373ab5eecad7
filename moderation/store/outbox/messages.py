"""Messages for other systems, written in the transaction of what they tell of: both are kept or neither is."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from moderation.store import audit
from moderation.store.ids import new_id
from moderation.store.insertion import insert_new
from moderation.store.outbox.tables import announced, deliveries, endpoints, messages

_ACTIVE = select(endpoints.c.id, endpoints.c.kinds).where(endpoints.c.disabled_at.is_(None))


class Kind(enum.StrEnum):
    """What a message tells of."""

    COMMENT_DECIDED = "comment.decided"
    COMMENT_HELD = "comment.held"
    APPEAL_FILED = "appeal.filed"
    APPEAL_DECIDED = "appeal.decided"
    POLICY_CHANGED = "policy.changed"
    MODEL_CHANGED = "model.changed"
    TEST = "webhook.test"


ALL_KINDS = tuple(kind for kind in Kind if kind is not Kind.TEST)
"""What an endpoint may ask for. A test is sent to one endpoint, whatever it asked for."""

PART_KINDS = {"policy": Kind.POLICY_CHANGED, "model": Kind.MODEL_CHANGED}


class State(enum.StrEnum):
    """How far one message has come on its way to one endpoint; dead ones are tried no more by themselves."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that happened. `subject` is the id of what it happened to; `at` is UTC."""

    id: str
    kind: Kind
    subject: str
    data: Mapping[str, Any]
    at: datetime


def append(connection: Connection, kind: Kind, subject: str, data: Mapping[str, Any]) -> None:
    """Have every endpoint told that asked for this kind; nothing is written where none did.

    subject : the id of the comment for what happens to comments. Its author, its article and, where an endpoint
        asked for it, its text are looked up when the message is sent, so that erasing a comment erases them here too.
    data : what else is to be sent, as JSON; no text of comments.
    """
    told = [row.id for row in connection.execute(_ACTIVE) if kind.value in json.loads(row.kinds)]
    if told:
        write(connection, kind, subject, data, told)


def write(
    connection: Connection, kind: Kind, subject: str, data: Mapping[str, Any], told: list[str]
) -> Message:
    """Keep a message and its way to each of these endpoints."""
    at = datetime.now(UTC)
    message = Message(f"msg_{new_id()}", kind, subject, data, at)
    connection.execute(
        insert(messages).values(
            id=message.id, kind=kind.value, subject=subject, data=json.dumps(data, allow_nan=False), at=at
        )
    )
    way = {
        "message_id": message.id,
        "state": State.PENDING.value,
        "attempts": 0,
        "queued_at": at,
        "due_at": at,
    }
    connection.execute(insert(deliveries), [way | {"endpoint_id": endpoint} for endpoint in told])
    return message


def announce(connection: Connection, part: str, version: str) -> None:
    """Tell that policy or model has changed and put it on record, unless another process has done so already."""
    if _is_new(connection, part, version):
        audit.append(connection, by="system", act=f"{part}.change", subject=f"{part}:{version}")
        append(connection, PART_KINDS[part], version, {part: {"version": version}})


def _is_new(connection: Connection, part: str, version: str) -> bool:
    of_part = announced.c.part == part
    known = connection.execute(select(announced.c.version).where(of_part)).scalar_one_or_none()
    if known == version:
        return False
    if known is None:  # the first start of all is no change
        insert_new(connection, announced, {"part": part, "version": version})
        return False
    swap = update(announced).where(of_part, announced.c.version == known).values(version=version)
    return connection.execute(swap).rowcount == 1
