"""Copies of comments, exact and near, and what is no copy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.copies import SIMILAR, CopyIndex, group, letters_of, overlap, pieces

LONG = (
    "어제 시의회에서 통과된 조례안을 읽어 보니 도서관 예산이 또 줄었는데 아이들이 갈 곳이 이렇게 없어도 되는지 모르겠습니다. "
    "시장은 다음 달에 설명회를 연다고 하지만 그 전에 이미 공사가 끝날 텐데 누구를 위한 설명회인지 궁금합니다."
)
ENGLISH = (
    "The council voted last night to close two of the four libraries, and not one of the members who voted for it "
    "could say where the children of the east side are supposed to read after school from now on."
)


@pytest.mark.parametrize(
    "copy",
    [
        LONG,
        LONG.replace(" ", ""),
        LONG.replace(".", "!!"),
        LONG.replace("궁금합니다", "모르겠습니다"),
        f"와 {LONG}",
    ],
)
def test_copies_are_found(copy: str) -> None:
    assert CopyIndex([ENGLISH, LONG]).find(copy) == 1


@pytest.mark.parametrize("copy", [ENGLISH.upper(), ENGLISH.replace("two of", "three of"), ENGLISH + " lol"])
def test_english_copies_are_found(copy: str) -> None:
    assert CopyIndex([LONG, ENGLISH]).find(copy) == 1


@pytest.mark.parametrize(
    "other",
    [
        "",
        "ㅋㅋㅋ",
        LONG[: len(LONG) // 2],
        ENGLISH[::-1],
        "도서관 예산이 또 줄었네요",
        "The council voted last night.",
    ],
)
def test_other_comments_are_not(other: str) -> None:
    assert CopyIndex([LONG, ENGLISH]).find(other) is None


def test_an_empty_index_finds_nothing() -> None:
    assert CopyIndex().find(LONG) is None


def test_groups_go_by_the_first_of_their_kind() -> None:
    assert group([LONG, ENGLISH, LONG + "!", ENGLISH + " lol", "다른 말"]) == [0, 1, 0, 1, 4]


@given(st.text(min_size=1, max_size=80))
def test_every_text_copies_itself(text: str) -> None:
    assert CopyIndex([text]).find(text) == 0
    assert overlap(pieces(letters_of(text)), pieces(letters_of(text))) == 1.0


@given(st.text("abc가나", max_size=40), st.text("abc가나", max_size=40))
def test_nothing_below_the_limit_is_a_copy(one: str, other: str) -> None:
    sets = [
        {letters[i : i + 3] for i in range(max(len(letters) - 2, 1))}
        for letters in (letters_of(one), letters_of(other))
    ]
    similarity = len(sets[0] & sets[1]) / len(sets[0] | sets[1])
    found = CopyIndex([one]).find(other)
    assert found is None or similarity > SIMILAR or letters_of(one) == letters_of(other)
