"""Rows for the link check: text, and the addresses found in it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from pydantic import ValidationError

from moderation.checks import Check
from moderation.checks.links import LinkCheck
from moderation.policy import Links
from moderation.text.normalize import normalize
from moderation.types import Context

CHECK = LinkCheck(
    Links(
        allow=("our-paper.example.com", "한글신문.com", "apple.com"),
        block=("spam-shop.com", "도박.com", "xn--hq1bt1n.net", "github.io", "bid"),
        shorteners=("bit.ly", "vo.la", "t.co"),
    )
)


def found(body: str) -> list[tuple[str, str]]:
    text = normalize(body)
    return [
        (finding.rule, body[finding.span.start : finding.span.end]) for finding in CHECK.run(text, Context())
    ]


def links(body: str) -> list[str]:
    assert all(rule == "links.link" for rule, _ in found(body))
    return [written for _, written in found(body)]


@pytest.mark.parametrize(
    ("body", "written"),
    [
        ("https://example.com/a/b?c=1#d 보세요", "https://example.com/a/b?c=1#d"),
        ("HTTP://EXAMPLE.COM", "HTTP://EXAMPLE.COM"),
        ("출처:http://example.com/가나다", "http://example.com/"),
        ("https://example.com입니다", "https://example.com"),
        ("(see https://example.org/x).", "https://example.org/x"),
        ("hxxp://example.com", "hxxp://example.com"),
        ("h**ps://example.com", "h**ps://example.com"),
        ("http : // example.com", "http : // example.com"),
        ("https:\\\\example.com\\x", "https:\\\\example.com\\x"),
        ("http://192.168.0.1/admin", "http://192.168.0.1/admin"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("ftp://files.example.net/x.zip", "ftp://files.example.net/x.zip"),
        ("https://user:pw@example.com/", "https://user:pw@example.com/"),
        ("www.example.com에서 확인", "www.example.com"),
        ("WWW.Example.Com", "WWW.Example.Com"),
        ("www.cheap.travel 참고", "www.cheap.travel"),
        ("example.com 들어가 보세요", "example.com"),
        ("example.co.kr에 있어요", "example.co.kr"),
        ("m.cafe.example.net/abc/12", "m.cafe.example.net/abc/12"),
        ("가격은 shop.example.kr:8443/x 참고", "shop.example.kr:8443/x"),
        ("여기example.com 클릭", "여기example.com"),
        ("예제.com 으로 오세요", "예제.com"),
        ("예제.닷컴 으로 오세요", "예제.닷컴"),
        ("xn--2j5b21b.com", "xn--2j5b21b.com"),
        ("bücher-laden.de", "bücher-laden.de"),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", "ｅｘａｍｐｌｅ．ｃｏｍ"),
        ("example。com", "example。com"),
        ("exa\u200bmple.c\u200bom", "exa\u200bmple.c\u200bom"),
        ("t.me/hello_world", "t.me/hello_world"),
        ("youtu.be/dQw4w9WgXcQ", "youtu.be/dQw4w9WgXcQ"),
        ("192.0.2.77:8080/bet 서버 열렸습니다", "192.0.2.77:8080/bet"),
        ("접속은 192.0.2.77/login 으로", "192.0.2.77/login"),
        ("192.0.2.77:8443", "192.0.2.77:8443"),
        ("１９２．０．２．７７：８０８０", "１９２．０．２．７７：８０８０"),
        ("http://[2001:db8::1]/bet", "http://[2001:db8::1]/bet"),
        ("카톡 winbet.live 추천", "winbet.live"),
        ("join bet-24.live now", "bet-24.live"),
        ("read it at blog.example.me today", "blog.example.me"),
        ("goto wire3.net.", "wire3.net"),
        ("163.com", "163.com"),
        ("@example.com", "example.com"),
        ("Call FIREPA.COM", "FIREPA.COM"),
    ],
)
def test_plain_address(body: str, written: str) -> None:
    assert links(body) == [written]


@pytest.mark.parametrize(
    ("body", "written"),
    [
        ("free.example 닷 컴 들어와", "free.example 닷 컴"),
        ("example 닷컴 가입하세요", "example 닷컴"),
        ("bet365닷컴", "bet365닷컴"),
        ("example쩜컴", "example쩜컴"),
        ("example 점 컴으로 오세요", "example 점 컴"),
        ("example 닷 com", "example 닷 com"),
        ("example 닷 코 닷 케이알", "example 닷 코 닷 케이알"),
        ("토토월드 닷 컴 접속", "토토월드 닷 컴"),
        ("토토월드쩜컴 검색", "토토월드쩜컴"),
        ("example dot com", "example dot com"),
        ("go to free-money dot co dot kr", "free-money dot co dot kr"),
        ("example[.]com", "example[.]com"),
        ("example [dot] org", "example [dot] org"),
        ("example(dot)com", "example(dot)com"),
        ("example(.)travel", "example(.)travel"),
        ("example{.}com", "example{.}com"),
        ("example (닷) com", "example (닷) com"),
        ("example . com", "example . com"),
        ("example .com", "example .com"),
        ("example. co. kr", "example. co. kr"),
        ("e x a m p l e . c o m", "e x a m p l e . c o m"),
        ("example,com 으로", "example,com"),
        ("example*com", "example*com"),
        ("example、com", "example、com"),
        ("exampleDOTcom", "exampleDOTcom"),
        ("example (점) 컴", "example (점) 컴"),
        ("example.c0m", "example.c0m"),
        ("t .me/hello", "t .me/hello"),
        ("moc.elpmaxe.www read it backwards", "moc.elpmaxe.www"),
        ("거꾸로 읽으세요 rk.oc.elpmaxe", "rk.oc.elpmaxe"),
        ("moc.0elpmaxe!", "moc.0elpmaxe"),
        ("www dot example dot com", "www dot example dot com"),
        ("example·com", "example·com"),
    ],
)
def test_disguised_address(body: str, written: str) -> None:
    assert links(body) == [written]


@pytest.mark.parametrize(
    "body",
    [
        # sentences without their space
        "끝.그리고 시작",
        "hello.world",
        "I agree.So true.Is it.Me too.No way",
        "그만해라.TV에서 봤다.AI 시대.IT 강국.EU는.SK가",
        "It fell.Net income rose.Info below",
        "they left.EU leaders said.US too",
        "ㅋㅋㅋ.ㅎㅎ",
        "잘 봤습니다.다음 기사도.",
        "끝…그리고..또",
        # numbers
        "3.5%",
        "1.234.567원",
        "v2.0.1",
        "python3.11",
        "2024.1.15",
        "192.168.0.1",
        "192.168.0.1에서 접속",
        "192.168.0.0/24 대역",
        "버전 10.15.7.1234/a",
        "300.1.1.1:80",
        "9.11 테러",
        "0.1",
        # abbreviations
        "e.g. this",
        "i.e., that",
        "U.S.A",
        "U.K.",
        "Ph.D.",
        "a.m. p.m.",
        "Mr.Kim",
        "S.E.S.",
        "No.1",
        "D.C.",
        # files and products
        "report.pdf",
        "main.py",
        "readme.md",
        "backup-2024.zip",
        "script.sh를 실행",
        "index.html",
        "Node.js",
        "ASP.NET 개발자",
        "the .NET framework",
        # talk about the trade
        "닷컴 기업 시절",
        "닷컴 버블 때 같네요",
        "AI 닷컴 버블",
        "아마존닷컴 주가",
        "SSG닷컴 실적",
        "조선닷컴 기사",
        "the dot com bubble",
        "a dot com company",
        "during the dot-com boom",
        ".com 도메인 가격",
        "buy a .com domain",
        # the words alone
        "www",
        "www.",
        "http",
        "https를 쓰세요",
        "com",
        "co.kr",
        "on the dot",
        "the post-dotcom years",
        "a dotcom company",
        "don,t me/you it. Be/or",
        "2*com + 3",
        "a * comma",
        "connect the dots. Come on",
        "이 점 컴퓨터로 확인",
        "이 점 넷으로 나누면",
        "장점 네 가지",
        "에어팟, 에어닷 비교",
        "마닷이 무슨 죄",
        "어쩜 컴퓨터보다 빠르네",
        "not a dot got it",
        "I like dots and commas, common sense",
        "서울·부산·대구",
        "방송·TV",
        "IT·AI 기업",
        "etc. Company news",
        "ten.then eleven",
        "the moc. then",
        "kim@example.com",
        "kim at gmail dot com",
        "kim 골뱅이 example 닷 컴",
        "@username 님",
        "and/or",
        "he/she",
        "24/7",
        "1/2",
        "//comment",
        "a:b",
    ],
)
def test_no_address(body: str) -> None:
    assert found(body) == []


def test_several_addresses() -> None:
    body = "a1.com b2.net/x 그리고 c3 닷 컴, 4.5점"
    assert links(body) == ["a1.com", "b2.net/x", "c3 닷 컴"]


@pytest.mark.parametrize(
    "body",
    [
        "https://our-paper.example.com/news/1",
        "our-paper.example.com",
        "m.our-paper.example.com/1",
        "OUR-PAPER.EXAMPLE.COM",
        "한글신문.com/기사",
        "https://xn--bj0bs4w81f0uu.com/1",
        "apple.com",
    ],
)
def test_allowed(body: str) -> None:
    assert found(body) == []


@pytest.mark.parametrize(
    "body",
    [
        "https://our-paper.example.com.evil.net/",
        "https://our-paper.example.com@evil.net/",
        "evil.net/our-paper.example.com",
        "our-paper.example.co",
        "not-our-paper.example.com",
        "our-paper.example dot com",  # the site's own address has no need of a disguise
        "https://our-paper。example.com.evil.net",
    ],
)
def test_not_quite_allowed(body: str) -> None:
    assert [rule for rule, _ in found(body)] == ["links.link"]


@pytest.mark.parametrize(
    "body",
    [
        "spam-shop.com",
        "https://www.spam-shop.com/x",
        "SPAM-SHOP.COM",
        "spam-shop 닷 컴",
        "spam-shop[.]com",
        "여기spam-shop.com",
        "https://trusted.example.com@spam-shop.com",
        "ｓｐａｍ-shop.com",
        "ѕраm-shop.com",
        "도박.com",
        "https://xn--hq1bt1n.com",
        "도박.net",
        "someone.github.io",
        "https://win.bid/x",
    ],
)
def test_blocked(body: str) -> None:
    assert [rule for rule, _ in found(body)] == ["links.blocked"]


@pytest.mark.parametrize(
    "body", ["spam-shop.com.example.net", "spam-shop.co", "my-spam-shop.com", "스팸.com"]
)
def test_not_quite_blocked(body: str) -> None:
    assert [rule for rule, _ in found(body)] == ["links.link"]


@pytest.mark.parametrize(
    ("body", "evidence"),
    [
        ("https://аррlе.com", "`apple.com` is `xn--l-7sbq6ba.com`"),  # Cyrillic а, р, е
        ("https://ɑpple.com", "`apple.com` is `xn--pple-p5b.com`"),
        ("https://xn--pple-43d.com/login", "`xn--pple-43d.com` is `xn--pple-43d.com`"),
        ("pаypal.com 로그인", "`paypal.com` is `xn--pypal-4ve.com`"),
        ("gοοgle.com", "`google.com` is `xn--ggle-0nda.com`"),
        ("www.аррӏе.com", "`www.apple.com` is `www.xn--80ak6aa92e.com`"),
        ("https://аpple.com.evil.net/", "`apple.com.evil.net` is `xn--pple-43d.com.evil.net`"),
        ("0ur-paper.example.com", "`0ur-paper.example.com` is not the site's own"),
        ("our-pap3r.example.com", "`our-pap3r.example.com` is not the site's own"),
        ("ourpaper.example.com/news", "`ourpaper.example.com` is not the site's own"),
        ("m.app1e.com", "`m.app1e.com` is not the site's own"),
        ("app1e dot com", "`app1e.com` is not the site's own"),
    ],
)
def test_lookalike(body: str, evidence: str) -> None:
    (finding,) = CHECK.run(normalize(body), Context())
    assert (finding.rule, finding.evidence) == ("links.lookalike", evidence)


@pytest.mark.parametrize(
    "body",
    [
        "https://bücher-laden.de",
        "https://café.com",
        "https://xn--bcher-kva.de",
        "https://почта.рф",
        "https://россия.com",
        "https://ελλάδα.com",
        "https://日本語.jp",
        "https://に本abc.jp",
        "https://신문abc.com",
        "ａｒｐｌｅ．ｃｏｍ",
        "https://exa\u200bmple.com",
        "apples.com",
        "pineapple.com",
        "example.com",
    ],
)
def test_no_lookalike(body: str) -> None:
    assert [rule for rule, _ in found(body)] == ["links.link"]


@pytest.mark.parametrize(
    "body",
    [
        "bit.ly/3xyz",
        "https://bit.ly/3xyz",
        "BIT.LY/3xyz",
        "bit . ly/3xyz",
        "bit[.]ly/3xyz",
        "vo.la/abc1",
        "hxxps://t.co/abc",
    ],
)
def test_shortener(body: str) -> None:
    assert [rule for rule, _ in found(body)] == ["links.shortener"]


@pytest.mark.parametrize("body", ["rabbit.ly/3xyz", "https://bit.ly.example.com", "habit.co/ly", "bitly.io"])
def test_no_shortener(body: str) -> None:
    assert [rule for rule, _ in found(body)] == ["links.link"]


def test_an_allowed_shortener_is_allowed() -> None:
    check = LinkCheck(Links(allow=("naver.me",), shorteners=("naver.me",)))
    assert check.run(normalize("naver.me/abc"), Context()) == []


@pytest.mark.parametrize(
    ("field", "value", "right"),
    [
        ("allow", "https://example.com/news", "is no domain; write its name alone, such as `example.com`"),
        ("allow", "example.com/news", "is no domain; write its name alone, such as `example.com`"),
        ("block", "kim@example.com", "is no domain; write its name alone, such as `example.com`"),
        ("block", "", "is no domain; write its name alone, such as `example.com`"),
        ("shorteners", "bit.ly:443", "is no domain; write its name alone, such as `bit.ly`"),
        ("allow", "co.kr", "would allow whatever is registered below it; write a site such as `news.co.kr`"),
        ("allow", "com", "would allow whatever is registered below it; write a site such as `news.com`"),
    ],
)
def test_a_wrong_domain_is_refused(field: str, value: str, right: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(f"`{value}` {right}")):
        Links.model_validate({field: (value,)})


def test_evidence_names_the_host() -> None:
    (finding,) = CHECK.run(normalize("example 닷 컴"), Context())
    assert finding.evidence == "`example.com`"


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "가",
        "a.",
        "a.b ",
        "1.2 ",
        "www.",
        "http://",
        "https://a@",
        "a dot ",
        "a[.]",
        "닷 컴 ",
        "a닷컴 ",
        ". c o m",
        "n a v e r ",
        "[.",
        "x.com ",
        "a@b.c ",
        "a-.-",
        "한글.",
    ],
)
def test_time_is_linear(unit: str, stays_linear: Callable[[Check, str], None]) -> None:
    stays_linear(CHECK, unit)
