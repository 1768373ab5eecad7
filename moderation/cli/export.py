"""`moderation export` and `moderation report`: decisions, held comments and figures, for people outside the desk."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from moderation.cli.load import open_store

if TYPE_CHECKING:
    from moderation.store import Store

app = typer.Typer(help="Decisions and held comments as CSV or JSON lines.", no_args_is_help=True)


class Form(StrEnum):
    """How rows are written."""

    CSV = "csv"
    JSONL = "jsonl"


Written = Annotated[Form, typer.Option("--format", help="csv or jsonl.")]
Since = Annotated[datetime | None, typer.Option(help="From then on (UTC) only.")]


@app.command()
def decisions(form: Written = Form.CSV, since: Since = None) -> None:
    """Every decision with its reasons, without texts; on record."""
    _print("decisions", form, since)


@app.command()
def held(form: Written = Form.CSV, since: Since = None) -> None:
    """Every comment that waits for a moderator, with its text; on record."""
    _print("held", form, since)


def report(
    days: Annotated[int, typer.Option(min=1, max=3650, help="Of how many days, today included.")] = 30,
) -> None:
    """Print the figures of the leads' dashboard as JSON: volume, waiting, what was overturned, agreement, forecast."""
    from moderation.reports import report as made

    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    with open_store() as store:
        found = made(store, midnight - timedelta(days=days - 1))
    print(json.dumps(asdict(found), ensure_ascii=False, indent=2, default=lambda moment: moment.isoformat()))


def _print(kind: str, form: Form, since: datetime | None) -> None:
    from moderation.reports.sheets import written

    moment = since.replace(tzinfo=UTC) if since is not None and since.tzinfo is None else since
    with open_store() as store:
        for piece in written(_rows(store, kind, moment), form.value):
            sys.stdout.buffer.write(piece.encode())
        sys.stdout.flush()


def _rows(store: Store, kind: str, since: datetime | None) -> Iterator[dict[str, Any]]:
    by = getpass.getuser()
    return store.rows.decisions(by, since) if kind == "decisions" else store.rows.held(by, since)
