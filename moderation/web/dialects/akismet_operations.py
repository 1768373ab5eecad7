"""The calls of Akismet as the API document has them, with examples that the tests send and compare."""

from __future__ import annotations

from moderation.web.form_bodies import URLENCODED
from moderation.web.operations import Answer, Operation, Parameter
from moderation.web.wire import akismet

KEY = "sb_q3vz7m"
SITE = {"api_key": KEY, "blog": "https://news.example.kr", "user_ip": "192.0.2.7"}
VERIFY = {"key": KEY, "blog": SITE["blog"]}
CHECK = {
    **SITE,
    "comment_content": "기사 잘 읽었습니다",
    "comment_author": "김지영",
    "permalink": "https://news.example.kr/2026/11/25/",
    "blog_charset": "UTF-8",
}
SUBMIT = {**SITE, "comment_content": "무담보 대출 당일 입금, 카톡 주세요"}
USAGE = akismet.usage(calls=1, throttled=False)

_TEXT = "text/plain"
_HELP = (
    " What cannot be read or lacks a field, and a key that is nobody's, is answered `invalid` with status 200 too; "
    "`X-akismet-debug-help` says why. The key is a field, `api_key` or `key`, or the first label of the host."
)
_REFUSALS = (
    Answer(429, "The key has had its share; see `Retry-After`.", None, "unavailable", _TEXT),
    Answer(503, "Nothing can be said for the moment; see `Retry-After`.", None, "unavailable", _TEXT),
)


def _submit(name: str, what: str) -> Operation:
    return Operation(
        "POST",
        f"/1.1/submit-{name}",
        f"akismet_submit_{name}",
        f"Akismet: say that a comment is {what}",
        "What a moderator of the site says becomes a label to learn from: masked, once for each text of each client, "
        "the latest counts. Takes the scopes `akismet` and `feedback`; nothing is kept with `is_test`."
        + _HELP,
        (Answer(200, f"`{akismet.THANKS}`, or `invalid`.", None, akismet.THANKS, _TEXT), *_REFUSALS),
        akismet.CommentForm,
        SUBMIT,
        media=URLENCODED,
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST",
        "/1.1/verify-key",
        "akismet_verify_key",
        "Akismet: is the key good",
        "Takes `key` and `blog`." + _HELP,
        (Answer(200, "`valid` or `invalid`.", None, "valid", _TEXT), *_REFUSALS),
        akismet.KeyForm,
        VERIFY,
        media=URLENCODED,
    ),
    Operation(
        "POST",
        "/1.1/comment-check",
        "akismet_comment_check",
        "Akismet: is a comment spam",
        "`true` where something that the policy calls spam would keep the comment from being published, with "
        "`X-akismet-pro-tip: discard` where it would be refused; the setting `akismet_true` adds what else would be "
        "refused or held. Nothing of the comment is kept." + _HELP,
        (Answer(200, "`true`, `false` or `invalid`.", None, "false", _TEXT), *_REFUSALS),
        akismet.CommentForm,
        CHECK,
        media=URLENCODED,
    ),
    _submit("spam", "spam"),
    _submit("ham", "no spam"),
    *(
        Operation(
            method,
            "/1.2/usage-limit",
            f"akismet_usage_limit_{method.lower()}",
            "Akismet: what the key may be used for",
            "Keys are limited by the minute, so no limit for the month is named; `throttled` says whether the key has "
            "had its share of this minute." + _HELP,
            (
                Answer(200, "The usage, or `invalid` as plain text.", akismet.Usage, USAGE.model_dump()),
                *_REFUSALS[1:],
            ),
            akismet.UsageForm if method == "POST" else None,
            {"api_key": KEY} if method == "POST" else None,
            (Parameter("api_key", "query", "the key", KEY),) if method == "GET" else (),
            media=URLENCODED,
        )
        for method in ("GET", "POST")
    ),
)
