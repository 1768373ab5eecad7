"""Rows for numbers of fiction and numbers spelled in words; the plain forms are in the check's rows."""

from __future__ import annotations

import pytest

from moderation.text.digits import read_digits
from moderation.text.normalize import normalize
from moderation.text.phones import find_phones


def found(body: str) -> list[str]:
    text = normalize(body)
    digits = read_digits(text.folded)
    phones = find_phones(text.folded, digits, english=text.language == "en")
    return [text.folded[one.start : one.end] for one in phones][:1]  # the surest, as the check takes it


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("02-000-1234", "02-000-1234"),
        ("02)000-1234", "02)000-1234"),
        ("031-000-5678", "031-000-5678"),
        ("+82 2 000 1234", "+82 2 000 1234"),
        ("+82-31-000-5678", "+82-31-000-5678"),
        ("02-1234-5678", "02-1234-5678"),
        ("064)000-1234", "064)000-1234"),
        ("070-0000-1234", "070-0000-1234"),
        ("0505-000-1234", "0505-000-1234"),
        ("0082 10 0000 1234", "0082 10 0000 1234"),
        ("010-0000-오륙칠팔", "010-0000-오륙칠팔"),
        ("영일영에 영영영영 일이삼사", "영일영에 영영영영 일이삼사"),
        ("공일공.공공공공.일이삼사", "공일공.공공공공.일이삼사"),
        ("OIO-0000-1234", "oio-0000-1234"),
        ("010📞1234📞5678", "010📞1234📞5678"),
        ("제 번호는 9876-5432예요", "9876-5432"),
        ("(555) 555-0142", "(555) 555-0142"),
        ("(555) 123-4567", "(555) 123-4567"),
        ("(212)555-0142", "(212)555-0142"),
        ("555.555.0142", "555.555.0142"),
        ("212-555-0187", "212-555-0187"),
        ("+1 (555) 555-0142", "+1 (555) 555-0142"),
        ("1-555-555-0142", "1-555-555-0142"),
        ("2125550187 is my number", "2125550187"),
        ("his number: 555-0199", "555-0199"),
        ("text me 555-0142", "555-0142"),
        ("call 123-456-7890", "123-456-7890"),
        ("+44 7700 900123", "+44 7700 900123"),
        ("07700 900123 is his mobile", "07700 900123"),
        ("call 020 7946 0958", "020 7946 0958"),
        ("0161 496 0123 is the house line", "0161 496 0123"),
        ("0044 7700 900123", "0044 7700 900123"),
        ("001 212 555 0187", "001 212 555 0187"),
        ("+81 90-0000-0000", "+81 90-0000-0000"),
        ("+7 495 000-00-00", "+7 495 000-00-00"),
        ("five five five, zero one nine nine is her number", "five five five, zero one nine nine"),
        ("my number is double five five zero one nine nine", "double five five zero one nine nine"),
        ("two-one-two five-five-five zero-one-two-three", "two-one-two five-five-five zero-one-two-three"),
        (
            "zero seven seven zero zero nine zero zero one two three",
            "zero seven seven zero zero nine zero zero one two three",
        ),
        (
            "oh one oh one two three four five six seven eight",
            "oh one oh one two three four five six seven eight",
        ),
    ],
)
def test_phone(body: str, expected: str) -> None:
    assert found(body) == [expected]


@pytest.mark.parametrize(
    "body",
    [
        "112와 119",
        "국번 없이 1388",
        "1588-0000",
        "고객센터 1599-0000",
        "대표번호 1899-1234",
        "전화 1644-1234",
        "02-1588-0000",
        "080-123-4567 수신자 부담",
        "1-800-273-8255",
        "(800) 123-4567",
        "0800 123 4567 freephone",
        "988 lifeline",
        "지역번호 02와 031 통합",
        "02 031 032 033",
        "010-011-016 통합",
        "010 통합 정책 20년",
        "02-03-04시즌",
        "제 번호는 12번",
        "제 순서는 9876-5432",
        "대기번호 1234-5678",
        "인증번호 123456",
        "his number 7 shirt",
        "the number 555-0199",
        "order number 123-456-7890",
        "123-456-7890",
        "+5% -3% +1%",
        "+10 000 000",
        "+1 000 000 0000",
        "0.1 0.2 0.3 0.4 0.5",
        "1 2 3 4 5 6 7 8 9 10",
        "1000 2000 3000 4000",
        "25-23 25-21 22-25 25-19",
        "10.0.19045.1234",
        "one in five, two in seven",
        "one two three four five six seven",
        "nine one one",
        "three two one zero",
        "five five four score",
        "someone one by one",
        "phone 15 pro 256",
    ],
)
def test_no_phone(body: str) -> None:
    assert found(body) == []
