"""Decisions and held comments as plain rows, read as they are asked for, for tables that leave the house."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from moderation.store import audit
from moderation.store.connections import Connections
from moderation.store.findings import load_clauses
from moderation.store.tables import IN_FORCE, Status, comments, decisions
from moderation.types import BY_POLICY

KINDS = ("decisions", "held")
BLOCK = 1_000


class Rows:
    """What is exported. Beginning to read is an act on record."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def decisions(self, by: str, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        """Every decision from then on, the oldest first: a statement of reasons each, without the text.

        by : who takes them out.
        """
        query = (
            select(comments.c.article, comments.c.received_at, comments.c.status, decisions)
            .join(decisions, decisions.c.comment_id == comments.c.id)
            .order_by(decisions.c.decided_at, comments.c.id, decisions.c.number)
        )
        if since is not None:
            query = query.where(decisions.c.decided_at >= since)
        self._record(by, "decisions", since)
        for row in self._read(query):
            yield {
                "id": row["comment_id"],
                "number": row["number"],
                "decided_at": row["decided_at"].isoformat(),
                "received_at": row["received_at"].isoformat(),
                "article": row["article"],
                "language": row["language"],
                "action": row["action"],
                "clauses": " ".join(load_clauses(row["clauses"])),
                "rule": row["rule"],
                "automated": row["decided_by"] == BY_POLICY,
                "decided_by": row["decided_by"],
                "status": row["status"],
                "policy": row["policy_version"],
                "model": row["model_version"],
                "normaliser": row["normaliser_version"],
            }

    def held(self, by: str, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        """Every comment that waits for a moderator, the oldest first, with its text."""
        query = (
            select(comments, decisions.c.rule, decisions.c.clauses)
            .join(decisions, IN_FORCE)
            .where(comments.c.status == Status.HELD.value)
            .order_by(comments.c.received_at, comments.c.id)
        )
        if since is not None:
            query = query.where(comments.c.received_at >= since)
        self._record(by, "held", since)
        for row in self._read(query):
            yield {
                "id": row["id"],
                "received_at": row["received_at"].isoformat(),
                "author": row["author"],
                "article": row["article"],
                "language": row["language"],
                "clauses": " ".join(load_clauses(row["clauses"])),
                "rule": row["rule"],
                "text": row["body"],
            }

    def _record(self, by: str, kind: str, since: datetime | None) -> None:
        """Before the first row goes out: an export that is broken off has been one all the same."""
        detail = {"since": None if since is None else since.isoformat()}
        with self._connections.writing() as connection:
            audit.append(connection, by=by, act=f"export.{kind}", subject=kind, detail=detail)

    def _read(self, query: Select[Any]) -> Iterator[Mapping[str, Any]]:
        with (
            self._connections.reading() as connection,
            connection.execute(query.execution_options(yield_per=BLOCK)) as rows,
        ):
            for row in rows.mappings():
                yield {str(name): value for name, value in row.items()}
