"""`moderation erase` and `moderation retention`: what somebody wrote is taken out for good."""

from __future__ import annotations

import csv
import getpass
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from moderation.cli.load import load_settings, open_store
from moderation.errors import InputError

app = typer.Typer(help="Take out for good what somebody wrote.", no_args_is_help=True)
retention = typer.Typer(help="How long comments are kept.", no_args_is_help=True)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")]
NAMES = ("id", "comment")
"""The fields in which exported files name a comment."""


@app.command()
def author(
    name: Annotated[
        str, typer.Argument(metavar="AUTHOR", help="The author as the site names it to the service.")
    ],
    dry_run: DryRun = False,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who does it.")] = None,
) -> None:
    """Delete every comment of an author with all that refers to it, also from the free space of the files.

    The audit keeps that it was done, under a digest in place of the name. On PostgreSQL tables are written anew, and
    locked meanwhile. Then clean what was exported before: `moderation erase files`.
    """
    from moderation.masking import mask

    with open_store() as store:
        if dry_run:
            typer.echo(f"{store.erasure.count(name)} comments would go")
            return
        done = store.erasure.author(name, by=by or getpass.getuser(), mask=mask)
    typer.echo(
        f"{done.comments} comments are gone, and {done.rows} rows that referred to them or to their author"
    )


@app.command()
def files(
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="JSON lines, or CSV with a column `id`.")
    ],
) -> None:
    """Take comments that were erased, or whose time is over, out of files that were exported before."""
    with open_store() as store:
        gone = frozenset(store.erasure.ids())
    for path in paths:
        typer.echo(f"{path}: {_clean(path, lambda name: name in gone)} rows taken out")


@retention.command()
def run() -> None:
    """Take out what has been kept for its time. The service does so by itself once a day."""
    from datetime import UTC, datetime

    from moderation.web.daily import periods

    with open_store() as store:
        done = store.erasure.expired(periods(load_settings()), datetime.now(UTC), by=getpass.getuser())
    typer.echo(f"{done.comments} comments are gone, and {done.rows} other rows")


def _clean(path: Path, is_gone: Callable[[str], bool]) -> int:
    """Write the file anew without those rows; how many there were."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"`{path}` cannot be read: {error}") from None
    clean, gone = (_csv if path.suffix.lower() == ".csv" else _jsonl)(path, text, is_gone)
    if gone:
        new = path.with_name(f".{path.name}.new")
        new.write_text(("\ufeff" if path.suffix.lower() == ".csv" else "") + clean, "utf-8", newline="")
        with new.open("rb+") as file:
            os.fsync(file.fileno())
        # The old bytes are overwritten first: the new file takes their name, not their place on the disk.
        with path.open("rb+") as old:
            old.write(b"\0" * path.stat().st_size)
            os.fsync(old.fileno())
        new.rename(path)
    return gone


def _jsonl(path: Path, text: str, is_gone: Callable[[str], bool]) -> tuple[str, int]:
    kept, gone = [], 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
                names = [row.get(name) for name in NAMES]
            except (ValueError, AttributeError):
                raise InputError(f"`{path}`: line {number} is no JSON object") from None
            if any(isinstance(name, str) and is_gone(name) for name in names):
                gone += 1
                continue
        kept.append(line)
    return "\n".join(kept), gone


def _csv(path: Path, text: str, is_gone: Callable[[str], bool]) -> tuple[str, int]:
    rows = list(csv.reader(io.StringIO(text, newline="")))
    places = [place for place, name in enumerate(rows[0] if rows else []) if name in NAMES]
    if not places:
        raise InputError(f"`{path}` has no column `id`")
    kept = [row for row in rows if not any(place < len(row) and is_gone(row[place]) for place in places)]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(kept)
    return out.getvalue(), len(rows) - len(kept)
