"""`moderation webhooks`: which systems are told what happened, and what could not be told."""

from __future__ import annotations

import getpass
import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from moderation.cli import show
from moderation.cli.load import load_settings, open_store
from moderation.errors import InputError

if TYPE_CHECKING:
    from moderation.store.outbox import Counts, DeadLetter, Endpoint

app = typer.Typer(
    help="Tell other systems of decisions, holds, appeals and changes, by signed requests.",
    no_args_is_help=True,
)

EndpointId = Annotated[str, typer.Argument(metavar="ID", help="Id as `webhooks list` shows it.")]
By = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who does it; default: the user of this system.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON line for each.")]


@app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where to send, as https://example.com/hooks.")],
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind", metavar="KIND", help="What to tell of, as comment.held; may be repeated. Default: all."
        ),
    ] = None,
    texts: Annotated[bool, typer.Option("--texts", help="Send the text of comments along.")] = False,
    secret: Annotated[
        str | None,
        typer.Option("--secret", metavar="WHSEC", help="Sign with this secret; default: a new one."),
    ] = None,
    by: By = None,
) -> None:
    """Tell an address from now on, and show the secret that what is sent there is signed with."""
    with open_store() as store:
        endpoint = store.outbox.add(url, kind or (), by=_who(by), texts=texts, secret=secret)
    typer.echo(f"{endpoint.id}: {', '.join(endpoint.kinds)}")
    typer.echo(f"secret: {endpoint.secrets[0]}")


@app.command("list")
def list_endpoints(as_json: AsJson = False) -> None:
    """List the addresses that are told, what waits for each and what was given up."""
    from moderation.store.outbox import Counts

    with open_store() as store:
        endpoints, counts = store.outbox.endpoints(), store.outbox.counts()
    for endpoint in endpoints:
        _show_endpoint(endpoint, counts.get(endpoint.id, Counts()), as_json=as_json)
    if not as_json:
        show.console().print(f"{len(endpoints)} endpoints", style="dim")


@app.command()
def remove(endpoint: EndpointId, by: By = None) -> None:
    """Tell an address nothing more, not even what waits for it."""
    with open_store() as store:
        removed = store.outbox.remove(endpoint, by=_who(by))
    typer.echo(f"{endpoint}: removed, was {removed.url}")


@app.command()
def enable(endpoint: EndpointId, by: By = None) -> None:
    """Send again to an address that answered that it was gone, beginning with what has waited."""
    with open_store() as store:
        store.outbox.enable(endpoint, by=_who(by))
    typer.echo(f"{endpoint}: in use")


@app.command()
def rotate(
    endpoint: EndpointId,
    finish: Annotated[bool, typer.Option("--finish", help="Stop signing with the one before.")] = False,
    by: By = None,
) -> None:
    """Sign with a new secret, and with the one before as well until `--finish`."""
    with open_store() as store:
        if finish:
            store.outbox.end_rotation(endpoint, by=_who(by))
            typer.echo(f"{endpoint}: signed with the newest secret alone")
        else:
            typer.echo(f"secret: {store.outbox.rotate(endpoint, by=_who(by))}")


@app.command()
def test(endpoint: EndpointId) -> None:
    """Send one message of kind `webhook.test` at once, and say what the address answers."""
    from moderation.webhooks.running import send_test, sender_of

    settings = load_settings()
    with open_store() as store:
        outcome = send_test(store, sender_of(settings), endpoint)
    if outcome.fault is not None:
        raise InputError(f"`{endpoint}`: {outcome.fault}")
    typer.echo(f"{endpoint}: answered {outcome.status}")


@app.command()
def dead(
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many to list.")] = 50,
    before: Annotated[str | None, typer.Option(metavar="ID", help="Go on after this message.")] = None,
    as_json: AsJson = False,
) -> None:
    """List messages that were given up, the latest first, with the reason."""
    with open_store() as store:
        letters = store.outbox.dead(limit=limit, before=before)
        total = sum(counts.dead for counts in store.outbox.counts().values())
    for letter in letters:
        _show_letter(letter, as_json=as_json)
    if not as_json:
        out = show.console()
        out.print(f"{len(letters)} of {total} dead letters", style="dim")
        if letters and len(letters) < total:
            out.print(f"more: moderation webhooks dead --before {letters[-1].message.id}", style="dim")


@app.command()
def resend(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID…", help="Ids as `webhooks dead` shows them.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that were given up.")] = False,
    by: By = None,
) -> None:
    """Send messages once more, under the same id."""
    if bool(ids) == everything:
        raise InputError("name the messages to send again, or give `--all`")
    with open_store() as store:
        typer.echo(f"{store.outbox.resend(ids or None, by=_who(by))} on their way")


def _who(by: str | None) -> str:
    return by or getpass.getuser()


def _show_endpoint(endpoint: Endpoint, counts: Counts, *, as_json: bool) -> None:
    if as_json:
        row = {
            "id": endpoint.id,
            "url": endpoint.url,
            "kinds": list(endpoint.kinds),
            "texts": endpoint.texts,
            "disabled": endpoint.disabled_why,
            "pending": counts.pending,
            "dead": counts.dead,
        }
        print(json.dumps(row))
        return
    out = show.console()
    out.print(Text(f"{endpoint.id}  {endpoint.url}", "bold"))
    out.print(Text(f"  {', '.join(endpoint.kinds)}{'; with texts' if endpoint.texts else ''}"))
    out.print(Text(f"  {counts.pending} waiting, {counts.dead} given up"))
    if endpoint.disabled_why:
        out.print(Text(f"  not in use: {endpoint.disabled_why}", "yellow"))


def _show_letter(letter: DeadLetter, *, as_json: bool) -> None:
    if as_json:
        row = {
            "id": letter.message.id,
            "endpoint": letter.endpoint,
            "kind": letter.message.kind.value,
            "subject": letter.message.subject,
            "at": letter.message.at.isoformat(),
            "attempts": letter.attempts,
            "fault": letter.fault,
        }
        print(json.dumps(row))
        return
    out = show.console()
    at = f"{letter.message.at:%Y-%m-%d %H:%M} UTC"
    out.print(Text(f"{letter.message.id}  {at}  {letter.message.kind} {letter.message.subject}", "bold"))
    out.print(Text(f"  {letter.url}: {letter.fault} ({letter.attempts} attempts)"))
