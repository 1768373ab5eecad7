"""Rows for names in messengers. All names are made up."""

from __future__ import annotations

import pytest

from moderation.text.messengers import find_handles
from moderation.text.normalize import normalize


def found(body: str) -> list[str]:
    folded = normalize(body).folded
    return [folded[one.start : one.end] for one in find_handles(folded)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("카톡 exampleid1 추가하면 고수익", "exampleid1"),
        ("카-톡 exampleid3 급전", "exampleid3"),
        ("ㅋㅏ톡 exampleid9 추가 부업", "exampleid9"),
        ("카 카 오 톡 abc123", "abc123"),
        ("ㅋㅌ exampleid22", "exampleid22"),
        ("까톡 abc1234", "abc1234"),
        ("카톡 아이디 hongkildong 입니다", "hongkildong"),
        ("카톡아이디: hong_kd", "hong_kd"),
        ("카톡 아이디가 example77이에요", "example77"),
        ("카카오톡 ID exampleid 로 연락", "exampleid"),
        ("카톡으로 연락주세요 abc123", "abc123"),
        ("카톡 문의 : Abc123", "abc123"),
        ("카톡: example.kim", "example.kim"),
        ("👉 톡 exampleid14", "exampleid14"),
        ("exampleid7 카톡 주세요", "exampleid7"),
        ("@example77 카톡", "@example77"),
        ("텔레그램 @exampleid5", "@exampleid5"),
        ("텔ㄹㅔ그램 @exampleid5", "@exampleid5"),
        ("텔.레.그.램 abcde12", "abcde12"),
        ("텔레 exampleid6 문의", "exampleid6"),
        ("ㅌㄹㄱㄹ abcde1", "abcde1"),
        ("라인아이디 exampleid8 조건 만남", "exampleid8"),
        ("라인 ID는 exampleid", "exampleid"),
        ("라인 : abc123 문의", "abc123"),
        ("위챗 wxid_12345", "wxid_12345"),
        ("왓츠앱 아이디 hong12", "hong12"),
        ("Kakao ID exampleid2", "exampleid2"),
        ("KAKAO : abc123", "abc123"),
        ("KakaoTalk id is minsu90", "minsu90"),
        ("telegram @exampleid", "@exampleid"),
        ("add me on telegram: example_99", "example_99"),
        ("my telegram is cryptoking99", "cryptoking99"),
        ("Text me on telegram (abcde_1)", "abcde_1"),
        ("my LINE id is exampleid", "exampleid"),
        ("add me on LINE @exampleid", "@exampleid"),
        ("whatsapp id exampleid4", "exampleid4"),
        ("My WhatsApp ID is abcde", "abcde"),
        ("my snapchat is jane_doe99", "jane_doe99"),
        ("kik me: jane99", "jane99"),
        ("TG: @abc123", "@abc123"),
        ("wechat: exampleid99", "exampleid99"),
    ],
)
def test_name(body: str, expected: str) -> None:
    assert found(body) == [expected]


@pytest.mark.parametrize(
    "body",
    [
        "카카오톡 장애 원인",
        "카톡 오류 2시간",
        "카톡 3시간째 안됨",
        "카톡 ios17 오류",
        "카톡 kt5g 먹통",
        "카톡 pc버전 업데이트",
        "카카오톡 25.2.0 업데이트",
        "카카오톡 API 문의",
        "카톡 아이디 도용",
        "카톡 500통 폭탄",
        "카카오 본사 이전",
        "카카오 KAKAO 실적",
        "카카오 if2024 행사",
        "카카오 AI 문의 환영",
        "카톡 kim@example.com",
        "카톡 open.kakao.com/o/s12abc",
        "텔레 t.me/hong123",
        "텔레그램 n번방",
        "텔레그램 Durov 체포",
        "텔레그램 AI 봇 규제",
        "네이버 라인 LINE 사태",
        "라인 P4 증설",
        "생산라인 m16 증설",
        "온라인 event2024",
        "헤드라인 news2",
        "가이드라인 v2.0",
        "호텔 레스토랑 best10",
        "인텔 core12 문의",
        "톡톡 튀는 kpop4",
        "시그널 드라마 s2",
        "WhatsApp was down for two hours",
        "WhatsApp web2 update",
        "WhatsApp: what you need",
        "Telegram founder arrested in 2024",
        "Telegram channel with 500k users",
        "contact Telegram support",
        "telegram example.com",
        "the line between 2020 and 2024",
        "bottom line: covid19 happened",
        "online id card",
        "line item2 is wrong",
        "the signal was clear",
        "Signal group chat with 19 people",
        "signal2noise",
        "discord in the party",
        "snap election2024",
        "television1",
        "kakao shares",
        "contact the line manager",
        "https://t.me/hong123",
    ],
)
def test_no_name(body: str) -> None:
    assert found(body) == []
