"""What the API document says of each call: how it is asked, and every way in which it can end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel


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
