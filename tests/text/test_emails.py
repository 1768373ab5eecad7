"""E-mail addresses: where they stand and how they are masked."""

from __future__ import annotations

import pytest

from moderation.text.emails import find_emails


@pytest.mark.parametrize(
    ("folded", "masked"),
    [
        ("kim.lee@example.co.kr", "k***@example.co.kr"),
        ("kim 골뱅이 네이버 점 컴", "k***@naver.com"),
        ("kim[at]example[dot]org", "k***@example.org"),
        ("kim at gmail dot com", "k***@gmail.com"),
        ("길동 골뱅이 네이버 닷컴", "길***@naver.com"),
        ("kim@naver", "k***@naver"),
        ("kimatgmaildotcom", "k***@gmail.com"),
        ("kim_at_gmail_dot_com", "k***@gmail.com"),
        ("kim -at- naver -dot- com", "k***@naver.com"),
        ("kim앳지메일닷컴", "k***@gmail.com"),
        ("kim at example dot org", "k***@example.org"),
    ],
)
def test_address(folded: str, masked: str) -> None:
    assert list(find_emails(folded)) == [(0, len(folded), masked)]


@pytest.mark.parametrize(
    "folded",
    [
        "",
        "@kim",
        "골뱅이 무침",
        "look at example.com",
        "a@b",
        "//kim@example.com",
        "not at all. you did",
        "look at amazon dot com",
        "i work at naver dot com",
        "lookatgmaildotcom",
        "job wrapping burgers at home. how much",
    ],
)
def test_none(folded: str) -> None:
    assert list(find_emails(folded)) == []


def test_an_address_that_is_asked_for() -> None:
    folded = "write to ann at example dot org please"
    assert list(find_emails(folded)) == [(9, 31, "a***@example.org")]
    assert list(find_emails("bought it from ann at example dot org")) == []
