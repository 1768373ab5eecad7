"""`moderation users`: who may sign in to the desk, and as what."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.table import Table

from moderation.cli import show
from moderation.cli.load import load_settings, open_store
from moderation.errors import InputError

if TYPE_CHECKING:
    from moderation.settings import Settings

app = typer.Typer(help="Accounts of the moderators' desk.", no_args_is_help=True)

BY = "command-line"

# The names of `store.accounts.Role`, written out: the store takes long to import, and `--help` does not need it.
RoleName = Literal["moderator", "lead", "editor", "administrator"]

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name that the account signs in with.")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input, for scripts.")
]


@app.command()
def add(
    name: Name,
    role: Annotated[RoleName, typer.Option(help="What the account may do.")] = "moderator",
    display: Annotated[str, typer.Option(help="The name that colleagues see; default: NAME.")] = "",
    language: Annotated[
        Literal["ko", "en"], typer.Option(help="The language of the desk for this account.")
    ] = "ko",
    link: Annotated[
        bool, typer.Option("--link", help="Set no password; print a link that signs in once.")
    ] = False,
    password_stdin: FromStdin = False,
) -> None:
    """Add an account. The password is asked for, unless a link is to be sent."""
    from moderation.store.accounts.roles import Role

    settings = load_settings()
    password = None if link else _read_password(password_stdin)
    with open_store(settings) as store:
        account = store.accounts.add(
            name, Role(role), by=BY, display=display, language=language, password=password
        )
        code = store.accounts.make_link(account.name, by=BY) if link else None
    typer.echo(f"{account.name}: added as {account.role}")
    if code:
        _show_link(settings, code)


@app.command("list")
def list_accounts() -> None:
    """List the accounts with role, last sign-in and whether they are disabled."""
    with open_store() as store:
        accounts = store.accounts.every()
    if not accounts:
        typer.echo("no account yet; add one: moderation users add NAME --role administrator")
        return
    table = Table("name", "display", "role", "last sign-in", "state", box=None, pad_edge=False)
    for account in accounts:
        seen = f"{account.signed_in_at:%Y-%m-%d %H:%M} UTC" if account.signed_in_at else "never"
        state = "disabled" if account.disabled_at else "active"
        table.add_row(account.name, account.display, account.role.value, seen, state)
    show.console().print(table)


@app.command()
def role(name: Name, role: Annotated[RoleName, typer.Argument(help="The role from now on.")]) -> None:
    """Give an account another role; it holds from the next request on."""
    from moderation.store.accounts.roles import Role

    with open_store() as store:
        account = store.accounts.set_role(name, Role(role), by=BY)
    typer.echo(f"{account.name}: {account.role} from now on")


@app.command()
def disable(
    name: Name,
    undo: Annotated[bool, typer.Option("--undo", help="Let a disabled account in again.")] = False,
) -> None:
    """Let an account in no more; its sessions end at once. What it decided stays."""
    with open_store() as store:
        account = store.accounts.enable(name, by=BY) if undo else store.accounts.disable(name, by=BY)
    typer.echo(f"{account.name}: {'enabled' if undo else 'disabled; its sessions have ended'}")


@app.command()
def password(name: Name, password_stdin: FromStdin = False) -> None:
    """Set another password; every session of the account ends."""
    given = _read_password(password_stdin)
    with open_store() as store:
        store.accounts.set_password(name, given, by=BY)
    typer.echo("the password is set; sessions from before have ended")


@app.command()
def link(name: Name) -> None:
    """Print a link that signs the account in, once, within the hour."""
    settings = load_settings()
    with open_store(settings) as store:
        _show_link(settings, store.accounts.make_link(name, by=BY))


def _read_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InputError(
            "there is no terminal to ask for a password; pass --password-stdin, or --link to `add`"
        )
    given: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return given


def _show_link(settings: Settings, code: str) -> None:
    typer.echo(f"{settings.address}/sign-in/link?code={code}")
    typer.echo("Signs in once, within the hour. Whoever has it is that account.", err=True)
