"""The hints: there wherever what they stand for is, and not in how people usually write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text import (
    clear,
    digits,
    domains,
    emails,
    identity,
    latin,
    messengers,
    spelled,
    streets,
    views,
)
from moderation.text.hints import Hint, hints
from moderation.text.normalize import normalize

ROWS = [
    json.loads(line)["text"]
    for name in ("evasion.jsonl", "evasion_unseen.jsonl", "evasion_unseen2.jsonl", "evasion_unseen3.jsonl")
    for line in (Path(__file__).parents[1] / "vectors" / name).read_text("utf-8").splitlines()
]
ALPHABET = "가나이아시발ㅅㅋㅎㅏㅣabcekmorx013.,·@ *닷컴점(\n/:ー☆_일공동호로길"


@pytest.mark.parametrize(
    ("folded", "hint"),
    [
        ("시x발", Hint.DISGUISE),
        ("ㅅㅣ발", Hint.DISGUISE),
        ("미이이친", Hint.DISGUISE),
        ("id10t", Hint.LEET),
        ("바-보-야", Hint.LEET),
        ("so f u c k", Hint.SPACED),
        ("see example.com", Hint.ADDRESS),
        ("example 닷 컴", Hint.SPELLED),
        ("example . com", Hint.SPELLED),
        ("bit .ly/abc", Hint.SPELLED),
        ("moc.elpmaxe.www", Hint.SPELLED),
        ("010-1234-5678", Hint.NUMBER),
        ("공일공 일이삼사", Hint.NUMBER),
        ("one two three", Hint.NUMBER),
        ("여권 m", Hint.NUMBER),
        ("ann@example.org", Hint.EMAIL),
        ("ann [@] example", Hint.EMAIL),
        ("ann @ example dot org", Hint.EMAIL),
        ("kim@naver", Hint.EMAIL),
        ("김철수@네이버.컴", Hint.EMAIL),
        ("카카오 demo", Hint.MESSENGER),
        ("세종대로 110", Hint.HOME),
        ("역삼동 산 12-3", Hint.HOME),
        ("101동 1203호", Hint.HOME),
        ("12 baker street", Hint.HOME),
        ("350 5th ave", Hint.HOME),
        ("aaa", Hint.TRIPLED),
        ("1000", Hint.TRIPLED),
    ],
)
def test_hint_is_given(folded: str, hint: Hint) -> None:
    assert hint in hints(folded)


@pytest.mark.parametrize(
    "folded",
    [
        "",
        "좋은 기사 감사합니다. 잘 읽었습니다ㅋㅋ",
        "정부가 이번에 발표한 대책은 현실을 잘 모르는 것 같네요ㅠㅠ 다시 검토해 주세요.",
        "i think the council should look at this again, the old plan was better. what do you say?",
        "관점이 새롭네요, 점심 먹고 다시 봐야지",
        "the dotted line, come on",
        "작년보다 3% 올랐고 내년에는 5% 더 오른다네요",
        "the bus was 20 minutes late, again, on a tuesday in may",
    ],
)
def test_usual_comment_gives_none(folded: str) -> None:
    assert not hints(folded)


@pytest.mark.parametrize(
    "folded",
    [
        "rt @some_user: look at this",
        "@한겨레 기사 잘 봤어요",
        "thanks @ann @ben!",
        "3 @ 2 dollars",
        "kim @naver",
    ],
)
def test_a_mention_is_no_address(folded: str) -> None:
    assert Hint.EMAIL not in hints(folded)


def check(body: str) -> None:
    """Whatever the readers of disguises see in a text, its hint was there."""
    folded = normalize(body).folded
    given_ = hints(folded)
    if len(views.views(folded)) > 1 and Hint.DISGUISE not in given_:
        assert _differ_by_likeness_alone(folded)
    if clear.clear(folded) is not None:
        assert Hint.LEET in given_
    if latin._SPACED.search(folded):
        assert Hint.SPACED in given_
    if any(True for _ in spelled.find_spelled(folded)):
        assert Hint.SPELLED in given_
    if any(True for _ in domains.find_addresses(folded, folded, korean=True)):
        assert Hint.ADDRESS in given_
    if any(True for _ in emails.find_emails(folded)):
        assert Hint.EMAIL in given_
    if any(True for _ in messengers.find_handles(folded)):
        assert Hint.MESSENGER in given_
    if any(True for _ in streets.find_homes(folded)):
        assert Hint.HOME in given_
    reading = digits.read_digits(folded)
    if reading is not None or any(digits.read_names(folded)):
        assert Hint.NUMBER in given_
    if any(True for _ in identity.find_passports(folded, reading)):
        assert Hint.NUMBER in given_


def _differ_by_likeness_alone(folded: str) -> bool:
    """머 and 괴 are in too many words, and ! in too many sentences, to look twice at a comment for them alone."""
    return all(view.name == "shape" for view in views.views(folded)[1:])


def test_no_row_is_missed() -> None:
    assert len(ROWS) > 3_000
    for body in ROWS:
        check(body)


@given(st.text(alphabet=ALPHABET, max_size=40))
def test_no_text_is_missed(body: str) -> None:
    check(body)
