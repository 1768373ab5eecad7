"""Comments as they came in, and the thread under an article."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, insert, select, tuple_
from sqlalchemy.exc import IntegrityError

from moderation.errors import Conflict, NotFound
from moderation.store import decisions as decided
from moderation.store import history, search, waiting
from moderation.store.decisions import StoredDecision
from moderation.store.ids import checked, named, new_id
from moderation.store.risk import risk, top_clause
from moderation.store.tables import ARTICLE, AUTHOR, ID, IN_FORCE, Status, comments, decisions
from moderation.types import Comment, Decision, Language

MAX_PAGE = 200
"""Comments on one page at most, whatever the caller asks for."""


@dataclass(frozen=True, slots=True)
class StoredComment:
    """A comment as it was kept, `body` byte for byte; `decision` is the latest one on it; times are UTC."""

    id: str
    body: str
    author: str | None
    article: str | None
    parent: str | None
    language: Language
    status: Status
    received_at: datetime
    fingerprint: str
    decision: StoredDecision


def check(comment: Comment) -> Comment:
    """The same comment, or InputError where a database could not keep it as it is."""
    checked("text", comment.body)
    if comment.id is not None:
        named("id", comment.id, at_most=ID)
    checked("author", comment.author or "", at_most=AUTHOR)
    checked("article", comment.article or "", at_most=ARTICLE)
    checked("parent", comment.parent or "", at_most=ID)
    return comment


def add(
    connection: Connection,
    comment: Comment,
    decision: Decision,
    status: Status,
    *,
    fingerprint: str,
    sketch: str | None = None,
    at: datetime,
) -> StoredComment:
    """Keep a comment and the first decision on it. Raises Conflict where its id is taken."""
    name = new_id() if comment.id is None else comment.id
    waits = waiting.enter(connection, status, comment.author)
    row = {
        "id": name,
        "body": comment.body,
        "author": comment.author,
        "article": comment.article,
        "parent": comment.parent,
        "language": decision.language,
        "status": status.value,
        "received_at": at,
        "fingerprint": fingerprint,
        "sketch": sketch,
        "decisions": 1,
        "calm": 1000 - risk(decision),
        "clause": top_clause(decision),
        "waits": waits.value if waits else None,
    }
    try:
        connection.execute(insert(comments), row)
    except IntegrityError:  # every other constraint holds by construction
        raise Conflict(f"comment `{name}` is stored already; give another id or none") from None
    if sketch is not None:
        history.remember(connection, name, sketch, at)
    search.remember(connection, name, comment.body, at)
    decided.append(connection, name, 1, decision, at)
    return get(connection, name)


def get(connection: Connection, comment_id: str) -> StoredComment:
    """That comment, or NotFound."""
    row = connection.execute(_ONE, {"id": comment_id}).first()
    if row is None:
        raise NotFound(f"there is no comment `{comment_id}`")
    return read(row)


def published(connection: Connection, article: str, limit: int, before: str | None) -> list[StoredComment]:
    """The thread under an article, newest first, from just before the comment `before`."""
    query = with_decision().where(comments.c.article == article, comments.c.status == Status.PUBLISHED.value)
    if before is not None:
        query = query.where(tuple_(comments.c.received_at, comments.c.id) < place(connection, before))
    query = query.order_by(comments.c.received_at.desc(), comments.c.id.desc()).limit(page(limit))
    return [read(row) for row in connection.execute(query)]


def judged(connection: Connection, since: datetime, page_size: int = 500) -> Iterator[StoredComment]:
    """Comments since then, the oldest first, each with the policy's own decision: the first on it."""
    first = (decisions.c.comment_id == comments.c.id) & (decisions.c.number == 1)
    query = (
        select(comments, decisions)
        .join(decisions, first)
        .where(comments.c.received_at >= since)
        .order_by(comments.c.received_at, comments.c.id)
        .limit(page_size)
    )
    rows = connection.execute(query).all()
    while rows:
        yield from map(read, rows)
        last = rows[-1]._mapping
        after = (last[comments.c.received_at], last[comments.c.id])
        rows = connection.execute(
            query.where(tuple_(comments.c.received_at, comments.c.id) > tuple_(*after))
        ).all()


def with_decision() -> Select[Any]:
    """Comments, each beside the decision in force."""
    return select(comments, decisions).join(decisions, IN_FORCE)


_ONE = with_decision().where(
    comments.c.id == bindparam("id")
)  # built once: it ends every writing of a comment


def place(
    connection: Connection,
    comment_id: str,
    order: Sequence[ColumnElement[Any]] = (comments.c.received_at, comments.c.id),
) -> Any:
    """Where a page goes on: by arrival unless told otherwise, and by id among those that arrived together.

    It holds also when that comment has meanwhile left the list.
    """
    query = select(*order).where(comments.c.id == comment_id)
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(f"there is no comment `{comment_id}` to go on from")
    return tuple_(*row)


def page(limit: int) -> int:
    """A page size between 1 and MAX_PAGE."""
    return max(1, min(limit, MAX_PAGE))


def read(row: Row[Any]) -> StoredComment:
    """The comment in a row of `with_decision`."""
    kept = row._mapping
    return StoredComment(
        id=kept[comments.c.id],
        body=kept[comments.c.body],
        author=kept[comments.c.author],
        article=kept[comments.c.article],
        parent=kept[comments.c.parent],
        language=kept[comments.c.language],
        status=Status(kept[comments.c.status]),
        received_at=kept[comments.c.received_at],
        fingerprint=kept[comments.c.fingerprint],
        decision=decided.read(row),
    )
