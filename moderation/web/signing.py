"""Values that only this service can have made, and requests that only its own pages can have sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import HTTPConnection


@dataclass(frozen=True)
class Signer:
    """Signs short texts for one purpose; what was signed for another purpose does not verify.

    clock : seconds since the epoch, for expiry.
    """

    key: bytes
    purpose: str
    clock: Callable[[], float] = time.time

    def sign(self, value: str) -> str:
        """The value with the time and a signature, in characters that fit a cookie."""
        stamped = f"{_encode(value.encode())}.{int(self.clock())}"
        return f"{stamped}.{self._mac(stamped)}"

    def read(self, signed: str | None, max_age: int) -> str | None:
        """The value, when the signature holds and is at most `max_age` seconds old; else None."""
        if not signed or signed.count(".") != 2:
            return None
        stamped, _, mac = signed.rpartition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(stamped).encode()):
            return None
        encoded, _, made = stamped.partition(".")
        if not 0 <= self.clock() - int(made) <= max_age:
            return None
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()

    def _mac(self, text: str) -> str:
        # The purpose goes into the key, so that no choice of value can imitate another purpose.
        key = hmac.digest(self.key, self.purpose.encode(), hashlib.sha256)
        return _encode(hmac.digest(key, text.encode(), hashlib.sha256))


def is_same_origin(request: HTTPConnection) -> bool:
    """Whether a page of this very origin sent the request.

    `Sec-Fetch-Site` is set by the browser and out of a page's reach (Fetch Metadata, W3C); browsers without
    it send `Origin` with every POST. A request with neither did not come from a browser's page at all.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("origin") == f"{request.url.scheme}://{request.headers.get('host', '')}"


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
