"""Coral's external moderation phase: it asks about each comment before publishing, we say what should become of it.

Source: Coral's `services/comments/pipeline/phases/external.ts` and its documentation, read November 2026. A value that
Coral does not know makes it throw the whole answer away and publish, so answers are made of closed sets.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from moderation.policy import Clause, Policy
from moderation.text.html import plain_text
from moderation.types import Action, Comment, Decision, Reason, Standing
from moderation.web import problems
from moderation.web.documents import parse_json
from moderation.web.fields import as_text

SIGNATURE = "x-coral-signature"
BodyFormat = Literal["html", "plain"]

_STAFF = frozenset({"STAFF", "MODERATOR", "ADMIN"})
_FLAGS = {
    "COMMENT_DETECTED_SPAM": {"SPAM", "AD"},
    "COMMENT_DETECTED_TOXIC": {"OFFENSIVE", "ABUSIVE", "BANNED_WORD", "HARASSMENT_BULLYING", "HATE_SPEECH"},
}
_MOST_SIGNATURES = 16


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class PhaseComment(_Shape):
    """The comment as its author wrote it."""

    body: str = Field(description="HTML or plain text, as the phase is set up in Coral")
    parentID: str | None = None  # noqa: N815  # Coral's own spelling


class PhaseAuthor(_Shape):
    """Who wrote it."""

    id: str
    role: str = Field("COMMENTER", description="STAFF, MODERATOR and ADMIN count as the site's own people")


class PhaseStory(_Shape):
    """The article that it stands under."""

    id: str
    url: str = ""


class PhaseSite(_Shape):
    """The site that the article belongs to."""

    id: str


class PhaseRequest(_Shape):
    """What Coral asks."""

    action: Literal["NEW", "EDIT"]
    comment: PhaseComment
    author: PhaseAuthor
    story: PhaseStory
    site: PhaseSite | None = None
    tenantID: str = ""  # noqa: N815
    tenantDomain: str = ""  # noqa: N815

    @property
    def standing(self) -> Standing:
        """How well the site knows the author. A role that we do not know counts for nothing."""
        return Standing.STAFF if self.author.role in _STAFF else Standing.KNOWN


class Flag(_Shape):
    """What moderators see beside the comment in Coral."""

    actionType: Literal["FLAG"] = "FLAG"  # noqa: N815
    reason: Literal["COMMENT_DETECTED_TOXIC", "COMMENT_DETECTED_SPAM"]


class RejectionReason(_Shape):
    """Why a comment was refused, as Coral keeps it and tells its author."""

    code: str
    detailedExplanation: str  # noqa: N815
    legalGrounds: str | None = Field(None, exclude_if=lambda text: text is None)  # noqa: N815
    customReason: str | None = Field(None, exclude_if=lambda text: text is None)  # noqa: N815


class ModerationAction(_Shape):
    """A refusal with its reason; without one Coral would file it under `OTHER`."""

    status: Literal["REJECTED"] = "REJECTED"
    rejectionReason: RejectionReason  # noqa: N815


class PhaseAnswer(_Shape):
    """What should become of the comment; no answer at all where we have no objection."""

    status: Literal["REJECTED", "SYSTEM_WITHHELD"]
    actions: list[Flag] = Field(default_factory=list)
    moderationAction: ModerationAction | None = Field(None, exclude_if=lambda action: action is None)  # noqa: N815


WITHHELD = PhaseAnswer(status="SYSTEM_WITHHELD")
"""For whatever could not be judged: Coral publishes when a phase answers with an error."""


def verifies(header: str, body: bytes, secrets: Sequence[str]) -> bool:
    """Whether one of the secrets signed these very bytes. While secrets change, Coral sends a signature by each."""
    given = [part.strip() for part in header.split(",")[:_MOST_SIGNATURES]]
    found = False
    for secret in secrets:
        wanted = b"sha256=" + hmac.digest(secret.encode(), body, hashlib.sha256).hex().encode()
        for signature in given:  # all of them, so that time tells nothing
            found |= hmac.compare_digest(signature.encode("utf-8", "replace"), wanted)
    return found


def parse(body: bytes, format: BodyFormat) -> tuple[PhaseRequest, Comment]:
    """What Coral asks, and the comment as readers will see it; raises Refused where it cannot be read."""
    try:
        asked = PhaseRequest.model_validate(parse_json(body))
    except ValidationError as error:
        places = [("/" + "/".join(map(str, fault["loc"])), fault["msg"].lower()) for fault in error.errors()]
        raise problems.malformed("the body is not what Coral sends", *places) from None
    written = as_text(asked.comment.body, "/comment/body")
    comment = Comment(
        plain_text(written) if format == "html" else written,
        author=asked.author.id,
        article=asked.story.id,
        parent=asked.comment.parentID,
    )
    return asked, comment


def render(decision: Decision, policy: Policy) -> PhaseAnswer | None:
    """The decision in Coral's words; None where Coral should go on as if it had not asked."""
    if decision.action < Action.HOLD:
        return None
    reasons = [reason for reason in decision.reasons if reason.action >= Action.HOLD]
    codes = {policy.clauses[reason.clause].coral for reason in reasons}
    flags = [Flag(reason=name) for name, those in _FLAGS.items() if codes & those]
    if decision.action is Action.HOLD:
        return PhaseAnswer(status="SYSTEM_WITHHELD", actions=flags)
    refused = next((reason for reason in reasons if reason.action is Action.REJECT), None)
    action = ModerationAction(rejectionReason=_reason(refused, decision, policy)) if refused else None
    return PhaseAnswer(status="REJECTED", actions=flags, moderationAction=action)


def _reason(reason: Reason, decision: Decision, policy: Policy) -> RejectionReason:
    clause: Clause = policy.clauses[reason.clause]
    title = f"{clause.number}. {clause.title.in_language(decision.language)}"
    message = policy.message(reason.clause, decision.language)
    return RejectionReason(
        code=clause.coral,
        detailedExplanation=message if clause.coral == "OTHER" else f"{title}: {message}",
        legalGrounds=clause.text.in_language(decision.language)
        if clause.coral == "ILLEGAL_CONTENT"
        else None,
        customReason=title if clause.coral == "OTHER" else None,
    )


def as_document(answer: PhaseAnswer) -> dict[str, Any]:
    """The answer as JSON values."""
    return answer.model_dump(mode="json")
