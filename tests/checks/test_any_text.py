"""What holds for the rule-based checks whatever a comment is (AP-2): no crash, and spans within the body."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.checks import build_checks
from moderation.policy import load_policy
from moderation.text.normalize import normalize
from moderation.types import Context

POLICY = load_policy()
CHECKS = [check for check in build_checks(POLICY, None) if check.name != "toxicity"]
PIECES = st.sampled_from(
    [
        *[
            "010",
            "-1234",
            "-5678",
            "공일공",
            " 일이삼사",
            "900101",
            "-1234567",
            "02-",
            "+82 ",
            "(415) 555",
            "-2671",
        ],
        *[
            "카톡 ",
            "텔레그램",
            "@",
            "hong_1",
            " id ",
            "신한 ",
            "110-000-",
            "계좌",
            "여권 M",
            "4111 ",
            "1111 ",
        ],
        *[
            "서울 ",
            "강남구 ",
            "테헤란로 ",
            "101동 ",
            "1203호",
            "집 주소",
            "lives at ",
            "12 ",
            "Elm ",
            "Street",
        ],
        *["one ", "five ", "zero ", "double ", "gb29", "nwbk", "11-12-345678-90", "123-45-6789"],
        *[
            "kim",
            "@",
            "naver",
            ".com",
            " 골뱅이 ",
            "네이버",
            " 닷 컴",
            " at ",
            " dot ",
            "[.]",
            "https://",
            "www.",
        ],
        *["바보 ", "네. ", "A", "ㅋㅋ", "가나다", " ", "\n", "!", "0", "o", "ㅇ", "이에요", "에서", "입니다"],
        *[
            "\u200b",
            "\u0301",
            "\u202e",
            "\u202c",
            "\ufe0f",
            "😀",
            "🇰",
            "👩\u200d🚀",
            "\u1100",
            "\u1161",
            "ﷺ",
            "㎏",
        ],
        *["ａ", "①", "ß", "İ", "а", "\ud800", "\x00", "\r\n", "。", "·", "ㅡ"],
    ]
)
texts = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=40).map("".join))


@settings(max_examples=500, deadline=None)
@given(texts)
def test_findings_point_into_the_body(body: str) -> None:
    text = normalize(body)
    for check in CHECKS:
        for finding in check.run(text, Context()):
            assert finding.rule in POLICY.rules
            assert 0 <= finding.span.start <= finding.span.end <= len(body)
            assert all(0 <= mark.start < mark.end <= len(body) for mark in finding.marks)


@settings(max_examples=200, deadline=None)
@given(texts)
def test_the_same_text_is_judged_alike_twice(body: str) -> None:
    text = normalize(body)
    for check in CHECKS:
        assert list(check.run(text, Context())) == list(check.run(normalize(body), Context()))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\x00",
        "\ud800",
        "\udc00\ud800" * 50,
        "바보\ud83d 010-1234\x00-5678 https://\ud800.com",
        "a" + "\u0301" * 5_000,
        "\u200b" * 20_000,
        "\u202e" * 3_000 + "moc.elpmaxe",
        "👩\u200d🚀" * 2_000,
        "\ue000" * 3_000,
        "\U0010ffff" * 3_000,
        "가" * 6_000,
        "ㅋ" * 6_000,
        "0" * 2_000,
        "a.b" * 5_000,
        "@" * 2_000,
        "─" * 6_000,
    ],
    ids=lambda body: f"{body[:3]!a} x{len(body)}",
)
def test_hostile_text_is_judged(body: str) -> None:
    text = normalize(body)
    for check in CHECKS:
        for finding in check.run(text, Context(author="kim")):
            assert finding.rule in POLICY.rules
            assert 0 <= finding.span.start <= finding.span.end <= len(body)
            finding.evidence.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("unit", ["a", "가", "1", "!", " ", "\u0301", "😀", "\x00", "\ud800", "ㅋ", "."])
def test_a_mebibyte_of_one_character_is_judged(unit: str) -> None:
    text = normalize(unit * (1_048_576 // len(unit.encode("utf-8", "surrogatepass"))))
    findings = [
        finding for check in CHECKS if check.name != "words" for finding in check.run(text, Context())
    ]
    assert findings
