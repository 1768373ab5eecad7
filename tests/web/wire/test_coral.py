"""What Coral asks and what it accepts: a value that it does not know makes it publish unchecked."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.policy import Policy, load_policy
from moderation.types import Action, Decision, Finding, Language, Length, Reason, Span, Standing, Versions
from moderation.web.problems import Refused
from moderation.web.wire import coral

POLICY = load_policy()

# Coral's own schemas (external.ts, COMMENT_STATUS, COMMENT_FLAG_DETECTED_REASON, REJECTION_REASON_CODE).
STATUSES = {"NONE", "APPROVED", "REJECTED", "PREMOD", "SYSTEM_WITHHELD"}
FLAGS = {"COMMENT_DETECTED_TOXIC", "COMMENT_DETECTED_SPAM"}
CODES = {
    *("OFFENSIVE", "ABUSIVE", "SPAM", "BANNED_WORD", "AD", "ILLEGAL_CONTENT", "HARASSMENT_BULLYING"),
    *("MISINFORMATION", "HATE_SPEECH", "IRRELEVANT_CONTENT", "OTHER"),
}


def asked(body: str = "좋은 기사 감사합니다", **changed: Any) -> dict[str, Any]:
    return {
        "action": "NEW",
        "comment": {"body": body, "parentID": None},
        "author": {"id": "8a6e", "role": "COMMENTER"},
        "story": {"id": "story-1", "url": "https://news.example.kr/1"},
        "site": {"id": "site-1"},
        "tenantID": "tenant-1",
        "tenantDomain": "comments.example.kr",
        **changed,
    }


def encoded(document: Any) -> bytes:
    return json.dumps(document, indent=2, ensure_ascii=False).encode()


def signature(body: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def decision(*reasons: tuple[str, Action], language: Language = "ko") -> Decision:
    made = tuple(Reason(Finding("test.rule", Span(0, 1)), clause, action) for clause, action in reasons)
    action = max((reason.action for reason in made), default=Action.ALLOW)
    clauses = tuple(reason.clause for reason in made)
    return Decision(action, None, (), made, clauses, Length(1, 250), language, Versions("p", "m", "n"))


def accepted(answer: dict[str, Any]) -> bool:
    """Whether Coral's validation takes it: closed sets, and nothing that is null."""
    assert answer["status"] in STATUSES
    for flag in answer["actions"]:
        assert flag == {"actionType": "FLAG", "reason": flag["reason"]}
        assert flag["reason"] in FLAGS
    if "moderationAction" in answer:
        action = answer["moderationAction"]
        assert action["status"] in STATUSES
        reason = action["rejectionReason"]
        assert reason["code"] in CODES
        assert all(isinstance(value, str) and value for value in reason.values())
        assert set(reason) <= {"code", "legalGrounds", "detailedExplanation", "customReason"}
    return set(answer) <= {"status", "actions", "tags", "moderationAction"}


def test_a_whole_request() -> None:
    request, comment = coral.parse(
        encoded(asked(comment={"body": "네 &amp; <b>네</b>", "parentID": "c1"})), "html"
    )
    assert comment.body == "네 & 네"
    assert (comment.author, comment.article, comment.parent) == ("8a6e", "story-1", "c1")
    assert (request.standing, request.action) == (Standing.KNOWN, "NEW")


def test_plain_text_is_left_alone() -> None:
    _, comment = coral.parse(encoded(asked("a &amp; <b>b</b>")), "plain")
    assert comment.body == "a &amp; <b>b</b>"


@pytest.mark.parametrize(
    ("role", "standing"),
    [
        ("COMMENTER", Standing.KNOWN),
        ("MEMBER", Standing.KNOWN),
        ("STAFF", Standing.STAFF),
        ("MODERATOR", Standing.STAFF),
        ("ADMIN", Standing.STAFF),
        ("admin", Standing.KNOWN),
        ("SOMETHING_NEW", Standing.KNOWN),
    ],
)
def test_roles(role: str, standing: Standing) -> None:
    request, _ = coral.parse(encoded(asked(author={"id": "1", "role": role})), "html")
    assert request.standing is standing


def test_an_edit_and_what_newer_versions_add() -> None:
    document = asked(action="EDIT", somethingNew={"a": 1})
    del document["site"]
    request, _ = coral.parse(encoded(document), "html")
    assert request.action == "EDIT"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        encoded(asked(action="DELETE")),
        encoded(asked(comment={"body": None})),
        encoded(asked(comment={"body": "a\0b"})),
        encoded(asked(author={"role": "ADMIN"})),
        b'{"action": "NEW", "action": "EDIT"}',
        encoded(asked()).replace(b'"NEW"', b"NaN"),
        json.dumps(asked()).encode("utf-16"),
        b"[" * 100_000,
        encoded(asked()).replace(b'"story-1"', b'"\\ud800"'),
    ],
)
def test_what_cannot_be_read(body: bytes) -> None:
    with pytest.raises(Refused):
        coral.parse(body, "html")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with pytest.raises(Refused):
        coral.parse(body, "html")


BODY = encoded(asked())


@pytest.mark.parametrize(
    ("header", "holds"),
    [
        (signature(BODY, "new"), True),
        (signature(BODY, "old"), True),
        (f"{signature(BODY, 'gone')},{signature(BODY, 'new')}", True),
        (f"{signature(BODY, 'old')}, {signature(BODY, 'gone')}", True),
        (signature(BODY, "gone"), False),
        (signature(BODY + b"\n", "new"), False),
        (signature(json.dumps(json.loads(BODY)).encode(), "new"), False),
        (signature(BODY, "new").removeprefix("sha256="), False),
        (signature(BODY, "new").replace("sha256", "sha1"), False),
        (signature(BODY, "new")[:-1], False),
        ("", False),
        ("sha256=", False),
        ("sha256=가", False),
        (",".join(["sha256=" + "0" * 64] * 16 + [signature(BODY, "new")]), False),
    ],
)
def test_signatures(header: str, holds: bool) -> None:
    assert coral.verifies(header, BODY, ("new", "old")) is holds


def test_nothing_verifies_without_a_secret() -> None:
    assert not coral.verifies(signature(BODY, ""), BODY, ())


@pytest.mark.parametrize("action", [Action.ALLOW, Action.NUDGE])
def test_no_opinion(action: Action) -> None:
    assert coral.render(decision(("abuse", action)), POLICY) is None
    assert coral.render(decision(), POLICY) is None


TOXIC, SPAM = ["COMMENT_DETECTED_TOXIC"], ["COMMENT_DETECTED_SPAM"]
MAPPED = {
    "abuse": ("ABUSIVE", TOXIC),
    "hatred": ("HATE_SPEECH", TOXIC),
    "threats": ("HARASSMENT_BULLYING", TOXIC),
    "sexual": ("OFFENSIVE", TOXIC),
    "profanity": ("OFFENSIVE", TOXIC),
    "privacy": ("OTHER", []),
    "advertising": ("AD", SPAM),
    "links": ("SPAM", SPAM),
    "flooding": ("SPAM", SPAM),
    "impersonation": ("OTHER", []),
    "illegal": ("OTHER", []),
    "length": ("OTHER", []),
    "form": ("OTHER", []),
    "standing": ("OTHER", []),
}


def test_every_clause_is_mapped() -> None:
    assert set(MAPPED) == set(POLICY.clauses)


@pytest.mark.parametrize("clause", MAPPED)
def test_held(clause: str) -> None:
    answer = coral.render(decision((clause, Action.HOLD)), POLICY)
    assert answer is not None
    document = coral.as_document(answer)
    assert accepted(document)
    assert "moderationAction" not in document
    assert (document["status"], [flag["reason"] for flag in document["actions"]]) == (
        "SYSTEM_WITHHELD",
        MAPPED[clause][1],
    )


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("clause", MAPPED)
def test_refused(clause: str, language: Language) -> None:
    answer = coral.render(decision((clause, Action.REJECT), language=language), POLICY)
    assert answer is not None
    document = coral.as_document(answer)
    assert accepted(document)
    code, flags = MAPPED[clause]
    reason = document["moderationAction"]["rejectionReason"]
    assert (document["status"], reason["code"]) == ("REJECTED", code)
    assert [flag["reason"] for flag in document["actions"]] == flags
    assert POLICY.message(clause, language) in reason["detailedExplanation"]
    title = POLICY.clauses[clause].title.in_language(language)
    assert title in reason["customReason" if code == "OTHER" else "detailedExplanation"]


def test_the_refusing_reason_counts_not_the_first() -> None:
    answer = coral.render(
        decision(("links", Action.HOLD), ("hatred", Action.REJECT), ("form", Action.NUDGE)), POLICY
    )
    assert answer is not None
    assert answer.moderationAction is not None
    assert answer.moderationAction.rejectionReason.code == "HATE_SPEECH"
    assert {flag.reason for flag in answer.actions} == FLAGS


def test_a_clause_that_a_site_maps_itself() -> None:
    clause = POLICY.clauses["illegal"].model_copy(update={"coral": "ILLEGAL_CONTENT"})
    policy: Policy = POLICY.model_copy(update={"clauses": {**POLICY.clauses, "illegal": clause}})
    answer = coral.render(decision(("illegal", Action.REJECT)), policy)
    assert answer is not None
    document = coral.as_document(answer)
    assert accepted(document)
    assert document["moderationAction"]["rejectionReason"]["legalGrounds"] == clause.text.ko


def test_what_could_not_be_judged_is_withheld() -> None:
    assert accepted(coral.as_document(coral.WITHHELD))
    answer = coral.render(decision(("abuse", Action.HOLD)), POLICY)
    assert answer is not None
    assert answer.status == coral.WITHHELD.status
