"""Digits however they are written, in a reading as long as the text."""

from __future__ import annotations

import pytest

from moderation.text.digits import read_digits


@pytest.mark.parametrize(
    ("folded", "digits"),
    [
        ("공일공일이삼사오육칠팔", "01012345678"),
        ("영공빵이륙구 1", "000269 1"),
        ("o1o-l234 i1", "010-1234 11"),
        ("٠١٢٣٤٥٦٧", "01234567"),
        ("०१२३४५६७", "01234567"),
        ("공일공 다시 1234", "010 -  1234"),
        ("공일공하이픈일이삼사", "010-  1234"),
        ("solo 0101234567", "solo 0101234567"),
        ("tel0101234567", "tel0101234567"),
    ],
)
def test_reading(folded: str, digits: str) -> None:
    assert read_digits(folded) == digits
    assert len(digits) == len(folded)


@pytest.mark.parametrize(
    "folded", ["", "일이 많네요", "2,222억", "010", "123456", "lol ooo", "오늘 3시에 4명이"]
)
def test_too_few_for_a_number(folded: str) -> None:
    assert read_digits(folded) is None
