"""The audit's two tables: the chain, to which rows are only ever added, and its head, kept apart from it."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, String, Table, Text

from moderation.store.tables import AUTHOR, UtcDateTime, metadata

ACT, SUBJECT = 64, 1200

# Triggers that the migrations make refuse to change or delete a row of this table.
audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(AUTHOR), nullable=False),
    Column("act", String(ACT), nullable=False),
    Column("subject", String(SUBJECT), nullable=False),
    Column("detail", Text, nullable=False),
    Column("key", String(16), nullable=False),
    Column("mac", String(64), nullable=False),
    Index("audit_subject", "subject", "number"),
    Index("audit_act", "act", "number"),
)

# One row: where the chain ends. Without it, nobody could tell that the last rows have been cut off.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("mac", String(64), nullable=False),
    Column("key", String(16), nullable=False),
    Column("seal", String(64), nullable=False),
    CheckConstraint("id = 1", name="audit_head_single"),
)
