"""Our own dialect: the shapes of requests and answers, and what a decision looks like in them.

No answer carries a raw score or what exactly matched: with those, disguises could be tuned on the checks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from moderation.policy import Policy
from moderation.text.offsets import utf16
from moderation.types import Decision, Language, Span
from moderation.web import problems
from moderation.web.marks import shown

LONGEST_APPEAL = 1_000  # characters as a reader counts them: room for an argument, and still read in a minute
LONGEST_REPORT = 300

ActionName = Literal["allow", "nudge", "hold", "reject"]


Id = Annotated[str, Field(max_length=1_000, pattern=r"^[^\x00]*$")]
"""A name from outside. The store could look for nothing that holds a NUL."""


CommentText = Annotated[
    str,
    Field(description="the comment, as its author wrote it", json_schema_extra={"pattern": r"^[^\x00]*$"}),
]
"""What is to be judged. It is read by `as_text`, which says where a NUL stands; the schema only tells of it."""


class Shape(BaseModel):
    """What our own API takes and gives: frozen, and what it does not know is left out."""

    model_config = ConfigDict(frozen=True)


class CheckRequest(Shape):
    """A comment to be judged before it is posted."""

    text: CommentText
    language: Language | None = Field(
        None, description="language of the messages; else `Accept-Language`, else the language of the text"
    )
    article: Id | None = Field(None, description="id of the article it stands under")
    author: Id | None = Field(None, description="id of its author")


class CommentRequest(Shape):
    """A comment to be published."""

    text: CommentText
    article: Id = Field(min_length=1, description="id of the article it stands under")


class Range(Shape):
    """A stretch of the text, half-open, in code points and in UTF-16 units as browsers count them."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    utf16_start: int = Field(ge=0)
    utf16_end: int = Field(ge=0)


class Reason(Shape):
    """One thing that speaks against publishing the comment as it is."""

    rule: str = Field(description="id of the rule")
    clause: str = Field(description="id of the clause that the comment seems to break")
    number: int = Field(description="number of the clause in the published standards")
    title: str = Field(description="title of the clause")
    message: str = Field(description="what the author is told")
    action: ActionName = Field(description="what this alone asks for")
    severity: Literal["mild", "strong", "severe"] | None = Field(description="of a listed word")
    span: Range = Field(description="what it is about")
    marks: list[Range] = Field(description="what to highlight; nothing where it is about the whole text")


class SkippedCheck(Shape):
    """A check that could not run."""

    check: str
    reason: Literal["crashed", "deadline", "unavailable"]


class Length(Shape):
    """How long the comment is, in characters as a reader counts them."""

    graphemes: int = Field(ge=0)
    limit: int = Field(ge=1)


class Versions(Shape):
    """What judged the comment."""

    policy: str
    model: str | None
    normaliser: str


class Verdict(Shape):
    """What happens, or would happen, to a comment, and why."""

    action: ActionName
    rule: str | None = Field(description="the rule that settled it; `skipped.…` where a check could not run")
    clauses: list[str] = Field(description="ids of the clauses that it seems to break, weightiest first")
    language: Language = Field(description="language of the text")
    length: Length
    reasons: list[Reason] = Field(description="weightiest first")
    skipped: list[SkippedCheck]
    versions: Versions


class Held(Shape):
    """The comment is kept for a moderator and not shown before that."""

    status: Literal["held"] = "held"
    id: str = Field(description="id under which it is kept")
    message: str = Field(description="what the author is told")
    decision: Verdict


class PublishedComment(Shape):
    """A comment as readers see it."""

    id: str
    text: str
    author: str | None
    received_at: datetime


class Published(Shape):
    """The comment stands under the article."""

    status: Literal["published"] = "published"
    id: str
    comment: PublishedComment


class CommentPage(Shape):
    """Published comments, newest first."""

    comments: list[PublishedComment]
    next: str | None = Field(description="give it as `before` to read on; null at the end")


class PolicyLimits(Shape):
    """How large a comment may be, and what readers write beside it."""

    graphemes: int
    bytes: int
    marks: int
    appeal: int = Field(description="graphemes of an appeal")
    report: int = Field(description="graphemes of a report")


class PolicyClause(Shape):
    """One of the site's standards."""

    id: str
    number: int
    title: str
    text: str
    rationale: str = Field(description="why the site has it")
    message: str = Field(description="what an author is told whose comment breaks it")
    appeal: str = Field(description="how its author asks for another look")
    may_appeal: bool = Field(description="whether a refusal for it alone leaves room for another look")


class PolicyDocument(Shape):
    """The site's standards in one language."""

    name: str
    version: str
    limits: PolicyLimits
    clauses: list[PolicyClause]
    interface: dict[str, str] = Field(description="the texts of the comment box, by key")


class ProblemError(Shape):
    """Something wrong at one place of the request."""

    pointer: str = Field(description="JSON pointer, or name of a form field or parameter")
    detail: str


class ProblemDocument(Shape):
    """What could not be done, and why (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemError] | None = Field(None, exclude_if=lambda errors: errors is None)


class Refusal(ProblemDocument):
    """The comment breaks the site's standards and is not published."""

    decision: Verdict


def verdict(decision: Decision, body: str, policy: Policy, language: Language) -> Verdict:
    """A decision on `body`, for readers of `language`."""
    return Verdict(
        action=_name(decision.action),
        rule=decision.rule,
        clauses=list(decision.clauses),
        language=decision.language,
        length=Length(graphemes=decision.length.graphemes, limit=decision.length.limit),
        reasons=_reasons(decision, body, policy, language) if decision.reasons else [],
        skipped=[SkippedCheck(check=skip.check, reason=skip.reason) for skip in decision.skipped],
        versions=Versions(
            policy=decision.versions.policy,
            model=decision.versions.model,
            normaliser=decision.versions.normaliser,
        ),
    )


def _reasons(decision: Decision, body: str, policy: Policy, language: Language) -> list[Reason]:
    units = utf16(body)
    return [
        Reason(
            rule=reason.finding.rule,
            clause=reason.clause,
            number=policy.clauses[reason.clause].number,
            title=policy.clauses[reason.clause].title.in_language(language),
            message=policy.message(reason.clause, language),
            action=_name(reason.action),
            severity=reason.finding.severity.value if reason.finding.severity else None,
            span=_range(reason.finding.span, units),
            marks=[_range(span, units) for span in shown(reason.finding)],
        )
        for reason in decision.reasons
        if reason.clause in policy.clauses  # one kept from before may name a clause that is gone
    ]


def _name(action: Any) -> ActionName:
    name: ActionName = str(action)  # type: ignore[assignment]  # the names of Action are these literals
    return name


def _range(span: Span, units: Sequence[int]) -> Range:
    return Range(start=span.start, end=span.end, utf16_start=units[span.start], utf16_end=units[span.end])


def held(decision: Decision, body: str, policy: Policy, language: Language, id: str) -> Held:
    """What the author of a held comment is told."""
    message = policy.interface["box_held"].in_language(language)
    return Held(id=id, message=message, decision=verdict(decision, body, policy, language))


def refusal(decision: Decision, body: str, policy: Policy, language: Language) -> problems.Problem:
    """What the author of a refused comment is told: the message of the weightiest reason, and all of them."""
    title = policy.interface["box_refused"].in_language(language)
    told = [clause for clause in decision.clauses if clause in policy.clauses]
    detail = policy.message(told[0], language) if told else title
    return problems.Problem(
        "comment-refused",
        422,
        title,
        detail,
        members={"decision": verdict(decision, body, policy, language).model_dump(mode="json")},
        language=language,
        headers={"vary": "Accept-Language"},
    )


def policy_document(policy: Policy, language: Language, now: datetime) -> PolicyDocument:
    """The standards in force at that time, for readers of one language."""
    return PolicyDocument(
        name=policy.name.in_language(language),
        version=policy.version,
        limits=PolicyLimits(**policy.limits.model_dump(), appeal=LONGEST_APPEAL, report=LONGEST_REPORT),
        clauses=[
            PolicyClause(
                id=id,
                number=clause.number,
                title=clause.title.in_language(language),
                text=clause.text.in_language(language),
                rationale=clause.rationale.in_language(language),
                message=policy.message(id, language),
                appeal=policy.appeal_route(id, language),
                may_appeal=clause.appeal,
            )
            for id, clause in policy.numbered(now)
        ],
        interface={
            key: text.in_language(language)
            for key, text in policy.interface.items()
            if key.startswith("box_")
        },
    )
