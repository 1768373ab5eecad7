"""`moderation serve`: the service, from settings to a listening socket."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import signal
import socket
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.cli import show
from moderation.cli.load import ModelFolder, PolicyFiles, load_settings
from moderation.errors import Conflict, InputError, NotFound, StoreError

if TYPE_CHECKING:
    from rich.console import Console

    from moderation.reload import Reloader
    from moderation.settings import Settings
    from moderation.store.accounts import Accounts

DEMO = "demo"
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; default: MODERATION_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on; default: MODERATION_PORT.")
    ] = None,
    policy: PolicyFiles = None,
    model: ModelFolder = None,
) -> None:
    """Start the service. Settings come from the environment; the options here win over it.

    A wrong policy file stops the start; later on the last good one stays in force. Without a model the service
    runs and holds what it cannot judge. SIGHUP has the files of policy and model read at once.
    """
    settings = load_settings(host=host, port=port, policy=policy, model=model)
    listener = _bind(settings)  # first: that a port is taken should not take seconds to say

    import uvicorn

    from moderation.reload import Reloader
    from moderation.store import Store
    from moderation.web.app import create_app

    reloader = Reloader.of(settings)
    _log(settings)
    _reload_on_hangup(reloader)
    settings = settings.model_copy(update={"port": listener.getsockname()[1]})
    with Store.open(settings.database_url, settings.audit_keys) as store:
        store.audit.check_key()
        app = create_app(reloader.moderator, store, settings, reloader=reloader)
        # No access log: it would carry addresses of readers and whatever stands in a query.
        # Forwarded headers are read by the application, from the proxies that the settings list.
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, proxy_headers=False, lifespan="on"
        )
        listener.listen(2048)
        _announce(settings, store.accounts, reloader.model.fault)
        with contextlib.suppress(KeyboardInterrupt):
            server = uvicorn.Server(config)
            app.state.live.is_over = lambda: server.should_exit
            gc.collect()
            gc.freeze()  # to look through word lists and model for garbage again would stop everybody for 0.1 s
            server.run(sockets=[listener])


class OneLine(logging.Formatter):
    """Writes out what would begin a new line or steer a terminal: ids of comments are for callers to choose."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (logging's own name)
        """The record on one line; a traceback follows on lines of its own."""
        return show.visible(super().formatMessage(record))


def _log(settings: Settings) -> None:
    """Log from here on: up to here whatever is wrong is said once, by the command itself."""
    to_stderr = logging.StreamHandler()
    to_stderr.setFormatter(OneLine(LOG_FORMAT))
    logging.basicConfig(handlers=[to_stderr], level=settings.log_level.upper())
    # uvicorn says in its own words what we print, and Alembic names each of its parts.
    others = logging.DEBUG if settings.log_level == "debug" else logging.WARNING
    for library in ("uvicorn", "alembic"):
        logging.getLogger(library).setLevel(others)


def _reload_on_hangup(reloader: Reloader) -> None:
    """SIGHUP reads the files anew. When it means that the terminal has gone, the service goes too."""
    if not hasattr(signal, "SIGHUP"):  # Windows
        return
    had_terminal = _has_terminal()

    def hung_up(number: int, frame: FrameType | None) -> None:
        if had_terminal and not _has_terminal():
            signal.raise_signal(signal.SIGTERM)
        else:
            reloader.ask()

    signal.signal(signal.SIGHUP, hung_up)


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _bind(settings: Settings) -> socket.socket:
    """A socket with the address, on which nobody is heard yet. Raises InputError where it cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise InputError(
            f"cannot listen on `{settings.host}` port {settings.port}: "
            f"{(error.strerror or str(error)).lower()}; "
            "name another one with --port or MODERATION_PORT (make run PORT=9000)"
        ) from None
    return listener


def _announce(settings: Settings, accounts: Accounts, model_error: str | None) -> None:
    out = show.console()
    out.print("Standards Board is running. Ctrl+C stops it.", style="bold")
    if settings.demo:
        _announce_page(out, f"{settings.address}/", "an article with its comments")
    _announce_page(out, f"{settings.address}/review/", "the moderators' desk")
    _announce_way_in(settings, accounts, out)
    _announce_page(out, f"{settings.address}/docs", "the API")
    if settings.secret_key is None:
        out.print(
            "Readers' sign-ins last until it stops; MODERATION_SECRET_KEY would keep them.", style="dim"
        )
    if model_error:
        show.warn("THE MODEL IS NOT IN USE: every comment that only it could judge is held.")
        show.warn(model_error)


def _announce_page(out: Console, page: str, what: str) -> None:
    out.print(f"  {page:<32}  {what}", soft_wrap=True)


def _announce_way_in(settings: Settings, accounts: Accounts, out: Console) -> None:
    """In the demo a link that opens the desk; elsewhere how to add an account while there is none."""
    try:
        code = _demo_code(accounts) if settings.demo else None
        is_empty = all(person.disabled_at or person.name == DEMO for person in accounts.every())
    except StoreError as error:
        show.warn(str(error))
        return
    if code:
        out.print("    to sign in to it, once and within the hour, open")
        out.print(f"    {settings.address}/sign-in/link?code={code}", soft_wrap=True, highlight=False)
    elif is_empty:
        out.print("    nobody can sign in to it yet; add the first account:", style="bold")
        out.print("    moderation users add NAME --role administrator", style="bold")


def _demo_code(accounts: Accounts) -> str | None:
    """A one-time code for the demo's administrator, who has no password; None where somebody has disabled it."""
    from moderation.store.accounts import Role

    with contextlib.suppress(Conflict):
        accounts.add(DEMO, Role.ADMINISTRATOR, by="system", display="Demo")
    try:
        return accounts.make_link(DEMO, by="system")
    except NotFound:
        return None
