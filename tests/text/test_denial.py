"""Denial: an insult that is said not to be one, in both languages, and insults that only look denied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.denial import is_denied, is_reported

DENIED = [
    ("시장이 바보라는 뜻은 아닙니다", "바보"),
    ("아무도 당신을 멍청하다고 하지 않았어요", "멍청하"),
    ("이건 쓰레기가 아니라 좋은 기사예요", "쓰레기"),
    ("찌질하다고 놀리지 맙시다", "찌질하"),
    ("모른다고 해서 멍청이가 되는 건 아니죠", "멍청이"),
    ("쓰레기라고 부르지 말고 존중합시다", "쓰레기"),
    ("반대편을 꼴통이라 부르는 건 도움이 되지 않아요", "꼴통"),
    ("질문한다고 멍청한 건 절대 아니에요", "멍청한"),
    ("아이에게 멍청하다는 말은 절대 하지 말라고 했어요", "멍청하"),
    ("꺼지라고 맞받아치지 말고 신고하세요", "꺼지라"),
    ("i never said he was an idiot, only late", "idiot"),
    ("please do not call people losers here", "loser"),
    ("it isn't trash journalism", "trash"),
    ("asking does not make you a moron", "moron"),
    ("calling voters morons won't win anyone over", "moron"),
    ("nobody is calling you a loser", "loser"),
    ("make your point without calling anyone an idiot", "idiot"),
    ("there is no such thing as a stupid question", "stupid"),
]
NOT_DENIED = [
    ("욕은 아니지만 넌 등신이야", "등신"),
    ("기분 나쁘게 듣지 마, 너 머저리 맞아", "머저리"),
    ("병신이 아니고서야 저걸 놓치냐", "병신"),
    ("바보가 아니면 뭐냐", "바보"),
    ("바보가 아니야?", "바보"),
    ("꼴통이라고 하지 않을 수 없다", "꼴통"),
    ("멍청이 아니냐", "멍청이"),
    ("꺼져라 다시는 오지 마", "꺼져라"),
    ("좋은 말로 꺼지라고 하지 않았냐", "꺼지라"),
    ("no offence, but you are a complete idiot", "idiot"),
    ("he isn't just a jerk", "jerk"),
    ("not a day without this idiot", "idiot"),
    ("why don't you idiots read", "idiot"),
    ("don't be an idiot", "idiot"),
    ("do not listen to that idiot of a mayor", "idiot"),
    ("idiot", "idiot"),
    ("calling the mayor a moron is right", "moron"),
]


@pytest.mark.parametrize(("folded", "word"), DENIED)
def test_denied(folded: str, word: str) -> None:
    start = folded.index(word)
    assert is_denied(folded, start, start + len(word))


@pytest.mark.parametrize(("folded", "word"), NOT_DENIED)
def test_not_denied(folded: str, word: str) -> None:
    start = folded.index(word)
    assert not is_denied(folded, start, start + len(word))


@given(st.text(), st.text())
def test_any_surroundings(before: str, behind: str) -> None:
    assert is_denied(before + "바보" + behind, len(before), len(before) + 2) in (True, False)


@pytest.mark.parametrize(
    ("folded", "word", "reported"),
    [
        ("경찰은 '다 죽여 버리겠다'고 예고 글을 올린 고등학생을 붙잡았다", "죽여 버리겠다", True),
        ("“찔러 죽인다”며 이웃을 협박한 50대가 구속됐다", "찔러 죽인다", True),
        ('he told police "i am going to kill you" were her last words', "going to kill you", True),
        ('i wrote "i am going to kill you" and i mean it', "going to kill you", False),
        ("the police will not help, i am going to kill you", "going to kill you", False),
        ("친구를 '찐따'라고 부르며 때렸다는 진술이 나왔다", "찐따", True),
        ("저 '찐따' 좀 봐라 경찰 불러라", "찐따", False),
        ("다 죽여 버리겠다고 경찰에 말해라", "죽여 버리겠다", False),
        ("'다 죽여 버리겠다' 두고 봐라", "죽여 버리겠다", False),
        ("기자 '양반' 죽여 버리겠다 협박 아니고 진심", "죽여 버리겠다", False),
    ],
)
def test_a_threat_that_is_told_of(folded: str, word: str, reported: bool) -> None:
    start = folded.index(word)
    assert is_reported(folded, start, start + len(word)) is reported
