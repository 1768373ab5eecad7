"""Numbers as they are grouped, and which of them stand alone."""

from __future__ import annotations

import pytest

from moderation.text.digits import read_digits
from moderation.text.numbers import find_numbers, is_other, is_whole, masked


def groups(folded: str) -> list[tuple[str, ...]]:
    return [number.groups for number in find_numbers(folded, read_digits(folded) or folded)]


@pytest.mark.parametrize(
    ("folded", "expected"),
    [
        ("110-000-123456", [("110", "000", "123456")]),
        ("5555 5555 5555 4444", [("5555", "5555", "5555", "4444")]),
        ("1 110-000-123456", [("1", "110"), ("110", "000", "123456")]),
        ("110-000-123456 5000", [("110", "000", "123456"), ("123456", "5000")]),
        ("110 - 000 - 123456", [("110", "000", "123456")]),
        ("1 1 0 - 0 0 0 - 1 2 3 4 5 6", [("110", "000", "123456")]),
        ("1-1-0-0-0-0", [("110000",)]),
        ("1 2 3", [("1", "2", "3")]),
        ("10번 110-22", [("10",), ("110", "22")]),
        ("1,000,000", [("1",), ("000",), ("000",)]),
        ("일일공-공공공-일이삼사오육", [("110", "000", "123456")]),
        ("five five five one two three four", [("5551234",)]),
        ("double five, oh one two three four", [("5501234",)]),
        ("no digits", []),
    ],
)
def test_groups(folded: str, expected: list[tuple[str, ...]]) -> None:
    assert groups(folded) == expected


def test_places_are_those_of_the_text() -> None:
    (number,) = find_numbers("x 110-22", "x 110-22")
    assert (number.start, number.end, number.digits, number.shape, number.gap) == (2, 8, "11022", (3, 2), "-")
    assert number.part(1, 2).groups == ("22",)
    assert number.part(1, 2).gap == ""


@pytest.mark.parametrize(
    "folded", ["12345678", "번호 12345678이에요", "(12345678)", "12345678.", "12345678, 네"]
)
def test_whole(folded: str) -> None:
    (number,) = find_numbers(folded, folded)
    assert is_whole(number, folded)


@pytest.mark.parametrize("folded", ["ab12345678", "/12345678", "=12345678", "$12345678", "#12345678"])
def test_not_whole(folded: str) -> None:
    (number,) = find_numbers(folded, folded)
    assert not is_whole(number, folded)


def test_fractions_are_not_whole() -> None:
    assert [is_whole(number, "3,12345678") for number in find_numbers("3,12345678", "3,12345678")] == [
        False,
        False,
    ]


@pytest.mark.parametrize("words", ["주문번호 ", "order no. ", "tracking: ", "isbn "])
def test_other(words: str) -> None:
    assert is_other(words + "12345678", len(words))


@pytest.mark.parametrize("words", ["전화 ", "call ", "", "제 번호 "])
def test_not_other(words: str) -> None:
    assert not is_other(words + "12345678", len(words))


def test_masked() -> None:
    assert masked("12345", 2) == "12***"
    assert masked("12345", 0) == "*****"
