"""Seams: a listed word that stands where two ordinary ones meet, and one that was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.policy import load_policy
from moderation.text.seams import SeamBook

BOOK = SeamBook(["열병", "신고", "택시", "개시", "발전", "좀"])


@pytest.mark.parametrize(
    ("folded", "word", "split"),
    [
        ("돼지열병신고가 늘었다", "병신", True),
        ("택시발전방안", "시발", True),
        ("계좌좀 알려 주세요", "좌좀", False),  # no word is known that ends in 좌
        ("이 병신고집 좀 봐", "병신", False),  # nothing ends in it that began before
        ("열병신아", "병신", False),  # nothing known goes on
        ("시발전화 받아", "시발", False),
        ("택시 발전", "시 발", False),  # a space is no seam
        ("", "", False),
    ],
)
def test_a_seam(folded: str, word: str, split: bool) -> None:
    start = folded.index(word)
    assert BOOK.splits(folded, start, start + len(word)) is split


@given(st.text(alphabet="개시발전택병신고 ", max_size=12), st.integers(0, 12), st.integers(0, 4))
def test_no_seam_without_a_word_that_began_before(text: str, start: int, size: int) -> None:
    assert not BOOK.splits(text, 0, size)
    assert not SeamBook([]).splits(text, start, start + size)


def test_no_listed_word_is_a_noun() -> None:
    policy = load_policy()
    assert not {entry.term for entry in policy.entries if entry.severity != "mild"} & set(policy.nouns)
