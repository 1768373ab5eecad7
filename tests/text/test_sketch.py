"""Sketches of comments: near copies are near, others are not, and equal text has an equal sketch."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.normalize import normalize
from moderation.text.sketch import BANDS, WIDTH, bands, similarity, sketch


def sketched(body: str) -> str:
    made = sketch(normalize(body))
    assert made is not None
    return made


NEAR = [
    (
        "이 정책은 서민을 죽이는 정책입니다. 당장 철회하고 국민 앞에 사과하십시오",
        "이 정책은 청년을 죽이는 정책입니다. 당장 철회하고 국민 앞에 사과하십시오!!",
    ),
    (
        "무료 체험 이벤트 중입니다. 지금 바로 신청하세요 코드 1234",
        "무료 체험 이벤트 중입니다. 지금 바로 신청하세요 코드 98765",
    ),
    (
        "김철수 의원은 책임을 지고 사퇴하라. 국민이 지켜보고 있다",
        "국민이 지켜보고 있다. 김철수 의원은 책임을 지고 사퇴하라",
    ),
    (
        "This policy hurts working families and must be withdrawn at once, shame on you all",
        "This policy hurts ordinary families and must be withdrawn at once. Shame on you all!",
    ),
    (
        "Earn money from home with our amazing system, visit site one two three",
        "Earn money from home with our amazing system, visit site four five",
    ),
    (
        "The referee was bribed and everybody in the stadium knows it, replay the match now",
        "the referee was bribed and everybody at the stadium knows it. replay that match now",
    ),
]

FAR = [
    "이 정책은 서민을 죽이는 정책입니다. 당장 철회하고 국민 앞에 사과하십시오",
    "이 정책이 서민에게 어떤 도움이 되는지 더 자세히 설명해 주시면 좋겠습니다",
    "국민 앞에 나와서 당당하게 해명하는 모습을 보고 싶습니다",
    "무료 체험 이벤트에 신청했는데 당첨되면 좋겠네요",
    "경기 결과가 아쉽지만 선수들 모두 고생 많았습니다",
    "This policy hurts working families and must be withdrawn at once, shame on you all",
    "This policy was explained well in the article, and the families quoted are right",
    "The referee made one mistake, which the stadium screens showed for an hour",
    "Working from home should be a right, the survey says",
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), NEAR)
def test_near_copies_are_found_by_a_band_and_are_near(one: str, other: str) -> None:
    first, second = sketched(one), sketched(other)
    assert set(bands(first)) & set(bands(second))
    assert similarity(first, second) >= 0.5


@pytest.mark.parametrize(("one", "other"), list(combinations(FAR, 2)))
def test_others_are_far(one: str, other: str) -> None:
    assert similarity(sketched(one), sketched(other)) < 0.4


@given(st.text(min_size=1, max_size=300))
def test_a_sketch_is_of_the_folded_letters(body: str) -> None:
    text = normalize(body)
    made = sketch(text)
    assert made == sketch(normalize(body + "!! …"))
    if made is not None:
        assert len(made) == WIDTH
        assert similarity(made, made) == 1.0
        assert len(set(bands(made))) == BANDS
        assert all(0 <= band < 1 << 63 for band in bands(made))


@pytest.mark.parametrize("body", ["", "!!", "👍", "네", "no", "\ud800"])
def test_what_has_too_few_letters_has_none(body: str) -> None:
    assert sketch(normalize(body)) is None


def test_the_sketch_stays_what_it_was() -> None:
    """Stored ones are compared with new ones: another sketch of the same text needs a migration."""
    assert sketched("이 기사는 거짓입니다")[:24] == "5b1362a7ca1f619e0e53ddcc"
    assert sketched("Shame on you all")[:24] == "396c7727998201a786af381a"
