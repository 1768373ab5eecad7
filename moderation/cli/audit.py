"""`moderation audit`: what is on record, and whether it is what was written."""

from __future__ import annotations

import getpass
import json
from collections import deque
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.cli import show
from moderation.cli.load import load_settings, open_store
from moderation.errors import InputError

if TYPE_CHECKING:
    from moderation.store.audit import Entry

app = typer.Typer(help="The record of all acts: verify it, list it, export it.", no_args_is_help=True)

By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who did it; default: anybody.")]
Act = Annotated[
    str | None, typer.Option(metavar="ACT", help="Such as `decision`; `export.*` for all of a kind.")
]
Subject = Annotated[str | None, typer.Option(metavar="KIND:ID", help="Such as `comment:ID`.")]


@app.command()
def verify(
    unkeyed_until: Annotated[
        int, typer.Option(min=0, metavar="ROW", help="The last row from before there was a key.")
    ] = 0,
    head: Annotated[
        str | None, typer.Option(metavar="ROW:HASH", help="An end of the chain that was noted elsewhere.")
    ] = None,
) -> None:
    """Read the whole chain; exit code 1 and the first bad row where it is not what was written."""
    settings = load_settings()
    with open_store() as store:
        found = store.audit.verify(unkeyed_until=unkeyed_until, anchor=_anchor(head))
    if found.fault is not None:
        show.warn(f"audit: row {found.fault.row} {found.fault.reason}")
        raise typer.Exit(1)
    typer.echo(
        f"{found.rows} rows, none changed or missing; the chain ends at {found.head.number}:{found.head.mac}"
    )
    if not settings.audit_keys:
        show.warn("the chain has no key, so that anybody could rebuild it; set `MODERATION_AUDIT_KEY`")


@app.command("list")
def list_entries(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many to list, the latest.")] = 50,
    by: By = None,
    act: Act = None,
    subject: Subject = None,
) -> None:
    """The latest entries, the oldest of them first, one line each."""
    with open_store() as store:
        chosen = deque((entry for entry in store.audit.entries() if _matches(entry, by, act, subject)), limit)
    for entry in chosen:
        detail = " ".join(f"{name}={json.dumps(value)}" for name, value in entry.facts.items())
        line = f"{entry.number} {entry.at:%Y-%m-%d %H:%M:%S}Z {entry.by} {entry.act} {entry.subject} {detail}"
        typer.echo(show.visible(line).rstrip())


@app.command()
def export(by: By = None, act: Act = None, subject: Subject = None) -> None:
    """Entries as JSON lines, the oldest first; itself on record."""
    with open_store() as store:
        store.audit.record(by=getpass.getuser(), act="export.audit", subject="audit")
        for entry in store.audit.entries():
            if _matches(entry, by, act, subject):
                print(json.dumps(_row(entry)))


def _matches(entry: Entry, by: str | None, act: str | None, subject: str | None) -> bool:
    if by is not None and entry.by != by:
        return False
    if act is not None and not (entry.act.startswith(act[:-1]) if act.endswith(".*") else entry.act == act):
        return False
    return subject is None or entry.subject == subject


def _row(entry: Entry) -> dict[str, object]:
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "by": entry.by,
        "act": entry.act,
        "subject": entry.subject,
        "detail": entry.facts,
        "key": entry.key,
        "mac": entry.mac,
    }


def _anchor(head: str | None) -> tuple[int, str] | None:
    if head is None:
        return None
    number, _, mac = head.partition(":")
    if not number.isdecimal() or len(mac) != 64:
        raise InputError(
            f"`{show.visible(head)}` is no end of a chain; write ROW:HASH as `audit verify` prints it"
        )
    return int(number), mac
