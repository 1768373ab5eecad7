"""`moderation serve`: the service, from settings to a listening socket."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.cli import show
from moderation.cli.load import ModelFolder, PolicyFiles, load_settings
from moderation.errors import InputError

if TYPE_CHECKING:
    from moderation.reload import Reloader
    from moderation.settings import Settings

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
ALL_ADDRESSES = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  (compared with, not bound to)


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
    import uvicorn

    from moderation.reload import Reloader
    from moderation.store import Store
    from moderation.web.app import create_app

    settings = load_settings(host=host, port=port, policy=policy, model=model)
    reloader = Reloader.of(settings)
    _log(settings)
    _reload_on_hangup(reloader)
    listener = _listen(settings)
    with Store.open(settings.database_url, settings.audit_keys) as store:
        store.audit.check_key()
        app = create_app(reloader.moderator, store, settings, reloader=reloader)
        # No access log: it would carry addresses of readers and whatever stands in a query.
        config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False, lifespan="on")
        _announce(settings, listener, reloader.model.fault)
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def _log(settings: Settings) -> None:
    """Log from here on: up to here whatever is wrong is said once, by the command itself."""
    logging.basicConfig(format=LOG_FORMAT, level=settings.log_level.upper())
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


def _listen(settings: Settings) -> socket.socket:
    """A listening socket, taken before anything is announced. Raises InputError where it cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise InputError(
            f"cannot listen on `{settings.host}` port {settings.port}: "
            f"{(error.strerror or str(error)).lower()}; "
            "name another one with --port or MODERATION_PORT (make run PORT=9000)"
        ) from None
    return listener


def _announce(settings: Settings, listener: socket.socket, model_error: str | None) -> None:
    host = ALL_ADDRESSES.get(settings.host, f"[{settings.host}]" if ":" in settings.host else settings.host)
    address = f"http://{host}:{listener.getsockname()[1]}"
    pages = []
    if settings.demo:
        pages.append((f"{address}/", "an article with its comments"))
    if settings.on_loopback or settings.review_password:
        pages.append((f"{address}/review/", "held comments"))
    pages.append((f"{address}/docs", "the API"))
    out = show.console()
    out.print("Standards Board is running. Ctrl+C stops it.", style="bold")
    width = max(len(page) for page, _ in pages)
    for page, what in pages:
        out.print(f"  {page:<{width}}  {what}")
    if settings.secret_key is None:
        out.print("Sign-ins last until it stops; MODERATION_SECRET_KEY would keep them.", style="dim")
    if model_error:
        show.warn("THE MODEL IS NOT IN USE: every comment that only it could judge is held.")
        show.warn(model_error)
