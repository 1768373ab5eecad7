"""How comments look in a terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from moderation.cli.show import marked, visible
from moderation.types import Span


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("좋은 기사 ㅋㅋ", "좋은 기사 ㅋㅋ"),
        ("family 👩‍👩‍👧 here", "family 👩‍👩‍👧 here"),
        ("ideographic\u3000space", "ideographic\u3000space"),
        ("two\nlines", "two⏎lines"),
        ("\x1b[31mred\x1b[0m", "\\u{1b}[31mred\\u{1b}[0m"),
        ("bell\x07 and \r return", "bell\\u{7} and \\u{d} return"),
        ("\u202egnol\u202c", "\\u{202e}gnol\\u{202c}"),
        ("id\u200biot", "id\\u{200b}iot"),
        ("lone \ud800", "lone \\u{d800}"),
        ("\U000e0041tag", "\\u{e0041}tag"),
    ],
)
def test_a_terminal_obeys_and_hides_nothing(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("spans", "shown"),
    [
        ([], "abcdef"),
        ([Span(0, 2)], "«ab»cdef"),
        ([Span(4, 6), Span(0, 2)], "«ab»cd«ef»"),
        ([Span(0, 4), Span(2, 6)], "«abcdef»"),
        ([Span(0, 6), Span(2, 3)], "«abcdef»"),
        ([Span(3, 3)], "abcdef"),
    ],
)
def test_spans_are_marked_without_colour_too(spans: list[Span], shown: str) -> None:
    out = Console(file=io.StringIO(), force_terminal=False)
    with out.capture() as captured:
        out.print(marked("abcdef", spans, "bold red"))
    assert captured.get() == shown + "\n"


def test_markup_in_a_comment_is_text() -> None:
    out = Console(file=io.StringIO(), force_terminal=True)
    with out.capture() as captured:
        out.print(marked("[red]not red[/red]", [], ""))
    assert captured.get() == "[red]not red[/red]\n"
