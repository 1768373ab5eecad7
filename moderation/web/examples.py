"""One example of everything the API takes and gives; the tests hold each against its shape."""

from __future__ import annotations

from typing import Any

ID = "019ab3a0-5c1e-7d10-9b5a-3f2f8c1d0e42"
_BASE = "https://standards-board.example/problems/"


def problem(kind: str, status: int, title: str, detail: str, **members: Any) -> dict[str, Any]:
    """A problem document of that kind."""
    return {"type": _BASE + kind, "title": title, "status": status, "detail": detail, **members}


CHECK = {
    "text": "좋은 기사 감사합니다. 010-1234-5678로 연락 주세요 😀",
    "language": "en",
    "article": "library-hours",
}
COMMENT = {"text": "도서관이 밤에도 열려서 좋습니다.", "article": "library-hours"}

_SPAN = {"start": 13, "end": 26, "utf16_start": 13, "utf16_end": 26}
_VERSIONS = {"policy": "3f9a1c0b77de", "model": "2026.11.24", "normaliser": "1"}
VERDICT = {
    "action": "hold",
    "rule": "personal_data.phone",
    "clauses": ["privacy"],
    "language": "ko",
    "length": {"graphemes": 36, "limit": 250},
    "reasons": [
        {
            "rule": "personal_data.phone",
            "clause": "privacy",
            "number": 6,
            "title": "Personal data",
            "message": "This looks like personal data. Please remove it, for yourself and others.",
            "action": "hold",
            "severity": None,
            "span": _SPAN,
            "marks": [_SPAN],
        }
    ],
    "skipped": [],
    "versions": _VERSIONS,
}
REJECTED = {
    "action": "reject",
    "rule": "length.empty",
    "clauses": ["length"],
    "language": "en",
    "length": {"graphemes": 0, "limit": 250},
    "reasons": [
        {
            "rule": "length.empty",
            "clause": "length",
            "number": 12,
            "title": "At most 250 characters",
            "message": "Please write from 1 to 250 characters.",
            "action": "reject",
            "severity": None,
            "span": {"start": 0, "end": 0, "utf16_start": 0, "utf16_end": 0},
            "marks": [],
        }
    ],
    "skipped": [],
    "versions": _VERSIONS,
}
_COMMENT = {
    "id": ID,
    "text": COMMENT["text"],
    "author": "책읽는사람 4821",
    "received_at": "2026-11-24T09:52:07.120000Z",
}
PUBLISHED = {"status": "published", "id": ID, "comment": _COMMENT}
HELD = {
    "status": "held",
    "id": ID,
    "message": "Your comment will be published once a moderator has looked at it",
    "decision": VERDICT,
}
PAGE = {"comments": [_COMMENT], "next": None}
POLICY = {
    "name": "Standards Board Policy",
    "version": _VERSIONS["policy"],
    "limits": {"graphemes": 250, "bytes": 16_384, "marks": 8, "appeal": 1_000, "report": 300},
    "clauses": [
        {
            "id": "links",
            "number": 8,
            "title": "Links",
            "text": "A comment with an outside link is published once a moderator has looked at it.",
            "rationale": "Links can lead to fraud and malware.",
            "message": "There is an outside link. Without it the comment can be published at once.",
            "appeal": "A moderator looks at the link and publishes it where nothing is wrong.",
            "may_appeal": True,
        }
    ],
    "interface": {"box_submit": "Post"},
}
HEALTH = {"status": "ok"}
READY = {
    "ready": True,
    "policy": {"ready": True, "version": _VERSIONS["policy"], "refused": False},
    "model": {"ready": True, "version": _VERSIONS["model"], "refused": False},
    "store": {"ready": True, "version": None, "refused": False},
}
NOT_READY = {**READY, "ready": False, "model": {"ready": False, "version": None, "refused": True}}
METRICS = (
    'moderation_decisions_total{action="allow",language="ko",rule="none",surface="comment"} 1201.0\n'
    'moderation_problems_total{kind="comment-refused",status="422"} 17.0\n'
)

MALFORMED = problem(
    "malformed-request",
    400,
    "The request cannot be read",
    "the body has no comment text",
    errors=[{"pointer": "/text", "detail": "is required"}],
)
NO_ARTICLE = problem(
    "malformed-request",
    400,
    "The request cannot be read",
    "the query names no article",
    errors=[{"pointer": "article", "detail": "is required"}],
)
NO_LANGUAGE = problem(
    "malformed-request",
    400,
    "The request cannot be read",
    "the language is neither `ko` nor `en`",
    errors=[{"pointer": "language", "detail": "must be ko or en"}],
)
SIGN_IN = problem("sign-in-required", 401, "Sign-in required", "sign in to comment")
CROSS_ORIGIN = problem(
    "cross-origin",
    403,
    "Request from another site",
    "requests that change something are taken from this site's own pages only",
)
OWN_COMMENT: dict[str, Any] = {
    "id": ID,
    "text": "사진은 https://example.com 에 있어요.",
    "article": "library-hours",
    "status": "rejected",
    "received_at": "2026-11-24T09:52:07.120000Z",
    "decided_at": "2026-11-24T10:15:40Z",
    "by": "moderator",
    "clauses": [
        {
            "id": "links",
            "number": 8,
            "title": "Links",
            "message": "There is an outside link. Without it the comment can be published at once.",
        }
    ],
    "message": "The page behind the link sells something.",
    "may_edit": False,
    "may_appeal": True,
    "appeal": None,
    "policy": _VERSIONS["policy"],
}
OWN_COMMENTS = {"comments": [OWN_COMMENT]}
APPEAL = {"text": "The link leads to the library's own page of opening hours.", "author": None}
REFUSAL_APPEAL = {"comment": COMMENT, **APPEAL}
APPEALED = {
    **OWN_COMMENT,
    "may_appeal": False,
    "appeal": {
        "state": "waiting",
        "text": APPEAL["text"],
        "filed_at": "2026-11-24T11:02:13Z",
        "settled_at": None,
        "reason": None,
    },
}
REPORT = {"clause": "advertising", "text": "The same text stands under three other stories.", "reader": None}
REPORTED = {"status": "reported", "again": False}
REPORTED_AGAIN = {"status": "reported", "again": True}
NO_APPEAL = problem(
    "no-appeal",
    409,
    "No appeal is open",
    "the decision on this comment was appealed already, is too old, or leaves nothing to appeal",
)
OWN_REPORT = problem("own-comment", 409, "Your own comment", "readers report comments of others")
SCOPE_MISSING = problem(
    "scope-missing", 403, "Key not sufficient", "the key does not have the scope `comments`"
)
KEY_UNKNOWN = problem("key-unknown", 401, "Key not valid", "the key is not one that is in use")
TOO_MANY_ASKS = problem(
    "too-many-requests",
    429,
    "Too many requests",
    "the limit of this client is reached; try again in 12 seconds",
)
TOO_MANY_CHECKS = problem(
    "too-many-checks",
    429,
    "Too many checks",
    "ask again in 12 seconds; a comment can be posted all the same and is checked then",
)
KEY_REUSED = problem(
    "idempotency-key-reused",
    409,
    "The key belongs to another comment",
    "this `Idempotency-Key` came before, with another comment; give each comment a key of its own",
)
NOT_FOUND = problem("not-found", 404, "Nothing here", "there is no such comment")
TOO_SLOW = problem(
    "body-too-slow", 408, "The body arrived too slowly", "the body did not arrive within 10 seconds"
)
TOO_LARGE = problem("body-too-large", 413, "The body is too large", "the body is larger than 65536 bytes")
MEDIA = problem(
    "unsupported-media-type",
    415,
    "The body has the wrong media type",
    "send the body as `application/json` in UTF-8",
)
REFUSAL = problem(
    "comment-refused",
    422,
    "Your comment was not published. Please change what is marked.",
    "Please write from 1 to 250 characters.",
    decision=REJECTED,
)
STORE_DOWN = problem(
    "store-unavailable",
    503,
    "Temporarily unavailable",
    "the comment could not be kept; try again in a moment",
)
