"""Who calls a dialect: a client for each key, what that key opens, and how often it may be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qsl

import anyio.to_thread
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from moderation.web import problems

ANYBODY = "demo"
"""The client that stands for all who call without a key, which only the demo lets in."""
LONGEST_KEY = 512
KEY_NAMES = frozenset({"key", "api_key"})
"""Parameters of a query in which one dialect or another has its key."""


@dataclass(frozen=True, slots=True)
class Client:
    """A program that may call us.

    name : what the site calls it; never its key.
    scopes : what its key opens: names of dialects, and `feedback` for sending labels.
    """

    name: str
    scopes: frozenset[str]


class Limits(Protocol):
    """Counts the calls of every client, over all processes of the service."""

    def take(self, client: str) -> float | None:
        """Count one call; the seconds to wait where the client has had its share, else None."""


FindClient = Callable[[str], Client | None]
"""Looks up whose key that is; blocks, as it asks the store."""


@dataclass(frozen=True)
class KeyRing:
    """The keys of all clients.

    find : None where no keys are kept.
    is_open : let those in who show no key that we know, as the demo does; it has no limits for them.
    """

    find: FindClient | None = None
    limits: Limits | None = None
    is_open: bool = False

    async def client(self, key: str | None, *scopes: str) -> Client:
        """Whose key that is; raises Refused where there is none, where it lacks a scope, or is used too often."""
        if key and self.find:
            return await anyio.to_thread.run_sync(self._admit, key, scopes)
        return self._anybody(key, scopes)

    def _admit(self, key: str, scopes: tuple[str, ...]) -> Client:
        found = self._find(key)
        if found is None:
            return self._anybody(key, scopes)
        lacking = sorted(set(scopes) - found.scopes)
        if lacking:
            raise problems.scope_wanted(lacking[0])
        seconds = self.limits.take(found.name) if self.limits else None
        if seconds is not None:
            raise problems.too_often(seconds)
        return found

    def _anybody(self, key: str | None, scopes: tuple[str, ...]) -> Client:
        if self.is_open:
            return Client(ANYBODY, frozenset(scopes))
        raise problems.key_unknown() if key else problems.key_wanted()

    def _find(self, key: str) -> Client | None:
        # What no database could look for is nobody's key.
        usable = len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()
        return self.find(key) if self.find and usable else None


class HiddenKeys:
    """Outermost in the service: servers log the query as the scope has it, so a key that stands there is taken out.

    What lies within is given a scope of its own, with the query as it came.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and leave no key in the scope that the server holds."""
        query = scope.get("query_string", b"")
        if query and any(name in KEY_NAMES for name, _ in parse_qsl(query.decode("latin-1"))):
            inner = dict(scope)
            scope["query_string"] = b""
            await self.app(inner, receive, send)
        else:
            await self.app(scope, receive, send)


def bearer_key(request: Request) -> str | None:
    """The key in `Authorization: Bearer KEY` (RFC 6750, section 2.1)."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() or None if scheme.lower() == "bearer" else None
