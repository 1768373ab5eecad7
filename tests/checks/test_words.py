"""Listed words: the shipped lists on plain rows, and every disguise on a list of a few made for the test."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from moderation.checks.words import WordCheck
from moderation.policy import Entry, load_policy
from moderation.text.normalize import normalize
from moderation.types import Context, Severity

ROWS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "policies" / "lexicon_rows.json").read_text("utf-8")
)
POLICY = load_policy()
SHIPPED = WordCheck(POLICY.entries, POLICY.ordinary, POLICY.nouns)


def entry(term: str, **more: Any) -> Entry:
    facts = {"category": "insult", "severity": "strong", "source": "test", "added": date(2026, 11, 24)}
    language = "en" if term.isascii() else "ko"
    return Entry.model_validate({"term": term, "language": language, "at": "start", **facts, **more})


FEW = WordCheck(
    [
        entry("멍청이"),
        entry("시발", severity="severe", allow=["시발점", "시발역"]),
        entry("새끼", allow=["새끼손가락", "강아지 새끼"]),
        entry("쓰레기", allow=["쓰레기통"]),
        entry("닥쳐", allow=["닥쳐 올"]),
        entry("병신", severity="severe", allow=["병신년"]),
        entry("ㅅㅂ", at="word", shorthand=True),
        entry("loser", at="word"),
        entry("shit", at="anywhere", severity="severe"),
        entry("stupid", severity="mild"),
        entry("idiot"),
        entry("c++", at="word"),
        entry(".*", at="anywhere"),
        entry("[", at="anywhere"),
        entry("kill yourself", at="word", category="threat"),
        entry("penis", at="word", category="sexual"),
    ],
    ordinary=["세기", "십팔"],
)

HITS = [
    ("이 멍청이들아", "멍청이"),
    ("ㅋㅋㅋ멍청이네", "멍청이"),
    ("쓰.레.기 기자", "쓰.레.기"),
    ("시1발 진짜", "시1발"),
    ("멍 청 이", "멍 청 이"),
    ("닥 쳐 말이 많네", "닥 쳐"),
    ("바x 시x발", "시x발"),
    ("ㅅㅣㅂㅏㄹ", "ㅅㅣㅂㅏㄹ"),
    ("시바ㄹ", "시바ㄹ"),
    ("병ㅅ 같네", "병ㅅ"),
    ("씨팔 뭐야", "씨팔"),
    ("씨이이발", "씨이이발"),
    ("쓰뤠기 신문", "쓰뤠기"),
    ("쓰러I기 같은", "쓰러I기"),
    ("tlqkf 뭐래", "tlqkf"),
    ("이 saekki", "saekki"),
    ("ㅅㅂ 뭐지", "ㅅㅂ"),
    ("시발 점심 뭐 먹지", "시발"),
    ("you l o s e r", "l o s e r"),
    ("what a l-o-s-e-r", "l-o-s-e-r"),
    ("you l0s3r", "l0s3r"),
    ("looooser", "looooser"),
    ("resol club", "resol"),
    ("bullshit", "shit"),
    ("total sh*t", "sh*t"),
    ("id*ots", "id*ots"),
    ("LOSERS", "LOSERS"),
    ("I write c++, badly", "c++"),
    ("a .* b", ".*"),
    ("a[0]", "["),
    ("go kill yourself", "kill yourself"),
    ("ㄴ노ㅑㅅ 노ㅑㅅ", "노ㅑㅅ"),
]
MISSES = [
    "시발점이 된 사건",
    "시발역에서 내렸다",
    "서울시 발표를 봤다",
    "역시 발전했네요",
    "다시 발급받았습니다",
    "병신년에 태어났다",
    "새끼손가락을 다쳤다",
    "강아지 새끼가 귀엽다",
    "21세기 기술",
    "쓰레기통을 비웠다",
    "태풍이 닥쳐 올 때",
    "2시3분 발차",
    "the pen is mine",
    "let's hit the road",
    "push it again",
    "closer to home",
    "Sol re",
    "c and c",
    "kill the bill, yourself or not",
    "f*g*h",
    "5*3*2",
    "",
    "   ",
    "멍청이가 아니에요",
    "nobody is a loser here",
]


@pytest.mark.parametrize(("body", "found"), HITS)
def test_finds_the_word_as_written(body: str, found: str) -> None:
    spans = [finding.span for finding in FEW.run(normalize(body), Context())]
    assert found in [body[span.start : span.end] for span in spans]


@pytest.mark.parametrize("body", MISSES)
def test_spares_what_only_looks_like_it(body: str) -> None:
    assert not FEW.run(normalize(body), Context())


@pytest.mark.parametrize("row", ROWS, ids=[row["text"] for row in ROWS])
def test_shipped_lists(row: dict[str, Any]) -> None:
    found = {finding.evidence.split("`")[1] for finding in SHIPPED.run(normalize(row["text"]), Context())}
    assert bool(found) == bool(row["hit"]), found


def test_every_entry_catches_itself_and_spares_its_allow_list() -> None:
    for listed in POLICY.entries:
        assert SHIPPED.run(normalize(listed.term), Context()), listed.term
        alone = WordCheck([listed])
        for phrase in listed.allow:
            assert not alone.run(normalize(phrase), Context()), (listed.term, phrase)


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ("You FUCKING liar", "FUCKING"),
        ("what a shitting mess", "shitting"),
        ("fuckers, all of them", "fuckers"),
        ("those motherfuckers", "motherfuckers"),
        ("Two bitches here", "bitches"),
        ("no fuckin way", "fuckin"),
        ("이 fuckers는 뭐냐", "fuckers"),
        ("씨발fucking", "fucking"),
        ("you fuck", "fuck"),
        ("fucktastic show", "fuck"),  # no plain ending
        ("unfucking believable", "fuck"),  # within a word
        ("fuck ing", "fuck"),
        ("시발이네 ing", "시발"),
    ],
)
def test_the_whole_word_is_marked(body: str, marked: str) -> None:
    spans = [finding.span for finding in SHIPPED.run(normalize(body), Context())]
    assert marked in [body[span.start : span.end] for span in spans]


def test_an_allowed_phrase_spares_its_own_place_only() -> None:
    body = "시발점에서 시발이라니"
    (finding,) = FEW.run(normalize(body), Context())
    assert finding.span.start == 6


def test_a_likeness_is_never_severe() -> None:
    (finding,) = FEW.run(normalize("씨팔"), Context())
    assert finding.severity is Severity.STRONG
    assert finding.evidence == "`시발` (sound)"


def test_mild_words_are_not_sought_in_disguise() -> None:
    assert FEW.run(normalize("stupid"), Context())
    assert not FEW.run(normalize("diputs"), Context())


@pytest.mark.parametrize(
    "body",
    [
        "아프리카돼지열병신고가 접수됐다",
        "시애틀에서 참새끼리 다투던데요",
        "에미레이트 항공으로 버킹엄 궁을 보러 갔어요",
        "오늘 증시는 휴장이고 닥터 지바고나 봅니다",
        "ㅗ디ㅣㅐ 라고 쳤네요",
        "we flew from Daejeon with a facula of hope",
    ],
)
def test_an_ordinary_word_is_not_what_it_sounds_like(body: str) -> None:
    assert not [
        found for found in SHIPPED.run(normalize(body), Context()) if found.severity is not Severity.MILD
    ]


@pytest.mark.parametrize(
    "body",
    [
        "이 병신고집 좀 봐라",
        "쉬발럼아",
        "뷩신같은 게",
        "니애뮈 뭐 하시냐",
        "ㅗ 먹어라",
        "saekki ya",
        "아 발시",
    ],
)
def test_what_is_meant_is_still_found(body: str) -> None:
    assert SHIPPED.run(normalize(body), Context())


def test_no_entries_find_nothing() -> None:
    assert not WordCheck([]).run(normalize("anything"), Context())


def test_a_word_that_is_listed_says_it_before_one_that_only_sounds_so() -> None:
    check = WordCheck([entry("fuck", severity="strong", at="anywhere"), entry("fuking", severity="strong")])
    assert [found.evidence for found in check.run(normalize("fucking hell"), Context())] == ["`fuck`"]
    assert [found.evidence for found in check.run(normalize("fuking hell"), Context())] == ["`fuking`"]
