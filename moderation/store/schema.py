"""Brings a database to the schema of this version, by the migrations that come with the package."""

from __future__ import annotations

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from moderation.errors import StoreError
from moderation.store import audit
from moderation.store.connections import Connections

_LOCK = 0x5B0A_2D01
"""Any number, as long as no other program takes the same advisory lock."""


def upgrade(connections: Connections) -> tuple[str | None, str]:
    """Run the migrations that are missing, all or none; the schema versions before and after.

    Raises StoreError on a schema that is newer.
    """
    head = _known()[0]
    with connections.reading() as connection:
        if _version(connection, connections.name) == head:
            return head, head
    with connections.writing() as connection:
        if connection.dialect.name == "postgresql":  # SQLite lets one writer in; here one has to knock
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        before = _version(connection, connections.name)
        if before == head:
            return head, head
        had_audit = inspect(connection).has_table("audit")
        command.upgrade(_config(connection), "head")
        if had_audit:
            audit.append(
                connection,
                by="system",
                act="schema.upgrade",
                subject="schema",
                detail={"from": before, "to": head},
            )
        else:
            audit.begin(connection, head)
    return before, head


def _version(connection: Connection, name: str) -> str | None:
    """The schema version of the database, None while it is empty."""
    version = MigrationContext.configure(connection).get_current_revision()
    if version is not None and version not in _known():
        raise StoreError(
            f"{name}: schema version `{version}` is newer than this program, which knows up to `{_known()[0]}`; "
            "install the release that wrote it, or restore a backup from before"
        )
    return version


@cache
def _known() -> tuple[str, ...]:
    """The schema versions of the migrations that come with the package, the newest first."""
    return tuple(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "moderation.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
