"""Taking what somebody wrote out of the database for good: on request, and when its time is over.

Rows are deleted, not blanked, in every table that refers to a comment or names its author. Triggers protect decisions
from deletion but for those of comments whose id was entered in `erased` before; the entry stays, so that files that
were exported earlier can be cleaned too. What has been deleted is then no longer in the files of the database either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, String, Table, delete, func, insert, or_, select, text

from moderation.errors import StoreError
from moderation.store import audit, clock, waiting
from moderation.store.connections import Connections
from moderation.store.feedback.tables import feedback
from moderation.store.ids import named
from moderation.store.tables import AUTHOR, ID, IN_FORCE, Status, UtcDateTime, comments, decisions, metadata

BATCH = 500
"""Comments to a transaction, so that nobody waits long for it."""

PEOPLE = frozenset({"author", "reader"})
"""Columns that name somebody who wrote or read, whatever the table."""

NAMED_BY = {"webhook_messages": "subject", "feedback": "external"}
"""Columns that name a comment without referring to it, by table."""

NOBODYS = {
    "accounts": "people of the desk, who are managed by `moderation users`",
    "api_tokens": "programs of the site",
    "alembic_version": "the version of the schema",
    "audit": "authors go by digests in it, and comments by id",
    "audit_head": "a number and a hash",
    "desk_requests": "what a moderator asked for, by ids of comments; forgotten within days",
    "erased": "ids of comments that are gone",
    "limits": "counts under digests, for minutes",
    "policy_wordings": "what policies say of their clauses",
    "retention_runs": "days",
    "sessions": "sign-ins of people of the desk",
    "sign_in_links": "sign-ins of people of the desk",
    "webhook_announced": "versions of policy and model",
    "webhook_deliveries": "attempts; they go with their message",
    "webhook_endpoints": "addresses of other systems",
}
"""Tables in which nothing stands that an author wrote or is known by, and what does."""

erased = Table(
    "erased",
    metadata,
    Column("comment_id", String(ID), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

retention_runs = Table(
    "retention_runs",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Periods:
    """How many days what was settled is kept; 0: until somebody asks for its erasure."""

    rejected: int = 180
    published: int = 0
    labels: int = 730


@dataclass(frozen=True, slots=True)
class Erased:
    """How many comments went, and how many rows of other tables with them."""

    comments: int = 0
    rows: int = 0

    def __add__(self, other: Erased) -> Erased:
        return Erased(self.comments + other.comments, self.rows + other.rows)


class Erasure:
    """What takes comments out of a store, and their traces out of its files."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def count(self, author: str) -> int:
        """How many comments of that author there are."""
        with self._connections.reading() as connection:
            query = select(func.count()).select_from(comments).where(comments.c.author == author)
            return connection.execute(query).scalar_one()

    def author(self, author: str, *, by: str, mask: Callable[[str], str] = str) -> Erased:
        """Take out every comment of an author, and whatever else is kept about that author.

        mask : how labels from outside were masked, so that those of the same texts are found.

        Killed half-way, it has taken out whole comments; call it again. Raises StoreError where the traces in the
        files could not be overwritten: the rows are gone all the same.
        """
        named("author", author, at_most=AUTHOR)
        total = Erased()
        while True:
            done = self._batch_of(author, by, mask)
            total += done
            if done.comments < BATCH:
                break
        self.scrub()
        return total

    def expired(self, periods: Periods, now: datetime, *, by: str = "system") -> Erased:
        """Take out what has been kept for its time. Held comments wait for a decision first."""
        total = self._labels(now - timedelta(days=periods.labels), by) if periods.labels else Erased()
        for statuses, days in (
            ((Status.REJECTED, Status.RETURNED), periods.rejected),
            ((Status.PUBLISHED,), periods.published),
        ):
            while days:
                done = self._batch_before(now - timedelta(days=days), statuses, by)
                total += done
                if done.comments < BATCH:
                    break
        if total.comments or total.rows:
            self.scrub(rewrite=False)
        return total

    def daily(self, periods: Periods, now: datetime) -> Erased | None:
        """`expired`, unless a process has done so on this day (UTC) already: then None."""
        day = now.date().isoformat()
        try:
            with self._connections.writing() as connection:
                if connection.execute(select(retention_runs).where(retention_runs.c.day == day)).first():
                    return None
                connection.execute(delete(retention_runs))
                connection.execute(insert(retention_runs).values(day=day, at=clock.now(connection)))
        except StoreError:  # another process was first, or the database is away and the next hour will do
            return None
        return self.expired(periods, now)

    def ids(self) -> Iterator[str]:
        """The ids of all comments that were taken out, for cleaning files that were exported before."""
        with (
            self._connections.reading() as connection,
            connection.execute(select(erased.c.comment_id).execution_options(yield_per=1000)) as rows,
        ):
            for row in rows:
                yield row[0]

    def scrub(self, *, rewrite: bool = True) -> None:
        """Overwrite what was deleted in the files of the database as well.

        SQLite overwrites deleted rows at once (`secure_delete`); its log is emptied here. PostgreSQL keeps them until
        a table is written anew, which locks it meanwhile; without `rewrite`, their place is only marked as free.
        """
        with self._connections.apart() as connection:
            if connection.dialect.name == "sqlite":
                busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
                if busy:
                    raise StoreError("the log could not be emptied while somebody reads; run it again")
                return
            command = "VACUUM (FULL, ANALYZE)" if rewrite else "VACUUM (ANALYZE)"
            for table in metadata.sorted_tables:
                if columns_of_comments(table) or columns_of_people(table):
                    connection.execute(text(f'{command} "{table.name}"'))
                    if rewrite:
                        _forget_statistics(connection, table)
            if rewrite:
                connection.execute(text("VACUUM (FULL) pg_catalog.pg_statistic"))

    def _batch_of(self, author: str, by: str, mask: Callable[[str], str]) -> Erased:
        with self._connections.writing() as connection:
            waiting.lock(connection, [author])
            done = _erase(connection, comments.c.author == author, mask)
            if done.comments < BATCH:
                for table in reversed(metadata.sorted_tables):
                    for column in columns_of_people(table):
                        done += Erased(rows=_delete(connection, table, column == author))
            subject = audit.author(connection, author)
            _record(connection, by, "author.erase", subject, done)
            return done

    def _batch_before(self, before: datetime, statuses: Sequence[Status], by: str) -> Erased:
        latest = select(decisions.c.decided_at).where(IN_FORCE).scalar_subquery()
        settled = comments.c.status.in_([status.value for status in statuses])
        with self._connections.writing() as connection:
            done = _erase(connection, settled & (comments.c.received_at < before) & (latest < before))
            if done.comments:
                _record(connection, by, "retention.run", f"comments:{statuses[0]}", done)
            return done

    def _labels(self, before: datetime, by: str) -> Erased:
        with self._connections.writing() as connection:
            done = Erased(rows=_delete(connection, feedback, feedback.c.at < before))
            if done.rows:
                _record(connection, by, "retention.run", "labels", done)
            return done


def columns_of_comments(table: Table) -> list[Column[Any]]:
    """The columns of a table that name a comment."""
    if table is comments:
        return [comments.c.id]
    targets = (comments.c.id, decisions.c.comment_id)
    found = [key.parent for key in table.foreign_keys if any(key.column is target for target in targets)]
    return [*found, table.c[NAMED_BY[table.name]]] if table.name in NAMED_BY else found


def columns_of_people(table: Table) -> list[Column[Any]]:
    """The columns of a table that name an author or a reader."""
    return [column for column in table.columns if column.name in PEOPLE]


def _erase(connection: Connection, which: Any, mask: Callable[[str], str] | None = None) -> Erased:
    """Delete some of the comments and all that refers to them; the caller goes on until there are fewer than BATCH."""
    query = select(comments.c.id, comments.c.body).where(which).order_by(comments.c.id).limit(BATCH)
    chosen = connection.execute(query.with_for_update()).all()
    if not chosen:
        return Erased()
    ids = [row.id for row in chosen]
    known = set(connection.execute(select(erased.c.comment_id).where(erased.c.comment_id.in_(ids))).scalars())
    at = clock.now(connection)
    if fresh := [{"comment_id": id, "at": at} for id in ids if id not in known]:
        connection.execute(insert(erased), fresh)
    rows = 0
    if mask is not None:
        texts = {row.body for row in chosen} | {mask(row.body) for row in chosen}
        rows += _delete(connection, feedback, feedback.c.body.in_(texts))
    for table in reversed(metadata.sorted_tables):
        columns = columns_of_comments(table)
        if columns:
            rows += _delete(connection, table, or_(*(column.in_(ids) for column in columns)))
    return Erased(len(ids), rows - len(ids))


def _delete(connection: Connection, table: Table, which: Any) -> int:
    return connection.execute(delete(table).where(which)).rowcount


def _record(connection: Connection, by: str, act: str, subject: str, done: Erased) -> None:
    detail: Mapping[str, int] = {"comments": done.comments, "rows": done.rows}
    audit.append(connection, by=by, act=act, subject=subject, detail=detail)


def _forget_statistics(connection: Connection, table: Table) -> None:
    """Drop the planner's samples of a table that is empty now: ANALYZE would keep the old ones for want of rows.

    Giving a column its own type again is what PostgreSQL offers for that.
    """
    if connection.execute(select(table).limit(1)).first():
        return
    for column in table.columns:
        if (
            isinstance(column.type, String)
            and not column.foreign_keys
            and column not in columns_of_comments(table)
        ):
            type_ = column.type.compile(connection.dialect)
            connection.execute(text(f'ALTER TABLE "{table.name}" ALTER COLUMN "{column.name}" TYPE {type_}'))
