"""Appeals: an author asks for another look at a decision, and somebody else than before gives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from moderation.errors import Conflict, NotFound
from moderation.store import audit, outbox
from moderation.store import comments as kept
from moderation.store.desk import cards, claims, rulings
from moderation.store.desk.tables import appeals
from moderation.store.desk.values import Act, Appeal, Item, Page, Ruling
from moderation.store.ids import new_id
from moderation.store.tables import Status, comments

DUE = timedelta(days=30)
_ASKED_FOR = frozenset({Status.REJECTED, Status.RETURNED, Status.HELD})


def file(connection: Connection, comment_id: str, author: str, text: str, at: datetime) -> Appeal:
    """Enter an appeal. Raises NotFound unless the comment is the author's own, and Conflict where none is open to it."""
    connection.execute(select(comments.c.id).where(comments.c.id == comment_id).with_for_update())
    comment = kept.get(connection, comment_id)
    if comment.author != author:
        raise NotFound(f"there is no comment `{comment_id}`")
    if comment.status not in _ASKED_FOR:
        raise Conflict(f"comment `{comment_id}` is {comment.status}; there is nothing to appeal against")
    appeal = Appeal(
        new_id(), comment_id, comment.decision.number, author, text, at, ruled_by=comment.decision.by
    )
    try:
        connection.execute(insert(appeals).values(_row(appeal)))
    except IntegrityError:
        raise Conflict(
            f"an appeal against this decision on comment `{comment_id}` is filed already"
        ) from None
    facts = {"id": appeal.id, "number": appeal.number}
    subject = f"comment:{comment_id}"
    audit.append(
        connection, by=audit.author(connection, author), act="appeal.file", subject=subject, detail=facts
    )
    told = facts | {"at": at.isoformat(), "due": (at + DUE).isoformat()}
    outbox.append(connection, outbox.Kind.APPEAL_FILED, comment_id, {"appeal": told})
    return appeal


def get(connection: Connection, appeal_id: str) -> Appeal:
    """That appeal, or NotFound."""
    row = connection.execute(select(appeals).where(appeals.c.id == appeal_id)).first()
    if row is None:
        raise NotFound(f"there is no appeal `{appeal_id}`")
    return _read(row)


def waiting(connection: Connection, by: str | None, limit: int, after: str | None, at: datetime) -> Page:
    """Open appeals, the oldest first, none against decisions of `by`."""
    query = select(appeals).where(appeals.c.settled_at.is_(None), appeals.c.ruled_by != (by or ""))
    if after is not None:
        last = get(connection, after)
        query = query.where(tuple_(appeals.c.filed_at, appeals.c.id) > tuple_(last.filed_at, last.id))
    size = kept.page(limit)
    rows = connection.execute(query.order_by(appeals.c.filed_at, appeals.c.id).limit(size + 1)).all()
    found = [_read(row) for row in rows[:size]]
    items = cards.by_id(connection, [appeal.comment for appeal in found], at)
    page = [replace(items[appeal.comment], appeal=appeal) for appeal in found]
    return Page(page, found[-1].id if len(rows) > size else None)


def settle(
    connection: Connection,
    appeal_id: str,
    outcome: Literal["upheld", "overturned"],
    reason: str,
    by: str,
    at: datetime,
) -> Appeal:
    """Uphold the decision or overturn it, which publishes the comment; the reason is for the author.

    Raises Conflict where it is settled, where `by` made the decision, or where another moderator holds the comment.
    """
    appeal = get(connection, appeal_id)
    now = rulings.locked(connection, [appeal.comment])[appeal.comment]
    appeal = get(connection, appeal_id)
    if appeal.settled_by is not None and appeal.settled_at is not None:
        moment = appeal.settled_at.isoformat(timespec="seconds")
        raise Conflict(
            f"the appeal is settled already: {appeal.outcome} by `{appeal.settled_by}` at {moment}"
        )
    if appeal.ruled_by == by:
        raise Conflict("the appeal is against a decision of your own; another moderator has to look at it")
    claim = claims.live(connection, [appeal.comment], at).get(appeal.comment)
    if claim is not None and claim.by != by:
        until = claim.until.isoformat(timespec="seconds")
        raise Conflict(f"comment `{appeal.comment}` is in the hands of `{claim.by}` until {until}")
    if outcome == "overturned" and now.comment.status is not Status.PUBLISHED:
        ruling = Ruling(Act.APPROVE, message=reason)
        rulings.settle(connection, now, ruling, by, at, new_id())
    rulings.moved(connection, [now.comment])
    return _close(connection, appeal, outcome, reason, by, at)


def settle_along(connection: Connection, ids: Sequence[str], act: Act, by: str, at: datetime) -> None:
    """A ruling on a comment with an open appeal settles that, unless the decision was by the same moderator."""
    query = select(appeals).where(appeals.c.comment_id.in_(ids), appeals.c.settled_at.is_(None))
    for appeal in [_read(row) for row in connection.execute(query)]:
        if act is Act.APPROVE:
            _close(connection, appeal, "overturned", "", by, at)
        elif act is Act.REJECT and appeal.ruled_by != by:
            _close(connection, appeal, "upheld", "", by, at)


def _close(
    connection: Connection,
    appeal: Appeal,
    outcome: Literal["upheld", "overturned"],
    reason: str,
    by: str,
    at: datetime,
) -> Appeal:
    values = {"outcome": outcome, "settled_by": by, "settled_at": at, "reason": reason}
    connection.execute(update(appeals).where(appeals.c.id == appeal.id).values(values))
    facts = {"id": appeal.id, "number": appeal.number, "outcome": outcome}
    subject = f"comment:{appeal.comment}"
    audit.append(connection, by=by, act="appeal.settle", subject=subject, detail=facts)
    told = facts | {"by": by, "at": at.isoformat()}
    outbox.append(connection, outbox.Kind.APPEAL_DECIDED, appeal.comment, {"appeal": told})
    return replace(appeal, outcome=outcome, settled_by=by, settled_at=at, reason=reason)


def _row(appeal: Appeal) -> dict[str, Any]:
    return {
        "id": appeal.id,
        "comment_id": appeal.comment,
        "number": appeal.number,
        "author": appeal.author,
        "text": appeal.text,
        "filed_at": appeal.filed_at,
        "ruled_by": appeal.ruled_by,
    }


def _read(row: Row[Any]) -> Appeal:
    values = tuple(row)
    return Appeal(*values)


def for_items(connection: Connection, items: Sequence[Item]) -> list[Item]:
    """The same cards, each with its open appeal."""
    query = select(appeals).where(
        appeals.c.comment_id.in_([item.comment.id for item in items]), appeals.c.settled_at.is_(None)
    )
    found = {appeal.comment: appeal for appeal in map(_read, connection.execute(query))}
    return [replace(item, appeal=found.get(item.comment.id)) for item in items]
