"""Keys that a client gives its posts, so that one sent again, after the answer got lost, has no second effect."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Index, Row, String, Table, delete, select

from moderation.errors import Conflict
from moderation.store import comments as kept
from moderation.store.comments import StoredComment
from moderation.store.ids import named
from moderation.store.insertion import insert_new
from moderation.store.tables import ID, UtcDateTime, comments, decisions, metadata
from moderation.types import Comment

LONGEST = 255
"""Bytes of a key."""

KEPT_FOR = timedelta(hours=24)
"""How long a key is remembered. A box tries again for seconds, a site's own queue of posts for hours."""

SWEPT_AT_ONCE = 100
"""Keys that have had their time and are swept out with each new one, so that no call has many to sweep."""

_DIGEST = 64  # SHA-256 in hexadecimal

# The comment's row comes after the key's, so the reference is looked at when the transaction ends.
_COMMENT = ForeignKey("comments.id", ondelete="CASCADE", deferrable=True, initially="DEFERRED")

post_keys = Table(
    "post_keys",
    metadata,
    Column("name", String(_DIGEST), primary_key=True),
    Column("content", String(_DIGEST), nullable=False),
    Column("comment_id", String(ID), _COMMENT, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("post_keys_age", "at"),
    Index("post_keys_comment", "comment_id"),
)


class KeyReused(Conflict):
    """The key came before, with another comment."""


def named_by(comment: Comment, key: str) -> str:
    """Under what a key is kept: that of another author is another key. Raises InputError for one that is none."""
    return _digest(named("key", key, at_most=LONGEST), comment.author)


def take(
    connection: Connection, comment: Comment, key: str, comment_id: str, at: datetime
) -> StoredComment | None:
    """Take the key for a comment about to be kept, or the comment that has it, with the first decision on it.

    Two at once: the second waits for the first and then finds its comment. Raises KeyReused.
    """
    name = named_by(comment, key)
    _sweep(connection, name, at)
    row = {"name": name, "content": _content(comment), "comment_id": comment_id, "at": at}
    return None if insert_new(connection, post_keys, row) else find(connection, comment, key, at)


def find(connection: Connection, comment: Comment, key: str, now: datetime) -> StoredComment | None:
    """The comment that was kept under that key, with the first decision on it. Raises KeyReused."""
    query = (
        select(post_keys.c.content, comments, decisions)
        .join(comments, comments.c.id == post_keys.c.comment_id)
        .join(decisions, (decisions.c.comment_id == comments.c.id) & (decisions.c.number == 1))
        .where(post_keys.c.name == named_by(comment, key), post_keys.c.at > now - KEPT_FOR)
    )
    row: Row[Any] | None = connection.execute(query).first()
    if row is None:
        return None
    if row._mapping[post_keys.c.content] != _content(comment):
        raise KeyReused("the key came before, with another comment; give each comment a key of its own")
    return kept.read(row)


def _sweep(connection: Connection, name: str, at: datetime) -> None:
    """Forget keys that have had their time, this one at any rate."""
    oldest = select(post_keys.c.name).where(post_keys.c.at <= at - KEPT_FOR).order_by(post_keys.c.at)
    old = post_keys.c.name.in_(oldest.limit(SWEPT_AT_ONCE).scalar_subquery())
    own = (post_keys.c.name == name) & (post_keys.c.at <= at - KEPT_FOR)
    connection.execute(delete(post_keys).where(old | own))


def _content(comment: Comment) -> str:
    return _digest(comment.body, comment.article, comment.parent)


def _digest(*parts: str | None) -> str:
    """SHA-256: neither the key nor what was written under it is to be read from the table."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
