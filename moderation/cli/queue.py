"""`moderation queue`: held comments, and a moderator's ruling on them."""

from __future__ import annotations

import getpass
import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from moderation.cli import show
from moderation.cli.load import open_store
from moderation.errors import Conflict, NotFound
from moderation.types import Action

if TYPE_CHECKING:
    from moderation.store import StoredComment

app = typer.Typer(help="Held comments: list them, approve them, reject them.", no_args_is_help=True)

Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="Ids as `queue list` shows them.")]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="NAME", help="Who rules; default: your login name."),
]


@app.command("list")
def list_held(
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many to list.")] = 50,
    after: Annotated[str | None, typer.Option(metavar="ID", help="Begin after this comment.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line for each comment.")] = False,
) -> None:
    """List held comments, the oldest first, with what held them."""
    with open_store() as store:
        held, total = store.held(limit=limit, after=after), store.held_count()
    out = show.console()
    for comment in held:
        if as_json:
            print(json.dumps(_row(comment)))
        else:
            _show(out, comment)
    if not as_json:
        out.print(f"{len(held)} of {total} held comments", style="dim")
        if held and len(held) < total:
            out.print(f"more: moderation queue list --after {held[-1].id}", style="dim")


@app.command()
def approve(ids: Ids, by: By = None) -> None:
    """Publish held comments."""
    _rule(ids, Action.ALLOW, by)


@app.command()
def reject(ids: Ids, by: By = None) -> None:
    """Refuse held comments."""
    _rule(ids, Action.REJECT, by)


def _rule(ids: list[str], action: Action, by: str | None) -> None:
    """Rule on each; one that cannot be ruled on is told of and does not stop the others."""
    name = by or getpass.getuser()
    failed = False
    with open_store() as store:
        for identity in ids:
            try:
                typer.echo(f"{identity}: {store.rule(identity, action, name).status}")
            except (Conflict, NotFound) as error:
                failed = True
                show.warn(f"{identity}: {error}")
    raise typer.Exit(1 if failed else 0)


def _row(comment: StoredComment) -> dict[str, object]:
    return {
        "id": comment.id,
        "received_at": comment.received_at.isoformat(),
        "article": comment.article,
        "author": comment.author,
        "text": comment.body,
        "rule": comment.decision.rule,
        "clauses": list(comment.decision.clauses),
    }


def _show(out: Console, comment: StoredComment) -> None:
    received = f"{comment.received_at:%Y-%m-%d %H:%M} UTC"
    out.print(Text(f"{comment.id}  {received}  {comment.decision.rule}", "bold"))
    show.show_body(out, comment.body, comment.decision)
