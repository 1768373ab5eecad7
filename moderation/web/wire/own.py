"""What authors see of their own comments, and what they and other readers can ask for: another look.

The facts are those stored with the decision, in the words of the policy that made it. No score, and no moderator's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from moderation.policy import Policy
from moderation.store import Status
from moderation.store.own import OwnComment as Stored
from moderation.store.wordings import Clauses, Wording
from moderation.text import graphemes
from moderation.types import BY_POLICY, Language
from moderation.web.wire.native import LONGEST_APPEAL, LONGEST_REPORT, CommentRequest, Id, Shape

_MOST_CODE_POINTS = 10_000  # one character may be many code points


def _short_enough(limit: int) -> Any:
    def check(text: str) -> str:
        if graphemes.count(text) > limit:
            raise ValueError(f"must have at most {limit} characters")
        return text

    return AfterValidator(check)


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must say something")
    return text


_Written = Field(max_length=_MOST_CODE_POINTS, pattern=r"^[^\x00]*$")


def _described(limit: int, pattern: str) -> Any:
    """What a schema can say of it: it counts code points, of which a character has at least one."""
    return Field(json_schema_extra={"maxLength": limit, "pattern": pattern})


Plea = Annotated[
    str,
    _Written,
    _short_enough(LONGEST_APPEAL),
    AfterValidator(_not_blank),
    _described(LONGEST_APPEAL, r"^[^\x00]*[^\x00\s][^\x00]*$"),
]


class AppealRequest(Shape):
    """An author asks for another look at a decision."""

    text: Plea = Field(description=f"why, in 1 to {LONGEST_APPEAL} characters")
    author: Id | None = Field(None, description="for a site's own server with a key: whose comment it is")


class RefusalAppealRequest(Shape):
    """An author asks for a look at a comment that was refused when it was posted, and so is not kept yet."""

    comment: CommentRequest
    text: Plea = Field(description=f"why, in 1 to {LONGEST_APPEAL} characters")
    author: Id | None = Field(None, description="for a site's own server with a key: who wrote it")


class ReportRequest(Shape):
    """A reader points moderators to a published comment."""

    clause: Id | None = Field(None, description="id of the clause that it seems to break")
    text: Annotated[str, _Written, _short_enough(LONGEST_REPORT)] = Field(
        "",
        description=f"what else moderators should know, at most {LONGEST_REPORT} characters",
        json_schema_extra={"maxLength": LONGEST_REPORT},
    )
    reader: Id | None = Field(None, description="for a site's own server with a key: who reports")


class Reported(Shape):
    """Moderators will see the report. It changes nothing by itself."""

    status: Literal["reported"] = "reported"
    again: bool = Field(description="whether this reader had reported the comment before; it counts once")


class OwnClause(Shape):
    """A clause that the comment was found to break, in the words of that time."""

    id: str
    number: int
    title: str
    message: str = Field(description="what the author is told")


class AppealState(Shape):
    """What became of an appeal."""

    state: Literal["waiting", "upheld", "overturned"] = Field(
        description="`upheld`: the decision stands; `overturned`: it was taken back"
    )
    text: str = Field(description="what the author wrote")
    filed_at: datetime
    settled_at: datetime | None
    reason: str | None = Field(description="what the moderator wrote who looked again")


class OwnComment(Shape):
    """One of the author's own comments, and where it stands."""

    id: str
    text: str
    article: str | None
    status: Literal["published", "held", "returned", "rejected"] = Field(
        description="`held`: waits for a moderator; `returned`: its author is asked to edit it"
    )
    received_at: datetime
    decided_at: datetime
    by: Literal["policy", "moderator"]
    clauses: list[OwnClause] = Field(description="weightiest first")
    message: str | None = Field(description="what the moderator wrote to the author")
    may_edit: bool = Field(description="whether the author is asked to edit it and post it again")
    may_appeal: bool = Field(description="whether `POST /v1/comments/{id}/appeal` is open")
    appeal: AppealState | None
    policy: str = Field(description="version of the policy that the decision stands on")


class OwnComments(Shape):
    """The author's comments under one article that are not published, or were by a moderator of late."""

    comments: list[OwnComment] = Field(description="newest first")


def own_comment(
    stored: Stored, wordings: Mapping[str, Clauses], policy: Policy, language: Language, now: datetime
) -> OwnComment:
    """A comment for its author. wordings : the clauses of the policies concerned, by version."""
    comment, decision = stored.comment, stored.comment.decision
    known = wordings[decision.versions.policy]
    broken = [(id, known[id]) for id in decision.clauses if id in known]
    return OwnComment(
        id=comment.id,
        text=comment.body,
        article=comment.article,
        status=comment.status.value,
        received_at=comment.received_at,
        decided_at=decision.at,
        by="policy" if decision.by == BY_POLICY else "moderator",
        clauses=[_clause(id, wording, language) for id, wording in broken],
        message=stored.message,
        may_edit=comment.status is Status.RETURNED,
        may_appeal=comment.status in (Status.REJECTED, Status.RETURNED)
        and not stored.is_appealed
        and now - decision.at <= timedelta(days=policy.appeals.days)
        and (not broken or any(wording.may_appeal for _, wording in broken)),
        appeal=_appeal(stored),
        policy=decision.versions.policy,
    )


def _clause(id: str, wording: Wording, language: Language) -> OwnClause:
    return OwnClause(
        id=id, number=wording.number, title=wording.title[language], message=wording.message[language]
    )


def _appeal(stored: Stored) -> AppealState | None:
    appeal = stored.appeal
    if appeal is None:
        return None
    return AppealState(
        state=appeal.outcome or "waiting",
        text=appeal.text,
        filed_at=appeal.filed_at,
        settled_at=appeal.settled_at,
        reason=appeal.reason or None,
    )
