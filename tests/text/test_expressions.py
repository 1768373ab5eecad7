"""Patterns of editors: which are refused and why, and where the others match."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text import expressions
from moderation.text.expressions import LARGEST, Expression, Over, Sieve, compile_pattern
from moderation.text.normalize import normalize


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(", "`(` is no pattern: missing ) `(`"),
        ("[a", "`[a` is no pattern: missing ] `[a`"),
        ("c++", "`c++` is no pattern: bad repetition operator `++`"),
        ("*a", "`*a` is no pattern: no argument for repetition operator `*`"),
        ("a{2000}", "`a{2000}` repeats more than 1,000 times; write a smaller number"),
        ("(?=a)b", "`(?=a)b` looks around, which cannot be done in linear time; use `beside` or `unless`"),
        ("(?<!a)b", "`(?<!a)b` looks around, which cannot be done in linear time; use `beside` or `unless`"),
        (r"(a)\1", r"`(a)\1` has an escape that RE2 does not know (a back reference, for one)"),
        ("", "`` matches where there is nothing; leave out `*` or `?` where it may not be empty"),
        ("a*", "`a*` matches where there is nothing; leave out `*` or `?` where it may not be empty"),
        ("광고|", "`광고|` matches where there is nothing; leave out `*` or `?` where it may not be empty"),
        ("^", "`^` matches where there is nothing; leave out `*` or `?` where it may not be empty"),
        (r"\b은행", r"`\b은행`: `\b` does not end a Korean word, particles attach to it; leave it out or write `(?:[^a-z]|$)`"),
        (r"광고\B", r"`광고\B`: `\B` means nothing where particles attach to words; leave it out"),
        (r"\w+코인", r"`\w+코인`: `\w` is a-z, 0-9 and _ only and misses Hangul; write `[\pL\pN]`"),
        (r"[^\W]", r"`[^\W]`: `\W` takes Hangul for no letter; write `[^\pL\pN]`"),
        (r"\A광고", r"`\A광고`: write `^` for the beginning instead of `\A`"),
        ("(?m)^광고", "`(?m)^광고`: the flag `m` is not read; `^` and `$` are the beginning and end of a comment"),
        ("(?:.*a){500}c", f"`(?:.*a){{500}}c` takes 4505 steps and may take {LARGEST}; "
         "write shorter repetitions or several patterns"),
        ("광고\ud800", "holds half a surrogate pair; write whole characters"),
    ],
)  # fmt: skip
def test_refused(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|aa)+$", "(.*)*b", "(?:a|b|ab)*c", "(x+x+)+y", r"\\b", r"a\.b", "광고", r"[\pL]+"],
)
def test_what_other_engines_choke_on_is_fine(pattern: str) -> None:
    assert compile_pattern(pattern)


def test_a_pattern_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expressions, "SLOWEST", 0.0)
    with pytest.raises(
        ValueError, match=r"`a\+b\{7\}` takes \d+ ms over 16 KiB and may take 0; write fewer counted"
    ):
        compile_pattern("a+b{7}")


@pytest.mark.parametrize(
    ("expression", "body", "places"),
    [
        (Expression(("광고",)), "이건 광고예요, 광고", ["광고", "광고"]),
        (Expression(("sale",)), "Big ＳＡＬＥ today", ["ＳＡＬＥ"]),
        (Expression(("SALE",)), "big sale", ["sale"]),
        (Expression(("광고",)), "광 고", []),
        (Expression(("광고문의",), over="letters"), "광 고 문.의 주세요", ["광 고 문.의"]),
        (Expression(("광고",), over="letters"), "광\u200b고", ["광\u200b고"]),
        (Expression(("money",)), "make m0ney now", ["m0ney"]),
        (Expression(("광고", "홍보")), "홍보와 광고", ["홍보", "광고"]),
        (Expression(("광고",), beside=("카톡",)), "광고 문의 카톡", ["광고", "카톡"]),
        (Expression(("광고",), beside=("카톡",)), "광고 문의", []),
        (Expression(("광고",), unless=("사기",)), "광고 사기 조심", []),
        (Expression(("광고",), unless=("사기",)), "광고" + " 가나" * 20 + " 사기", ["광고"]),
        (Expression(("^광고",)), "광고 하나", ["광고"]),
        (Expression(("^광고",)), "이 광고", []),
        (Expression(("문의$",), over="letters"), "광고 문의!", ["문의"]),
    ],
)
def test_where_it_matches(expression: Expression, body: str, places: list[str]) -> None:
    text = normalize(body)
    spans = [text.span(*place) for place in expression.find(text)]
    assert [body[span.start : span.end] for span in spans] == places


PATTERNS = st.sampled_from(["광고", "^a", "a$", "[ab]c", "(?:^|[^온])라인", "0", "바.보", "x{2,3}"])


@given(
    PATTERNS,
    st.lists(PATTERNS, max_size=1),
    st.text(alphabet="ab c0xX라인온바보광고.\n\u200b@1", max_size=20),
    st.sampled_from(["text", "letters"]),
)
def test_the_sieve_misses_nothing(pattern: str, beside: list[str], body: str, over: Over) -> None:
    text = normalize(body)
    asked = [Expression(("없음",)), Expression((pattern,), tuple(beside), over=over)]
    if asked[1].find(text):
        assert 1 in Sieve(asked).possible(text)


def test_the_sieve_holds_back_what_has_none_of_its_words() -> None:
    sieve = Sieve(
        [Expression(("광고|[0-9]원",)), Expression(("[0-9]{4}",), beside=("문의",)), Expression(("[0-9]",))]
    )
    assert list(sieve.possible(normalize("광고 문의"))) == [0, 1, 2]
    assert list(sieve.possible(normalize("좋은 기사"))) == [2]
    assert Sieve([]).possible(normalize("광고")) == ()
