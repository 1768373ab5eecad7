"""Which list of the desk a held comment waits in, and when one moves up that stood behind its author's others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, func, select, text, update

from moderation.store.tables import Status, Waits, comments

FOLD_AFTER = 3
"""Held comments of one author that stand in the queue at once; the others are folded behind them."""

_held = select(comments.c.id).where(comments.c.waits == Waits.HELD, comments.c.author == bindparam("author"))
_COUNT = select(func.count()).select_from(_held.limit(FOLD_AFTER).subquery())


def enter(connection: Connection, status: Status, author: str | None) -> Waits | None:
    """Where a new comment of that status waits; None where nobody has to look."""
    if status is not Status.HELD:
        return None
    if author is None:
        return Waits.HELD
    lock(connection, [author])
    return Waits.FOLDED if _standing(connection, author) >= FOLD_AFTER else Waits.HELD


def promote(connection: Connection, authors: Iterable[str | None]) -> None:
    """Let folded comments move up, the riskiest first, where fewer of their author's stand than may.

    The authors have to be locked, before any comment is.
    """
    for author in sorted({author for author in authors if author is not None}):
        room = FOLD_AFTER - _standing(connection, author)
        if room <= 0:
            continue
        next_ones = (
            select(comments.c.id)
            .where(comments.c.waits == Waits.FOLDED, comments.c.author == author)
            .order_by(comments.c.calm, comments.c.received_at, comments.c.id)
            .limit(room)
        )
        connection.execute(
            update(comments).where(comments.c.id.in_(next_ones)).values(waits=Waits.HELD.value)
        )


def lock(connection: Connection, authors: Iterable[str | None]) -> None:
    """Let no other transaction add or settle held comments of these authors until this one ends.

    Otherwise a comment could be folded behind one that is settled at the same moment, and stay there for ever.
    SQLite lets only one writer in at all.
    """
    keys = sorted({_key(author) for author in authors if author is not None})
    if keys and connection.dialect.name == "postgresql":
        query = "SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key"
        connection.execute(text(query), {"keys": keys})


def _standing(connection: Connection, author: str) -> int:
    count: int = connection.execute(_COUNT, {"author": author}).scalar_one()
    return count


def _key(author: str) -> int:
    digest = hashlib.blake2b(f"held:{author}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
