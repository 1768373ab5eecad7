"""The database's own clock, by which processes on several machines agree on who holds what."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, text


def now(connection: Connection) -> datetime:
    """The time at this moment, not that of the transaction's begin; UTC."""
    if connection.dialect.name == "postgresql":
        at: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return at.astimezone(UTC)
    return datetime.now(UTC)  # SQLite runs within this process and has this machine's clock
