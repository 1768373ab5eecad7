"""Rows become cards: what a page needs beside the comments is asked for once a page, not once a card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, ScalarSelect, case, func, select

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
    if not rows:
        return []
    names = [row._mapping[comments.c.id] for row in rows]
    authors = {row._mapping[comments.c.author] for row in rows} - {None}
    judged = _judged(connection, rows)
    held_by = claims.live(connection, names, at)
    marked = marks.in_force(connection, authors, at)
    beside = _beside(connection, names)
    latest = rulings.latest(connection, rows)
    items = []
    for row in rows:
        comment = kept.read(row)
        waits = row._mapping[comments.c.waits]
        counted = beside[comment.id]
        items.append(
            Item(
                comment=comment,
                judged=judged.get(comment.id, comment.decision),
                risk=1000 - row._mapping[comments.c.calm],
                clause=row._mapping[comments.c.clause],
                waits=Waits(waits) if waits else None,
                claim=held_by.get(comment.id),
                notes=counted.notes,
                reports=counted.reports,
                mark=marked.get(comment.author or ""),
                ruling=latest.get(comment.id),
                folded=counted.folded,
            )
        )
    return items


def _judged(connection: Connection, rows: Sequence[Row[Any]]) -> dict[str, StoredDecision]:
    """The first decision on each that has more than the one it came with."""
    names = [row._mapping[comments.c.id] for row in rows if row._mapping[comments.c.decisions] > 1]
    if not names:
        return {}
    query = select(decisions).where(decisions.c.comment_id.in_(names), decisions.c.number == 1)
    return {row._mapping[decisions.c.comment_id]: decided.read(row) for row in connection.execute(query)}


def _beside(connection: Connection, names: Sequence[str]) -> dict[str, Row[Any]]:
    """What is counted beside each: its notes, its reports, and how many of its author's wait behind it.

    Only behind what is held does anything wait, and of one author few are held, so few counts are long.
    """
    author = comments.c.author
    behind = comments.alias("behind")
    waiting = select(behind.c.id).where(behind.c.waits == Waits.FOLDED.value, behind.c.author == author)
    folded = _number(waiting.limit(MOST_FOLDED).correlate(comments).subquery())
    query = select(
        comments.c.id,
        _number(notes, notes.c.comment_id == comments.c.id).label("notes"),
        _number(reports, reports.c.comment_id == comments.c.id).label("reports"),
        case((comments.c.waits == Waits.HELD.value, folded), else_=0).label("folded"),
    ).where(comments.c.id.in_(names))
    return {row.id: row for row in connection.execute(query)}


def _number(of: FromClause, *where: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(of).where(*where).correlate(comments).scalar_subquery()


def by_id(connection: Connection, names: Sequence[str], at: datetime) -> dict[str, Item]:
    """The cards of these comments, by id."""
    rows = connection.execute(kept.with_decision().where(comments.c.id.in_(names))).all()
    return {item.comment.id: item for item in of(connection, rows, at)}


def about(item: Item, ruling: MadeRuling) -> Item:
    """The card as a row about one ruling on it."""
    return replace(item, ruling=ruling)
