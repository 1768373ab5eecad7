from __future__ import annotations

import pytest
from starlette.types import Message

from .sites import Site, call, guarded, run, scope_of

LIMIT = 65_536
JSON = (b"content-type", b"application/json")


def sized(size: int) -> bytes:
    """A fine comment in a body of exactly that many bytes."""
    body = b'{"text": "fine"}'
    return body + b" " * (size - len(body))


@pytest.mark.parametrize(("size", "status"), [(LIMIT, 201), (LIMIT + 1, 413)])
def test_the_limit_is_on_bytes_received(size: int, status: int) -> None:
    assert call(guarded(Site()), scope_of(), sized(size)).status == status


def test_reading_stops_at_the_limit() -> None:
    """MW-9: 413 before 128 KiB are read, however much is on its way."""
    read = 0
    sent: list[Message] = []
    site = Site()

    async def receive() -> Message:
        nonlocal read
        read += 4_096
        return {"type": "http.request", "body": b" " * 4_096, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    run(lambda: guarded(site)(scope_of(), receive, send))
    assert sent[0]["status"] == 413
    assert (b"connection", b"close") in sent[0]["headers"]
    assert read <= LIMIT + 4_096
    assert site.bodies == []


@pytest.mark.parametrize(
    "lengths",
    [[b"16"], [b"16", b"16"], []],
    ids=["true", "true twice", "none"],
)
def test_a_true_length_passes(lengths: list[bytes]) -> None:
    headers = [JSON, *((b"content-length", length) for length in lengths)]
    assert call(guarded(Site()), scope_of(headers=headers), sized(16)).status == 201


@pytest.mark.parametrize(
    "lengths",
    [
        [b"5"],
        [b"17"],
        [b"-1"],
        [b"16", b"5"],
        [b"16, 16"],
        [b""],
        [b"0x10"],
        [b"9" * 400],
        [b"1_6"],
        [b"+16"],
    ],
)
def test_a_length_that_lies_is_refused(lengths: list[bytes]) -> None:
    """MW-8, as a bare ASGI server that checks nothing would let it through."""
    headers = [JSON, *((b"content-length", length) for length in lengths)]
    site = Site()
    answer = call(guarded(site), scope_of(headers=headers), sized(16))
    assert (answer.status, site.bodies) == (400, [])


def test_a_large_announced_length_alone_refuses_nothing() -> None:
    """The limit is on what comes, not on what is announced: the lie is named as one."""
    headers = [JSON, (b"content-length", b"104857600")]
    assert call(guarded(Site()), scope_of(headers=headers), sized(16)).status == 400


@pytest.mark.parametrize("encoding", [b"gzip", b"br", b"gzip, gzip", b"GZIP", b"identity, gzip", b"x"])
def test_encoded_bodies_are_not_passed_unread(encoding: bytes) -> None:
    """MW-18."""
    site = Site()
    answer = call(guarded(site), scope_of(headers=[JSON, (b"content-encoding", encoding)]), sized(16))
    assert (answer.status, site.bodies) == (415, [])
    assert answer.headers["accept-encoding"] == "identity"
    assert answer.headers["connection"] == "close"


def test_identity_is_no_encoding() -> None:
    headers = [JSON, (b"content-encoding", b"identity")]
    assert call(guarded(Site()), scope_of(headers=headers), sized(16)).status == 201


@pytest.mark.parametrize(
    "kind",
    [
        b"text/plain",
        b"",
        b"multipart/form-data; boundary=x",
        b"application/json; charset=utf-16",
        b"application/jsonx",
    ],
)
def test_another_media_type(kind: bytes) -> None:
    answer = call(guarded(Site()), scope_of(headers=[(b"content-type", kind)]), sized(16))
    assert answer.status == 415
    assert answer.headers["accept"] == "application/json"


@pytest.mark.parametrize(
    "kind",
    [
        b"application/json; charset=utf-8",
        b"Application/JSON",
        b"application/problem+json",
        b"application/json;",
    ],
)
def test_json_by_any_of_its_names(kind: bytes) -> None:
    assert call(guarded(Site()), scope_of(headers=[(b"content-type", kind)]), sized(16)).status == 201


def test_two_media_types_are_one_too_many() -> None:
    headers = [JSON, (b"content-type", b"application/x-www-form-urlencoded")]
    assert call(guarded(Site()), scope_of(headers=headers), sized(16)).status == 400


def test_no_media_type() -> None:
    assert call(guarded(Site()), scope_of(headers=[]), sized(16)).status == 415
