"""The queue of held comments, and what moderators rule on them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select, tuple_, update

from moderation.errors import Conflict, InputError
from moderation.store import comments as kept
from moderation.store import decisions as decided
from moderation.store.comments import StoredComment
from moderation.store.tables import Status, comments
from moderation.types import Action, Decision

_OUTCOMES = {Action.ALLOW: Status.PUBLISHED, Action.REJECT: Status.REJECTED}


def held(connection: Connection, limit: int, after: str | None) -> list[StoredComment]:
    """Comments that wait for a moderator, oldest first, from just after the comment `after`."""
    query = kept.with_decision().where(comments.c.status == Status.HELD.value)
    if after is not None:
        query = query.where(tuple_(comments.c.received_at, comments.c.id) > kept.place(connection, after))
    query = query.order_by(comments.c.received_at, comments.c.id).limit(kept.page(limit))
    return [kept.read(row) for row in connection.execute(query)]


def held_count(connection: Connection) -> int:
    """How many comments wait for a moderator."""
    query = select(func.count()).select_from(comments).where(comments.c.status == Status.HELD.value)
    return connection.execute(query).scalar_one()


def outcome(action: Action) -> Status:
    """What becomes of a held comment, or InputError: a moderator lets it stand or refuses it."""
    if action not in _OUTCOMES:
        raise InputError(f"`{action}` is no ruling on a held comment; use allow or reject")
    return _OUTCOMES[action]


def rule(connection: Connection, comment_id: str, action: Action, by: str, at: datetime) -> StoredComment:
    """Settle a held comment. Raises Conflict with the winner's name where another was first."""
    status = outcome(action)
    # The row is locked first: where rows have locks, of two moderators the second waits here and then sees
    # what the first did. SQLite has let only one of them in at all.
    connection.execute(select(comments.c.id).where(comments.c.id == comment_id).with_for_update())
    now = kept.get(connection, comment_id)
    if now.status is not Status.HELD:
        raise Conflict(
            f"comment `{comment_id}` is not held any more: "
            f"{now.status} by `{now.decision.by}` at {now.decision.at.isoformat(timespec='seconds')}"
        )
    number = now.decision.number + 1
    connection.execute(
        update(comments).where(comments.c.id == comment_id).values(status=status.value, decisions=number)
    )
    decided.append(connection, comment_id, number, _ruling(now.decision, action, by), at)
    return kept.get(connection, comment_id)


def _ruling(before: Decision, action: Action, by: str) -> Decision:
    """A moderator's decision. A refusal stands on the clauses that the comment was held for."""
    return Decision(
        action=action,
        rule=None,
        findings=(),
        reasons=(),
        clauses=before.clauses if action is Action.REJECT else (),
        length=before.length,
        language=before.language,
        versions=before.versions,
        by=by,
        standing=before.standing,
        section=before.section,
    )
