from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.types import Action, Finding, Span
from moderation.web.marks import Mark, Piece, pieces, shown

HOLD, REJECT = Action.HOLD, Action.REJECT


def test_plain_text_is_one_piece() -> None:
    assert pieces("안녕하세요", []) == [Piece("안녕하세요")]
    assert pieces("", []) == []


def test_marks_are_cut_out_by_code_points() -> None:
    assert pieces("😀 바보야", [Mark(Span(2, 4), HOLD, 1)]) == [
        Piece("😀 "),
        Piece("바보", HOLD, (1,), (1,)),
        Piece("야"),
    ]


def test_overlapping_marks_share_pieces_and_the_stronger_shows() -> None:
    marks = [Mark(Span(0, 4), HOLD, 1), Mark(Span(2, 6), REJECT, 2)]
    assert pieces("abcdefg", marks) == [
        Piece("ab", HOLD, (1,)),
        Piece("cd", REJECT, (1, 2), (1,)),
        Piece("ef", REJECT, (2,), (2,)),
        Piece("g"),
    ]


@pytest.mark.parametrize("span", [Span(2, 2), Span(-1, 2), Span(3, 99), Span(4, 1)])
def test_a_span_that_fits_no_text_marks_nothing(span: Span) -> None:
    assert pieces("abcde", [Mark(span, HOLD, 1)]) == [Piece("abcde")]


@pytest.mark.parametrize(
    ("char", "code"),
    [
        ("\u202e", "U+202E"),
        ("\u2066", "U+2066"),
        ("\u200b", "U+200B"),
        ("\ufeff", "U+FEFF"),
        ("\u00ad", "U+00AD"),
        ("\u3164", "U+3164"),
        ("\u2800", "U+2800"),
        ("\x1b", "U+001B"),
        ("\r", "U+000D"),
        ("\u200d", "U+200D"),
        ("\U000e0041", "U+E0041"),
    ],
)
def test_what_cannot_be_seen_is_named(char: str, code: str) -> None:
    assert pieces(f"a{char}b", []) == [Piece("a"), Piece("", code=code), Piece("b")]


@pytest.mark.parametrize("text", ["a\nb\tc", "a\r\nb", "👨‍👩‍👧‍👦", "❤️‍🔥", "👩🏽‍🚀", "각", "e\u0301"])
def test_what_belongs_to_the_text_stays(text: str) -> None:
    assert pieces(text, []) == [Piece(text)]


def test_an_unseen_character_within_a_mark_keeps_the_mark_whole() -> None:
    assert pieces("바\u200b보", [Mark(Span(0, 3), HOLD, 1)]) == [
        Piece("바", HOLD, (1,)),
        Piece("", HOLD, (1,), (), "U+200B"),
        Piece("보", HOLD, (1,), (1,)),
    ]


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(-2, 45), st.integers(-2, 45)), max_size=6))
def test_nothing_is_lost_or_doubled(body: str, spans: list[tuple[int, int]]) -> None:
    marks = [Mark(Span(start, end), HOLD, number) for number, (start, end) in enumerate(spans, 1)]
    cut = pieces(body, marks)
    assert "".join(piece.text or chr(int(piece.code[2:], 16)) for piece in cut) == body
    fitting = [mark.number for mark in marks if 0 <= mark.span.start < mark.span.end <= len(body)]
    assert sorted(number for piece in cut for number in piece.ends) == fitting


def test_a_score_marks_only_the_words_behind_it() -> None:
    whole, word = Span(0, 9), Span(2, 4)
    assert shown(Finding("toxicity.toxicity", whole, score=0.9)) == ()
    assert shown(Finding("toxicity.toxicity", whole, score=0.9, marks=(word,))) == (word,)
    assert shown(Finding("words.insult", whole)) == (whole,)
