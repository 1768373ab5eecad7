"""The tables of the desk: who holds which card, what moderators ruled and wrote, what readers ask for."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from moderation.store.tables import AUTHOR, CLAUSE, ID, UtcDateTime, metadata

KEY = 128
"""Bytes of an idempotency key at most."""

# One moderator at a time: the key is the comment. A lease that has run out counts as none.
claims = Table(
    "claims",
    metadata,
    Column("comment_id", String(ID), ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True),
    Column("by", String(AUTHOR), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Index("claims_by", "by", "until"),
    Index("claims_until", "until"),
)

# What the desk knows of a moderator's decision beyond the decision itself, so that it can be undone.
rulings = Table(
    "rulings",
    metadata,
    Column("comment_id", String(ID), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("batch", String(ID), nullable=False),
    Column("act", String(9), nullable=False),
    Column("by", String(AUTHOR), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("message", Text),
    Column("undoes", Integer),
    Column("was_status", String(9), nullable=False),
    Column("was_waits", String(9)),
    ForeignKeyConstraint(["comment_id", "number"], ["decisions.comment_id", "decisions.number"]),
    Index("rulings_batch", "batch"),
    Index("rulings_recent", "at", "comment_id", "number"),
    Index("rulings_by", "by", "at", "comment_id", "number"),
)

# What was answered to a request that may come again because its answer got lost.
desk_requests = Table(
    "desk_requests",
    metadata,
    Column("by", String(AUTHOR), primary_key=True),
    Column("key", String(KEY), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("answer", Text),
    Column("at", UtcDateTime, nullable=False),
    Index("desk_requests_at", "at"),
)

notes = Table(
    "notes",
    metadata,
    Column("id", String(ID), primary_key=True),
    Column("comment_id", String(ID), ForeignKey("comments.id", ondelete="CASCADE")),
    Column("author", String(AUTHOR)),
    Column("by", String(AUTHOR), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("text", Text, nullable=False),
    CheckConstraint("(comment_id IS NULL) <> (author IS NULL)", name="notes_subject"),
    Index("notes_comment", "comment_id", "at"),
    Index("notes_author", "author", "at"),
)

# The latest mark on an author is the one in force.
author_marks = Table(
    "author_marks",
    metadata,
    Column("author", String(AUTHOR), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("mark", String(9), nullable=False),
    Column("until", UtcDateTime),
    Column("reason", Text, nullable=False),
    Column("by", String(AUTHOR), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

wrong_hits = Table(
    "wrong_hits",
    metadata,
    Column("comment_id", String(ID), ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True),
    Column("rule", String(128), primary_key=True),
    Column("span_start", Integer, primary_key=True, autoincrement=False),
    Column("span_end", Integer, primary_key=True, autoincrement=False),
    Column("by", String(AUTHOR), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Index("wrong_hits_at", "at"),
)

# One appeal for each decision. `ruled_by`: whose decision it is, so that another looks at it.
appeals = Table(
    "appeals",
    metadata,
    Column("id", String(ID), primary_key=True),
    Column("comment_id", String(ID), ForeignKey("comments.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("author", String(AUTHOR), nullable=False),
    Column("text", Text, nullable=False),
    Column("filed_at", UtcDateTime, nullable=False),
    Column("ruled_by", String(AUTHOR), nullable=False),
    Column("outcome", String(10)),
    Column("settled_by", String(AUTHOR)),
    Column("settled_at", UtcDateTime),
    Column("reason", Text),
    Index("appeals_decision", "comment_id", "number", unique=True),
    Index("appeals_author", "author", "filed_at"),
)
_open = appeals.c.settled_at.is_(None)
Index("appeals_open", appeals.c.filed_at, appeals.c.id, sqlite_where=_open, postgresql_where=_open)

reports = Table(
    "reports",
    metadata,
    Column("comment_id", String(ID), ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True),
    Column("reader", String(AUTHOR), primary_key=True),
    Column("clause", String(CLAUSE)),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("reports_recent", "comment_id", "at"),
)

# A share of the rulings is ruled on again by somebody who does not see the first.
second_looks = Table(
    "second_looks",
    metadata,
    Column("comment_id", String(ID), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("chosen_at", UtcDateTime, nullable=False),
    Column("first_by", String(AUTHOR), nullable=False),
    Column("first_action", String(6), nullable=False),
    Column("first_clause", String(CLAUSE)),
    Column("second_by", String(AUTHOR)),
    Column("second_action", String(6)),
    Column("second_clause", String(CLAUSE)),
    Column("second_at", UtcDateTime),
    Column("agreed", Boolean),
    ForeignKeyConstraint(["comment_id", "number"], ["decisions.comment_id", "decisions.number"]),
)
_unseen = second_looks.c.second_at.is_(None)
Index(
    "second_looks_open",
    *(second_looks.c[name] for name in ("chosen_at", "comment_id", "number")),
    sqlite_where=_unseen,
    postgresql_where=_unseen,
)
