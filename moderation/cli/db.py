"""`moderation db`: the schema, the state and the backup of the database."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from moderation.cli import show
from moderation.cli.load import load_settings, open_store

app = typer.Typer(
    help="The database: bring its schema up to date, check it, back it up.", no_args_is_help=True
)


@app.command()
def upgrade() -> None:
    """Make the tables or bring them up to date, all or nothing. The service does so by itself when it starts."""
    from moderation.store.connections import Connections
    from moderation.store.schema import upgrade

    settings = load_settings()
    connections = Connections.to(settings.database_url, settings.audit_keys)
    try:
        before, now = upgrade(connections)
    finally:
        connections.close()
    if before == now:
        typer.echo(f"the schema is up to date: version {now}")
    else:
        typer.echo(f"the schema is now version {now}; it was {before or 'not there'}")


@app.command()
def check() -> None:
    """Whether the database is whole: its file, its references, each comment's decisions, the audit. Exit code 1 if not."""
    with open_store() as store:
        counts, faults = store.counts(), store.check()
    typer.echo(", ".join(f"{count} {table}" for table, count in counts.items()))
    for fault in faults:
        show.warn(fault)
    if faults:
        raise typer.Exit(1)
    typer.echo("nothing is wrong")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; it must not be there yet.")],
) -> None:
    """Copy the database into a file while the service runs, and read the copy back.

    SQLite: a database file to put in the place of the old one. PostgreSQL: an archive for `pg_restore`.
    """
    with open_store() as store:
        store.backup(file, by=getpass.getuser())
    typer.echo(f"{file}: {file.stat().st_size:,} bytes")
