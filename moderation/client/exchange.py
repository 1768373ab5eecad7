"""Requests and answers without a network: what both clients send, when they try again, how they read the answer."""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar
from urllib.parse import quote

from moderation.client import errors, types
from moderation.client.errors import ClientError, Unavailable, UnexpectedAnswer
from moderation.client.types import Action, Language, OwnComment, Page, Policy, Posted, Reported, Verdict

FailMode = Literal["hold", "allow", "reject", "raise"]
"""What a comment comes to that could not be judged; `raise` leaves it to the caller."""

T = TypeVar("T")


class Answer(Protocol):
    """As much of an HTTP answer as is read; httpx2 has it."""

    @property
    def status_code(self) -> int:
        """Three digits."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Found by any writing of their names."""

    @property
    def content(self) -> bytes:
        """The whole body."""


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request, and how its answer becomes a value. Each may be sent again: twice has the effect of once.

    read : gets the document of a good answer, and of a 422 that carries a decision.
    """

    method: str
    path: str
    read: Callable[[Any], T]
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retries:
    """How often to try, and how long to wait in between: `first` seconds, then twice as long each time, up to
    `longest`, spread by half. What the service asks for by `Retry-After` counts, as far as it is within `longest`.
    """

    tries: int = 3
    first: float = 0.2
    longest: float = 5.0

    def wait(self, tried: int, error: ClientError) -> float | None:
        """Seconds before another try; None where there is to be none."""
        asked = error.retry_after or 0.0 if isinstance(error, Unavailable) else 0.0
        if (
            tried >= self.tries
            or asked > self.longest
            or isinstance(error, errors.Refused | UnexpectedAnswer)
        ):
            return None
        grown: float = min(self.first * 2.0 ** (tried - 1), self.longest)
        return max(asked, grown * random.uniform(0.5, 1.0))  # noqa: S311  (nobody gains by guessing it)


def check(text: str, *, article: str | None, author: str | None, language: Language | None) -> Call[Verdict]:
    """Judge a comment; nothing is kept."""
    body = _given(text=text, article=article, author=author, language=language)
    return Call("POST", "/v1/check", types.read_verdict, body=body)


def post(text: str, *, article: str, key: str | None, language: Language | None) -> Call[Posted]:
    """Post a comment, once, however often it is sent."""
    headers = {"idempotency-key": key or secrets.token_urlsafe(24), **_reading(language)}
    body = {"text": text, "article": article}
    return Call("POST", "/v1/comments", types.read_posted, body=body, headers=headers)


def comments(article: str, *, before: str | None) -> Call[Page]:
    """A page of the thread under an article."""
    return Call("GET", "/v1/comments", types.read_page, query=_given(article=article, before=before))


def policy(language: Language | None) -> Call[Policy]:
    """The site's standards."""
    return Call("GET", "/v1/policy", types.read_policy, query=_given(language=language))


def own_comments(
    article: str, *, author: str | None, language: Language | None
) -> Call[tuple[OwnComment, ...]]:
    """Where the comments of one author under an article stand."""
    query = _given(article=article, author=author)
    return Call("GET", "/v1/comments/mine", types.read_own_comments, query=query, headers=_reading(language))


def appeal(id: str, why: str, *, author: str | None, language: Language | None) -> Call[OwnComment]:
    """Ask for another look at the decision on a comment that is kept."""
    path, body = f"/v1/comments/{quote(id, safe='')}/appeal", _given(text=why, author=author)
    return Call("POST", path, types.read_own_comment, body=body, headers=_reading(language))


def appeal_refusal(
    text: str, why: str, *, article: str, author: str | None, key: str | None, language: Language | None
) -> Call[OwnComment]:
    """Ask for a look at a comment that was refused, once, however often it is sent."""
    body = {"comment": {"text": text, "article": article}, **_given(text=why, author=author)}
    headers = {"idempotency-key": key or secrets.token_urlsafe(24), **_reading(language)}
    return Call("POST", "/v1/appeals", types.read_own_comment, body=body, headers=headers)


def report(id: str, *, clause: str | None, text: str, reader: str | None) -> Call[Reported]:
    """Point moderators to a published comment."""
    path, body = f"/v1/comments/{quote(id, safe='')}/report", _given(clause=clause, text=text, reader=reader)
    return Call("POST", path, types.read_reported, body=body)


def unjudged(error: ClientError, fail: FailMode) -> Verdict:
    """The verdict of the fail mode where the service could not be asked; raises what was wrong otherwise."""
    action: Action
    if fail == "raise" or isinstance(error, errors.Refused):
        raise error
    action = fail
    return Verdict(action, "client.unreachable", (), None, None, None, (), (), None)


def value_of(call: Call[T], answer: Answer) -> T:
    """What the answer says; raises a ClientError for what is no answer to this call."""
    status = answer.status_code
    if status in (429, 503):
        raise Unavailable(_said(answer) or f"the service answered {status}", _retry_after(answer))
    if status >= 500:
        raise Unavailable(f"the service answered {status}")
    document = _document(answer)
    if 200 <= status < 300 or (status == 422 and isinstance(document, dict) and "decision" in document):
        return call.read(document)
    raise _refused(status, document)


def _refused(status: int, document: Any) -> ClientError:
    if status < 400 or not isinstance(document, dict) or not isinstance(document.get("detail"), str):
        return UnexpectedAnswer(
            f"answered {status} in a form that the service does not use; look at the address"
        )
    places = document.get("errors")
    kinds = {401: errors.NotAllowed, 403: errors.NotAllowed, 404: errors.NotFound, 409: errors.Conflict}
    return kinds.get(status, errors.Malformed)(
        document["detail"],
        kind=str(document.get("type", "")).rpartition("/")[2],
        status=status,
        places=[
            (str(place.get("pointer")), str(place.get("detail")))
            for place in (places if isinstance(places, list) else ())
            if isinstance(place, dict)
        ],
    )


def _document(answer: Answer) -> Any:
    try:
        return json.loads(answer.content)
    except ValueError:
        raise UnexpectedAnswer(
            f"answered {answer.status_code} without JSON; is this the address of the service?"
        ) from None


def _said(answer: Answer) -> str | None:
    try:
        document = json.loads(answer.content)
    except ValueError:
        return None
    detail = document.get("detail") if isinstance(document, dict) else None
    return detail if isinstance(detail, str) else None


def _retry_after(answer: Answer) -> float | None:
    said = answer.headers.get("retry-after", "")
    return float(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def _reading(language: Language | None) -> dict[str, str]:
    return {} if language is None else {"accept-language": language}


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def base_of(address: str) -> str:
    """The address without what a path would double; raises ValueError where it is none."""
    if not address.startswith(("http://", "https://")):
        raise ValueError(
            f"`{address}` is no address of a service; write it like `https://moderation.example`"
        )
    return address.rstrip("/").removesuffix("/v1")


def headers_of(key: str | None) -> dict[str, str]:
    """What goes with every request."""
    return {"accept": "application/json"} | ({"authorization": f"Bearer {key}"} if key else {})


def unreached(address: str, error: Exception) -> str:
    """What to say where there is no answer; never more of the error than its kind, which quotes nothing."""
    return f"`{address}` cannot be reached: `{type(error).__name__}`"
