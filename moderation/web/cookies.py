"""Cookies of our own: out of reach of scripts and, where the site has TLS, of all but this very host."""

from __future__ import annotations

from typing import Literal

from starlette.requests import HTTPConnection
from starlette.responses import Response


def _name(request: HTTPConnection, name: str) -> str:
    # Browsers take a `__Host-` cookie only when it is Secure, for the whole site, and set by the host itself:
    # neither plain http nor a subdomain can plant one (RFC 6265bis, section 4.1.3.2).
    return f"__Host-{name}" if is_secure(request) else name


def is_secure(request: HTTPConnection) -> bool:
    """Whether the request came by TLS, as far as this service or its proxy can tell."""
    secure: bool = request.scope["scheme"] == "https"  # `request.url` would take the whole address apart
    return secure


def read_cookie(request: HTTPConnection, name: str) -> str | None:
    """The value of that cookie, if the browser sent one."""
    return request.cookies.get(_name(request, name))


def set_cookie(
    response: Response,
    request: HTTPConnection,
    name: str,
    value: str,
    *,
    max_age: int,
    same_site: Literal["lax", "strict"],
) -> None:
    """Have the browser keep that cookie for `max_age` seconds; 0 has it forget the cookie."""
    response.set_cookie(
        _name(request, name),
        value,
        max_age=max_age,
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite=same_site,
    )
