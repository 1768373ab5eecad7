"""The table of labels from outside. Its texts are masked, and name no author."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, Index, String, Table, Text

from moderation.store.tables import AUTHOR, UtcDateTime, metadata

SOURCE, EXTERNAL = 32, 1024

feedback = Table(
    "feedback",
    metadata,
    Column("source", String(SOURCE), primary_key=True),
    Column("client", String(AUTHOR), primary_key=True),
    Column("external", String(EXTERNAL), primary_key=True),
    Column("body", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("scores", Text, nullable=False),
    Column("weight", Float, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("weight > 0 AND weight <= 1", name="feedback_weight"),
    Index("feedback_at", "at"),
)
