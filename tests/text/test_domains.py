"""Plainly written addresses: where they stand and which host they lead to."""

from __future__ import annotations

import pytest

from moderation.text.domains import find_addresses, is_name, registrable


def addresses(folded: str) -> list[tuple[str, str]]:
    found = find_addresses(folded, folded, korean=True)
    return [(folded[address.start : address.end], address.host) for address in found]


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("a.b.example.co.kr", "example.co.kr"),
        ("www.example.com", "example.com"),
        ("someone.github.io", "someone.github.io"),
        ("예제.한국", "예제.한국"),
        ("co.kr", None),
        ("com", None),
        ("hello.unknown-name", None),
    ],
)
def test_registrable(host: str, owner: str | None) -> None:
    assert registrable(host) == owner


def test_names() -> None:
    assert all(map(is_name, ("com", "kr", "닷컴", "xn--3e0b707e", "travel")))
    assert not any(map(is_name, ("그리고", "pdf", "html", "")))


@pytest.mark.parametrize(
    ("folded", "found"),
    [
        ("https://a.example.com:8080/x?y#z.", [("https://a.example.com:8080/x?y#z", "a.example.com")]),
        ("https://good.com@bad.net", [("https://good.com@bad.net", "bad.net")]),
        ("https://good.com\\@bad.net", [("https://good.com\\@bad.net", "good.com")]),
        ("https://good.com#@bad.net", [("https://good.com#@bad.net", "good.com")]),
        ("(http://a.com/b)", [("http://a.com/b", "a.com")]),
        ("a。example。com", [("a。example。com", "a.example.com")]),
        ("example.com에서는.다음", [("example.com", "example.com")]),
        ("aa.com,bb.net!", [("aa.com", "aa.com"), ("bb.net", "bb.net")]),
        ("booking.com and amazon.com fell", []),  # companies
        ("amazon.com/dp/1x 구매", [("amazon.com/dp/1x", "amazon.com")]),
        ("deals.amazon.com 구매", [("deals.amazon.com", "deals.amazon.com")]),
    ],
)
def test_hosts(folded: str, found: list[tuple[str, str]]) -> None:
    assert addresses(folded) == found


def test_capitals_tell_a_sentence_from_a_name() -> None:
    assert not list(find_addresses("it fell.net income", "It fell.Net income", korean=False))
    assert list(find_addresses("see wire.net now", "See WIRE.NET now", korean=False))
    assert list(find_addresses("see wire.net now", "See wire.net now", korean=False))
