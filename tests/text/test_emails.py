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
    ],
)
def test_address(folded: str, masked: str) -> None:
    assert list(find_emails(folded)) == [(0, len(folded), masked)]


@pytest.mark.parametrize(
    "folded", ["", "@kim", "골뱅이 무침", "look at example.com", "a@b", "//kim@example.com"]
)
def test_none(folded: str) -> None:
    assert list(find_emails(folded)) == []
