"""Rows for the form check: what says nothing in any script, and what only looks like it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from moderation.checks import Check
from moderation.checks.form import FormCheck
from moderation.policy import Form
from moderation.text.normalize import normalize
from moderation.types import Context

CHECK = FormCheck(Form(symbols=30, strokes=40))


def found(body: str) -> list[tuple[str, str]]:
    findings = CHECK.run(normalize(body), Context())
    return [
        (finding.rule.partition(".")[2], body[finding.span.start : finding.span.end]) for finding in findings
    ]


@pytest.mark.parametrize(
    "body",
    [
        "#" * 30,
        "!" * 30,
        "?!" * 20,
        "@#$%^&*()" * 4,
        "~!@ " * 15 + "~",
        "★☆" * 15,
        "。" * 30,
        "░▒▓█" * 10,
        "─" * 40 + "\n" + "│" + " " * 30 + "│\n" + "─" * 40,
        "⣿" * 60,
        "⠀⣀⣴⣾⣿⣷⣦⣀" * 6 + "⣿",
        "<><><><><><><><><><><><><><><>",
        "(" * 15 + ")" * 15,
    ],
)
def test_symbols_alone(body: str) -> None:
    ((rule, wall),) = found(body)
    assert rule == "symbols"
    assert body.strip().strip("⠀") == wall.strip("⠀")


@pytest.mark.parametrize(
    ("body", "evidence"),
    [
        ("보세요 " + "█" * 40 + " 멋지죠", "a drawing of 40 strokes"),
        ("look\n" + "│▓▓▓▓▓▓▓▓▓│\n" * 4, "a drawing of 44 strokes"),
        ("ㅋㅋ" + "⣿" * 50, "a drawing of 50 strokes"),
        ("°" * 31, "31 symbols and no letter"),
    ],
)
def test_evidence_counts(body: str, evidence: str) -> None:
    (finding,) = CHECK.run(normalize(body), Context())
    assert (finding.rule, finding.evidence) == ("form.symbols", evidence)


@pytest.mark.parametrize(
    "body",
    [
        "\ue000\ue001\ue002",
        "\ue000",
        " \U000f0000 \U00100000 ",
        "\u0378\u0379",
        "\U000e01f0\U000e01f1",
        "\ue000\u200b\ue001",
        "\ud800",
        "\uffff",
    ],
)
def test_unreadable(body: str) -> None:
    assert [rule for rule, _ in found(body)] == ["unreadable"]


@pytest.mark.parametrize(
    "body",
    [
        # how people answer
        "👍",
        "👍👍",
        "!!!",
        "???",
        "?!",
        "...",
        "……",
        "^^",
        "^^;;",
        "-_-",
        ";;",
        ":)",
        "♡",
        "♥♥♥♥♥",
        "+1",
        "100%",
        "ㅋㅋㅋ",
        "ㅠㅠ",
        "ㄷㄷ",
        "ㅇㅇ",
        "(^_^)",
        "(╯°□°)╯︵ ┻━┻",
        "¯\\_(ツ)_/¯",
        "ಠ_ಠ",
        "ლ(ಠ益ಠლ)",
        "!" * 29,
        "😀" * 40,  # the repetition check counts emoji
        "👨\u200d👩\u200d👧\u200d👦" * 12,
        "🇰🇷🇰🇷🇰🇷",
        "❤\ufe0f❤\ufe0f❤\ufe0f",
        "\U0001fae9",  # of Unicode 16, a face
        "\U0001f7f5\U0001faff",  # reserved for emoji to come
        # comments in any language
        "これは良い記事です",
        "Хорошая статья",
        "مقال جيد",
        "כתבה טובה",
        "बहुत अच्छा",
        "ดีมาก",
        "好文章",
        "ខ្ញុំ",
        "Ἑλληνική",
        # symbols within text
        "──────────────────── 절취선",
        "★★★★★ 별 다섯 개",
        "1 → 2 → 3 → 4 → 5",
        "표: │ 가 │ 나 │ 다 │",
        "if (a[0] == '{' && b != \"}\") { return !(c | d) ^ ~e; }",
        "a\ue000b",
        "로고 \uf8ff 애플",
        "$$$ " * 3,
        "",
        " \n\t",
        "\u200b\u200b",
    ],
)
def test_readable(body: str) -> None:
    assert found(body) == []


def test_numbers_come_from_the_policy() -> None:
    strict = FormCheck(Form(symbols=4, strokes=4))
    assert [len(strict.run(normalize(body), Context())) for body in ("!!!!", "!!!", "선 ────", "선 ───")] == [
        *(1, 0),
        *(1, 0),
    ]


@pytest.mark.parametrize("unit", ["!", "─", "\ue000", "😀", "a─", "\u0301", "\u200b", "é", "\U0001faff"])
def test_time_is_linear(unit: str, stays_linear: Callable[[Check, str], None]) -> None:
    stays_linear(CHECK, unit)
