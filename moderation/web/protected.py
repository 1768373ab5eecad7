"""Which requests are moderated: those that Starlette's router would serve on a protected route.

The decoded `scope["path"]` is matched, relative to the mount, by the router's own functions: neither
`raw_path` nor `request.url.path`, which percent-encoding and the Host header can bend (CVE-2026-48710).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette._utils import get_route_path
from starlette.routing import Match, Router, compile_path
from starlette.types import ASGIApp, Scope

from moderation.errors import InputError
from moderation.types import Standing
from moderation.web.documents import pointer_parts
from moderation.web.form_bodies import METHOD_FIELD

_READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

Source = str | Callable[[Scope], str | None] | None
StandingSource = Callable[[Scope], Standing | None] | None


@dataclass(frozen=True)
class ProtectedRoute:
    """A route on which readers publish text.

    method : the method that writes, or `*` for all but those that only read. Another method on the same
        path is another route, and has to be named to be protected.
    path : as the application's router has it, parameters included, relative to where the middleware stands.
    text : where the comment stands: a JSON pointer (`/comment/text`), else the name of a form field.
    author, article, parent : where these ids stand: as for `text`, or `{name}` for a parameter of the path,
        or a callable that finds it in the scope (a session, say) and may raise Refused.
    standing : a callable that finds in the scope how well the site knows the author (None: `known`).
    section : `{name}` for a parameter of the path, or a callable, as above. Neither is read from the body, where
        a reader could claim to be trusted or to write elsewhere.
    """

    method: str
    path: str
    text: str
    author: Source = None
    article: Source = None
    parent: Source = None
    standing: StandingSource = None
    section: Source = None

    def __post_init__(self) -> None:
        if not self.path.startswith("/"):
            raise InputError(f"protected route `{self.path}`: the path must begin with `/`")
        for name in ("text", "author", "article", "parent"):
            source = getattr(self, name)
            if isinstance(source, str):
                self._check(name, source)
        if isinstance(self.section, str) and self.section[1:-1] not in compile_path(self.path)[2]:
            raise InputError(
                f"protected route `{self.path}`: `section`: `{self.section}` is no parameter of the path; "
                "a reader could write anything into the body"
            )

    def _check(self, name: str, source: str) -> None:
        where = f"protected route `{self.path}`: `{name}`"
        if not source:
            raise InputError(f"{where} is empty; give a JSON pointer or the name of a form field")
        if source.startswith("/"):
            try:
                pointer_parts(source)
            except ValueError as error:
                raise InputError(f"{where}: {error}") from None
        elif source.startswith("{"):
            if name == "text" or source[1:-1] not in compile_path(self.path)[2]:
                raise InputError(f"{where}: `{source}` is no parameter of the path")
            return
        if source.startswith("/") != self.text.startswith("/"):
            raise InputError(f"{where} must be of the kind of `text`: both in a JSON body or both in a form")

    @property
    def is_json(self) -> bool:
        """Whether the text is found by JSON pointer, and not in a form."""
        return self.text.startswith("/")


@dataclass(frozen=True, slots=True)
class Guard:
    """A protected route made ready for matching."""

    route: ProtectedRoute
    method: str
    regex: re.Pattern[str]

    def covers(self, method: str) -> bool:
        """Whether requests of that method are moderated."""
        return self.method == method or (self.method == "*" and method not in _READING)


Target = tuple[ProtectedRoute, dict[str, str]]
"""A protected route that a request is aimed at, and the parameters of its path."""


class Guards:
    """All protected routes of one middleware, over the application that it stands before."""

    def __init__(self, routes: Sequence[ProtectedRoute], app: ASGIApp) -> None:
        self._guards = [Guard(route, route.method.upper(), compile_path(route.path)[0]) for route in routes]
        self._router = _router_behind(app)
        # FastAPI(root_path=…) sets the prefix itself, after a middleware that wraps the whole application.
        self._root_path: str = getattr(app, "root_path", "")

    def targets(self, scope: Scope) -> list[Target] | None:
        """The protected routes that a request is aimed at, empty for another method; None elsewhere."""
        if self._root_path:
            scope = {**scope, "root_path": self._root_path}
        path = get_route_path(scope)
        matches = self._on(path)
        if not matches and path != "/":
            # Routers redirect `/comments/` to `/comments` and back, and the client posts the body again: it
            # is checked there. Whoever serves both, or may do so, is checked here.
            matches = self._on(path.rstrip("/") if path.endswith("/") else path + "/")
            if matches and self._is_redirected(scope):
                return None
        if not matches:
            return None
        method = scope["method"].upper()  # `post` reaches an endpoint class just as `POST` does
        return [(guard.route, parameters) for guard, parameters in matches if guard.covers(method)]

    def _on(self, path: str) -> list[tuple[Guard, dict[str, str]]]:
        return [
            (guard, match.groupdict())
            for guard in self._guards
            if (match := guard.regex.match(path)) is not None
        ]

    def _is_redirected(self, scope: Scope) -> bool:
        """Whether the application certainly has nothing at this address but a redirect."""
        router = self._router
        if router is None or router.default != router.not_found:
            return False
        return all(route.matches(dict(scope))[0] is Match.NONE for route in router.routes)


def overrides_method(scope: Scope) -> bool:
    """Whether the query asks some frameworks to take the request for one of another method."""
    query = scope.get("query_string", b"")
    if b"=" not in query:
        return False
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return any(name == METHOD_FIELD for name, _ in pairs)


def _router_behind(app: ASGIApp) -> Router | None:
    """The router of a Starlette or FastAPI application, when nothing else stands before it.

    A middleware of another maker may rewrite the path, so that the router's answer says nothing.
    """
    step: Any = app
    while step is not None and type(step).__module__.partition(".")[0] in ("starlette", "fastapi"):
        if isinstance(step, Router):
            return step
        if isinstance(router := getattr(step, "router", None), Router) and not getattr(
            step, "user_middleware", None
        ):
            return router
        step = getattr(step, "app", None)
    return None
