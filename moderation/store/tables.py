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
    """Where a comment stands: shown, waiting for a moderator, refused, or given back to its author to edit."""

    PUBLISHED = "published"
    HELD = "held"
    REJECTED = "rejected"
    RETURNED = "returned"


class Waits(enum.StrEnum):
    """In which list of the desk a comment waits for a moderator.

    folded : held too, but behind others of the same author, so that a flood of one hides nobody else's.
    """

    HELD = "held"
    FOLDED = "folded"
    ESCALATED = "escalated"
    REPORTED = "reported"


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
ID, AUTHOR, ARTICLE, SECTION, CLAUSE = 128, 256, 1024, 256, 128

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
    # 1,000 less the risk in thousandths, so that in rising order the riskiest comes first, the oldest of them ahead.
    Column("calm", Integer, nullable=False, server_default="1000"),
    Column("clause", String(CLAUSE)),
    Column("waits", String(9)),
    CheckConstraint("status IN ('published', 'held', 'rejected', 'returned')", name="comments_status"),
    # One index for each question: what came since, the thread under an article, copies and comments by one author.
    Index("comments_received", "received_at", "id"),
    Index("comments_thread", "article", "status", "received_at", "id"),
    Index("comments_copies", "author", "fingerprint", "received_at"),
    Index("comments_author", "author", "received_at", "id", "status"),
)

FILTERS = ("clause", "language", "article", "author")
"""What a list of the desk can be narrowed to."""

# The lists of the desk, each in order of risk and of age, whole and by each filter. What does not wait costs nothing.
for _filter in ((), *((name,) for name in FILTERS)):
    for _order, _columns in {"risk": ("calm", "received_at", "id"), "age": ("received_at", "id")}.items():
        Index(
            "_".join(("waiting", *_filter, _order)),
            *(comments.c[name] for name in ("waits", *_filter, *_columns)),
            sqlite_where=comments.c.waits.is_not(None),
            postgresql_where=comments.c.waits.is_not(None),
        )

Index(
    "waiting_copies",
    comments.c.fingerprint,
    comments.c.waits,
    sqlite_where=comments.c.waits.is_not(None),
    postgresql_where=comments.c.waits.is_not(None),
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

# The words of every comment, as `moderation.store.search` cuts them; likewise.
search_words = Table(
    "search_words",
    metadata,
    # Compared by code points, so that what begins alike lies together whatever language the server sorts by.
    Column("word", String(64).with_variant(String(64, collation="C"), "postgresql"), primary_key=True),
    Column("received_at", UtcDateTime, primary_key=True),
    Column("comment_id", String(ID), ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True),
    Index("search_words_comment", "comment_id"),
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

IN_FORCE = (decisions.c.comment_id == comments.c.id) & (decisions.c.number == comments.c.decisions)
"""What joins a comment to the decision in force on it."""
