"""What is to be told to other systems, to whom, and how far that has come."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from moderation.store.tables import ID, UtcDateTime, metadata

endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("id", String(ID), primary_key=True),
    Column("url", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("texts", Boolean, nullable=False),
    # Needed in the clear: a signature cannot be made from a hash.
    Column("secrets", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
    Column("disabled_why", Text),
    # How often it could not be reached in a row, and until when it is left alone for that.
    Column("failures", Integer, nullable=False),
    Column("rests_until", UtcDateTime),
    # Who delivers to it at this moment, by the clock of the database.
    Column("leased_by", String(ID)),
    Column("leased_until", UtcDateTime),
)

messages = Table(
    "webhook_messages",
    metadata,
    Column("id", String(ID), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("subject", String(ID), nullable=False),
    Column("data", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("webhook_messages_at", "at"),
)

deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column(
        "endpoint_id", String(ID), ForeignKey("webhook_endpoints.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("message_id", String(ID), ForeignKey("webhook_messages.id", ondelete="CASCADE"), primary_key=True),
    Column("state", String(9), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("last_status", Integer),
    Column("last_fault", Text),
    CheckConstraint("state IN ('pending', 'delivered', 'dead')", name="webhook_deliveries_state"),
    Index("webhook_deliveries_due", "endpoint_id", "state", "due_at"),
    Index("webhook_deliveries_dead", "state", "message_id"),
    Index("webhook_deliveries_message", "message_id"),
)

# What was last told about policy and model, so that of several processes one tells it.
announced = Table(
    "webhook_announced",
    metadata,
    Column("part", String(16), primary_key=True),
    Column("version", Text, nullable=False),
)
