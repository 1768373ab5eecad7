"""How often a password may be guessed: slowed after ten wrong ones, alike for names that exist and names that do not.

Somebody who guesses at a name must not lock out the person whose name it is. So a browser from which that person has
signed in before has attempts of its own (OWASP: device cookies).
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from moderation.errors import InputError
from moderation.store.accounts.people import clean_name
from moderation.store.limits import Limits
from moderation.web.cookies import read_cookie, set_cookie
from moderation.web.proxies import address_of
from moderation.web.signing import Signer

COOKIE = "known-browser"
KNOWN_FOR = 90 * 24 * 3600  # seconds
PERIOD = 300  # seconds
PER_NAME = 10
PER_ADDRESS = 60
"""A whole newsroom may stand behind one address."""


class Throttle:
    """Counts attempts, over all processes."""

    def __init__(self, limits: Limits, key: bytes) -> None:
        self._limits = limits
        self._browsers = Signer(key, "known browser")

    def take(self, request: Request, name: str) -> float | None:
        """Count an attempt before it is made; the seconds to wait where there were too many. Blocks."""
        wait = self._limits.take(f"sign-in from {address_of(request)}", PER_ADDRESS, PERIOD)
        if wait is not None:
            return wait
        return self._limits.take(self._key(request, name), PER_NAME, PERIOD)

    def succeeded(self, request: Request, name: str) -> None:
        """The password was right: begin to count anew. Blocks."""
        self._limits.forget(self._key(request, name))

    def remember(self, response: Response, request: Request, name: str) -> None:
        """Know this browser again."""
        signed = self._browsers.sign(clean_name(name))
        set_cookie(response, request, COOKIE, signed, max_age=KNOWN_FOR, same_site="strict")

    def _key(self, request: Request, name: str) -> str:
        try:
            name = clean_name(name)
        except InputError:
            name = ""
        cookie = read_cookie(request, COOKIE)
        if name and self._browsers.read(cookie, KNOWN_FOR) == name:
            return f"sign-in as {name} in {cookie}"
        return f"sign-in as {name}"
