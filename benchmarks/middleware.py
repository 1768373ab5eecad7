"""What the middleware adds to a request, beside the bare application: `make bench`.

Requests are made in process, straight into the ASGI application, so that neither sockets nor a server's
parser blur the difference, and counted in processor time of all threads, so that other work on the machine does
not either. An empty BaseHTTPMiddleware, the usual way to write one, is measured beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Scope

from benchmarks.check import fair, seed_rows, typical
from benchmarks.rounds import interleave, show, show_machine
from moderation import Comment, ModerationMiddleware, Moderator, ProtectedRoute
from moderation.store import Store
from moderation.types import Action

BARE, EMPTY, OURS = "bare application", "empty BaseHTTPMiddleware", "ModerationMiddleware"
Headers = Iterable[tuple[bytes, bytes]]
JSON_BODY: Headers = ((b"host", b"localhost"), (b"content-type", b"application/json"))


class EmptyMiddleware(BaseHTTPMiddleware):
    """Does nothing, the usual way."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        """Pass the request on."""
        return await call_next(request)


async def echo(request: Request) -> Response:
    """Read the whole body and say how long it was."""
    return PlainTextResponse(str(len(await request.body())))


def bare() -> Starlette:
    """Two routes, one of them to be protected."""
    return Starlette(
        routes=[Route("/comments", echo, methods=["POST"]), Route("/other", echo, methods=["POST"])]
    )


def scope_of(path: str, body: bytes, headers: Headers = JSON_BODY) -> Scope:
    """A POST as a server would describe it."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [*headers, (b"content-length", str(len(body)).encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }


async def request(app: ASGIApp, path: str, body: bytes, headers: Headers = JSON_BODY) -> int:
    """One request from first byte to last; returns the status."""
    status = 0
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if waiting:
            return waiting.pop()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(scope_of(path, body, headers), receive, send)
    return status


async def request_times(app: ASGIApp, path: str, bodies: Sequence[bytes]) -> float:
    """The median of all requests, one after the other, in microseconds of processor time."""
    times = []
    for body in bodies:
        start = time.process_time_ns()
        status = await request(app, path, body)
        times.append(time.process_time_ns() - start)
        assert status == 200, status
    return median(times) / 1000


def subjects(
    moderator: Moderator, store: Store, path: str, bodies: Sequence[bytes]
) -> dict[str, Callable[[], float]]:
    """The same requests to each application, in an event loop of its own."""
    protected = [ProtectedRoute("POST", "/comments", text="/text")]
    apps: dict[str, ASGIApp] = {
        BARE: bare(),
        EMPTY: EmptyMiddleware(bare()),
        OURS: ModerationMiddleware(bare(), moderator=moderator, store=store, routes=protected),
    }
    return {
        name: partial(lambda app: asyncio.run(request_times(app, path, bodies)), app)
        for name, app in apps.items()
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=500, help="requests a round")
    options = parser.parse_args()
    moderator = Moderator.default()
    texts = [text for text in fair(seed_rows()) if passes(moderator, text)]
    bodies = [
        json.dumps({"text": text}, ensure_ascii=False).encode() for text in typical(texts, options.requests)
    ]
    show_machine(options.rounds)
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{Path(folder) / 'bench.db'}")
        for title, path in (("an unprotected route", "/other"), ("a protected route, allowed", "/comments")):
            measured = interleave(subjects(moderator, store, path, bodies), options.rounds)
            show(f"One request to {title}", measured, BARE)
        store.close()


def passes(moderator: Moderator, text: str) -> bool:
    """Whether the application behind the middleware gets to see it."""
    return moderator.judge(Comment(text)).action <= Action.NUDGE


if __name__ == "__main__":
    main()
