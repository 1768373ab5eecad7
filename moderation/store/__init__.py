"""Where comments and decisions are kept: `Store`, over SQLite, or PostgreSQL by changing the URL."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import select

from moderation.errors import InputError
from moderation.store import comments, decisions, labels, own, post_keys, upkeep
from moderation.store.accounts import Accounts
from moderation.store.audit import Audit
from moderation.store.comments import StoredComment
from moderation.store.connections import Connections
from moderation.store.decisions import StoredDecision
from moderation.store.desk import EVERYTHING, Act, Desk, Order, Ruling, View, lists
from moderation.store.erasure import Erasure
from moderation.store.feedback import FeedbackStore
from moderation.store.figures import Figures
from moderation.store.history import Past
from moderation.store.ids import checked, new_id
from moderation.store.labels import Allowed
from moderation.store.limits import Limits
from moderation.store.outbox import Outbox
from moderation.store.own import OwnComment
from moderation.store.post_keys import KeyReused
from moderation.store.rechecks import Rechecks
from moderation.store.rows import Rows
from moderation.store.tables import Status
from moderation.store.wordings import Wordings
from moderation.text.normalize import normalize
from moderation.text.sketch import sketch
from moderation.types import Action, Comment, Decision, NearCopy

__all__ = ["KeyReused", "Status", "Store", "StoredComment", "StoredDecision"]

logger = logging.getLogger(__name__)

_ACTS = {Action.ALLOW: Act.APPROVE, Action.REJECT: Act.REJECT}


class Store:
    """Comments and the decisions on them, on disk. Safe to call from many threads; every call blocks.

    What a method returns is committed. Raises InputError for text that no database could keep as it is,
    Conflict, NotFound, and StoreError for what the database cannot do; the next call may succeed again.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self.audit = Audit(connections)
        self.erasure = Erasure(connections)
        self.figures = Figures(connections)
        self.rows = Rows(connections)
        self.outbox = Outbox(connections)
        self.feedback = FeedbackStore(connections)
        self.limits = Limits(connections)
        self.accounts = Accounts(connections, self.limits)
        self.desk = Desk(connections)
        self.rechecks = Rechecks(connections)
        self.wordings = Wordings(connections)
        self._past = Past(connections)

    @classmethod
    def open(cls, url: str, audit_keys: Sequence[bytes] = ()) -> Store:
        """Open the database at that SQLAlchemy URL, made and brought up to date where necessary.

        audit_keys : secrets that chain the audit, the one in use first and older ones behind it. Without any, the
        audit shows accidents, but whoever can write to the database can rebuild it.

        Raises StoreError where it cannot be opened or was written by a newer version.
        """
        from moderation.store.schema import upgrade  # Alembic takes a moment to import; open only pays for it

        connections = Connections.to(url, audit_keys)
        try:
            upgrade(connections)
        except BaseException:
            connections.close()
            raise
        return cls(connections)

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ping(self) -> None:
        """Raise StoreError unless the database answers."""
        with self._connections.reading() as connection:
            connection.execute(select(1)).scalar_one()

    def counts(self) -> dict[str, int]:
        """How many rows each table has that has any."""
        with self._connections.reading() as connection:
            return upkeep.counts(connection)

    def check(self) -> list[str]:
        """What is wrong with the database, the audit included; nothing where it is whole."""
        with self._connections.reading() as connection:
            found = upkeep.faults(connection)
        fault = self.audit.verify().fault
        return found if fault is None else [*found, f"audit: row {fault.row} {fault.reason}"]

    def backup(self, file: Path, by: str) -> None:
        """Copy the database into a new file while others write, read the copy back, and put that on record."""
        head = self.audit.head()
        upkeep.back_up(self._connections.url, file)
        self.audit.record(by=by, act="db.backup", subject="database", detail={"audit": head.number})

    def add(
        self, comment: Comment, decision: Decision, status: Status, *, key: str | None = None
    ) -> StoredComment:
        """Keep a comment with the decision on it; both are on the disk when this returns.

        key : what the client calls this post. Where it came before, within `post_keys.KEPT_FOR`, nothing is kept,
            and the comment of then is returned with the first decision on it.

        Raises Conflict where a comment of that id is stored already, KeyReused where the key came with another
        comment, and InputError for a NUL or half a surrogate pair in any of its text.
        """
        comments.check(comment)
        fingerprint, sketched = _prints(comment)
        with self._connections.writing() as connection:
            name, at = comment.id or new_id(), datetime.now(UTC)
            if key is not None and (earlier := post_keys.take(connection, comment, key, name, at)):
                return earlier
            return comments.add(
                connection,
                replace(comment, id=name),
                decision,
                status,
                fingerprint=fingerprint,
                sketch=sketched,
                at=at,
            )

    def posted(self, comment: Comment, key: str) -> StoredComment | None:
        """The comment that was added under that key, with the first decision on it. Raises KeyReused."""
        comments.check(comment)
        with self._connections.reading() as connection:
            return post_keys.find(connection, comment, key, datetime.now(UTC))

    def get(self, comment_id: str) -> StoredComment:
        """That comment with the decision in force; raises NotFound."""
        checked("id", comment_id)
        with self._connections.reading() as connection:
            return comments.get(connection, comment_id)

    def held(self, limit: int = 50, after: str | None = None) -> list[StoredComment]:
        """A page of the comments that wait in the queue, oldest first: `desk.page` says more.

        limit : at most 200.
        after : the id of the last comment of the page before; NotFound where there is none of that name.
        """
        checked("after", after or "")
        with self._connections.reading() as connection:
            size = comments.page(limit)
            rows = lists.rows(connection, View.HELD, Order.OLDEST, EVERYTHING, size, after)
            return [comments.read(row) for row in rows]

    def held_count(self) -> int:
        """How many comments wait for a moderator, in any list."""
        with self._connections.reading() as connection:
            return lists.waiting(connection)

    def published(self, article: str, limit: int = 50, before: str | None = None) -> list[StoredComment]:
        """A page of the thread under an article, newest first; `limit` and `before` as in `held`."""
        checked("article", article)
        checked("before", before or "")
        with self._connections.reading() as connection:
            return comments.published(connection, article, limit, before)

    def own(self, author: str, article: str, since: datetime) -> list[OwnComment]:
        """An author's comments under an article since then that are not published, or were by a moderator of late."""
        checked("author", author)
        checked("article", article)
        with self._connections.reading() as connection:
            return own.under(connection, author, article, since, datetime.now(UTC))

    def own_comment(self, author: str, comment_id: str) -> OwnComment:
        """That comment of that author; raises NotFound, also where it is another's."""
        checked("author", author)
        checked("id", comment_id)
        with self._connections.reading() as connection:
            return own.one(connection, author, comment_id)

    def decisions(self, comment_id: str) -> list[StoredDecision]:
        """Every decision on that comment, the first one first; raises NotFound."""
        checked("id", comment_id)
        with self._connections.reading() as connection:
            return decisions.history(connection, comment_id)

    def judged(self, since: datetime) -> Iterator[StoredComment]:
        """Comments since then, oldest first, each with the decision that the policy made on it.

        So that another policy can be replayed over them. Raises InputError for a time without a zone.
        """
        if since.tzinfo is None:
            raise InputError("`since` has no time zone; give a time in UTC")
        with self._connections.reading() as connection:
            yield from comments.judged(connection, since)

    def rule(self, comment_id: str, action: Action, by: str) -> StoredComment:
        """Settle a held comment: allow publishes it, reject refuses it; a decision by `by` is appended.

        Raises NotFound, and Conflict with the name of whoever settled it first.
        """
        if action not in _ACTS:
            raise InputError(f"`{action}` is no ruling on a held comment; use allow or reject")
        self.desk.settle(comment_id, Ruling(_ACTS[action]), by)
        return self.get(comment_id)

    def rulings(self, since: datetime | None = None) -> Iterator[labels.Ruling]:
        """Every decision of a moderator from then on, the oldest first, read as it is asked for."""
        with self._connections.reading() as connection:
            yield from labels.rulings(connection, since)

    def allowed(self, since: datetime | None = None) -> Iterator[Allowed]:
        """Every comment that was published without a moderator's look, the oldest first, likewise."""
        with self._connections.reading() as connection:
            yield from labels.allowed(connection, since)

    def count_same(self, author: str, fingerprint: str, since: datetime) -> int:
        """How many comments of this author since then carry the same fingerprint of their folded text."""
        return self._past.count_same(author, fingerprint, since)

    def count_by(self, author: str, since: datetime, at_most: int) -> int:
        """How many comments of this author there are since then, counted up to `at_most`."""
        return self._past.count_by(author, since, at_most)

    def find_near(self, sketch: str, since: datetime) -> Sequence[NearCopy]:
        """Comments of anybody since then whose sketch is much like this one."""
        return self._past.find_near(sketch, since)


def _prints(comment: Comment) -> tuple[str, str | None]:
    """What copies and near copies are known by. Empty where folding fails: the comment has to be held all the same."""
    try:
        text = normalize(comment.body)
        return text.fingerprint, sketch(text)
    except Exception as error:
        logger.error("no fingerprint for comment %s: %s", comment.id, type(error).__name__)
        return "", None
