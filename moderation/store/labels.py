"""What the store can teach a model: rulings of moderators, and comments that were allowed without one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Literal

from sqlalchemy import Connection, select

from moderation.store.desk.tables import appeals
from moderation.store.desk.tables import rulings as made
from moderation.store.findings import load_clauses
from moderation.store.tables import IN_FORCE, Status, comments, decisions
from moderation.types import BY_POLICY, Action, Language

BLOCK = 1_000
# The decision that overturned another was made by whoever settled the appeal, at that moment.
_settles = (
    select(appeals.c.id)
    .where(
        appeals.c.comment_id == decisions.c.comment_id,
        appeals.c.settled_by == decisions.c.decided_by,
        appeals.c.settled_at == decisions.c.decided_at,
    )
    .exists()
)
_SETTLING = (str(Action.ALLOW), str(Action.REJECT))


@dataclass(frozen=True, slots=True)
class Ruling:
    """A moderator's decision on a comment. `clauses`: what it stood on, for a refusal; `at` is UTC.

    source : `ruling`, or `appeal` where a second moderator settled an appeal by it.
    """

    comment: str
    body: str
    language: Language
    action: Action
    clauses: tuple[str, ...]
    by: str
    at: datetime
    source: Literal["ruling", "appeal"] = "ruling"


@dataclass(frozen=True, slots=True)
class Allowed:
    """A comment that is published and that no moderator has looked at."""

    comment: str
    body: str
    language: Language
    at: datetime


def rulings(connection: Connection, since: datetime | None) -> Iterator[Ruling]:
    """Every ruling that let a comment stand or refused it and that was not taken back, the oldest first.

    A ruling that an appeal overturned is left out: the one that overturned it says what is right. One that was
    upheld comes again, as that of the moderator who upheld it.
    """
    yield from merge(_made(connection, since), _upheld(connection, since), key=lambda ruling: ruling.at)


def _made(connection: Connection, since: datetime | None) -> Iterator[Ruling]:
    undone = made.c.undoes.is_not(None) & (
        (made.c.undoes == decisions.c.number) | (made.c.number == decisions.c.number)
    )
    taken_back = select(made.c.number).where(made.c.comment_id == decisions.c.comment_id, undone).exists()
    overturned = select(appeals.c.id).where(
        appeals.c.comment_id == decisions.c.comment_id,
        appeals.c.number == decisions.c.number,
        appeals.c.outcome == "overturned",
    )
    query = (
        select(comments.c.id, comments.c.body, comments.c.language, decisions, _settles.label("settles"))
        .join(decisions, decisions.c.comment_id == comments.c.id)
        .where(
            decisions.c.decided_by != BY_POLICY,
            decisions.c.action.in_(_SETTLING),
            ~taken_back,
            ~overturned.exists(),
        )
        .order_by(decisions.c.decided_at, comments.c.id, decisions.c.number)
    )
    if since is not None:
        query = query.where(decisions.c.decided_at >= since)
    for row in connection.execute(query.execution_options(yield_per=BLOCK)):
        kept = row._mapping
        yield Ruling(
            comment=kept[comments.c.id],
            body=kept[comments.c.body],
            language=kept[comments.c.language],
            action=Action[kept[decisions.c.action].upper()],
            clauses=load_clauses(kept[decisions.c.clauses]),
            by=kept[decisions.c.decided_by],
            at=kept[decisions.c.decided_at],
            source="appeal" if kept["settles"] else "ruling",
        )


def _upheld(connection: Connection, since: datetime | None) -> Iterator[Ruling]:
    """Refusals that a second moderator upheld without a decision of their own."""
    against = (decisions.c.comment_id == appeals.c.comment_id) & (decisions.c.number == appeals.c.number)
    query = (
        select(comments.c.body, comments.c.language, decisions.c.clauses, appeals)
        .join(decisions, against)
        .join(comments, comments.c.id == appeals.c.comment_id)
        .where(appeals.c.outcome == "upheld", decisions.c.action == str(Action.REJECT))
        .order_by(appeals.c.settled_at, appeals.c.id)
    )
    if since is not None:
        query = query.where(appeals.c.settled_at >= since)
    for row in connection.execute(query.execution_options(yield_per=BLOCK)):
        clauses = load_clauses(row.clauses)
        moment, by = row.settled_at, row.settled_by
        yield Ruling(row.comment_id, row.body, row.language, Action.REJECT, clauses, by, moment, "appeal")


def allowed(connection: Connection, since: datetime | None) -> Iterator[Allowed]:
    """Every comment that the policy published, the oldest first."""
    query = (
        select(comments.c.id, comments.c.body, comments.c.language, comments.c.received_at)
        .join(decisions, IN_FORCE)
        .where(comments.c.status == Status.PUBLISHED.value, decisions.c.decided_by == BY_POLICY)
        .order_by(comments.c.received_at, comments.c.id)
    )
    if since is not None:
        query = query.where(comments.c.received_at >= since)
    for row in connection.execute(query.execution_options(yield_per=BLOCK)):
        yield Allowed(*row)
