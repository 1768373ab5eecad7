"""Judging again what was held because a check could not run: who does it, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from moderation.errors import NotFound
from moderation.store import clock, waiting
from moderation.store import comments as kept
from moderation.store import decisions as decided
from moderation.store.comments import StoredComment
from moderation.store.connections import Connections
from moderation.store.desk import claims
from moderation.store.history import Past
from moderation.store.risk import risk, top_clause
from moderation.store.tables import Status, comments
from moderation.store.unchecked import unchecked
from moderation.types import Action, Decision

LEASE = 60.0
"""Seconds that one process has for what it took; after them another takes it."""
FIRST_WAIT, LONGEST_WAIT = 5.0, 120.0
"""Seconds between two tries, the first and at most, so that all are judged within five minutes of the part's return."""

_STATUS = {
    Action.ALLOW: Status.PUBLISHED,
    Action.NUDGE: Status.PUBLISHED,
    Action.HOLD: Status.HELD,
    Action.REJECT: Status.REJECTED,
}


class Rechecks:
    """Comments that wait for a check, not for a moderator. Safe to call from many threads and processes."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def take(self, limit: int) -> list[StoredComment]:
        """Comments to judge again, those first that were tried least; nobody else is given them for a while."""
        with self._connections.reading() as connection:
            due = unchecked.c.due_at <= clock.now(connection)
            if connection.execute(select(unchecked.c.comment_id).where(due).limit(1)).first() is None:
                return []
        with self._connections.writing() as connection:
            return _take(connection, limit)

    def settle(self, comment: StoredComment, decision: Decision) -> StoredComment | None:
        """Append the decision on a comment that `take` gave; None where somebody is at it or was faster."""
        with self._connections.writing() as connection:
            return _settle(connection, comment, decision, clock.now(connection))

    def put_off(self, name: str) -> None:
        """It was tried and still cannot be judged; the next time is later, and after those tried less often."""
        with self._connections.writing() as connection:
            _put_off(connection, name, clock.now(connection))

    def give_back(self, names: Sequence[str]) -> None:
        """These were not tried after all; they are due in the next round."""
        with self._connections.writing() as connection:
            due = clock.now(connection) + timedelta(seconds=FIRST_WAIT)
            connection.execute(update(unchecked).where(unchecked.c.comment_id.in_(names)).values(due_at=due))

    def before(self, comment: StoredComment) -> Past:
        """What was known of earlier comments when this one came in."""
        return Past(self._connections, before=comment.received_at)


def _take(connection: Connection, limit: int) -> list[StoredComment]:
    now = clock.now(connection)
    due = (
        select(unchecked.c.comment_id)
        .where(unchecked.c.due_at <= now)
        .order_by(unchecked.c.tried, unchecked.c.due_at, unchecked.c.comment_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    names = list(connection.execute(due).scalars())
    until = now + timedelta(seconds=LEASE)
    connection.execute(update(unchecked).where(unchecked.c.comment_id.in_(names)).values(due_at=until))
    rows = connection.execute(kept.with_decision().where(comments.c.id.in_(names)))
    found = {comment.id: comment for comment in map(kept.read, rows)}
    return [found[name] for name in names if name in found]


def _settle(
    connection: Connection, comment: StoredComment, decision: Decision, at: datetime
) -> StoredComment | None:
    waiting.lock(connection, [comment.author])  # in the order of the desk: the author, then the row
    connection.execute(select(comments.c.id).where(comments.c.id == comment.id).with_for_update())
    try:
        now = kept.get(connection, comment.id)
    except NotFound:  # erased meanwhile
        return None
    if now.decision.number != comment.decision.number or now.status is not Status.HELD:
        return None
    if claims.live(connection, [comment.id], at):
        _put_off(connection, comment.id, at)
        return None
    status = _STATUS[decision.action]
    values = {
        "status": status.value,
        "decisions": now.decision.number + 1,
        "calm": 1000 - risk(decision),
        "clause": top_clause(decision),
    }
    if status is not Status.HELD:
        values["waits"] = None
    connection.execute(update(comments).where(comments.c.id == comment.id).values(values))
    decided.append(connection, comment.id, now.decision.number + 1, decision, at)
    if status is not Status.HELD:
        waiting.promote(connection, [comment.author])
    return kept.get(connection, comment.id)


def _put_off(connection: Connection, name: str, now: datetime) -> None:
    here = unchecked.c.comment_id == name
    tried = connection.execute(select(unchecked.c.tried).where(here)).scalar_one_or_none() or 0
    wait = min(FIRST_WAIT * 2.0 ** min(tried, 10), LONGEST_WAIT)
    again = update(unchecked).where(here)
    connection.execute(again.values(tried=tried + 1, due_at=now + timedelta(seconds=wait)))
