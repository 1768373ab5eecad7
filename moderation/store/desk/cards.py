"""Rows become cards: what a page needs beside the comments is asked for once a page, not once a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from moderation.store import comments as kept
from moderation.store import decisions as decided
from moderation.store.decisions import StoredDecision
from moderation.store.desk import claims, marks, rulings
from moderation.store.desk.tables import notes, reports
from moderation.store.desk.values import Item, MadeRuling
from moderation.store.tables import Waits, comments, decisions

MOST_FOLDED = 1_000
"""Folded comments of an author are counted up to here."""


def of(connection: Connection, rows: Sequence[Row[Any]], at: datetime) -> list[Item]:
    """The cards of rows of `comments.with_decision`, in their order."""
    names = [row._mapping[comments.c.id] for row in rows]
    authors = {row._mapping[comments.c.author] for row in rows} - {None}
    judged = _judged(connection, names)
    held_by = claims.live(connection, names, at)
    marked = marks.in_force(connection, authors, at)
    noted = _count(connection, notes.c.comment_id, names)
    reported = _count(connection, reports.c.comment_id, names)
    latest = rulings.latest(connection, rows)
    items = []
    for row in rows:
        comment = kept.read(row)
        waits = row._mapping[comments.c.waits]
        items.append(
            Item(
                comment=comment,
                judged=judged[comment.id],
                risk=1000 - row._mapping[comments.c.calm],
                clause=row._mapping[comments.c.clause],
                waits=Waits(waits) if waits else None,
                claim=held_by.get(comment.id),
                notes=noted.get(comment.id, 0),
                reports=reported.get(comment.id, 0),
                mark=marked.get(comment.author or ""),
                ruling=latest.get(comment.id),
            )
        )
    return _with_folds(connection, items)


def _judged(connection: Connection, names: Sequence[str]) -> dict[str, StoredDecision]:
    query = select(decisions).where(decisions.c.comment_id.in_(names), decisions.c.number == 1)
    return {row._mapping[decisions.c.comment_id]: decided.read(row) for row in connection.execute(query)}


def _count(connection: Connection, column: Any, names: Sequence[str]) -> Mapping[str, int]:
    query = select(column, func.count()).where(column.in_(names)).group_by(column)
    return dict(connection.execute(query).all())


def _with_folds(connection: Connection, items: list[Item]) -> list[Item]:
    """Each with how many of its author's wait behind it; only who has as many standing as may has any."""
    found: dict[str, int] = {}
    for author in {item.comment.author or "" for item in items if item.waits is Waits.HELD} - {""}:
        behind = select(comments.c.id).where(comments.c.waits == Waits.FOLDED, comments.c.author == author)
        count = select(func.count()).select_from(behind.limit(MOST_FOLDED).subquery())
        found[author] = connection.execute(count).scalar_one()
    return [
        replace(item, folded=found.get(item.comment.author or "", 0)) if item.waits is Waits.HELD else item
        for item in items
    ]


def by_id(connection: Connection, names: Sequence[str], at: datetime) -> dict[str, Item]:
    """The cards of these comments, by id."""
    rows = connection.execute(kept.with_decision().where(comments.c.id.in_(names))).all()
    return {item.comment.id: item for item in of(connection, rows, at)}


def about(item: Item, ruling: MadeRuling) -> Item:
    """The card as a row about one ruling on it."""
    return replace(item, ruling=ruling)
