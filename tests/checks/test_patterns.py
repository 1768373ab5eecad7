"""Rows for the pattern check: the shipped patterns keep their examples at each load; here is what stands beside them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from moderation.checks import Check
from moderation.checks.patterns import PatternCheck
from moderation.errors import PolicyError
from moderation.policy import Pattern, load_policy
from moderation.text.normalize import normalize
from moderation.types import Context, Span

SHIPPED = load_policy().patterns
CHECK = PatternCheck(SHIPPED)


def found(body: str) -> list[str]:
    return [finding.rule.removeprefix("patterns.") for finding in CHECK.run(normalize(body), Context())]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_patterns_have_examples_to_catch_and_to_spare(name: str) -> None:
    pattern = SHIPPED[name]
    assert pattern.meaning
    assert len(pattern.allows) >= len(pattern.violates)
    assert {normalize(example).language for example in pattern.allows} >= {
        normalize(example).language for example in pattern.violates
    }


def test_the_finding_names_the_pattern_and_marks_what_it_saw() -> None:
    body = "카톡 추가하면 고수익 재택 알바 알려 드려요"
    finding = next(f for f in CHECK.run(normalize(body), Context()) if f.rule == "patterns.earnings")
    assert finding.evidence == "an earnings claim and a way to get in touch"
    assert [body[mark.start : mark.end] for mark in finding.marks] == ["카톡", "고수익 재택"]
    assert finding.span == Span(0, max(mark.end for mark in finding.marks))


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("★☆고수익★☆ 재택알바 ☎문의주세요", "earnings"),
        ("ｅａｒｎ ＄５００ ａ ｄａｙ, DM me", "earnings"),
        ("텔.레.그.램 문.의 환.영", "messenger"),
        ("l1nk in my b1o", "profile_link"),
        ("무료 체험은 디엠으로 문의 주세요", "free_offer"),
        ("무-직-자 당-일-대-출 가능합니다", "loan_offer"),
        ("subscr1be to my channel", "own_channel"),
        ("먹 튀 검 증", "gambling"),
    ],
)
def test_disguised_advertising(body: str, name: str) -> None:
    assert name in found(body)


@pytest.mark.parametrize(
    "body",
    [
        "광고 문자가 하루에 열 통씩 옵니다",
        "대출 광고 좀 그만 보고 싶네요",
        "금리가 5% 수익률이면 괜찮은 것 아닌가요",
        "커피 4,500원, 빵 3천원, 물 2천원 하는 공항 물가",
        "카톡 단체방에서 이 기사 봤어요",
        "텔레그램 수사가 왜 이렇게 늦나요",
        "무료 버스 덕분에 문의가 늘었다고 하네요",
        "구독자 수가 곧 신뢰는 아니지요",
        "논문 대필은 범죄입니다",
        "프로필 사진만 봐도 호감이네요",
        "출장비 부정 수급 전수 조사하라",
        "추천인 아이디 제도 자체를 없애야 합니다",
        "The price list in the article is out of date: £4, £5 and £6",
        "I earn $15 an hour and cannot afford rent",
        "Interest on personal loans went up again",
        "The casino bonus tax bill passed",
        "My essay on this was rejected",
        "Please subscribe to better journalism",
        "Contact your MP about the loan rates",
        "Her bio says she worked at the bank",
        "The free trial in court lasted two weeks",
        "They recovered the wallet and thanked the finder",
    ],
)
def test_talk_is_not_advertising(body: str) -> None:
    assert found(body) == []


def test_a_language_of_its_own() -> None:
    check = PatternCheck({"sale": Pattern(pattern=("sale",), language="en")})
    assert check.run(normalize("big sale"), Context())
    assert not check.run(normalize("이번 sale 기간에 사세요"), Context())


def test_no_patterns_find_nothing() -> None:
    assert PatternCheck({}).run(normalize("sale"), Context()) == []


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('pattern = "["', "`patterns.sale.pattern`: `[` is no pattern: missing ] `[`"),
        ('pattern = "x*"', "`patterns.sale.pattern`: `x*` matches where there is nothing; "
         "leave out `*` or `?` where it may not be empty"),
        ("pattern = []", "`patterns.sale.pattern`: names no pattern; write at least one"),
        ("pattern = 'a\\b'", "`patterns.sale.pattern`: `a\\b`: `\\b` does not end a Korean word, particles attach to it; "
         "leave it out or write `(?:[^a-z]|$)`"),
        ('pattern = "a"\nunless = "("', "`patterns.sale.unless`: `(` is no pattern: missing ) `(`"),
        ('pattern = "sale"\nviolates = ["for sail"]', "`patterns.sale`: does not match `for sail` under `violates`; "
         "widen the pattern or drop the example"),
        ('pattern = "sale"\nallows = ["wholesale"]', "`patterns.sale`: matches `wholesale` under `allows`; "
         "narrow the pattern or drop the example"),
        ('pattern = "sale"', "`patterns.sale`: has no rule; write `[rules.patterns.sale]` with a clause and an action"),
        ('patern = "sale"', "`patterns.sale.patern`: there is no such field"),
    ],
)  # fmt: skip
def test_a_wrong_pattern_stops_the_start(tmp_path: Path, written: str, told: str) -> None:
    file = tmp_path / "site.toml"
    file.write_text(f"[patterns.sale]\n{written}\n", "utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(file)
    assert f"{file}: {told}" in str(caught.value).splitlines()


def test_a_rule_without_its_pattern_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text('[rules.patterns.referal]\nclause = "links"\naction = "hold"\n', "utf-8")
    with pytest.raises(PolicyError, match=r"there is no pattern `referal`; did you mean `referral`\?"):
        load_policy(file)


def test_examples_do_not_change_the_version(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text('[patterns.referral]\nallows = ["좋은 기사입니다"]\n', "utf-8")
    assert load_policy(file).version == load_policy().version
    file.write_text('[patterns.referral]\nunless = ["쿠폰북"]\nallows = []\n', "utf-8")
    assert load_policy(file).version != load_policy().version


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "a",
            "가",
            "1",
            "1만원 ",
            "문의",
            "카톡",
            "earn $",
            "free ",
            "my ",
            "a$1 ",
            "무료 ",
            "hot ",
            ". ",
            "원금",
        ),
        *("프로필 링크 ", "subscribe to my ", "\n", "대출", "recover my bitcoin ", "code "),
    ],
)
def test_time_is_linear(unit: str, stays_linear: Callable[[Check, str], None]) -> None:
    stays_linear(CHECK, unit)
