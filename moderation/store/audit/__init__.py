"""The audit: every decision, sign-in, export and change, in the transaction of the act, in a chain of hashes.

No bodies and no names of authors stand in it: ids, rules, versions and counts, and digests in place of names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from moderation.store.audit import pending
from moderation.store.audit import verify as _verify
from moderation.store.audit.chain import Entry, Head
from moderation.store.audit.verify import BEGIN, Fault, Verified

if TYPE_CHECKING:
    from moderation.store.connections import Connections

__all__ = ["Audit", "Entry", "Fault", "Head", "Verified", "append", "author", "begin"]


def append(
    connection: Connection, *, by: str, act: str, subject: str, detail: Mapping[str, Any] | None = None
) -> None:
    """Put an act on record; it stands when the transaction of that connection is committed, and only then.

    by : an account, `policy`, or `system`; an author only as `author(connection, name)`.
    act : what was done, lower-case with dots: `decision`, `export.decisions`, `token.revoke`.
    subject : to what, its kind first: `comment:ID`, `account:NAME`.
    detail : ids, rules, versions, counts; nothing that anybody wrote.
    """
    pending.of(connection).add(by, act, subject, detail or {})


def author(connection: Connection, name: str) -> str:
    """How the audit names an author: a digest that nobody turns back without the key."""
    return f"author:{pending.of(connection).keys.digests('author', name)[0]}"


def begin(connection: Connection, schema: str) -> None:
    """The first entry, in the transaction that makes the tables."""
    append(connection, by="system", act=BEGIN, subject="audit", detail={"schema": schema})


class Audit:
    """The audit of a store: read, verified, and added to where an act changes nothing else in the database."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def record(self, *, by: str, act: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
        """`append` in a transaction of its own, for an act outside the database."""
        with self._connections.writing() as connection:
            append(connection, by=by, act=act, subject=subject, detail=detail)

    def check_key(self) -> None:
        """Raise StoreError unless the audit can go on with the keys given."""
        with self._connections.reading() as connection:
            pending.Pending(self._connections.audit_keys).check(pending.read_head(connection))

    def verify(self, *, unkeyed_until: int = 0, anchor: tuple[int, str] | None = None) -> Verified:
        """Whether every entry is what was written, and none is missing."""
        with self._connections.reading() as connection:
            keys = self._connections.audit_keys
            return _verify.verify(connection, keys, unkeyed_until=unkeyed_until, anchor=anchor)

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Every entry after that number, the oldest first, read as it is asked for."""
        with self._connections.reading() as connection:
            yield from _verify.entries(connection, after)

    def head(self) -> Head:
        """Where the chain ends: to be noted elsewhere, so that not even a whole older copy passes for it."""
        with self._connections.reading() as connection:
            return pending.read_head(connection)

    def names_of(self, author: str) -> tuple[str, ...]:
        """How the audit names an author, by each of the keys."""
        return tuple(f"author:{digest}" for digest in self._connections.audit_keys.digests("author", author))
