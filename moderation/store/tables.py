"""The tables, as the code of this version knows them. What makes and alters them are the migrations."""

from __future__ import annotations

import enum
from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator


class Status(enum.StrEnum):
    """Where a comment stands: shown, waiting for a moderator, or refused."""

    PUBLISHED = "published"
    HELD = "held"
    REJECTED = "rejected"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC, to the microsecond. SQLite knows no zones; there it is written without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC, whatever zone the caller counts in."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone says nothing; give an aware one")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware again."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Widths in bytes of UTF-8, held by `text_of`: PostgreSQL refuses an index entry of more than about 2,700
# bytes, so what is looked up by has to stay below that together.
ID, AUTHOR, ARTICLE, SECTION = 128, 256, 1024, 256

metadata = MetaData()

comments = Table(
    "comments",
    metadata,
    Column("id", String(ID), primary_key=True),
    Column("body", Text, nullable=False),
    Column("author", String(AUTHOR)),
    Column("article", String(ARTICLE)),
    Column("parent", String(ID)),
    Column("language", String(2), nullable=False),
    Column("status", String(9), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("fingerprint", String(16), nullable=False),
    Column("sketch", String(96)),
    # How many decisions there are, so also the number of the one in force.
    Column("decisions", Integer, nullable=False),
    CheckConstraint("status IN ('published', 'held', 'rejected')", name="comments_status"),
    # One index for each question: the queue, the thread under an article, copies and comments by one author.
    Index("comments_queue", "status", "received_at", "id"),
    Index("comments_thread", "article", "status", "received_at", "id"),
    Index("comments_copies", "author", "fingerprint", "received_at"),
    Index("comments_author", "author", "received_at"),
)

# Near copies have a band of their sketch in common. The key is the index, and in SQLite the table too.
sketch_bands = Table(
    "sketch_bands",
    metadata,
    Column("band", BigInteger, primary_key=True, autoincrement=False),
    Column("received_at", UtcDateTime, primary_key=True),
    Column("comment_id", String(ID), ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True),
    Index("sketch_bands_comment", "comment_id"),
    sqlite_with_rowid=False,
)

# Triggers that the migrations make refuse to change or delete a row of this table.
decisions = Table(
    "decisions",
    metadata,
    Column("comment_id", String(ID), ForeignKey("comments.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("action", String(6), nullable=False),
    Column("rule", Text),
    Column("clauses", Text, nullable=False),
    Column("findings", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("skipped", Text, nullable=False),
    Column("graphemes", Integer, nullable=False),
    Column("grapheme_limit", Integer, nullable=False),
    Column("language", String(2), nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("model_version", Text),
    Column("normaliser_version", Text, nullable=False),
    Column("decided_by", String(AUTHOR), nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("standing", String(7), nullable=False, server_default="known"),
    Column("section", String(SECTION)),
    CheckConstraint("action IN ('allow', 'nudge', 'hold', 'reject')", name="decisions_action"),
)
