"""What all dialects have in common: how a request comes in, and that every refusal is worded as that dialect does."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from moderation.engine import Moderator
from moderation.errors import ModerationError
from moderation.settings import Settings
from moderation.store import Store
from moderation.web.bodies import BodyHeaders, whole_body
from moderation.web.faults import log_fault
from moderation.web.json_bodies import read_json
from moderation.web.keys import KeyRing
from moderation.web.metrics import Metrics
from moderation.web.problems import Problem, check_unavailable, problem_of

logger = logging.getLogger(__name__)

Handler = Callable[[Request], Awaitable[Response]]
Wording = Callable[[Problem], Response]
"""How a dialect says what could not be done; `Problem.kind` tells the cases apart."""


@dataclass(frozen=True)
class Service:
    """What the handlers of every dialect work with."""

    moderator: Moderator
    store: Store
    settings: Settings
    metrics: Metrics
    keys: KeyRing

    async def document(self, request: Request) -> Any:
        """The JSON document of the body, as strictly read as by the native API."""
        headers = BodyHeaders.of(request.scope)
        return await read_json(request, headers, self.settings.body_limit, self.settings.read_timeout)

    async def body(self, request: Request, headers: BodyHeaders) -> bytes:
        """The bytes of a body of any other kind, within the same limits."""
        headers.refuse_encoded()
        return await whole_body(request, headers, self.settings.body_limit, self.settings.read_timeout)


@dataclass(frozen=True)
class Dialect:
    """Another service's API, spoken here.

    addresses : method, path and handler of each call.
    territory : patterns of all paths that are the dialect's; what has no handler there is refused in its words.
    """

    name: str
    addresses: Sequence[tuple[str, str, Handler]]
    territory: Sequence[str]
    wording: Wording

    def routes(self, metrics: Metrics) -> list[BaseRoute]:
        """The addresses, and behind them whatever else lies within the territory."""
        served = [
            Route(path, _guarded(handler, self.wording, metrics), methods=[method])
            for method, path, handler in self.addresses
        ]
        elsewhere = _Elsewhere(served, self.wording, metrics)
        return [*served, *(Route(path, elsewhere, include_in_schema=False) for path in self.territory)]


def _guarded(handler: Handler, wording: Wording, metrics: Metrics) -> Handler:
    """The handler, with each of its refusals and faults put into the dialect's words."""

    async def endpoint(request: Request) -> Response:
        try:
            return await handler(request)
        except ClientDisconnect:
            raise
        except ModerationError as error:
            problem = problem_of(error)
        except Exception as error:
            log_fault(logger, f"answering {request.scope['route'].path}", error)
            problem = check_unavailable()
        metrics.refused(problem)
        return wording(problem)

    return endpoint


class _Elsewhere:
    """Answers what lies within a dialect's territory and has no handler."""

    def __init__(self, served: Sequence[Route], wording: Wording, metrics: Metrics) -> None:
        self._served = served
        self._wording = wording
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the method where the path is served, else the path."""
        problem = Problem("not-found", 404, "Nothing here", "there is nothing at this address")
        methods = [
            method
            for route in self._served
            if route.matches(scope)[0] is not Match.NONE
            for method in route.methods or ()
        ]
        if methods:
            detail = "this address takes the methods named in `Allow`"
            allow = {"allow": ", ".join(sorted(methods))}
            problem = Problem("method-not-allowed", 405, "Method not allowed", detail, headers=allow)
        self._metrics.refused(problem)
        await self._wording(problem)(scope, receive, send)
