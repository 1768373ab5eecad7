"""Leases of comments to one moderator at a time.

A lease is a row whose key is the comment. It is written by one statement that a lease in force resists, so
that of two who ask at once only one gets it; what has run out may be taken over by anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, literal, or_, select, update

from moderation.errors import InputError
from moderation.store.desk.room import MOST
from moderation.store.desk.tables import claims
from moderation.store.desk.values import Claim, Claims
from moderation.store.insertion import insert_into
from moderation.store.tables import comments

SECONDS = 15 * 60
"""How long a lease lasts unless something else is asked for."""
LONGEST = 12 * 3600


def take(connection: Connection, ids: Sequence[str], by: str, seconds: int, at: datetime) -> Claims:
    """Lease these comments, as far as nobody else holds them; what is one's own is renewed."""
    names = sorted(set(ids))
    there = select(comments.c.id).where(comments.c.id.in_(names)).order_by(comments.c.id).with_for_update()
    granted = _write(connection, list(connection.execute(there).scalars()), by, seconds, at)
    got = {claim.comment for claim in granted}
    others = live(connection, [name for name in names if name not in got], at)
    return Claims(granted, tuple(others.values()))


def take_next(
    connection: Connection, waiting: Select[Any], count: int, by: str, seconds: int, at: datetime
) -> tuple[Claim, ...]:
    """Lease the first `count` comments of a list that nobody holds. waiting : selects their ids, in order."""
    count = max(1, min(count, MOST))
    free = waiting.where(_is_free(connection, at)).with_for_update(of=comments, skip_locked=True)
    granted: list[Claim] = []
    # Between reading and writing somebody may have taken and committed one: then there are others to take.
    while len(granted) < count:
        found = list(connection.execute(free.limit(count - len(granted))).scalars())
        granted += _write(connection, found, by, seconds, at)
        if len(found) < count - len(granted) or not found:
            break
    return tuple(granted)


def renew(
    connection: Connection, ids: Sequence[str] | None, by: str, seconds: int, at: datetime
) -> tuple[Claim, ...]:
    """Lengthen one's own leases, all where `ids` is None. Lapsed ones too, as long as nobody else has taken them."""
    until = at + timedelta(seconds=_checked(seconds))
    query = update(claims).where(claims.c.by == by).values(until=until)
    query = query.where(claims.c.until > at) if ids is None else query.where(claims.c.comment_id.in_(ids))
    rows = connection.execute(query.returning(claims.c.comment_id))
    return tuple(Claim(name, by, until) for name in sorted(rows.scalars()))


def release(connection: Connection, ids: Sequence[str] | None, by: str) -> int:
    """Give one's own leases back, all where `ids` is None; how many there were."""
    query = delete(claims).where(claims.c.by == by)
    if ids is not None:
        query = query.where(claims.c.comment_id.in_(ids))
    return connection.execute(query).rowcount


def end(connection: Connection, ids: Iterable[str]) -> None:
    """The comments are settled: nobody holds them any more."""
    connection.execute(delete(claims).where(claims.c.comment_id.in_(list(ids))))


def live(connection: Connection, ids: Sequence[str], at: datetime) -> dict[str, Claim]:
    """The leases in force on these comments."""
    query = select(claims).where(claims.c.comment_id.in_(ids), claims.c.until > at)
    return {row.comment_id: Claim(row.comment_id, row.by, row.until) for row in connection.execute(query)}


def _is_free(connection: Connection, at: datetime) -> ColumnElement[bool]:
    """Whether nobody holds the comment.

    SQLite is quick to look each one up. PostgreSQL's planner, where it last saw few leases, would read all of them
    again for each comment (200 ms with 2,000), so there they are read once.
    """
    in_force = select(claims.c.comment_id).where(claims.c.until > at)
    if connection.dialect.name == "postgresql":
        return comments.c.id.not_in(in_force)
    return ~in_force.where(claims.c.comment_id == comments.c.id).exists()


def _write(
    connection: Connection, ids: Sequence[str], by: str, seconds: int, at: datetime
) -> tuple[Claim, ...]:
    if not ids:
        return ()
    until = at + timedelta(seconds=_checked(seconds))
    mine = {"by": by, "at": at, "until": until}
    # Written from a question, whose text stays the same however many are asked for, so it is put together once.
    chosen = select(comments.c.id, *(literal(value, claims.c[name].type) for name, value in mine.items()))
    query = insert_into(connection, claims).from_select(
        ["comment_id", *mine], chosen.where(comments.c.id.in_(ids))
    )
    is_free = or_(claims.c.until <= at, claims.c.by == by)
    query = query.on_conflict_do_update(index_elements=["comment_id"], set_=mine, where=is_free)
    got = set(connection.execute(query.returning(claims.c.comment_id)).scalars())
    return tuple(Claim(name, by, until) for name in ids if name in got)


def _checked(seconds: int) -> int:
    if not 1 <= seconds <= LONGEST:
        raise InputError(f"`seconds` is {seconds}; a lease lasts from 1 to {LONGEST} seconds")
    return seconds
