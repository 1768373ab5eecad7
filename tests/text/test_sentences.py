from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.sentences import MOST, sentences


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("좋아요. 싫어요!  글쎄요", ["좋아요.", "싫어요!", "글쎄요"]),
        ("Good. Bad! What?? So.", ["Good.", "Bad!", "What??", "So."]),
        ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
        ("첫 줄\n둘째 줄\n\n셋째", ["첫 줄", "둘째 줄", "셋째"]),
        ("그렇습니다。 네！ 정말？", ["그렇습니다。", "네！", "정말？"]),
        ("one…  two", ["one…", "two"]),
        # and where none ends
        ("3.5%p 올랐다", ["3.5%p 올랐다"]),
        ("www.example.com 보세요", ["www.example.com 보세요"]),
        ("wait...what", ["wait...what"]),
        ("no end", ["no end"]),
        ("  ", []),
        ("", []),
    ],
)
def test_where_sentences_stand(body: str, parts: list[str]) -> None:
    assert [body[span.start : span.end] for span in sentences(body)] == parts


def test_the_last_of_very_many_takes_the_rest() -> None:
    found = sentences("Yes. " * 1_000)
    assert len(found) == MOST
    assert found[-1].end == len("Yes. " * 1_000) - 1


@given(st.text(st.sampled_from("가a.!?\"' \n😀…")))
def test_every_letter_is_in_one_sentence(body: str) -> None:
    spans = sentences(body)
    assert all(before.end <= after.start for before, after in pairwise(spans))
    inside = "".join(body[span.start : span.end] for span in spans)
    assert "".join(inside.split()) == "".join(body.split())
    assert all(body[span.start : span.end].strip() == body[span.start : span.end] != "" for span in spans)
