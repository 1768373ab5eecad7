"""The middleware for WSGI applications, Django and Flask among them: the ASGI middleware, asked from a WSGI thread.

Both judge by the same lines of code (`middleware.py`); here a request is only put into the form that these read.
"""

from __future__ import annotations

import io
import logging
import os
import queue
import re
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import anyio
import anyio.to_thread
from anyio.from_thread import BlockingPortal
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from moderation.engine import Moderator
from moderation.shadow import Shadow
from moderation.store import Store
from moderation.types import Comment, Decision
from moderation.web import problems
from moderation.web.faults import log_fault
from moderation.web.middleware import ModerationMiddleware, Observer
from moderation.web.protected import ProtectedRoute

logger = logging.getLogger(__name__)

DECISION = "moderation.decision"
"""Where the application finds the Decision in its environ."""
PIECE = 16_384
_LENGTH = re.compile(r"[0-9]{1,18}")


class WsgiModerationMiddleware:
    """Judges comments on the way to a WSGI application; everything else passes untouched.

    Allowed comments reach the application byte for byte, with the Decision in `environ["moderation.decision"]`. All
    else is as in `ModerationMiddleware`, and so are the parameters, but for two:

    on_hold : an ordinary function. routes : callables in them get a scope of ASGI, with the environ under
    `wsgi.environ`; paths are written as Starlette has them (`/articles/{id}/comments`).

    The server's own timeout counts for a body that arrives slowly; `read_timeout` is looked at between two pieces.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        moderator: Moderator,
        routes: Sequence[ProtectedRoute],
        store: Store | None = None,
        on_hold: Callable[[Comment, Decision], str] | None = None,
        body_limit: int = 65_536,
        read_timeout: float = 10.0,
        observer: Observer | None = None,
        shadow: Shadow | None = None,
    ) -> None:
        self.app = app
        self._inside = ModerationMiddleware(
            _nothing_behind,
            moderator=moderator,
            routes=routes,
            store=store,
            on_hold=None if on_hold is None else _awaited(on_hold),
            body_limit=body_limit,
            read_timeout=read_timeout,
            observer=observer,
            shadow=shadow,
        )
        self._loop = _Loop()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Judge a request to a protected route; pass everything else on untouched."""
        scope = scope_of(environ)
        targets = self._inside.guards.targets(scope)
        if targets is None:
            return self.app(environ, start_response)
        pieces: list[bytes] = []
        if targets and (late := self._read(environ, pieces)):
            return _answer(late, start_response)
        try:
            outcome = self._loop.call(self._inside.moderate, targets, scope, _given(pieces))
        except Exception as error:  # whatever it is, the comment is not published unchecked
            log_fault(logger, "judging a comment", error)
            return _answer(problems.check_unavailable().response(), start_response)
        if isinstance(outcome, Response):
            return _answer(outcome, start_response)
        if targets:
            _put_back(environ, b"".join(pieces))
            environ[DECISION] = scope["state"]["moderation"]
        return self.app(environ, start_response)

    def _read(self, environ: WSGIEnvironment, pieces: list[bytes]) -> Response | None:
        """Read the body up to just beyond the limit, in this thread: some servers know no other."""
        until = time.monotonic() + self._inside.read_timeout
        left = min(_announced(environ), self._inside.body_limit + 1)
        while left > 0:
            piece = environ["wsgi.input"].read(min(left, PIECE))
            if not piece:
                return None
            pieces.append(piece)
            left -= len(piece)
            if time.monotonic() > until:
                problem = problems.too_slow(self._inside.read_timeout).problem
                self._inside.observer.refused(problem)
                return problem.response()
        return None


def scope_of(environ: WSGIEnvironment) -> Scope:
    """A request as ASGI says it. Every header that WSGI kept is there, and what it joined stays joined."""
    root, path = (_text(environ.get(name, "")) for name in ("SCRIPT_NAME", "PATH_INFO"))
    headers = [
        (name.removeprefix("HTTP_").replace("_", "-").lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in environ.items()
        if name.startswith("HTTP_") or (name in ("CONTENT_TYPE", "CONTENT_LENGTH") and value)
    ]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": environ.get("SERVER_PROTOCOL", "HTTP/1.1").partition("/")[2],
        "method": environ["REQUEST_METHOD"],
        "scheme": environ.get("wsgi.url_scheme", "http"),
        "path": root + path,
        "root_path": root,
        "query_string": environ.get("QUERY_STRING", "").encode("latin-1"),
        "headers": headers,
        "client": None,
        "server": (environ.get("SERVER_NAME", ""), None),
        "state": {},
        "wsgi.environ": environ,
    }


class _Loop:
    """One event loop beside the WSGI threads, begun by the first request, and anew after a fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._portal: BlockingPortal | None = None
        self._process = 0

    def call(self, function: Callable[..., Any], *given: Any) -> Any:
        """What the awaited function returns."""
        with self._lock:
            if self._portal is None or self._process != os.getpid():
                self._portal, self._process = self._begun(), os.getpid()
        return self._portal.call(function, *given)

    def _begun(self) -> BlockingPortal:
        ready: queue.SimpleQueue[BlockingPortal] = queue.SimpleQueue()

        async def run() -> None:
            async with BlockingPortal() as portal:
                ready.put(portal)
                await portal.sleep_until_stopped()

        threading.Thread(target=anyio.run, args=(run,), name="moderation", daemon=True).start()
        portal = ready.get()
        # The threads that keep comments end with the loop, and the program waits for them: so the loop ends with it.
        threading.Thread(target=_stop_with_the_program, args=(portal,), name="moderation-end").start()
        return portal


def _stop_with_the_program(portal: BlockingPortal) -> None:
    threading.main_thread().join()
    portal.call(portal.stop)


async def _nothing_behind(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("the application behind is called by WSGI alone")


def _awaited(on_hold: Callable[[Comment, Decision], str]) -> Callable[[Comment, Decision], Any]:
    async def awaited(comment: Comment, decision: Decision) -> str:
        return await anyio.to_thread.run_sync(on_hold, comment, decision)

    return awaited


def _text(value: str) -> str:
    """What WSGI hands over as Latin-1 is UTF-8 (PEP 3333, "Unicode Issues")."""
    return value.encode("latin-1").decode("utf-8", "replace")


def _announced(environ: WSGIEnvironment) -> int:
    """How many bytes may be read: nothing beyond what is announced, unless the server marks the end itself."""
    if environ.get("wsgi.input_terminated"):
        return 1 << 62
    length = environ.get("CONTENT_LENGTH") or ""
    return int(length) if _LENGTH.fullmatch(length) else 0


def _given(pieces: Sequence[bytes]) -> Receive:
    """The body as ASGI hands it over."""
    left = list(pieces)

    async def receive() -> Message:
        piece = left.pop(0) if left else b""
        return {"type": "http.request", "body": piece, "more_body": bool(left)}

    return receive


def _put_back(environ: WSGIEnvironment, body: bytes) -> None:
    """Let the application read the body once more, whole, and as long as it is: frameworks believe the header."""
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)


def _answer(response: Response, start_response: StartResponse) -> Iterable[bytes]:
    try:
        phrase = HTTPStatus(response.status_code).phrase
    except ValueError:
        phrase = "Unknown"
    # What belongs to one connection is the server's to say (PEP 3333, "Other HTTP Features").
    headers = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in response.raw_headers
        if name != b"connection"
    ]
    start_response(f"{response.status_code} {phrase}", headers)
    return [bytes(response.body)]
