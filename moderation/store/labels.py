"""What the store can teach a model: rulings of moderators, and comments that were allowed without one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from moderation.store.desk.tables import rulings as made
from moderation.store.findings import load_clauses
from moderation.store.tables import Status, comments, decisions
from moderation.types import Action, Language

POLICY = "policy"
BLOCK = 1_000
_SETTLING = (str(Action.ALLOW), str(Action.REJECT))


@dataclass(frozen=True, slots=True)
class Ruling:
    """A moderator's decision on a comment. `clauses`: what it stood on, for a refusal; `at` is UTC."""

    comment: str
    body: str
    language: Language
    action: Action
    clauses: tuple[str, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Allowed:
    """A comment that is published and that no moderator has looked at."""

    comment: str
    body: str
    language: Language
    at: datetime


def rulings(connection: Connection, since: datetime | None) -> Iterator[Ruling]:
    """Every ruling that let a comment stand or refused it and that was not taken back, the oldest first."""
    undone = made.c.undoes.is_not(None) & (
        (made.c.undoes == decisions.c.number) | (made.c.number == decisions.c.number)
    )
    taken_back = select(made.c.number).where(made.c.comment_id == decisions.c.comment_id, undone).exists()
    query = (
        select(comments.c.id, comments.c.body, comments.c.language, decisions)
        .join(decisions, decisions.c.comment_id == comments.c.id)
        .where(decisions.c.decided_by != POLICY, decisions.c.action.in_(_SETTLING), ~taken_back)
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
        )


def allowed(connection: Connection, since: datetime | None) -> Iterator[Allowed]:
    """Every comment that the policy published, the oldest first."""
    latest = (decisions.c.comment_id == comments.c.id) & (decisions.c.number == comments.c.decisions)
    query = (
        select(comments.c.id, comments.c.body, comments.c.language, comments.c.received_at)
        .join(decisions, latest)
        .where(comments.c.status == Status.PUBLISHED.value, decisions.c.decided_by == POLICY)
        .order_by(comments.c.received_at, comments.c.id)
    )
    if since is not None:
        query = query.where(comments.c.received_at >= since)
    for row in connection.execute(query.execution_options(yield_per=BLOCK)):
        yield Allowed(*row)
