"""Disguised addresses and the hosts they spell."""

from __future__ import annotations

import pytest

from moderation.text.spelled import find_spelled


@pytest.mark.parametrize(
    ("folded", "host"),
    [
        ("free.example 닷 컴", "free.example.com"),
        ("example 닷 코 닷 케이알", "example.co.kr"),
        ("example dot co dot kr", "example.co.kr"),
        ("a1[.]b2(dot)com", "a1.b2.com"),
        ("n a v e r . c o m", "naver.com"),
        ("example . co . kr", "example.co.kr"),
        ("example·com", "example.com"),
        ("t . me/example", "t.me"),
        ("bit . ly / 4free", "bit.ly"),
        ("cutt.ly /x1", "cutt.ly"),
    ],
)
def test_host(folded: str, host: str) -> None:
    (address,) = find_spelled(folded)
    assert address.host == host
    assert address.host_start is None  # there is no one place where the author wrote it
    assert folded[address.start : address.end] == folded


@pytest.mark.parametrize(
    "folded",
    ["example.com", "닷컴 기업", "삼성닷컴", "the dot com boom", "이 점 컴퓨터", "서울·부산", "a, b. c"],
)
def test_none(folded: str) -> None:
    assert list(find_spelled(folded)) == []
