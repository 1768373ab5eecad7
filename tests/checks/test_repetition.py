"""Rows for the repetition check: text, the rule and the span; and the comments that only look like flooding."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from moderation.checks import Check
from moderation.checks.repetition import RepetitionCheck
from moderation.policy import Repetition
from moderation.text.normalize import normalize
from moderation.types import Context

POLICY = Repetition(
    run=12,
    words=5,
    sentences=3,
    shouting_letters=24,
    shouting_share=0.8,
    emoji=15,
)
CHECK = RepetitionCheck(POLICY)


def found(body: str) -> list[tuple[str, str]]:
    findings = CHECK.run(normalize(body), Context())
    return [
        (finding.rule.partition(".")[2], body[finding.span.start : finding.span.end]) for finding in findings
    ]


@pytest.mark.parametrize(
    ("body", "run"),
    [
        ("와아아아아아아아아아아아아 대박", "아아아아아아아아아아아아"),
        ("soooooooooooooo good", "oooooooooooooo"),
        ("NOOOOooooooOOOO way", "OOOOooooooOOOO"),
        ("ㅉㅉㅉㅉㅉㅉㅉㅉㅉㅉㅉㅉ", "ㅉㅉㅉㅉㅉㅉㅉㅉㅉㅉㅉㅉ"),
        ("ㅗㅗㅗㅗㅗㅗㅗㅗㅗㅗㅗㅗ", "ㅗㅗㅗㅗㅗㅗㅗㅗㅗㅗㅗㅗ"),
        ("1111111111111", "1111111111111"),
        ("♥♥♥♥♥♥♥♥♥♥♥♥ 사랑", "♥♥♥♥♥♥♥♥♥♥♥♥"),
        ("👏👏👏👏👏👏👏👏👏👏👏👏", "👏👏👏👏👏👏👏👏👏👏👏👏"),
        ("가\u200b" * 12, "가\u200b" * 11 + "가"),
        ("ａａａａａａａａａａａａ", "ａａａａａａａａａａａａ"),
    ],
)
def test_characters(body: str, run: str) -> None:
    assert found(body) == [("characters", run)]


@pytest.mark.parametrize(
    "body",
    [
        "ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ",
        "ㅎㅎㅎㅎㅎㅎㅎㅎㅎㅎㅎㅎㅎㅎ",
        "ㅠㅠㅠㅠㅠㅠㅠㅠㅠㅠㅠㅠㅠㅠ",
        "ㅜㅜㅜㅜㅜㅜㅜㅜㅜㅜㅜㅜㅜㅜ",
        "ㄷㄷㄷㄷㄷㄷㄷㄷㄷㄷㄷㄷㄷㄷ",
        "하하하하하하하하하하하하하하",
        "푸하하하하하하하하하하하하하하",
        "흑흑흑흑흑흑흑흑흑흑흑흑흑",
        "hahahahahahahahahahahaha",
        "lololololololololololol",
        "진짜요!!!!!!!!!!!!!!!!!!!!",
        "글쎄요.....................",
        "뭐?????????????????",
        "-----------------------",
        "====================",
        "────────────────────",
        "……………………………………",
        "~~~~~~~~~~~~~~~~~~",
        "10000000000000000원",
        "와아아아아 대박",
        "sooooooo good",
        "wwwwwwwwwww",
        "가                    나",
        "\n\n\n\n\n\n\n\n\n\n\n\n\n\n가",
    ],
)
def test_no_characters(body: str) -> None:
    assert found(body) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("사퇴하라 사퇴하라 사퇴하라 사퇴하라 사퇴하라", "사퇴하라 사퇴하라 사퇴하라 사퇴하라 사퇴하라"),
        ("buy buy buy buy buy now", "buy buy buy buy buy"),
        ("Buy! buy? BUY. buy, buy", "Buy! buy? BUY. buy, buy"),
        ("굳 굳 굳 굳 굳", "굳 굳 굳 굳 굳"),
        ("아니 바보바보바보바보바보 뭐", "바보바보바보바보바보"),
        ("쓰레기쓰레기쓰레기쓰레기쓰레기", "쓰레기쓰레기쓰레기쓰레기쓰레기"),
        ("spamspamspamspamspam", "spamspamspamspamspam"),
        ("buy now buy now buy now buy now buy now", "buy now buy now buy now buy now buy now"),
        ("가자 우리 " * 5, ("가자 우리 " * 5).strip()),
        ("주식 리딩방 입장 " * 5, ("주식 리딩방 입장 " * 5).strip()),
    ],
)
def test_words(body: str, words: str) -> None:
    assert found(body) == [("words", words)]


@pytest.mark.parametrize(
    "body",
    [
        "정말 정말 정말 정말 좋아요",
        "very very very very good",
        "ㅋㅋ ㅋㅋ ㅋㅋ ㅋㅋ ㅋㅋ ㅋㅋ",
        "하하 하하 하하 하하 하하",
        "haha haha haha haha haha haha",
        "lol lol lol lol lol",
        "ㅠㅠ ㅠㅠ ㅠㅠ ㅠㅠ ㅠㅠ",
        "x x x x x x",
        "- - - - - - -",
        "* * * * *",
        "t-t-t-t-t-too late",
        "the more the merrier the more the better the end the",
        "이 사람 저 사람 이 사람 저 사람 그 사람",
        "바보바보바보바보",
        "가나다라마바사아자차카타파하가나다라",
        "1010101010",
        "123412341234123412341234",
        "콩콩콩콩 뛰는 아이",
        "🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷 대한민국",
        "🇰🇷 🇰🇷 🇰🇷 🇰🇷 🇰🇷 🇰🇷",
        "one two three four five six seven eight nine ten",
        "하나 둘 셋 넷 다섯 하나 둘 셋 넷 다섯",
    ],
)
def test_no_words(body: str) -> None:
    assert found(body) == []


@pytest.mark.parametrize(
    ("body", "span"),
    [
        ("그는 떠나야 한다. 그는 떠나야 한다. 그는 떠나야 한다.", (0, 31)),
        ("Lock the gates! Lock the gates! Lock the gates!", (0, 46)),
        ("반대합니다\n찬성도 있네\n반대합니다!\n 반대합니다", (0, 28)),
        ("부정선거다. 정말? 부정선거다. 왜? 부정선거다!", (0, 26)),
        ("follow me and watch my videos " * 3, (0, 89)),
    ],
)
def test_sentences(body: str, span: tuple[int, int]) -> None:
    assert found(body) == [("sentences", body[slice(*span)])]


@pytest.mark.parametrize(
    "body",
    [
        "네. 네. 네. 알겠습니다.",
        "Good! Good! Good!",
        "No. No. No. No.",
        "그는 떠나야 한다. 그는 떠나야 한다. 이유는 다음과 같다.",
        "ㅋㅋㅋㅋㅋㅋ. ㅋㅋㅋㅋㅋㅋ. ㅋㅋㅋㅋㅋㅋ.",
        "하하하하. 하하하하! 하하하하?",
        "가격은 3.5 3.5 3.5",
        "왜? 왜? 왜? 도대체 왜?",
        "http://a.example/1 http://a.example/2 http://a.example/3",
        "좋아요 좋아요. 싫어요 싫어요.",
    ],
)
def test_no_sentences(body: str) -> None:
    assert found(body) == []


@pytest.mark.parametrize(
    ("body", "span"),
    [
        ("STOP LYING TO ALL OF US, YOU FRAUDS", "STOP LYING TO ALL OF US, YOU FRAUDS"),
        (
            "S T O P L Y I N G T O A L L O F U S N O W N O W",
            "S T O P L Y I N G T O A L L O F U S N O W N O W",
        ),
        ("no, WHY ARE YOU SHOUTING AT ALL OF US HERE", "WHY ARE YOU SHOUTING AT ALL OF US HERE"),
        (
            "ＷＨＹ ＡＲＥ ＹＯＵ ＳＨＯＵＴＩＮＧ ＡＴ ＡＬＬ ＯＦ ＵＳ",
            "ＷＨＹ ＡＲＥ ＹＯＵ ＳＨＯＵＴＩＮＧ ＡＴ ＡＬＬ ＯＦ ＵＳ",
        ),
        ("𝐖𝐇𝐘 𝐀𝐑𝐄 𝐘𝐎𝐔 𝐒𝐇𝐎𝐔𝐓𝐈𝐍𝐆 𝐀𝐓 𝐀𝐋𝐋 𝐎𝐅 𝐔𝐒", "𝐖𝐇𝐘 𝐀𝐑𝐄 𝐘𝐎𝐔 𝐒𝐇𝐎𝐔𝐓𝐈𝐍𝐆 𝐀𝐓 𝐀𝐋𝐋 𝐎𝐅 𝐔𝐒"),
    ],
)
def test_shouting(body: str, span: str) -> None:
    assert found(body) == [("shouting", span)]


@pytest.mark.parametrize(
    "body",
    [
        "WOW THAT IS GREAT",
        "NATO, UN, EU, KBO, MVP",
        "LOSERS LOSERS LOSERS!!!",
        "The Ministry of Economy and Finance of Korea",
        "I think NATO and the UN and the WHO and the IMF should act",
        "오늘 KBS MBC SBS JTBC YTN TV조선 채널A MBN 모두 같은 뉴스만 나오네요",
        "KOSPI KOSDAQ NASDAQ 지수가 다 떨어져서 개미들만 울고 있는 하루입니다",
        "여기가 어디인지 아무도 모르는데 왜 다들 소리를 지르는 걸까요",
        "1234567890 1234567890 1234567890",
        "aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeF",
    ],
)
def test_no_shouting(body: str) -> None:
    assert found(body) == []


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("😀😂" * 8, 16),
        ("축하 " + "🎉👏🥳" * 5, 15),
        ("🇰🇷🇺🇸🇯🇵" * 5, 15),
        ("👩\u200d🚀👨\u200d👩\u200d👧\u200d👦👍🏽" * 5, 15),
        ("❤\ufe0f1\ufe0f\u20e3☀\ufe0f" * 5, 15),
        (
            "👏 really 👏 think 👏 that 👏 if 👏 you 👏 are 👏 here 👏 you 👏 can 👏 see 👏 what 👏 we 👏 all 👏 see 👏",
            15,
        ),
    ],
)
def test_emoji(body: str, count: int) -> None:
    (finding,) = CHECK.run(normalize(body), Context())
    assert (finding.rule, finding.evidence, len(finding.marks)) == (
        "repetition.emoji",
        f"{count} emoji",
        count,
    )
    assert (finding.span.start, finding.span.end) == (finding.marks[0].start, finding.marks[-1].end)


@pytest.mark.parametrize(
    "body",
    [
        "좋아요 👍👍👍",
        "😀😂" * 7,
        "👨\u200d👩\u200d👧\u200d👦" * 4,
        "🇰🇷🇺🇸" * 7,
        "★☆" * 10,
        "→ → → → → → → → → → → → → → → →",
        "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯",
        "1234567890123456",
        "# # # # # # # # # # # # # # # #",
        "© ® ™ 2024",
    ],
)
def test_no_emoji(body: str) -> None:
    assert [rule for rule, _ in found(body) if rule == "emoji"] == []


def test_numbers_come_from_the_policy() -> None:
    strict = RepetitionCheck(POLICY.model_copy(update={"run": 4, "words": 2, "emoji": 2}))
    rules = [finding.rule for finding in strict.run(normalize("네에에에에 정말 정말 😀😀"), Context())]
    assert rules == ["repetition.characters", "repetition.words", "repetition.emoji"]


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "가",
        "ab",
        "abc",
        "a ",
        "a b ",
        "a b c d e ",
        "가나다 ",
        "네. ",
        "abcabcabcabd",
        "ㅋㅋ ",
        "A",
        "😀",
        "❤\ufe0f",
        "\n",
        "🇰",
        "1-",
        "a\n",
    ],
)
def test_time_is_linear(unit: str, stays_linear: Callable[[Check, str], None]) -> None:
    stays_linear(CHECK, unit)
