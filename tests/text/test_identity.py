"""Rows for passports, driving licences and social security numbers; resident numbers are in the check's rows."""

from __future__ import annotations

import pytest

from moderation.text.digits import read_digits
from moderation.text.identity import find_licences, find_passports, find_social_security
from moderation.text.normalize import normalize
from moderation.text.numbers import find_numbers


def found(body: str) -> list[str]:
    folded = normalize(body).folded
    digits = read_digits(folded)
    numbers = list(find_numbers(folded, digits or folded))
    papers = [
        *find_passports(folded, digits),
        *find_licences(folded, numbers),
        *find_social_security(folded, numbers),
    ]
    return [folded[one.start : one.end] for one in papers]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("여권 M12345678", "m12345678"),
        ("여권번호 M 1234 5678", "m 1234 5678"),
        ("M12345678", "m12345678"),
        ("여권번호 M123A4567", "m123a4567"),
        ("여권 번호 R98765432 유출", "r98765432"),
        ("엠12345678 여권", "엠12345678"),
        ("여권 M일이삼사오육칠팔", "m일이삼사오육칠팔"),
        ("여권번호: M１２３４５６７８", "m12345678"),
        ("his passport number is M12345678", "m12345678"),
        ("passport AB1234567 belongs to her", "ab1234567"),
        ("passport no. 123456789", "123456789"),
        ("11-12-345678-90", "11-12-345678-90"),
        ("운전면허 11-12-345678-90 주운 사람", "11-12-345678-90"),
        ("서울 12-345678-90", "12-345678-90"),
        ("면허번호 111234567890", "111234567890"),
        ("운전면허번호 11 12 345678 90", "11 12 345678 90"),
        ("면허증 일일-일이-삼사오육칠팔-구공", "일일-일이-삼사오육칠팔-구공"),
        ("１１－１２－３４５６７８－９０", "11-12-345678-90"),
        ("driver's licence 11-12-345678-90", "11-12-345678-90"),
        ("driver's license no. 26-99-000000-11", "26-99-000000-11"),
        ("SSN 123-45-6789 was posted", "123-45-6789"),
        ("123-45-6789", "123-45-6789"),
        ("ssn: 123456789", "123456789"),
        ("her social security number is 123 45 6789", "123 45 6789"),
        ("사회보장번호 219-09-9999", "219-09-9999"),
        (
            "his SSN is one two three four five six seven eight nine",
            "one two three four five six seven eight nine",
        ),
    ],
)
def test_paper(body: str, expected: str) -> None:
    assert found(body) == [expected]


@pytest.mark.parametrize(
    "body",
    [
        "모델 M12345678 청소기",
        "M12345678 모델",
        "part number M12345678",
        "AM12345678",
        "M123456789",
        "M1234567",
        "S12345678",
        "여권 지수 3위",
        "여권번호 유출 92757명",
        "여권 1234567권 발급",
        "passport holders 123456789",
        "passport renewals take 12 weeks",
        "RR123456789KR",
        "SM-G998N",
        "11-12-13 일정",
        "30-12-345678-90",
        "11-12-345678-901",
        "111234567890",
        "주문 11-12-345678-90",
        "12-345678-90",
        "면허 취소 0.08%",
        "운전면허 갱신 2024-12-31",
        "license plate 12가3456",
        "driver version 551.23.1234",
        "123-45-678",
        "123-45-67890",
        "000-12-3456",
        "666-12-3456",
        "900-12-3456",
        "123-00-4567",
        "123-45-0000",
        "123 45 6789",
        "123456789",
        "ticket 123-45-6789",
        "No. 123-45-6789 order",
        "SSN leaks 2.9 billion",
        "social security fund 2,800,000,000,000",
    ],
)
def test_no_paper(body: str) -> None:
    assert found(body) == []
