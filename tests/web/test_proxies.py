"""RL-1: forwarded headers count from listed proxies alone."""

from __future__ import annotations

import ipaddress

import anyio
import pytest
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from moderation.web.proxies import ProxyMiddleware, address_of

from .sites import scope_of

TRUSTED = [ipaddress.ip_network(network) for network in ("127.0.0.1", "10.0.0.0/8", "2001:db8::/32")]


def seen(client: str | None, *headers: tuple[str, str], kind: str = "http") -> tuple[str, str]:
    """Address and scheme that the application sees."""
    scopes: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scopes.append(scope)

    raw = [(name.lower().encode(), value.encode()) for name, value in headers]
    scope = scope_of(client=(client, 5) if client is not None else None, headers=raw, type=kind)
    anyio.run(ProxyMiddleware(app, TRUSTED), scope, None, None)  # type: ignore[arg-type]
    told = scopes[0]
    return (told["client"][0] if told["client"] else ""), told["scheme"]


FOR, PROTO = "X-Forwarded-For", "X-Forwarded-Proto"


@pytest.mark.parametrize("client", ["203.0.113.9", "2001:db9::1", "testclient", "", None])
def test_from_anybody_else_they_are_ignored(client: str | None) -> None:
    assert seen(client, (FOR, "198.51.100.7"), (PROTO, "https")) == (client or "", "http")


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ([(FOR, "198.51.100.7")], "198.51.100.7"),
        ([(FOR, "198.51.100.7:4711")], "198.51.100.7"),
        ([(FOR, "[2001:db9::7]:4711")], "2001:db9::7"),
        ([(FOR, "2001:DB9::7")], "2001:db9::7"),
        ([(FOR, "198.51.100.7, 10.1.1.1, 10.2.2.2")], "198.51.100.7"),
        (
            [(FOR, "6.6.6.6, 198.51.100.7, 10.1.1.1")],
            "198.51.100.7",
        ),  # the first one is the client's own word
        ([(FOR, "6.6.6.6"), (FOR, "198.51.100.7")], "198.51.100.7"),
        ([(FOR, "10.1.1.1")], "10.1.1.1"),
        ([(FOR, "6.6.6.6, nonsense, 10.1.1.1")], "10.1.1.1"),
        ([(FOR, "unknown")], "127.0.0.1"),
        ([(FOR, "")], "127.0.0.1"),
        ([], "127.0.0.1"),
    ],
)
def test_from_a_listed_proxy_the_nearest_stranger_is_the_client(
    headers: list[tuple[str, str]], address: str
) -> None:
    assert seen("127.0.0.1", *headers)[0] == address


@pytest.mark.parametrize(
    ("told", "kind", "scheme"),
    [("https", "http", "https"), ("http, https", "http", "https"), ("HTTPS", "http", "https"), ("ftp", "http", "http"),
     ("https", "websocket", "wss"), ("", "http", "http")],
)  # fmt: skip
def test_the_scheme_comes_from_the_proxy_too(told: str, kind: str, scheme: str) -> None:
    assert seen("10.1.1.1", (PROTO, told), kind=kind)[1] == scheme


def test_other_scopes_pass_untouched() -> None:
    passed: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append(scope)

    scope = {"type": "lifespan"}
    anyio.run(ProxyMiddleware(app, TRUSTED), scope, None, None)  # type: ignore[arg-type]
    assert passed[0] is scope


@pytest.mark.parametrize(
    ("client", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_what_is_counted_by(client: str, counted: str) -> None:
    assert address_of(HTTPConnection(scope_of(client=(client, 5)))) == counted
