"""What was ruled of late, what is known of an author, and what is found by its words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, tuple_

from moderation.errors import InputError
from moderation.store import comments as kept
from moderation.store import search
from moderation.store.desk import cards, marks
from moderation.store.desk import rulings as made
from moderation.store.desk.tables import notes, rulings
from moderation.store.desk.values import AuthorHistory, Note, Page
from moderation.store.tables import Status, comments

STRIKES = timedelta(days=90)
MOST_NOTES = 50


def recent(connection: Connection, by: str | None, limit: int, after: str | None, at: datetime) -> Page:
    """Rulings, the latest first, of all or of one moderator. `after`: as `next` of the page before."""
    order = (rulings.c.at, rulings.c.comment_id, rulings.c.number)
    undone = rulings.alias("undone")
    query = select(rulings, undone.c.by.label("undone_by")).outerjoin(
        undone, (undone.c.comment_id == rulings.c.comment_id) & (undone.c.undoes == rulings.c.number)
    )
    query = query.where(rulings.c.undoes.is_(None))
    if by is not None:
        query = query.where(rulings.c.by == by)
    if after is not None:
        query = query.where(tuple_(*order) < _place(connection, after))
    size = kept.page(limit)
    rows = connection.execute(query.order_by(*(column.desc() for column in order)).limit(size + 1)).all()
    found = [made.read(row, row.undone_by) for row in rows[:size]]
    cards_of = cards.by_id(connection, [ruling.comment for ruling in found], at)
    items = tuple(cards.about(cards_of[ruling.comment], ruling) for ruling in found)
    last = found[-1] if len(rows) > size else None
    return Page(items, f"{last.number}:{last.comment}" if last else None)


def author(connection: Connection, name: str, limit: int, before: str | None, at: datetime) -> AuthorHistory:
    """Everything of one author, the latest comment first."""
    query = kept.with_decision().where(comments.c.author == name)
    if before is not None:
        place = kept.place(connection, before)
        query = query.where(tuple_(comments.c.received_at, comments.c.id) < place)
    page = _newest(connection, query, limit, at)
    counted = (
        select(comments.c.status, func.count()).where(comments.c.author == name).group_by(comments.c.status)
    )
    refused = select(func.count()).where(
        comments.c.author == name,
        comments.c.status == Status.REJECTED.value,
        comments.c.received_at > at - STRIKES,
    )
    written = select(notes).where(notes.c.author == name).order_by(notes.c.at.desc()).limit(MOST_NOTES)
    return AuthorHistory(
        author=name,
        page=page,
        counts={Status(status): count for status, count in connection.execute(counted)},
        strikes=connection.execute(refused).scalar_one(),
        mark=marks.in_force(connection, [name], at).get(name),
        notes=tuple(Note(*row) for row in connection.execute(written)),
    )


def matching(connection: Connection, question: str, limit: int, before: str | None, at: datetime) -> Page:
    """The comments in which every word of the question begins a word, the latest first."""
    place = None if before is None else kept.place(connection, before)
    size = kept.page(limit)
    ids = search.newest(connection, question, size + 1, place)
    if not ids:
        return Page((), None)
    return _newest(connection, kept.with_decision().where(comments.c.id.in_(ids)), size, at)


def pace(connection: Connection, by: str, since: datetime) -> int:
    """How many comments that moderator has ruled on since then."""
    query = select(func.count()).where(rulings.c.by == by, rulings.c.at > since, rulings.c.undoes.is_(None))
    return connection.execute(query).scalar_one()


def _newest(connection: Connection, query: Any, limit: int, at: datetime) -> Page:
    size = kept.page(limit)
    query = query.order_by(comments.c.received_at.desc(), comments.c.id.desc()).limit(size + 1)
    rows = connection.execute(query).all()
    items = cards.of(connection, rows[:size], at)
    return Page(items, items[-1].comment.id if len(rows) > size else None)


def _place(connection: Connection, after: str) -> Any:
    number, _, name = after.partition(":")
    if not number.isdecimal():
        raise InputError(f"`{after}` is no place in the list; give `next` of the page before")
    query = select(rulings.c.at, rulings.c.comment_id, rulings.c.number).where(
        rulings.c.comment_id == name, rulings.c.number == int(number)
    )
    row = connection.execute(query).first()
    if row is None:
        raise InputError(f"`{after}` is no place in the list; give `next` of the page before")
    return tuple_(*row)
