"""Akismet's forms as clients send them, and the words that they compare letter by letter."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.engine import Moderator
from moderation.policy import load_policy
from moderation.types import (
    Action,
    Comment,
    Decision,
    Finding,
    Length,
    Reason,
    Skipped,
    Span,
    Standing,
    Versions,
)
from moderation.web import problems
from moderation.web.problems import Refused
from moderation.web.wire import akismet

FORM = "application/x-www-form-urlencoded"
SITE = {"blog": "https://news.example.kr", "user_ip": "192.0.2.7"}
POLICY = load_policy()


def parse(fields: dict[str, str], content_type: str = FORM) -> akismet.Asked:
    return akismet.parse(content_type, urlencode({**SITE, **fields}).encode())


def decision(*asked: tuple[str, Action], skipped: bool = False) -> Decision:
    """A decision on these clauses; HOLD where a check was skipped."""
    reasons = tuple(Reason(Finding(f"test.{clause}", Span(0, 1)), clause, action) for clause, action in asked)
    least = Action.HOLD if skipped else Action.ALLOW
    return Decision(
        action=max((reason.action for reason in reasons), default=least) if reasons else least,
        rule=None,
        findings=(),
        reasons=reasons,
        clauses=tuple(reason.clause for reason in reasons),
        length=Length(1, 250),
        language="ko",
        versions=Versions("p", "m", "n"),
        skipped=(Skipped("toxicity", "unavailable"),) if skipped else (),
    )


def test_a_whole_form() -> None:
    asked = parse(
        {
            "api_key": "abc",
            "comment_content": "좋은 기사 & 감사합니다",
            "permalink": "https://news.example.kr/1",
            "user_role": "Editor,subscriber",
            "comment_context[0]": "politics",
            "comment_context[]": "북구",
            "is_test": "1",
            "recheck_reason": "edit",
        }
    )
    assert (asked.key, asked.blog, asked.user_ip) == ("abc", SITE["blog"], SITE["user_ip"])
    assert asked.comment == Comment("좋은 기사 & 감사합니다", article="https://news.example.kr/1")
    assert (asked.roles, asked.standing) == (("editor", "subscriber"), Standing.STAFF)
    assert asked.context == ("politics", "북구")
    assert asked.test
    assert asked.recheck
    assert (asked.guaranteed, asked.trapped, asked.is_administrators) == (False, False, False)


@pytest.mark.parametrize(
    ("fields", "guaranteed", "trapped", "administrator"),
    [
        ({"comment_author": "akismet-guaranteed-spam"}, True, False, False),
        ({"comment_author_email": "akismet-guaranteed-spam@example.com"}, True, False, False),
        ({"comment_author": "akismet-guaranteed-spammer"}, False, False, False),
        ({"comment_author": "김지영", "comment_author_email": "spam@example.com"}, False, False, False),
        ({"honeypot_field_name": "hp", "hp": "filled in"}, False, True, False),
        ({"honeypot_field_name": "hp", "hp": " "}, False, False, False),
        ({"honeypot_field_name": "hp"}, False, False, False),
        ({"hp": "filled in"}, False, False, False),
        ({"user_role": "administrator"}, False, False, True),
        ({"user_role": "subscriber,administrator"}, False, False, True),
        ({"user_role": "administrators"}, False, False, False),
    ],
)
def test_what_settles_it(
    fields: dict[str, str], guaranteed: bool, trapped: bool, administrator: bool
) -> None:
    asked = parse(fields)
    assert (asked.guaranteed, asked.trapped, asked.is_administrators) == (guaranteed, trapped, administrator)


@pytest.mark.parametrize(
    ("charset", "announced", "content_type"),
    [
        ("euc-kr", "EUC-KR", FORM),
        ("euc-kr", "EUC-KR", f"{FORM}; charset=EUC-KR"),
        ("euc-kr", "", f"{FORM}; charset=euc-kr"),
        ("cp949", "ks_c_5601-1987", FORM),
        ("utf-8", "UTF-8", FORM),
        ("utf-8", "", FORM),
        ("utf-8", "EUC-KR", FORM),  # as clients do that write UTF-8 whatever the site is in
        ("utf-8", "x-unheard-of", FORM),
        ("utf-8", "UTF-16", FORM),
    ],
)
def test_charsets(charset: str, announced: str, content_type: str) -> None:
    text = "좋은 기사 감사합니다"
    fields = urlencode({**SITE, "blog_charset": announced, "comment_content": text}, encoding=charset)
    assert akismet.parse(content_type, fields.encode()).comment.body == text


def test_a_latin_site() -> None:
    body = urlencode(
        {**SITE, "blog_charset": "ISO-8859-1", "comment_content": "café “au lait”"}, encoding="cp1252"
    )
    assert akismet.parse(FORM, body.encode()).comment.body == "café “au lait”"


def test_multipart_as_php_sends_an_array() -> None:
    part = '--XyZ\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    fields = {**SITE, "comment_content": "좋은 기사"}
    body = "".join(part.format(*field) for field in fields.items()) + "--XyZ--\r\n"
    asked = akismet.parse("multipart/form-data; boundary=XyZ", body.encode())
    assert asked.comment.body == "좋은 기사"


@pytest.mark.parametrize(
    "body",
    [
        b"comment_content=fine&comment_content=bad",
        b"comment_content=fine&comment_content[]=bad",
        b"comment_content=fine&Comment_Content=bad",
        b"comment_content=fine;comment_content=bad",
        b"key=a&key=b",
        b"user_role=administrator&user_role=subscriber",
        b"blog_charset=utf-8&blog_charset=euc-kr&comment_content=%C0",
        b"comment_content=a%00b",
        b"blog_charset=utf-8&comment_content=%C0%CC",
        "comment_content=날것".encode(),
        b"&".join([b"a=b"] * 1_002),
    ],
)
def test_what_two_parsers_might_read_differently(body: bytes) -> None:
    with pytest.raises(Refused):
        akismet.parse(FORM, body)


@pytest.mark.parametrize("content_type", ["", "application/json", "text/plain"])
def test_other_media(content_type: str) -> None:
    with pytest.raises(Refused):
        akismet.parse(content_type, b"comment_content=x")


@given(
    st.binary(max_size=400),
    st.sampled_from([FORM, f"{FORM}; charset=euc-kr", "multipart/form-data; boundary=x"]),
)
def test_any_bytes_are_read_or_refused(body: bytes, content_type: str) -> None:
    text = ""
    with suppress(Refused):
        text = akismet.parse(content_type, body).comment.body
    assert "\0" not in text
    text.encode("utf-8")


@given(st.text(st.characters(codec="cp949", exclude_characters="\0"), max_size=200))
def test_any_korean_text_in_euc_kr(text: str) -> None:
    body = f"blog_charset=EUC-KR&comment_content={quote_from_bytes(text.encode('cp949'), safe='')}"
    assert akismet.parse(FORM, body.encode()).comment.body == text


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("abc123.rest.akismet.com", "abc123"),
        ("ABC123.moderation.example.kr:8000", "abc123"),
        ("key-1.localhost:8000", "key-1"),
        ("localhost:8000", None),
        ("", None),
        ("a@b.example", None),
        ("a/b.example", None),
        ("a?x.example", None),
        (".example.kr", None),
        ("-a.example.kr", None),
        ("abc.example.kr:port", None),
        ("a" * 64 + ".example.kr", None),
        ("키.example.kr", None),
        ("[::1]:8000", None),
    ],
)
def test_the_key_in_the_host(host: str, key: str | None) -> None:
    assert akismet.host_key(host) == key


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({}, None),
        ({"blog": ""}, "missing required field: blog"),
        ({"user_ip": ""}, "missing required field: user_ip"),
        ({"blog": "news.example.kr"}, "`blog` must be a whole address, with http:// or https://"),
    ],
)
def test_required_fields(fields: dict[str, str], fault: str | None) -> None:
    assert akismet.missing(parse(fields), ("blog", "user_ip")) == fault


ADVERTISED = ("advertising", Action.HOLD)
BLATANT = ("advertising", Action.REJECT)
INSULT = ("abuse", Action.REJECT)
LINK = ("links", Action.HOLD)
DOUBTFUL = ("advertising", Action.NUDGE)


@pytest.mark.parametrize(
    ("reasons", "spam", "refused", "held"),
    [
        ([], "false", "false", "false"),
        ([DOUBTFUL], "false", "false", "false"),
        ([ADVERTISED], "true", "true", "true"),
        ([BLATANT], "true", "true", "true"),
        ([("flooding", Action.HOLD)], "true", "true", "true"),
        ([LINK], "false", "false", "true"),
        ([INSULT], "false", "true", "true"),
        ([INSULT, ADVERTISED], "true", "true", "true"),
        ([INSULT, DOUBTFUL], "false", "true", "true"),
    ],
)
def test_what_true_means(reasons: list[tuple[str, Action]], spam: str, refused: str, held: str) -> None:
    made = decision(*reasons)
    meanings: list[akismet.Meaning] = ["spam", "refused", "held"]
    assert [akismet.render(made, POLICY, meaning).text for meaning in meanings] == [spam, refused, held]


def test_only_blatant_spam_may_be_discarded() -> None:
    assert akismet.render(decision(BLATANT), POLICY, "held").headers == {"x-akismet-pro-tip": "discard"}
    for reasons in ([ADVERTISED], [INSULT], [INSULT, ADVERTISED], []):
        assert "x-akismet-pro-tip" not in akismet.render(decision(*reasons), POLICY, "held").headers


def test_what_could_not_be_checked_is_neither() -> None:
    for meaning in ("spam", "refused", "held"):
        reply = akismet.render(decision(skipped=True), POLICY, meaning)
        assert (reply.text, reply.status) == ("unavailable", 503)
        assert reply.headers["x-akismet-debug-help"]
    assert akismet.render(decision(ADVERTISED, skipped=True), POLICY, "spam").text == "true"


def test_refusals() -> None:
    unreadable = akismet.refusal(problems.malformed("the form is not `가` at all\r\nset-cookie: x").problem)
    assert (unreadable.text, unreadable.status) == ("invalid", 200)
    assert unreadable.headers == {"x-akismet-debug-help": "the form is not `?` at all??set-cookie: x"}
    down = akismet.refusal(problems.check_unavailable())
    assert (down.text, down.status, down.headers["retry-after"]) == ("unavailable", 503, "5")


def test_on_the_real_policy() -> None:
    moderator = Moderator(POLICY, None, deadline=60.0)
    for text in POLICY.patterns["loan_offer"].violates:
        assert akismet.render(moderator.judge(Comment(text)), POLICY, "spam").text == "true"
    for text in ("대출 금리가 올라서 걱정입니다", "병신 같은 소리", "https://example.com/offer"):
        assert akismet.render(moderator.judge(Comment(text)), POLICY, "spam").text != "true"
