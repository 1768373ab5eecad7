"""The lists of comments that wait: what is in them, in which order, and where a page goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select, tuple_

from moderation.errors import InputError
from moderation.store import comments as kept
from moderation.store.desk import cards
from moderation.store.desk.tables import appeals, claims, rulings, second_looks
from moderation.store.desk.values import Act, Counts, Filter, Item, Order, Page, View
from moderation.store.tables import FILTERS, comments

WAITING = frozenset({View.HELD, View.FOLDED, View.ESCALATED, View.REPORTED})
"""The lists of comments that wait by themselves; appeals and second looks are about decisions."""

_RISK = (comments.c.calm, comments.c.received_at, comments.c.id)
_AGE = (comments.c.received_at, comments.c.id)


def page(
    connection: Connection,
    view: View,
    order: Order,
    where: Filter,
    limit: int,
    after: str | None,
    at: datetime,
) -> Page:
    """A page of one of the lists, from just after the comment `after`."""
    size = kept.page(limit)
    found = rows(connection, view, order, where, size + 1, after)
    last = found[size - 1]._mapping[comments.c.id] if len(found) > size else None
    return Page(cards.of(connection, found[:size], at), last)


def rows(
    connection: Connection, view: View, order: Order, where: Filter, limit: int, after: str | None
) -> Sequence[Row[Any]]:
    """The same as rows of `comments.with_decision`."""
    query = _narrowed(kept.with_decision(), view, where)
    if after is not None:
        query = query.where(_behind(connection, order, after))
    return connection.execute(_sorted(query, order).limit(limit)).all()


def ids(view: View, order: Order, where: Filter, by: str) -> Select[Any]:
    """The ids in a list for that moderator to work on, in order: what they escalated is for others."""
    query = _narrowed(select(comments.c.id), view, where)
    if view is View.ESCALATED:
        query = query.where(~_escalated_by(by))
    return _sorted(query, order)


def escalated_by(
    connection: Connection, by: str, order: Order, where: Filter, limit: int, at: datetime
) -> list[Item]:
    """What that moderator escalated and nobody has settled since."""
    query = _narrowed(kept.with_decision(), View.ESCALATED, where).where(_escalated_by(by))
    return cards.of(connection, connection.execute(_sorted(query, order).limit(limit)).all(), at)


def waiting(connection: Connection) -> int:
    """How many comments wait for a moderator, in any of the lists."""
    query = select(func.count()).select_from(comments).where(comments.c.waits.is_not(None))
    return connection.execute(query).scalar_one()


def counts(connection: Connection, by: str | None, at: datetime) -> Counts:
    """How many wait in each list. by : who asks, whose own decisions are not theirs to look at again."""
    waiting = (
        select(comments.c.waits, func.count()).where(comments.c.waits.is_not(None)).group_by(comments.c.waits)
    )
    found: dict[str, int] = dict(connection.execute(waiting).all())
    open_appeals = select(func.count()).where(
        appeals.c.settled_at.is_(None), appeals.c.ruled_by != (by or "")
    )
    looks = select(func.count()).where(
        second_looks.c.second_at.is_(None), second_looks.c.first_by != (by or "")
    )
    mine = select(func.count()).where(claims.c.by == (by or ""), claims.c.until > at)
    return Counts(
        **found,
        appeals=connection.execute(open_appeals).scalar_one(),
        second_looks=connection.execute(looks).scalar_one(),
        mine=connection.execute(mine).scalar_one(),
    )


def _narrowed(query: Select[Any], view: View, where: Filter) -> Select[Any]:
    if view not in WAITING:
        raise InputError(f"`{view}` is no list of waiting comments; use one of {', '.join(sorted(WAITING))}")
    query = query.where(comments.c.waits == view.value)
    for name in FILTERS:
        value = getattr(where, name)
        if value is not None:
            query = query.where(comments.c[name] == value)
    return query


def _escalated_by(by: str) -> ColumnElement[bool]:
    """Whether the ruling in force is that moderator's, to escalate."""
    made = select(rulings.c.number).where(
        rulings.c.comment_id == comments.c.id,
        rulings.c.number == comments.c.decisions,
        rulings.c.act == Act.ESCALATE.value,
        rulings.c.by == by,
    )
    return made.exists()


def _sorted(query: Select[Any], order: Order) -> Select[Any]:
    if order is Order.RISK:
        return query.order_by(*_RISK)
    return query.order_by(*(column.desc() if order is Order.NEWEST else column for column in _AGE))


def _behind(connection: Connection, order: Order, after: str) -> ColumnElement[bool]:
    """What comes after that comment, also when it has meanwhile left the list."""
    columns = _RISK if order is Order.RISK else _AGE
    place = kept.place(connection, after, columns)
    behind: ColumnElement[bool] = (
        tuple_(*columns) < place if order is Order.NEWEST else tuple_(*columns) > place
    )
    return behind
