from __future__ import annotations

import asyncio

import pytest
from starlette.requests import Request
from starlette.types import Message

from moderation.web.forms import FORM_LIMIT, read_form
from moderation.web.problems import Refused

URLENCODED = "application/x-www-form-urlencoded"


def read(body: bytes, media: str = URLENCODED, *, pieces: int = 1) -> dict[str, str]:
    step = max(1, -(-len(body) // pieces))
    parts = [body[place : place + step] for place in range(0, len(body), step)] or [b""]

    async def receive() -> Message:
        part = parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    headers = [(b"content-type", media.encode())]
    return asyncio.run(read_form(Request({"type": "http", "headers": headers}, receive), 5.0))


@pytest.mark.parametrize("pieces", [1, 2, 50])
def test_fields_are_read_whatever_pieces_they_come_in(pieces: int) -> None:
    assert read(b"name=%EB%AC%BC%EA%B2%B0+1&back=", pieces=pieces) == {"name": "물결 1", "back": ""}


def test_no_body_is_an_empty_form() -> None:
    assert read(b"", "") == {}


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"a=1&a=2", URLENCODED, 400),  # which of the two counts, another parser might see otherwise
        (b"a=%FF", URLENCODED, 400),
        ("a=가".encode(), URLENCODED, 400),
        (b"&".join(b"f%d=1" % number for number in range(20)), URLENCODED, 400),
        (b"a=" + b"x" * FORM_LIMIT, URLENCODED, 413),
        (b'{"a": 1}', "application/json", 415),
        (b"a=1", "text/plain", 415),  # what a form of another site can send without asking first
        (b"a=1", "", 415),
    ],
)
def test_what_is_doubtful_is_refused(body: bytes, media: str, status: int) -> None:
    with pytest.raises(Refused) as refused:
        read(body, media)
    assert refused.value.problem.status == status
