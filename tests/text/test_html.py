"""Formatting goes, everything that a reader would read stays, also where plain text is taken for HTML."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.html import plain_text

FORMATTED = [
    ("<div>기사 잘 읽었습니다</div>", "기사 잘 읽었습니다"),
    ("<div>첫째 줄</div><div>둘째 줄</div>", "첫째 줄\n둘째 줄"),
    ("멍<b>청</b>이<i>들</i>", "멍청이들"),
    ("you are an id<em>io</em>t", "you are an idiot"),
    ("one<br>two<br/>three<BR />four", "one\ntwo\nthree\nfour"),
    ("&#48337;신 &amp; &lt;b&gt;", "병신 & <b>"),
    ("<p>\n\n</p><p>a</p>", "a"),
    ("<ul><li>사과</li><li>배</li></ul>", "사과\n배"),
    ('<span class="coral-rte-spoiler">spoiler</span>', "spoiler"),
    (
        '<a href="https://news.example.kr/1" target="_blank" rel="ugc">기사</a> 참고',
        "기사 https://news.example.kr/1 참고",
    ),
    ('<a href="https://example.kr/">example.kr</a>', "example.kr"),
    ('<a href="https://example.kr/?a=1&amp;b=>2">x</a>', "x https://example.kr/?a=1&b=>2"),
    (
        '<a href="https://one.example">eins <a href="https://two.example">zwei',
        "eins  https://one.examplezwei https://two.example",
    ),
    ('<img src="https://pic.example/a.png" alt="멍청이">', " 멍청이 https://pic.example/a.png "),
]
AS_WRITTEN = [
    "기사 잘 읽었습니다",
    "a < b and b > c",
    "<바보>야",
    "<idiot> said so",
    "<script>idiot</script>",
    "<!-- idiot -->",
    '<b title="idiot">x</b >'.replace("</b >", ""),
    "<a href='https://unfinished",
    "</ 바보>",
    "<![CDATA[idiot]]>",
    "3 <b",
    "AT&T and R&D",
    "  spaces stay  ",
]


@pytest.mark.parametrize(("markup", "text"), FORMATTED)
def test_formatting_goes(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize("text", AS_WRITTEN)
def test_what_is_no_formatting_stays(text: str) -> None:
    assert plain_text(text) == text


@given(st.text())
def test_escaped_text_comes_back(text: str) -> None:
    assert plain_text(html.escape(text)) == html.unescape(html.escape(text)) == text


@given(st.text(alphabet="ab<>/=\"'& \n!-", max_size=200))
def test_no_letter_outside_a_tag_is_lost(markup: str) -> None:
    read = plain_text(markup)
    assert isinstance(read, str)
    if "<" not in markup:
        assert read == html.unescape(markup)
