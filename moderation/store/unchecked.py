"""Comments that are held because a check could not run, until they have been judged after all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, String, Table, delete, insert

from moderation.store.tables import ID, UtcDateTime, metadata
from moderation.types import BY_POLICY, Action, Decision

unchecked = Table(
    "unchecked",
    metadata,
    Column("comment_id", String(ID), ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True),
    Column("tried", Integer, nullable=False),
    # When it is judged again; put off while somebody is at it, by the clock of the database.
    Column("due_at", UtcDateTime, nullable=False),
    Index("unchecked_due", "due_at"),
)

RULES = "skipped."


def is_unchecked(decision: Decision) -> bool:
    """Whether a decision holds a comment for no other reason than that a check could not run."""
    settled_by = decision.rule or ""
    return decision.action is Action.HOLD and decision.by == BY_POLICY and settled_by.startswith(RULES)


def note(connection: Connection, comment_id: str, number: int, decision: Decision, at: datetime) -> None:
    """Enter a comment with its decision, or strike it out with a later one."""
    if number > 1:
        connection.execute(delete(unchecked).where(unchecked.c.comment_id == comment_id))
    if is_unchecked(decision):
        connection.execute(insert(unchecked).values(comment_id=comment_id, tried=0, due_at=at))
