"""What authors are shown of their own comments: where each stands, what was ruled on it, and what they asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, or_, select

from moderation.errors import NotFound
from moderation.store import comments as kept
from moderation.store.comments import StoredComment
from moderation.store.desk.tables import appeals, rulings
from moderation.store.desk.values import Appeal
from moderation.store.tables import Status, comments, decisions

SHOWN_FOR = timedelta(days=30)
"""How long authors are shown a comment that is not published, if they may not appeal for longer."""

NEWS_FOR = timedelta(days=7)
"""How long they are told that a moderator has published one."""

MOST = 20
"""Comments shown to one author under one article, the latest."""


@dataclass(frozen=True, slots=True)
class OwnComment:
    """A comment as its author is shown it. `message`: what the moderator wrote who ruled on it last."""

    comment: StoredComment
    message: str | None = None
    appeal: Appeal | None = None

    @property
    def is_appealed(self) -> bool:
        """Whether the decision in force has been appealed, or was itself the answer to an appeal."""
        if self.appeal is None:
            return False
        settled = self.appeal.settled_at
        return settled is None or settled >= self.comment.decision.at


def under(
    connection: Connection, author: str, article: str, since: datetime, now: datetime
) -> list[OwnComment]:
    """That author's comments since then that are not published, or were by a moderator of late; newest first."""
    ruled_on = (decisions.c.number > 1) & (decisions.c.decided_at >= now - NEWS_FOR)
    query = (
        _query()
        .where(
            comments.c.author == author,
            comments.c.article == article,
            comments.c.received_at >= since,
            or_(comments.c.status != Status.PUBLISHED.value, ruled_on),
        )
        .order_by(comments.c.received_at.desc(), comments.c.id.desc())
        .limit(MOST)
    )
    return _read(connection, query)


def one(connection: Connection, author: str, comment_id: str) -> OwnComment:
    """That comment. Raises NotFound where there is none, or where it is somebody else's: that is not told apart."""
    query = _query().where(comments.c.id == comment_id, comments.c.author == author)
    found = _read(connection, query)
    if not found:
        raise NotFound(f"`{author}` has no comment `{comment_id}`")
    return found[0]


def _query() -> Select[Any]:
    made = (rulings.c.comment_id == comments.c.id) & (rulings.c.number == comments.c.decisions)
    return kept.with_decision().add_columns(rulings.c.message).outerjoin(rulings, made)


def _read(connection: Connection, query: Select[Any]) -> list[OwnComment]:
    rows = connection.execute(query).all()
    asked = _appeals(connection, [row._mapping[comments.c.id] for row in rows])
    return [
        OwnComment(kept.read(row), row._mapping[rulings.c.message], asked.get(row._mapping[comments.c.id]))
        for row in rows
    ]


def _appeals(connection: Connection, ids: Sequence[str]) -> dict[str, Appeal]:
    """The latest appeal about each of these comments."""
    query = select(appeals).where(appeals.c.comment_id.in_(ids)).order_by(appeals.c.filed_at)
    return {row.comment_id: _appeal(row) for row in connection.execute(query)}


def _appeal(row: Row[Any]) -> Appeal:
    return Appeal(
        id=row.id,
        comment=row.comment_id,
        number=row.number,
        author=row.author,
        text=row.text,
        filed_at=row.filed_at,
        ruled_by=row.ruled_by,
        outcome=row.outcome,
        settled_by=row.settled_by,
        settled_at=row.settled_at,
        reason=row.reason,
    )
