"""Requests that may come again because their answer got lost: the second one gets the answer of the first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update

from moderation.errors import Conflict, InputError
from moderation.store.desk.tables import desk_requests
from moderation.store.desk.values import Act, Batch, Outcome, Winner
from moderation.store.insertion import insert_new
from moderation.store.tables import Status

KEPT = timedelta(days=1)


def once(
    connection: Connection, key: str, by: str, asked: object, at: datetime, act: Callable[[], Batch]
) -> Batch:
    """What `act` answers, made once for each key of that moderator; a repetition gets the same answer.

    Raises InputError where the key came with something else before.
    """
    digest = hashlib.sha256(json.dumps(asked).encode()).hexdigest()
    connection.execute(delete(desk_requests).where(desk_requests.c.at < at - KEPT))
    row = {"by": by, "key": key, "digest": digest, "at": at}
    # Where the same request is under way elsewhere, this waits until it has ended.
    if not insert_new(connection, desk_requests, row):
        return _before(connection, key, by, digest)
    batch = act()
    here = (desk_requests.c.by == by) & (desk_requests.c.key == key)
    connection.execute(update(desk_requests).where(here).values(answer=_dump(batch)))
    return batch


def _before(connection: Connection, key: str, by: str, digest: str) -> Batch:
    query = select(desk_requests).where(desk_requests.c.by == by, desk_requests.c.key == key)
    row = connection.execute(query).first()
    if row is None:  # it was undone between the two statements
        raise Conflict(f"request `{key}` is under way; send it again")
    if row.digest != digest:
        raise InputError(f"key `{key}` came with another request before; give each request its own")
    return _load(row.answer)


def _dump(batch: Batch) -> str:
    outcomes = [
        {
            "id": outcome.id,
            "done": outcome.done,
            "status": outcome.status,
            "number": outcome.number,
            "problem": outcome.problem,
            "winner": outcome.winner
            and [outcome.winner.by, outcome.winner.did, outcome.winner.at.isoformat()],
        }
        for outcome in batch.outcomes
    ]
    times = {"at": batch.at.isoformat(), "undo_until": batch.undo_until.isoformat()}
    return json.dumps({"id": batch.id, "by": batch.by, "act": batch.act, "outcomes": outcomes} | times)


def _load(answer: str) -> Batch:
    raw = json.loads(answer)
    return Batch(
        id=raw["id"],
        by=raw["by"],
        act=Act(raw["act"]),
        at=datetime.fromisoformat(raw["at"]),
        undo_until=datetime.fromisoformat(raw["undo_until"]),
        outcomes=tuple(_outcome(each) for each in raw["outcomes"]),
    )


def _outcome(raw: dict[str, Any]) -> Outcome:
    winner = raw["winner"]
    return Outcome(
        id=raw["id"],
        done=raw["done"],
        status=Status(raw["status"]) if raw["status"] else None,
        number=raw["number"],
        problem=raw["problem"],
        winner=Winner(winner[0], winner[1], datetime.fromisoformat(winner[2])) if winner else None,
    )
