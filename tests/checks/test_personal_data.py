"""Rows for the personal-data check. All numbers are made up or reserved for fiction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from moderation.checks import Check
from moderation.checks.links import LinkCheck
from moderation.checks.personal_data import PersonalDataCheck
from moderation.policy import Links
from moderation.text.normalize import normalize
from moderation.types import Context

NOW = datetime(2026, 5, 1, tzinfo=UTC)
CHECK = PersonalDataCheck()


def found(body: str) -> list[tuple[str, str]]:
    findings = CHECK.run(normalize(body), Context(now=NOW))
    return [
        (finding.rule.partition(".")[2], body[finding.span.start : finding.span.end]) for finding in findings
    ]


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ("010-1234-5678", "010-1234-5678"),
        ("제 번호는 01012345678입니다", "01012345678"),
        ("010-1234-5678이에요", "010-1234-5678"),
        ("01012345678이고요", "01012345678"),
        ("010 1234 5678로 연락 주세요", "010 1234 5678"),
        ("010.1234.5678", "010.1234.5678"),
        ("(010)1234-5678", "010)1234-5678"),
        ("010, 1234, 5678", "010, 1234, 5678"),
        ("010/1234/5678", "010/1234/5678"),
        ("010ㅡ1234ㅡ5678", "010ㅡ1234ㅡ5678"),
        ("010-123-4567", "010-123-4567"),
        ("011-234-5678 옛날 번호", "011-234-5678"),
        ("+82 10-1234-5678", "+82 10-1234-5678"),
        ("+821012345678", "+821012345678"),
        ("82-10-1234-5678", "82-10-1234-5678"),
        ("+82 (0)10 1234 5678", "+82 (0)10 1234 5678"),
        ("공일공-0000-2222 로 전화 달라고 전해 주세요", "공일공-0000-2222"),
        ("영일공 1234 5678", "영일공 1234 5678"),
        ("공일공 일이삼사 오육칠팔", "공일공 일이삼사 오육칠팔"),
        ("공일공일이삼사오육칠팔", "공일공일이삼사오육칠팔"),
        ("공일공에 일이삼사에 오육칠팔", "공일공에 일이삼사에 오육칠팔"),
        ("공일공 다시 일이삼사 다시 오륙칠팔", "공일공 다시 일이삼사 다시 오륙칠팔"),
        ("공1공-1234-5678", "공1공-1234-5678"),
        ("o1o-1234-5678", "o1o-1234-5678"),
        ("O1O 1234 5678", "O1O 1234 5678"),
        ("ㅇ1ㅇ-1234-5678", "ㅇ1ㅇ-1234-5678"),
        ("0l0-1234-5678", "0l0-1234-5678"),
        ("０１０－１２３４－５６７８", "０１０－１２３４－５６７８"),
        ("⓪①⓪-①②③④-⑤⑥⑦⑧", "⓪①⓪-①②③④-⑤⑥⑦⑧"),
        (
            "0\ufe0f\u20e31\ufe0f\u20e30\ufe0f\u20e3-1234-5678",
            "0\ufe0f\u20e31\ufe0f\u20e30\ufe0f\u20e3-1234-5678",
        ),
        ("٠١٠-١٢٣٤-٥٦٧٨", "٠١٠-١٢٣٤-٥٦٧٨"),
        ("0 1 0 1 2 3 4 5 6 7 8", "0 1 0 1 2 3 4 5 6 7 8"),
        ("010-12\u200b34-56\u200b78", "010-12\u200b34-56\u200b78"),
        ("tel010-1234-5678", "010-1234-5678"),
        ("so solo 010-1234-5678", "010-1234-5678"),
        ("010+1234+5678", "010+1234+5678"),
        ("010•1234•5678", "010•1234•5678"),
        ("010*1234*5678", "010*1234*5678"),
        ("0-1-0-1-2-3-4-5-6-7-8", "0-1-0-1-2-3-4-5-6-7-8"),
        ("공.일.공.일.이.삼.사.오.육.칠.팔", "공.일.공.일.이.삼.사.오.육.칠.팔"),
        (
            "zero one zero one two three four five six seven eight",
            "zero one zero one two three four five six seven eight",
        ),
        (
            "call four one five, five five five, two six seven one ok",
            "four one five, five five five, two six seven one",
        ),
        ("O1O-OOOO-5318 이 사람한테 따져라", "O1O-OOOO-5318"),
        ("공일공 OOOO 1234", "공일공 OOOO 1234"),
        ("010-5318-OOOO", "010-5318-OOOO"),
        ("OIO-1234-5678", "OIO-1234-5678"),
        ("OlO-lIoo-5678", "OlO-lIoo-5678"),
        ("O I O - 1 2 3 4 - 5 6 7 8", "O I O - 1 2 3 4 - 5 6 7 8"),
        ("010ー1234ー5678", "010ー1234ー5678"),
        ("010一1234一5678", "010一1234一5678"),
        ("⓿❶⓿-❶❷❸❹-❺❻❼❽", "⓿❶⓿-❶❷❸❹-❺❻❼❽"),
        ("零一零 一二三四 五六七八", "零一零 一二三四 五六七八"),
        ("〇一〇-一二三四-五六七八", "〇一〇-一二三四-五六七八"),
        ("02-345-6789", "02-345-6789"),
        ("02) 3456-7890", "02) 3456-7890"),
        ("031)345-6789로", "031)345-6789"),
        ("+82 2 3456 7890", "+82 2 3456 7890"),
        ("공삼일-345-6789", "공삼일-345-6789"),
        ("070-4567-8901", "070-4567-8901"),
        ("0507-1234-5678", "0507-1234-5678"),
        ("전화 0234567890 하세요", "0234567890"),
        ("call me (415) 555-2671", "(415) 555-2671"),
        ("text 415-555-2671 now", "415-555-2671"),
        ("+1 415 555 2671", "+1 415 555 2671"),
        ("my number is 4155552671", "4155552671"),
        ("+44 7911 123456", "+44 7911 123456"),
        ("ring 07911 123456", "07911 123456"),
        ("+81 90-1234-5678", "+81 90-1234-5678"),
    ],
)
def test_phone(body: str, number: str) -> None:
    assert found(body) == [("phone", number)]


@pytest.mark.parametrize(
    "body",
    [
        # hotlines
        "112에 신고하세요",
        "119 불러",
        "1588-1234로 문의",
        "1577-0199 상담",
        "1661-2642",
        "국번 없이 1339",
        "080-123-4567 무료",
        "1-800-273-8255",
        "call 988 or 1-888-628-9454",
        # sums, dates, ranges, scores
        "2,222억 원 적자면 0.1%도 안 됩니다",
        "10,000,000,000원",
        "1000000000000원",
        "2020-2024년",
        "2024-01-15 12:30:45",
        "2024.01.15~2024.02.15",
        "01.02.2024 - 03.04.2024",
        "2-1로 이겼다",
        "3:2 2:1 1:0 0:3",
        "14000-15000원 하던데",
        "95 95 90 93",
        "0-1 0-1 2-0 1-3 2-2 0-0",
        "0.1908 0.1034 0.0909 0.0882",
        "전화 끊고 한참 뒤에 본 글 제목이 아마 그 문서 아이디 0234567890 이었나",
        "call https://a.example/?id=4155552671",
        "one two three four five six seven eight nine ten",
        "five four three two one zero",
        "1060 8400 쓰는데",
        "0.0000000003초",
        "1 2 3 4 5 6 7 8 9 10 11",
        "from 1960-1967, 1976-1977",
        # other numbers
        "ISBN 978-89-01-12345-6",
        "979-11-5839-123-4",
        "주문번호 20240115-0001234",
        "AB01012345678",
        "010123456789012",
        "9010-1234-5678-9012",
        "192.168.0.1",
        "121.134.219.36",
        "1.234.567.890",
        "사업자 123-45-67890",
        "100046729",
        "version 10.15.7.1234",
        "123-4567",
        "555-1234",
        "090-1234-5678",
        "099-123-4567",
        "+1 000 000 0000",
        "+3.5% +1.2% -0.8%",
        # words made of digits' names
        "이사 오일 이일 삼사일 구사일생 육이오 사일구 오일팔",
        "일이 이 정도로 커질 일이 아니에요",
        "공이 사이로 구르면 이 공이 일이 되지",
        "영일만 친구 공이 오일장",
        "lol ooo lil oil",
        # letters and characters drawn or said as digits
        "10 oil 2000 barrels, 20 oil 3000",
        "OIL 2020 OIL 2021 OIL 2022",
        "1-0 oil-0 2 ooo 1 lil 3000",
        "lol 010 lol ooo",
        "一石二鳥 三三五五 七顚八起 四面楚歌",
        "一二三四五六七八九十",
        "二〇二六年一一月二五日 一二時三四分",
        "❶ 하나 ❷ 둘 ❸ 셋 ❹ 넷 ❺ 다섯 ❻ 여섯 ❼ 일곱",
        "ⅠⅡⅢⅣ 그리고 ①②③④⑤⑥⑦",
        "スーパー 1000ー2000円",
    ],
)
def test_no_phone(body: str) -> None:
    assert found(body) == []


@pytest.mark.parametrize(
    ("body", "kind", "number"),
    [
        ("계좌 110-123-456789", "account", "110-123-456789"),
        ("계좌 240101-1234567", "account", "240101-1234567"),
        ("신한은행 010-1234-5678", "phone", "010-1234-5678"),
        ("국민은행 02-345-6789", "phone", "02-345-6789"),
        ("기업은행 010-123456-01-011", "account", "010-123456-01-011"),
        ("면허 11-12-345678-90 계좌 아님", "licence", "11-12-345678-90"),
        ("카드 5555 5555 5555 4444 입금", "card", "5555 5555 5555 4444"),
        ("여권 M12345678 카톡 없음", "passport", "M12345678"),
        ("telegram: kim@example.com", "email", "kim@example.com"),
        ("카톡 010-1234-5678", "phone", "010-1234-5678"),
        ("whatsapp me at +44 7911 123456", "phone", "+44 7911 123456"),
        ("001 212 555 0187", "phone", "001 212 555 0187"),
    ],
)
def test_one_stretch_is_of_one_kind(body: str, kind: str, number: str) -> None:
    assert found(body) == [(kind, number)]


def test_all_kinds_in_reading_order() -> None:
    body = (
        "카톡 hong_99, 02-000-1234, 신한 110-000-123456, 집 주소 강남구 역삼동 123-45, 여권 M12345678, "
        "면허 11-12-345678-90, 카드 4111 1111 1111 1111, SSN 123-45-6789, 900101-1234567, hong@example.com"
    )
    assert [kind for kind, _ in found(body)] == [
        *("messenger", "phone", "account", "address", "passport"),
        *("licence", "card", "social_security", "resident_number", "email"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        # public lines
        "청소년 상담전화 1388 안내를 기사에 넣어 주세요",
        "고객센터 1588-0000",
        "Call 911 or 119, depending on the country",
        "dial 999, not 101",
        # things with numbers
        "종목 코드 005930과 000660의 차이가 뭔가요",
        "의안번호 2201234 법안",
        "운송장 123456789012 조회",
        "ISBN 979-11-1234-567-8",
        "모델 M12345678 청소기",
        "갤럭시 SM-S928N",
        "사업자등록번호 123-45-67890",
        "법인등록번호 110111-1234567",
        "ticket 123-45-6789",
        "tracking 9400 1000 0000 0000 0000 00",
        "RR123456789KR",
        "Flights KE123 and OZ456 were delayed",
        "Boeing 787-9 and 777-300ER",
        "arXiv 2301.12345",
        # measures of the world
        "Pi is 3.14159265358979",
        "1.4142135623730951",
        "좌표 37.5665, 126.9780이 시청 위치",
        "2024-01-05부터 2024-03-31까지",
        "20240105134530",
        "The 1998-2002 and 2010-2014 terms overlap",
        "스코어 25-23 25-21 22-25 25-19",
        "won 6-4, 7-6, 6-3",
        "로또 3 11 15 29 35 44",
        "192.168.0.1 and 255.255.255.0",
        "Windows 10.0.19045.1234",
        "1,234,567,890원",
        "a bill of 500,000,000,000 won",
        # words
        "공일공 통합 정책이 벌써 20년 됐네요",
        "계좌이체 수수료 면제 은행 목록",
        "by all accounts 2024 was worse",
        "카카오 본사 이전 기사 맞나요",
        "카카오톡 장애 원인이 뭔지",
        "WhatsApp was down for two hours",
        "세종대로 110 서울시청 앞 집회",
        "the court at 60 Centre Street",
        "one two three four five six seven eight nine ten",
    ],
)
def test_nothing_personal(body: str) -> None:
    assert found(body) == []


@pytest.mark.parametrize("body", ["t.me/hong123", "텔레 t.me/hong123", "카톡 open.kakao.com/o/s12abc"])
def test_links_to_messengers_are_links(body: str) -> None:
    assert found(body) == []
    findings = LinkCheck(Links()).run(normalize(body), Context(now=NOW))
    assert [finding.rule for finding in findings] == ["links.link"]


def test_two_phones() -> None:
    body = "010-1111-2222 또는 010-3333-4444, 02-345-6789"
    assert [number for _, number in found(body)] == ["010-1111-2222", "010-3333-4444", "02-345-6789"]


def test_a_phone_with_a_tail_is_a_phone() -> None:
    assert found("010-1234-5678-1") == [("phone", "010-1234-5678")]


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ("kim@naver.com", "kim@naver.com"),
        ("메일은kim.lee@example.co.kr로 주세요", "kim.lee@example.co.kr"),
        ("KIM+news@Example.ORG", "KIM+news@Example.ORG"),
        ("kim＠naver．com", "kim＠naver．com"),
        ("kim@\u200bnaver.com", "kim@\u200bnaver.com"),
        ("kim @ naver.com", "kim @ naver.com"),
        ("kim@naver", "kim@naver"),
        ("kim@네이버", "kim@네이버"),
        ("kim골뱅이naver.com", "kim골뱅이naver.com"),
        ("kim 골뱅이 naver 닷 컴", "kim 골뱅이 naver 닷 컴"),
        ("kim골뱅이네이버", "kim골뱅이네이버"),
        ("kim99 골뱅이 지메일 점 컴", "kim99 골뱅이 지메일 점 컴"),
        ("길동 골뱅이 네이버 닷컴", "길동 골뱅이 네이버 닷컴"),
        ("홍길동@네이버.컴", "홍길동@네이버.컴"),
        ("kim [at] example [dot] org", "kim [at] example [dot] org"),
        ("kim(at)example.com", "kim(at)example.com"),
        ("kim(a)example.com", "kim(a)example.com"),
        ("kim앳naver.com", "kim앳naver.com"),
        ("kim(골뱅이)naver.com", "kim(골뱅이)naver.com"),
        ("kim at gmail dot com", "kim at gmail dot com"),
        ("kim.lee at gmail.com", "kim.lee at gmail.com"),
        ("kim99 at example dot org", "kim99 at example dot org"),
        ("kim@example dot com", "kim@example dot com"),
        ("mail:kim_99@example.net.", "kim_99@example.net"),
    ],
)
def test_email(body: str, address: str) -> None:
    if body.startswith("mail:"):
        body = body.replace("mail:", "mail ")
    assert found(body) == [("email", address)]


@pytest.mark.parametrize(
    "body",
    [
        "@kim_writer 님 글 잘 봤어요",
        "@naver.com 계정",
        "기자님@네이버 보세요",
        "kim @naver 보고 있나",
        "@user@social.example",
        "골뱅이 무침에 소면",
        "골뱅이소면 맛집",
        "을지로 골뱅이 네이버 검색",
        "참이슬과 골뱅이 naver 지도",
        "3개@1000원",
        "2 @ 5.50",
        "see you at example.com",
        "look at amazon dot com",
        "available at gmail.com",
        "he works at naver.com",
        "t-shirt at shop dot com",
        "at noon at home.",
        "a@b",
        "me@home.sweet.home",
        "C@T",
        "https://user@example.com/path",
        "https://youtube.com/@channel.name",
        "f(at)al",
        "이메일 주소를 쓰지 마세요",
        "email is at the bottom",
        "앳된 얼굴이네요.",
        "section 3(a) example",
    ],
)
def test_no_email(body: str) -> None:
    assert [rule for rule, _ in found(body) if rule == "email"] == []


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ("900101-1234567", "900101-1234567"),
        ("주민번호 900101-1234567이래요", "900101-1234567"),
        ("900101 1234567", "900101 1234567"),
        ("900101 - 1234567", "900101 - 1234567"),
        ("900101–2345678", "900101–2345678"),
        ("900101ㅡ1234567", "900101ㅡ1234567"),
        ("900101.1234567", "900101.1234567"),
        ("900101*1234567", "900101*1234567"),
        ("90.01.01-1234567", "90.01.01-1234567"),
        ("９００１０１－１２３４５６７", "９００１０１－１２３４５６７"),
        ("구공공일공일-일이삼사오육칠", "구공공일공일-일이삼사오육칠"),
        ("9 0 0 1 0 1 - 1 2 3 4 5 6 7", "9 0 0 1 0 1 - 1 2 3 4 5 6 7"),
        ("九〇〇一〇一-一二三四五六七", "九〇〇一〇一-一二三四五六七"),
        ("9OO1O1-l234567", "9OO1O1-l234567"),
        ("040229-3123456", "040229-3123456"),
        ("000229-4123456", "000229-4123456"),
        ("850505-5123456 외국인", "850505-5123456"),
        ("260430-3123456", "260430-3123456"),
        ("주민등록번호 9001011234567", "9001011234567"),
        ("resident number: 9001011234567", "9001011234567"),
        ("9001011234568", "9001011234568"),  # its check digit is right
    ],
)
def test_resident_number(body: str, number: str) -> None:
    assert found(body) == [("resident_number", number)]


@pytest.mark.parametrize(
    "body",
    [
        "901301-1234567",
        "900132-1234567",
        "900230-1234567",
        "030229-3123456",
        "900101-0234567",
        "900101-9234567",
        "900101-123456",
        "900101-12345678",
        "1900101-1234567",
        "900101-1******",
        "900101",
        "260502-3123456",  # tomorrow
        "9001011234567",  # neither a break nor a cue nor a right check digit
        "1712345678901",
        "주문번호 240101-1234567",
        "송장 240101-1234567 확인",
        "order 240101-1234567",
        "240101-1234567-89",
        "2024년 1월 15일",
        "20240115-1234567",
        "150101호 1234567원",
        "123456 7890123 9",
    ],
)
def test_no_resident_number(body: str) -> None:
    assert found(body) == []


@pytest.mark.parametrize(
    ("body", "evidence"),
    [
        ("900101-1234567", "900101-1******"),
        ("구공공일공일-일이삼사오육칠", "900101-1******"),
        ("010-1234-5678", "010********"),
        ("+82 10-1234-5678", "+82**********"),
        ("kim.lee@naver.com", "k***@naver.com"),
        ("hong 골뱅이 네이버 닷 컴", "h***@naver.com"),
        ("길동 골뱅이 네이버 닷컴", "길***@naver.com"),
        ("여권 M12345678", "m********"),
        ("11-12-345678-90", "11**********"),
        ("4111 1111 1111 1111", "4111************"),
        ("123-45-6789", "*********"),
        ("신한 110-000-123456", "110*********"),
        ("카톡 exampleid1", "카톡 e***"),
        ("행복아파트 101동 1203호", "행복***"),
        ("he lives at 123 Elm Street", "*** e***"),
    ],
)
def test_evidence_is_masked(body: str, evidence: str) -> None:
    (finding,) = CHECK.run(normalize(body), Context(now=NOW))
    assert finding.evidence == evidence


@pytest.mark.parametrize(
    "unit",
    [
        "0",
        "1",
        "1-",
        "0 ",
        "010-",
        "공일",
        "공일공 ",
        "900101-1",
        "900101-1234567 ",
        "010-1234-5678 ",
        "(415) 555-2671 ",
        "+1 ",
        "+4479111",
        "@",
        "a@",
        "a@b.",
        "kim@a.com ",
        "a골뱅이",
        " at ",
        "a at b dot ",
        "02-222-2222 ",
        "1234567890 ",
        "4111 1111 1111 1111 ",
        "4 1 1 1 ",
        "000 0000 ",
        "11-12-345678-90 ",
        "123-45-6789 ",
        "신한 110-000-123456 ",
        "gb29 nwbk 6016 1331 9268 19 ",
        "여권 m12345678 ",
        "카톡 abc1 ",
        "텔레그램 @a",
        "카-",
        "abc_",
        "one two ",
        "서울시 강남구 테헤란로 1",
        "가101동 101호 ",
        "lives at 12 elm street ",
        "1 a b c d ",
        "atgmaildot",
    ],
)
def test_time_is_linear(unit: str, stays_linear: Callable[[Check, str], None]) -> None:
    stays_linear(CHECK, unit)
