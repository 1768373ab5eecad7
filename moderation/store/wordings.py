"""What each policy said of its clauses, so that an author is told what held when the comment was judged."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, String, Table, Text, select

from moderation.store.connections import Connections
from moderation.store.insertion import insert_new
from moderation.store.tables import UtcDateTime, metadata
from moderation.types import Language

policy_wordings = Table(
    "policy_wordings",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("clauses", Text, nullable=False),
    Column("kept_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Wording:
    """What one clause said: its number, and by language its title and what an author was told.

    may_appeal : whether the clause left room for another look.
    """

    number: int
    title: Mapping[Language, str]
    message: Mapping[Language, str]
    may_appeal: bool


Clauses = Mapping[str, Wording]
"""The clauses of one policy, by their ids."""


class Wordings:
    """The clauses of every policy that judged a comment which was kept, by the version of the policy."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def keep(self, version: str, clauses: Clauses) -> None:
        """Keep what that policy says; what is kept of it already stays as it is."""
        content = json.dumps({id: asdict(wording) for id, wording in clauses.items()})
        row = {"version": version, "clauses": content, "kept_at": datetime.now(UTC)}
        with self._connections.writing() as connection:
            insert_new(connection, policy_wordings, row)

    def of(self, versions: Collection[str]) -> dict[str, Clauses]:
        """The clauses of these policies, as far as they are known."""
        query = select(policy_wordings).where(policy_wordings.c.version.in_(versions))
        with self._connections.reading() as connection:
            rows = connection.execute(query).all()
        return {
            row.version: {id: Wording(**wording) for id, wording in json.loads(row.clauses).items()}
            for row in rows
        }
