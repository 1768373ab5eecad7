"""Whether the database is whole, and a copy of it to come back to."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Connection, func, select, text

from moderation.errors import InputError, StoreError
from moderation.store.audit.tables import audit
from moderation.store.tables import comments, decisions, metadata


def counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has that has any."""
    found = {
        name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in sorted(metadata.tables.items())
    }
    return {name: count for name, count in found.items() if count}


def faults(connection: Connection) -> list[str]:
    """What is wrong with the file, the references between tables, and the decisions on comments."""
    found = []
    if connection.dialect.name == "sqlite":
        found += [
            f"the file is damaged: {row[0]}"
            for row in connection.execute(text("PRAGMA integrity_check(10)"))
            if row[0] != "ok"
        ]
        found += [
            f"table `{row[0]}`, row {row[1]}: refers to a row of `{row[2]}` that is not there"
            for row in connection.execute(text("PRAGMA foreign_key_check"))
        ]
    kept = (
        select(func.count())
        .where(decisions.c.comment_id == comments.c.id)
        .correlate(comments)
        .scalar_subquery()
    )
    query = select(comments.c.id, comments.c.decisions, kept).where(comments.c.decisions != kept)
    found += [
        f"comment `{row[0]}`: counts {row[1]} decisions and has {row[2]}"
        for row in connection.execute(query.limit(10))
    ]
    return found


def back_up(url: URL, file: Path) -> None:
    """Copy the database as it is at this moment into a new file, and read the copy back.

    Raises InputError where the file is there already, StoreError where it cannot be written or is not whole.
    """
    if file.exists():
        raise InputError(f"`{file}` is there already; name a new file")
    half = file.with_name(f".{file.name}.half")
    half.unlink(missing_ok=True)
    try:
        os.close(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # it holds what readers wrote
        if url.get_backend_name() == "sqlite":
            _copy_sqlite(url, half)
        else:
            _dump_postgresql(url, half)
        with half.open("rb") as copied:
            os.fsync(copied.fileno())
        half.rename(file)
    except OSError as error:
        raise StoreError(f"`{file}` cannot be written: {(error.strerror or str(error)).lower()}") from None
    finally:
        half.unlink(missing_ok=True)


def _copy_sqlite(url: URL, file: Path) -> None:
    """`VACUUM INTO` reads one state while others write, and leaves out what has been deleted."""
    source = str(url.database)
    try:
        with closing(
            sqlite3.connect(source, uri=source.startswith("file:"), isolation_level=None)
        ) as database:
            database.execute("VACUUM INTO ?", (str(file),))
        with closing(sqlite3.connect(file)) as copied:
            state = copied.execute("PRAGMA integrity_check(1)").fetchone()[0]
            rows = copied.execute(f"SELECT count(*) FROM {audit.name}").fetchone()[0]  # noqa: S608
    except sqlite3.Error as error:
        raise StoreError(
            f"the copy failed: `{getattr(error, 'sqlite_errorname', type(error).__name__)}`"
        ) from None
    if state != "ok" or not rows:
        raise StoreError("the copy is not whole; look at the disk and try again")


def _dump_postgresql(url: URL, file: Path) -> None:
    if shutil.which("pg_dump") is None or shutil.which("pg_restore") is None:
        raise StoreError("`pg_dump` is not there; install PostgreSQL's client programs")
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environ = dict(os.environ) | ({"PGPASSWORD": str(url.password)} if url.password else {})
    for command in (
        ["pg_dump", "--format=custom", f"--file={file}", f"--dbname={address}"],
        ["pg_restore", "--list", str(file)],
    ):
        done = subprocess.run(command, env=environ, capture_output=True, check=False)  # noqa: S603
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise StoreError(f"`{command[0]}` failed: {said[-1] if said else done.returncode}")
