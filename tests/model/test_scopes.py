"""Words that are not the author's own claim, and words that are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.model.scopes import DENIAL_REACH, QUOTE_REACH, TELLING_REACH, scoped


def names(comment: str) -> list[str]:
    return [name for _, name in scoped(comment.split())]


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("they are not vermin", ["denied vermin"]),
        ("they aren't vermin, sir!", ["denied vermin", "denied sir"]),
        ("they aren’t vermin", ["denied vermin"]),
        ("who says they lie?", ["told they", "told lie"]),
        ("never! they lie", []),
        ("not here. they lie", ["denied here"]),
        ('"they lie" is false', ["quoted they", "quoted lie"]),
        ("“they lie” is false", ["quoted they", "quoted lie"]),
        ("'여성은 나가라'라는 댓글", ["quoted 여성은", "quoted 나가라'라는"]),
        ("‘바보’라는 말", ["quoted 바보’라는"]),
        ('he wrote "fool"', ["told fool", "quoted fool"]),
        ("'cause they don't lie", ["denied lie"]),
        ('5" pipes are sold', []),
        ('"they lie', []),
        ("nothing", []),
        ("they are vermin", []),
        ("그들은 벌레다", []),
        ("notable claimants wordy", []),
        ("", []),
    ],
)
def test_scopes(comment: str, expected: list[str]) -> None:
    assert names(comment) == expected


def test_a_scope_reaches_so_far_and_no_further() -> None:
    words = [f"w{number}" for number in range(40)]
    assert [number for number, _ in scoped(["not", *words])] == list(range(1, DENIAL_REACH + 1))
    assert [number for number, _ in scoped(["said", *words])] == list(range(1, TELLING_REACH + 1))
    assert names(" ".join(['"a', *words[: QUOTE_REACH - 2], 'z"']))[-1] == "quoted z"
    assert names(" ".join(['"a', *words[: QUOTE_REACH - 1], 'z"'])) == []


@given(st.lists(st.sampled_from(["not", "said", '"a', 'a"', "'", "don't", "가", "x."]), max_size=20))
def test_a_word_has_each_scope_once_at_most(words: list[str]) -> None:
    found = list(scoped(words))
    assert len(set(found)) == len(found)
    assert all(0 <= number < len(words) for number, _ in found)
