"""Whose request it is when a proxy stands before the service.

`X-Forwarded-For` and `X-Forwarded-Proto` can be written by anybody, so they count only from the proxies that the site
lists (ASVS 5.0, 4.1.3). From right to left, each address in the list is the word of the proxy after it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class ProxyMiddleware:
    """Puts the client's own address and scheme in place of the proxy's.

    trusted : networks of the site's own proxies.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[Network]) -> None:
        self.app = app
        self.trusted = tuple(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, under the client's address where a listed proxy gives it."""
        if scope["type"] in ("http", "websocket") and self._is_told(scope):
            scope = {**scope, **self._told(scope)}
        await self.app(scope, receive, send)

    def _is_told(self, scope: Scope) -> bool:
        """Whether anything was forwarded, and by a proxy that counts."""
        forwarded = any(name.lower().startswith(b"x-forwarded-") for name, _ in scope["headers"])
        return forwarded and self._is_trusted((scope.get("client") or ("",))[0])

    def _told(self, scope: Scope) -> dict[str, object]:
        headers = Headers(scope=scope)
        told: dict[str, object] = {}
        scheme = ",".join(headers.getlist("x-forwarded-proto")).rpartition(",")[2].strip().lower()
        if scheme in ("http", "https"):
            told["scheme"] = scheme if scope["type"] == "http" else scheme.replace("http", "ws")
        hops = [hop.strip() for hop in ",".join(headers.getlist("x-forwarded-for")).split(",")]
        for hop in reversed(hops):
            address = _address(hop)
            if address is None:
                break  # what stands before it is of nobody's word
            told["client"] = (address, 0)
            if not self._is_trusted(address):
                break
        return told

    def _is_trusted(self, address: str) -> bool:
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(ip in network for network in self.trusted if ip.version == network.version)


def _address(hop: str) -> str | None:
    """The address without a port: `203.0.113.9:443`, `[2001:db8::1]:443`, `2001:db8::1`."""
    if hop.startswith("["):
        hop = hop[1:].partition("]")[0]
    elif hop.count(":") == 1:
        hop = hop.partition(":")[0]
    try:
        return str(ipaddress.ip_address(hop))
    except ValueError:
        return None


def address_of(request: HTTPConnection) -> str:
    """Where the request comes from, for counting: one IPv6 customer has a whole /64 to choose from."""
    host = request.client.host if request.client else ""
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else host
