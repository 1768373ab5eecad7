from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection

from moderation.web.signing import Signer, is_same_origin

KEY = b"k" * 32


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@given(st.text(max_size=200).filter(lambda text: text.isprintable()))
def test_what_was_signed_reads_back(value: str) -> None:
    signer = Signer(KEY, "test")
    signed = signer.sign(value)
    assert signer.read(signed, 60) == value
    assert signed.isascii()
    assert not set(signed) & set(' ",;\\')  # fits a cookie as it is (RFC 6265, section 4.1.1)


def test_a_signature_holds_for_its_key_and_purpose_only() -> None:
    signed = Signer(KEY, "review session").sign("a")
    assert Signer(KEY, "review form").read(signed, 60) is None
    assert Signer(b"x" * 32, "review session").read(signed, 60) is None


def test_every_changed_character_breaks_it() -> None:
    signer = Signer(KEY, "test")
    signed = signer.sign("물결 1024")
    for place, char in enumerate(signed):
        other = "A" if char != "A" else "B"
        # The last character of the MAC has two bits to spare, but is compared as text all the same.
        assert signer.read(signed[:place] + other + signed[place + 1 :], 60) is None


@pytest.mark.parametrize("signed", [None, "", "a", "a.b", "..", "a.b.c", "a.1.c", "a.b.c.d", "é.1.é", "a.1."])
def test_what_is_no_signature_reads_as_nothing(signed: str | None) -> None:
    assert Signer(KEY, "test").read(signed, 60) is None


def test_a_signature_ends() -> None:
    clock = Clock()
    signer = Signer(KEY, "test", clock)
    signed = signer.sign("a")
    clock.now += 60
    assert signer.read(signed, 60) == "a"
    clock.now += 1
    assert signer.read(signed, 60) is None
    clock.now -= 62
    assert signer.read(signed, 60) is None  # from the future


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://news.example"}, False),
        ({"origin": "http://news.example"}, True),
        ({"origin": "https://news.example"}, False),
        ({"origin": "http://news.example.evil.example"}, False),
        ({"origin": "http://news.example:8000"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
)
def test_whose_page_sent_a_request(headers: dict[str, str], expected: bool) -> None:
    raw = [(name.encode(), value.encode()) for name, value in {"host": "news.example", **headers}.items()]
    scope = {"type": "http", "scheme": "http", "path": "/", "headers": raw, "server": ("news.example", 80)}
    assert is_same_origin(HTTPConnection(scope)) is expected
