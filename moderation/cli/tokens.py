"""`moderation tokens`: keys for services that call the API."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from moderation.cli import show
from moderation.cli.load import open_store

app = typer.Typer(help="Keys for services that call the API.", no_args_is_help=True)

BY = "command-line"

# The names of `store.accounts.tokens.Scope`, written out: the store takes long to import, and `--help` does not need it.
SCOPES = "check, comments, perspective, openai, akismet, coral, feedback, webhooks"

Name = Annotated[str, typer.Argument(metavar="NAME", help="What the site calls the service.")]


@app.command()
def add(
    name: Name,
    scope: Annotated[
        list[str], typer.Option(help=f"What the key opens, of {SCOPES}; may be given several times.")
    ],
    per_minute: Annotated[
        int | None, typer.Option(min=1, help="Calls a minute that are answered; 600 where it is left out.")
    ] = None,
) -> None:
    """Make a token and print its key, which cannot be shown again."""
    from moderation.store.accounts.tokens import PER_MINUTE, Scope

    if unknown := [each for each in scope if each not in list(Scope)]:
        raise typer.BadParameter(f"`{unknown[0]}` is no scope; give some of {SCOPES}")
    opens = [Scope(each) for each in scope]
    with open_store() as store:
        token, key = store.accounts.tokens.add(name, opens, by=BY, per_minute=per_minute or PER_MINUTE)
    typer.echo(key)
    typer.echo(f"{token.name}: keep the key now; only its digest is stored", err=True)


@app.command("list")
def list_tokens() -> None:
    """List the tokens with scopes, limit, last use and whether they are revoked."""
    with open_store() as store:
        tokens = store.accounts.tokens.every()
    if not tokens:
        typer.echo("no token yet; make one: moderation tokens add NAME --scope check")
        return
    table = Table("name", "scopes", "a minute", "last used", "state", box=None, pad_edge=False)
    for token in tokens:
        used = f"{token.used_at:%Y-%m-%d %H:%M} UTC" if token.used_at else "never"
        state = "revoked" if token.revoked_at else "active"
        table.add_row(token.name, " ".join(sorted(token.scopes)), str(token.per_minute), used, state)
    show.console().print(table)


@app.command()
def revoke(name: Name) -> None:
    """Let a key open nothing any more, from the next request on."""
    with open_store() as store:
        token = store.accounts.tokens.revoke(name, by=BY)
    typer.echo(f"{token.name}: revoked")
