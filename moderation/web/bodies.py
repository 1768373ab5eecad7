"""Reading a request body whole, under a size limit and a deadline, and giving it on unchanged."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass
from typing import Any

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive, Scope

from moderation.web import problems

_OVERRIDES = frozenset({b"x-http-method-override", b"x-http-method", b"x-method-override"})
_WANTED = _OVERRIDES | {
    b"content-type",
    b"content-length",
    b"content-encoding",
    b"accept-language",
    b"idempotency-key",
}
_KEY = re.compile(r'"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255})')


@dataclass(frozen=True, slots=True)
class BodyHeaders:
    """What the headers say about the body. They may lie: sizes are counted, never believed."""

    found: dict[bytes, list[bytes]]

    @classmethod
    def of(cls, scope: Scope) -> BodyHeaders:
        """One pass over the headers."""
        found: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            if (name := name.lower()) in _WANTED:
                found.setdefault(name, []).append(value)
        return cls(found)

    @property
    def overrides_method(self) -> bool:
        """Whether some frameworks would take the request for one of another method."""
        return not _OVERRIDES.isdisjoint(self.found)

    @property
    def content_type(self) -> str:
        """The one media type given, with its parameters; empty when absent.

        Raises Refused where two are given: ours and the application's parser might each believe another.
        """
        values = self.found.get(b"content-type", [])
        if len(values) > 1:
            raise problems.malformed("`Content-Type` is given more than once")
        return values[0].decode("latin-1") if values else ""

    @property
    def accept_language(self) -> str:
        """The languages that the reader asks for."""
        return ",".join(value.decode("latin-1") for value in self.found.get(b"accept-language", ()))

    @property
    def idempotency_key(self) -> str | None:
        """What the client calls this post, so that sending it again has no second effect; None when it does not.

        With quotation marks (draft-ietf-httpapi-idempotency-key-header-07, section 2.1, read 2026-11-25) or, as most
        clients send it, without. Raises Refused for a key that cannot be told from another.
        """
        values = self.found.get(b"idempotency-key", [])
        if not values:
            return None
        match = _KEY.fullmatch(values[0].decode("latin-1").strip())
        if len(values) > 1 or match is None:
            detail = 'must be one text of 1 to 255 ASCII characters without `"` and `\\\\`'
            raise problems.malformed("the idempotency key cannot be used", ("Idempotency-Key", detail))
        return match[1] or match[2]

    def refuse_encoded(self) -> None:
        """Raises Refused for a compressed body: neither passed on unread nor blown up in memory."""
        for value in self.found.get(b"content-encoding", ()):
            if value.strip().lower() not in (b"", b"identity"):
                raise problems.unsupported_encoding()

    def check_length(self, size: int) -> None:
        """Raises Refused where `Content-Length` and the bytes received disagree (OWASP ASVS 5.0, 4.2.1)."""
        for value in self.found.get(b"content-length", ()):
            digits = value.strip()
            if not digits.isdigit() or len(digits) > 18 or int(digits) != size:
                raise problems.malformed("`Content-Length` does not match the body")


async def read_body(receive: Receive, limit: int, seconds: float) -> bytes | None:
    """The whole body, or None when the client left before its end.

    Raises Refused with 413 as soon as more than `limit` bytes came, with 408 after `seconds`.
    """
    reading = _Begun(_read_all(receive, limit))
    if reading.is_done:  # as with nearly every comment: it came in one piece with its headers
        return reading.result
    with anyio.move_on_after(seconds):
        return await reading
    raise problems.too_slow(seconds)


async def _read_all(receive: Receive, limit: int) -> bytes | None:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise problems.too_large(limit)
        if chunk:
            chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


class _Begun:
    """A coroutine run up to where it first has to wait; whoever awaits this has it go on from there.

    Where it need not wait at all, no deadline need be set, which takes longer than all the rest of reading a body.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, bytes | None]) -> None:
        self._coroutine = coroutine
        self._awaited: Any = None
        self.result: bytes | None = None
        self.is_done = False
        self._go_on(coroutine.send, None)

    def _go_on(self, step: Callable[[Any], Any], given: Any) -> None:
        try:
            self._awaited = step(given)
        except StopIteration as end:
            self.result, self.is_done = end.value, True

    def __await__(self) -> Generator[Any, Any, bytes | None]:
        while not self.is_done:
            try:
                given = yield self._awaited
            except BaseException as error:
                self._go_on(self._coroutine.throw, error)
            else:
                self._go_on(self._coroutine.send, given)
        return self.result


async def whole_body(request: Request, headers: BodyHeaders, limit: int, seconds: float) -> bytes:
    """The whole body of a request that ends here. Raises Refused as `read_body`, and for a length that is not stated so.

    Raises ClientDisconnect when the client left before its end.
    """
    body = await read_body(request.receive, limit, seconds)
    if body is None:
        raise ClientDisconnect
    headers.check_length(len(body))
    return body


def replay(body: bytes, receive: Receive) -> Receive:
    """A receive channel that gives the body once more; after it, whatever the client really does."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
