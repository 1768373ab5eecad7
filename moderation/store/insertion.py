"""Inserting a row that may be there already, which each database says in a dialect of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`, for the database at hand."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row unless one of that key is there; whether it is new.

    Of two at once the second waits for the transaction of the first to end.
    """
    query = insert_into(connection, table).values(row).on_conflict_do_nothing()
    return connection.execute(query.returning(*table.primary_key)).first() is not None
