"""What the API document says of each call: how it is asked, and every way in which it can end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from moderation.web import examples
from moderation.web.wire import native

PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Answer:
    """One way an operation can end."""

    status: int
    description: str
    shape: type[BaseModel] | None
    example: Any
    media: str = "application/json"


@dataclass(frozen=True)
class Parameter:
    """A parameter of the query or a header."""

    name: str
    place: str
    description: str
    example: str
    required: bool = False
    choices: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True)
class Operation:
    """What one method of one address does."""

    method: str
    path: str
    name: str
    summary: str
    description: str
    answers: tuple[Answer, ...]
    request: type[BaseModel] | None = None
    request_example: Any = None
    parameters: tuple[Parameter, ...] = ()
    opened_by: tuple[str, ...] = ()
    """Names of `securitySchemes`, of which one is enough."""
    media: str = "application/json"
    """Of the request's body."""


def problem(status: int, description: str, example: Any) -> Answer:
    """A way to end that is a problem document."""
    return Answer(status, description, native.ProblemDocument, example, PROBLEM)


BODY_PROBLEMS = (
    problem(400, "The body cannot be read, or reads differently to different parsers.", examples.MALFORMED),
    problem(408, "The body did not arrive in time.", examples.TOO_SLOW),
    problem(413, "The body is larger than the limit.", examples.TOO_LARGE),
    problem(415, "The body has another media type, or is compressed.", examples.MEDIA),
    problem(503, "Nothing was kept or published; `Retry-After` says when to come back.", examples.STORE_DOWN),
)
ACCEPT_LANGUAGE = Parameter(
    "Accept-Language", "header", "language of the messages", "ko-KR,ko;q=0.9,en;q=0.5"
)
SOME_TEXT = r"^[^\x00]+$"
"""Pattern of text that no database would refuse."""

IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "header",
    "your name for this post, 1 to 255 ASCII characters; sent again within 24 hours, with the same comment, it has "
    "no second effect and the answer is that of the first time",
    "8e03978e-40d5-43dd-bc93-6894a57f9324",
    pattern=r"^[!#-\[\]-~]{1,255}$",
)
