"""What a client is told when something cannot be done: RFC 9457 problem documents of one shape.

A problem names what the client can do about it and nothing of the inside: no trace, path, SQL or text.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from moderation.errors import Conflict, InputError, NotFound, StoreError
from moderation.store.post_keys import KeyReused

BASE = "https://standards-board.example/problems/"
MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem document, with the headers that go with it.

    kind : last part of the problem's URI, stable for clients to tell problems apart.
    errors : (JSON pointer or field name, what is wrong there).
    """

    kind: str
    status: int
    title: str
    detail: str
    errors: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)
    language: str = "en"

    def response(self) -> Response:
        """The problem as an HTTP response."""
        document: dict[str, Any] = {
            "type": BASE + self.kind,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            document["errors"] = [{"pointer": pointer, "detail": detail} for pointer, detail in self.errors]
        document.update(self.members)
        headers = {"cache-control": "no-store", "content-language": self.language, **self.headers}
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        return Response(body, self.status, headers, MEDIA_TYPE)


class Refused(InputError):
    """A request that goes no further, and what its sender is told."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def malformed(detail: str, *errors: tuple[str, str]) -> Refused:
    """The body cannot be read, or reads differently to different parsers."""
    return Refused(Problem("malformed-request", 400, "The request cannot be read", detail, errors))


def too_large(limit: int) -> Refused:
    """The body goes on after the limit."""
    detail = f"the body is larger than {limit} bytes"
    return Refused(Problem("body-too-large", 413, "The body is too large", detail))


def too_slow(seconds: float) -> Refused:
    """The body did not arrive in time."""
    detail = f"the body did not arrive within {seconds:g} seconds"
    return Refused(Problem("body-too-slow", 408, "The body arrived too slowly", detail))


def unsupported_media(expected: str) -> Refused:
    """The body is of a kind that the route does not take."""
    detail = f"send the body as `{expected}` in UTF-8"
    problem = Problem(
        "unsupported-media-type",
        415,
        "The body has the wrong media type",
        detail,
        headers={"accept": expected},
    )
    return Refused(problem)


def unsupported_encoding() -> Refused:
    """The body is compressed; what cannot be read within the limit is not passed on unread."""
    problem = Problem(
        "unsupported-encoding",
        415,
        "The body is encoded",
        "send the body without `Content-Encoding`",
        headers={"accept-encoding": "identity"},
    )
    return Refused(problem)


def method_override() -> Refused:
    """The request asks to be taken for one of another method, which would slip past the list of routes."""
    detail = "this route takes no method override; send the request with the method that is meant"
    return Refused(Problem("method-override", 400, "Method override refused", detail))


def key_wanted() -> Refused:
    """The caller shows no key."""
    return Refused(Problem("key-missing", 401, "Key required", "send the key of a client with the request"))


def key_unknown() -> Refused:
    """The caller's key is nobody's, or was revoked."""
    return Refused(Problem("key-unknown", 401, "Key not valid", "the key is not one that is in use"))


def scope_wanted(scope: str) -> Refused:
    """The caller's key does not open this."""
    detail = f"the key does not have the scope `{scope}`"
    return Refused(Problem("scope-missing", 403, "Key not sufficient", detail))


def too_often(seconds: float) -> Refused:
    """The caller has had its share for now."""
    wait = max(1, math.ceil(seconds))
    detail = f"the limit of this client is reached; try again in {wait} seconds"
    headers = {"retry-after": str(wait)}
    return Refused(Problem("too-many-requests", 429, "Too many requests", detail, headers=headers))


def sign_in_required() -> Refused:
    """Nobody is signed in."""
    detail = "sign in to comment"
    headers = {"www-authenticate": 'Cookie realm="comments"'}
    return Refused(Problem("sign-in-required", 401, "Sign-in required", detail, headers=headers))


def cross_origin() -> Refused:
    """Another site tries to act for the signed-in reader."""
    detail = "requests that change something are taken from this site's own pages only"
    return Refused(Problem("cross-origin", 403, "Request from another site", detail))


def too_many_checks(seconds: int) -> Refused:
    """Somebody looks for what just passes, or types very fast; posting goes on either way."""
    detail = f"ask again in {seconds} seconds; a comment can be posted all the same and is checked then"
    headers = {"retry-after": str(seconds)}
    return Refused(Problem("too-many-checks", 429, "Too many checks", detail, headers=headers))


def no_appeal() -> Refused:
    """The decision was appealed already, or leaves nothing to appeal."""
    detail = "the decision on this comment was appealed already, is too old, or leaves nothing to appeal"
    return Refused(Problem("no-appeal", 409, "No appeal is open", detail))


def not_refused() -> Refused:
    """Somebody appeals against a refusal that there would not be."""
    detail = "this comment would not be refused any more; post it"
    return Refused(Problem("not-refused", 409, "Not refused", detail))


def own_report() -> Refused:
    """Somebody reports a comment of their own."""
    return Refused(Problem("own-comment", 409, "Your own comment", "readers report comments of others"))


def key_reused() -> Problem:
    """The idempotency key came before, with another comment."""
    detail = "this `Idempotency-Key` came before, with another comment; give each comment a key of its own"
    return Problem("idempotency-key-reused", 409, "The key belongs to another comment", detail)


def unavailable(kind: str, detail: str) -> Problem:
    """A part of the service is down; nothing was kept, and the client is asked to come back."""
    headers = {"retry-after": str(RETRY_SECONDS)}
    return Problem(kind, 503, "Temporarily unavailable", detail, headers=headers)


def store_unavailable() -> Problem:
    """Nothing can be read or kept at present."""
    return unavailable("store-unavailable", "the comment could not be kept; try again in a moment")


def check_unavailable() -> Problem:
    """No judgement can be had at present."""
    return unavailable("check-unavailable", "the comment could not be checked; try again in a moment")


def problem_of(error: Exception) -> Problem:
    """The error tree as problems. Messages of the store and of the model are for the log, not for clients."""
    if isinstance(error, Refused):
        return error.problem
    if isinstance(error, InputError):
        return malformed(str(error)).problem
    if isinstance(error, NotFound):
        return Problem("not-found", 404, "Nothing here", "there is no such comment")
    if isinstance(error, KeyReused):
        return key_reused()
    if isinstance(error, Conflict):
        return Problem("conflict", 409, "Already done", "somebody else has already done it")
    if isinstance(error, StoreError):
        return store_unavailable()
    return check_unavailable()


def problem_of_http(error: HTTPException) -> Problem:
    """What Starlette's router raises, in the one error shape."""
    kind, title, detail = _ROUTING.get(
        error.status_code, ("http", "Request refused", "the request was refused")
    )
    return Problem(kind, error.status_code, title, detail, headers=dict(error.headers or {}))


_ROUTING = {
    404: ("not-found", "Nothing here", "there is nothing at this address"),
    405: ("method-not-allowed", "Method not allowed", "this address takes the methods named in `Allow`"),
}
