"""What the store counts for reports: sums by day, language, clause, rule and version, never a name or a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from moderation.store import clock
from moderation.store.connections import Connections
from moderation.store.desk.tables import second_looks
from moderation.store.findings import load_clauses
from moderation.store.tables import Status, comments, decisions
from moderation.types import BY_POLICY

BLOCK = 1_000


@dataclass(frozen=True, slots=True)
class Sum:
    """How many comments the policy treated alike. `day`: of arrival, UTC; `clauses`: those that it named."""

    day: str
    language: str
    clauses: tuple[str, ...]
    action: str
    count: int


@dataclass(frozen=True, slots=True)
class Ruled:
    """How often the policy did one thing with a rule, and a person in the end another or the same."""

    rule: str | None
    policy: str
    model: str | None
    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class Waited:
    """How long a held comment waited for the first ruling of a person."""

    language: str
    clauses: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Look:
    """A ruling and what somebody else, who did not see it, ruled on the same comment, summed."""

    clause: str | None
    first: str
    second: str
    count: int


@dataclass(frozen=True, slots=True)
class Pace:
    """The queue at this moment: how many wait, and in the last hour how many came and were ruled on."""

    at: datetime
    held: int
    came: int
    ruled: int


class Figures:
    """The sums of a store. Each call reads one state of the database."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def sums(self, since: datetime) -> list[Sum]:
        """Comments since then by day, language, clauses and what the policy did with them."""
        with self._connections.reading() as connection:
            day = _day(connection, comments.c.received_at)
            groups = (day, comments.c.language, decisions.c.clauses, decisions.c.action)
            query = (
                select(*groups, func.count())
                .join(decisions, (decisions.c.comment_id == comments.c.id) & (decisions.c.number == 1))
                .where(comments.c.received_at >= since)
                .group_by(*groups)
                .order_by(day)
            )
            return [
                Sum(row[0], row[1], load_clauses(row[2]), row[3], row[4]) for row in connection.execute(query)
            ]

    def ruled(self, since: datetime) -> list[Ruled]:
        """What became of what the policy decided, where a person ruled last since then."""
        first, last = decisions.alias("first"), decisions.alias("last")
        groups = (first.c.rule, first.c.policy_version, first.c.model_version, first.c.action, last.c.action)
        query = (
            select(*groups, func.count())
            .select_from(comments)
            .join(first, (first.c.comment_id == comments.c.id) & (first.c.number == 1))
            .join(last, (last.c.comment_id == comments.c.id) & (last.c.number == comments.c.decisions))
            .where(
                last.c.decided_by != BY_POLICY, last.c.decided_at >= since, first.c.decided_by == BY_POLICY
            )
            .where(last.c.action.in_(("allow", "reject")))
            .group_by(*groups)
        )
        with self._connections.reading() as connection:
            return [Ruled(*row) for row in connection.execute(query)]

    def waited(self, since: datetime) -> Iterator[Waited]:
        """How long each held comment waited whose first ruling was made since then."""
        first, second = decisions.alias("first"), decisions.alias("second")
        query = (
            select(comments.c.language, first.c.clauses, comments.c.received_at, second.c.decided_at)
            .select_from(comments)
            .join(first, (first.c.comment_id == comments.c.id) & (first.c.number == 1))
            .join(second, (second.c.comment_id == comments.c.id) & (second.c.number == 2))
            .where(first.c.action == "hold", second.c.decided_by != BY_POLICY, second.c.decided_at >= since)
        )
        with (
            self._connections.reading() as connection,
            connection.execute(query.execution_options(yield_per=BLOCK)) as rows,
        ):
            for language, clauses, came, ruled in rows:
                yield Waited(language, load_clauses(clauses), max(0.0, (ruled - came).total_seconds()))

    def looks(self, since: datetime) -> list[Look]:
        """Second looks that were taken since then."""
        clause = func.coalesce(second_looks.c.first_clause, second_looks.c.second_clause)
        groups = (clause, second_looks.c.first_action, second_looks.c.second_action)
        query = (
            select(*groups, func.count())
            .where(second_looks.c.second_at >= since, second_looks.c.second_action.is_not(None))
            .group_by(*groups)
        )
        with self._connections.reading() as connection:
            return [Look(*row) for row in connection.execute(query)]

    def pace(self) -> Pace:
        """The queue now and its last hour, by the clock of the database."""
        with self._connections.reading() as connection:
            at = clock.now(connection)
            hour = at - timedelta(hours=1)
            held = _count(select(func.count()).where(comments.c.status == Status.HELD.value), connection)
            came = (
                select(func.count())
                .select_from(comments)
                .join(decisions, (decisions.c.comment_id == comments.c.id) & (decisions.c.number == 1))
                .where(comments.c.received_at >= hour, decisions.c.action == "hold")
            )
            ruled = (
                select(func.count(func.distinct(decisions.c.comment_id)))
                .select_from(decisions)
                .join(comments, comments.c.id == decisions.c.comment_id)
                .where(decisions.c.decided_at >= hour, decisions.c.decided_by != BY_POLICY)
                .where(comments.c.status != Status.HELD.value)
            )
            return Pace(at, held, _count(came, connection), _count(ruled, connection))


def _count(query: Select[Any], connection: Connection) -> int:
    count: int = connection.execute(query).scalar_one()
    return count


def _day(connection: Connection, column: Any) -> ColumnElement[str]:
    """The day of a time in UTC, as `2026-11-25`."""
    if connection.dialect.name == "sqlite":
        return func.strftime("%Y-%m-%d", column)
    return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD")
