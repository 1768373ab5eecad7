"""Akismet's dialect: forms in, one plain word out.

Source: akismet.com/developers (comment-check, submit-spam, usage-limit), read November 2026, and what its clients
send. Both ways of giving the key are in use: as a field, and as the first label of the host.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from python_multipart.multipart import parse_options_header

from moderation.policy import Policy
from moderation.types import Action, Comment, Decision, Standing
from moderation.web import problems
from moderation.web.fields import as_text
from moderation.web.form_bodies import MULTIPART, URLENCODED, Entry, parse_form, take, urlencoded_pairs

THANKS = "Thanks for making the web a better place."
DEBUG_HELP, PRO_TIP = "x-akismet-debug-help", "x-akismet-pro-tip"
ALERT_CODE, ALERT_MESSAGE = "x-akismet-alert-code", "x-akismet-alert-msg"
ABUSED = "10005"
"""The alert that a plugin shows to the site's administrator when a key is used beyond what it may."""

Meaning = Literal["spam", "refused", "held"]
"""What a site wants `true` to say: spam alone, or also what else would be refused, or held as well."""

_TEST_AUTHOR, _TEST_EMAIL = "akismet-guaranteed-spam", "akismet-guaranteed-spam@example.com"
_STAFF = frozenset({"editor", "author"})  # roles of WordPress that write for the site
_HOST_KEY = re.compile(r"([a-z0-9][a-z0-9_-]{0,62})\.[a-z0-9.-]+(?::[0-9]{1,5})?", re.IGNORECASE)
_CHARSETS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "euc-kr": "cp949",  # what sites write under that name is the larger set (encoding.spec.whatwg.org, `euc-kr`)
    "ks_c_5601-1987": "cp949",
    "cp949": "cp949",
    "ms949": "cp949",
    "windows-949": "cp949",
    "uhc": "cp949",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "windows-1252": "cp1252",
}


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class UsageForm(_Shape):
    """Whose usage is asked for."""

    api_key: str | None = Field(None, description="else `key`, or the first label of the host")


class KeyForm(UsageForm):
    """A key and the site that it is for."""

    key: str | None = Field(None, description="the key, by its older name")
    blog: str = Field(description="address of the site, with http:// or https://")


class CommentForm(KeyForm):
    """A comment to be checked, or one that was decided. Fields that are not named here are read over."""

    user_ip: str = Field(description="address that the comment came from; asked for, and not used")
    comment_content: str = Field("", description="the comment")
    comment_author: str | None = None
    comment_author_email: str | None = None
    permalink: str | None = Field(None, description="address of the article")
    blog_charset: str | None = Field(None, description="charset of all fields, UTF-8 or EUC-KR for instance")
    user_role: str | None = Field(None, description="an `administrator` never writes spam; editors are staff")
    honeypot_field_name: str | None = Field(None, description="name of a field that people leave empty")
    is_test: str | None = Field(None, description="nothing is learned from it")
    recheck_reason: str | None = None


class Usage(_Shape):
    """What a key may be used for."""

    limit: str = "none"
    usage: int = Field(ge=0, description="calls this month, as far as this process answered them")
    percentage: str = "0.00"
    throttled: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A form as it was sent: whose key, for which site, and the comment that it is about.

    key : as a field; None where the host may name it.
    context : what the comment is about, in the site's words (`comment_context[]`).
    test : nothing is learned from it.
    recheck : the comment was checked before, so it is no copy of itself.
    guaranteed : one of the texts that are spam whatever is said, so that a site can try its wiring.
    trapped : a field that people do not see was filled in.
    """

    key: str | None
    blog: str
    user_ip: str
    comment: Comment
    roles: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    test: bool = False
    recheck: bool = False
    guaranteed: bool = False
    trapped: bool = False

    @property
    def is_administrators(self) -> bool:
        """Whether whoever runs the site wrote it: that is never spam."""
        return "administrator" in self.roles

    @property
    def standing(self) -> Standing:
        """How well the site knows the author, by the role that its server gave."""
        return Standing.KNOWN if _STAFF.isdisjoint(self.roles) else Standing.STAFF


@dataclass(frozen=True, slots=True)
class Reply:
    """The plain text that a client compares letter by letter, and the headers that explain it."""

    text: str
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200


def parse(content_type: str, body: bytes) -> Asked:
    """The form in a body; raises Refused for anything that parsers might read differently."""
    entries = _entries(content_type, body)

    def value(name: str) -> str:
        return take(entries, name) or ""

    value("blog_charset")  # refused where it is given twice: it says how all the others are to be read
    trap = value("honeypot_field_name")
    return Asked(
        key=take(entries, "api_key") or take(entries, "key"),
        blog=value("blog"),
        user_ip=value("user_ip"),
        comment=Comment(
            as_text(value("comment_content"), "comment_content"), article=value("permalink") or None
        ),
        roles=tuple(role.strip().lower() for role in value("user_role").split(",") if role.strip()),
        context=_context(entries),
        test=_is_set(value("is_test")),
        recheck=bool(value("recheck_reason")),
        guaranteed=value("comment_author").strip().lower() == _TEST_AUTHOR
        or value("comment_author_email").strip().lower() == _TEST_EMAIL,
        trapped=any(entry.name == trap and (entry.value or "").strip() for entry in entries if trap),
    )


def host_key(host: str) -> str | None:
    """The key in a host such as `KEY.moderation.example.kr`, None where there cannot be one.

    >>> host_key("abc123.moderation.example.kr:8000")
    'abc123'
    """
    found = _HOST_KEY.fullmatch(host)
    # Names are case-insensitive, and clients write them small.
    return found[1].lower() if found else None


def missing(asked: Asked, names: Sequence[str]) -> str | None:
    """What is wrong with the required fields, None where nothing is."""
    for name in names:
        if not getattr(asked, name):
            return f"missing required field: {name}"
    if not asked.blog.startswith(("http://", "https://")):
        return "`blog` must be a whole address, with http:// or https://"
    return None


def render(decision: Decision, policy: Policy, meaning: Meaning) -> Reply:
    """`true` or `false`; neither, where a check that the answer depends on could not run.

    WordPress holds what was neither for a moderator and asks again later.
    """
    spam = _spam(decision, policy)
    if spam >= Action.HOLD:
        return positive(discard=spam is Action.REJECT)
    if decision.skipped and decision.action >= Action.HOLD:
        return unchecked()
    least = {"spam": None, "refused": Action.REJECT, "held": Action.HOLD}[meaning]
    return positive() if least is not None and decision.action >= least else Reply("false")


def _spam(decision: Decision, policy: Policy) -> Action:
    return max((r.action for r in decision.reasons if policy.clauses[r.clause].spam), default=Action.ALLOW)


def positive(*, discard: bool = False) -> Reply:
    """Spam. discard : so blatant that nobody needs to look at it."""
    return Reply("true", {PRO_TIP: "discard"} if discard else {})


def unchecked() -> Reply:
    """Nothing can be said for the moment."""
    headers = {
        DEBUG_HELP: "the comment could not be checked; ask again",
        "retry-after": str(problems.RETRY_SECONDS),
    }
    return Reply("unavailable", headers, 503)


def invalid(help: str) -> Reply:
    """The request cannot be answered, and why."""
    return Reply("invalid", {DEBUG_HELP: _header(help)})


def refusal(problem: problems.Problem) -> Reply:
    """A problem in this dialect: what is wrong with a form has status 200, as Akismet has it."""
    if problem.status in (404, 405):
        return Reply("invalid", {DEBUG_HELP: _header(problem.detail), **problem.headers}, problem.status)
    if problem.status < 500 and problem.status != 429:
        return invalid(problem.detail)
    again = {name: value for name, value in problem.headers.items() if name.lower() == "retry-after"}
    alert = {ALERT_CODE: ABUSED, ALERT_MESSAGE: _header(problem.detail)} if problem.status == 429 else {}
    return Reply("unavailable", {DEBUG_HELP: _header(problem.detail), **again, **alert}, problem.status)


def usage(calls: int, throttled: bool) -> Usage:
    """What `usage-limit` answers. Keys are limited by the minute, so there is no limit for the month to name."""
    return Usage(usage=calls, throttled=throttled)


def _header(text: str) -> str:
    return "".join(char if " " <= char <= "~" else "?" for char in text)


def _is_set(value: str) -> bool:
    return value.strip().lower() not in ("", "0", "false", "no")


def _context(entries: Sequence[Entry]) -> tuple[str, ...]:
    """`comment_context`, `comment_context[]` or `comment_context[0]`, as programs of different languages write it."""
    return tuple(e.value for e in entries if e.value and e.name.partition("[")[0] == "comment_context")


def _entries(content_type: str, body: bytes) -> list[Entry]:
    kind, options = parse_options_header(content_type)
    media = kind.decode("latin-1")
    if media == MULTIPART:
        return parse_form(content_type, body)
    if media != URLENCODED:
        raise problems.unsupported_media(URLENCODED)
    pairs = urlencoded_pairs(body)
    announced = options.get(b"charset") or dict(pairs).get(b"blog_charset") or b"utf-8"
    return _decoded(pairs, announced.decode("latin-1").strip())


def _decoded(pairs: Sequence[tuple[bytes, bytes]], announced: str) -> list[Entry]:
    """The fields in the charset that was announced.

    Many clients write UTF-8 whatever `blog_charset` says of the site, so that is tried where the other fails.
    """
    for charset in dict.fromkeys((_CHARSETS.get(announced.lower(), "utf-8"), "utf-8")):
        try:
            return [Entry(name.decode(charset), value.decode(charset)) for name, value in pairs]
        except UnicodeDecodeError:
            continue
    raise problems.malformed(f"the form is neither in `{announced[:40]}` nor in UTF-8")
