"""What the service answers, as values. Unknown members are left out, so that a newer service is understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from moderation.client.errors import UnexpectedAnswer

Action = Literal["allow", "nudge", "hold", "reject"]
Language = Literal["ko", "en"]


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of the text, half-open: in code points as Python counts, and in UTF-16 units as browsers do."""

    start: int
    end: int
    utf16_start: int
    utf16_end: int


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks against publishing a comment as it is; `message` is for its author."""

    rule: str
    clause: str
    number: int
    title: str
    message: str
    action: Action
    severity: str | None
    span: Range
    marks: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Versions:
    """What judged the comment."""

    policy: str
    model: str | None
    normaliser: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens, or would happen, to a comment, and why.

    skipped : names of checks that could not run. versions : None where the service could not be asked and the
    fail mode spoke instead; `rule` is then `client.unreachable`.
    """

    action: Action
    rule: str | None
    clauses: tuple[str, ...]
    language: Language | None
    graphemes: int | None
    limit: int | None
    reasons: tuple[Reason, ...]
    skipped: tuple[str, ...]
    versions: Versions | None

    @property
    def may_publish(self) -> bool:
        """Whether the comment may be shown without a moderator's look."""
        return self.action in ("allow", "nudge")

    @property
    def was_judged(self) -> bool:
        """Whether the service judged it, and not the fail mode in its stead."""
        return self.versions is not None


@dataclass(frozen=True, slots=True)
class Comment:
    """A published comment."""

    id: str
    text: str
    author: str | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Published comments, newest first; `next` is the `before` of the page after, None at the end."""

    comments: tuple[Comment, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Published:
    """The comment stands under the article."""

    comment: Comment


@dataclass(frozen=True, slots=True)
class Held:
    """The comment is kept for a moderator; `message` is for its author."""

    id: str
    message: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Rejected:
    """The comment breaks the standards and is not kept; `message` is for its author."""

    message: str
    verdict: Verdict


Posted = Published | Held | Rejected


@dataclass(frozen=True, slots=True)
class BrokenClause:
    """A clause that a comment was found to break, in the words of that time; `message` is for its author."""

    id: str
    number: int
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Appeal:
    """What became of an appeal: `upheld` lets the decision stand, `overturned` took it back, for that `reason`."""

    state: Literal["waiting", "upheld", "overturned"]
    text: str
    filed_at: datetime
    settled_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class OwnComment:
    """An author's own comment, and where it stands. `message` : what the moderator wrote to the author.

    status : `held` waits for a moderator; `returned` asks its author to edit it. policy : version that was decided by.
    """

    id: str
    text: str
    article: str | None
    status: Literal["published", "held", "returned", "rejected"]
    received_at: datetime
    decided_at: datetime
    by: Literal["policy", "moderator"]
    clauses: tuple[BrokenClause, ...]
    message: str | None
    may_edit: bool
    may_appeal: bool
    appeal: Appeal | None
    policy: str


@dataclass(frozen=True, slots=True)
class Reported:
    """Moderators see the report. `again` : this reader had reported the comment before; it counts once."""

    again: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """One of the site's standards."""

    id: str
    number: int
    title: str
    text: str
    rationale: str
    message: str
    appeal: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The site's standards in one language. `limit` : characters a comment may have, as a reader counts them."""

    name: str
    version: str
    limit: int
    clauses: tuple[Clause, ...]


def read_verdict(found: Any) -> Verdict:
    """A verdict from JSON; raises UnexpectedAnswer."""
    with _expecting("a verdict"):
        return Verdict(
            action=_action(found["action"]),
            rule=found["rule"],
            clauses=tuple(found["clauses"]),
            language=found["language"],
            graphemes=found["length"]["graphemes"],
            limit=found["length"]["limit"],
            reasons=tuple(map(_reason, found["reasons"])),
            skipped=tuple(skip["check"] for skip in found["skipped"]),
            versions=Versions(**_only(found["versions"], "policy", "model", "normaliser")),
        )


def read_posted(found: Any) -> Posted:
    """What became of a posted comment, from JSON; raises UnexpectedAnswer."""
    with _expecting("what became of a comment"):
        if found.get("status") == "published":
            return Published(_comment(found["comment"]))
        if found.get("status") == "held":
            return Held(found["id"], found["message"], read_verdict(found["decision"]))
        return Rejected(found["detail"], read_verdict(found["decision"]))


def read_page(found: Any) -> Page:
    """A page of comments from JSON; raises UnexpectedAnswer."""
    with _expecting("a page of comments"):
        return Page(tuple(map(_comment, found["comments"])), found["next"])


def read_policy(found: Any) -> Policy:
    """The standards from JSON; raises UnexpectedAnswer."""
    names = ("id", "number", "title", "text", "rationale", "message", "appeal")
    with _expecting("the standards"):
        return Policy(
            name=found["name"],
            version=found["version"],
            limit=found["limits"]["graphemes"],
            clauses=tuple(Clause(**_only(clause, *names)) for clause in found["clauses"]),
        )


def read_own_comment(found: Any) -> OwnComment:
    """An author's own comment from JSON; raises UnexpectedAnswer."""
    with _expecting("an author's own comment"):
        return _own_comment(found)


def read_own_comments(found: Any) -> tuple[OwnComment, ...]:
    """An author's own comments from JSON; raises UnexpectedAnswer."""
    with _expecting("an author's own comments"):
        return tuple(map(_own_comment, found["comments"]))


def read_reported(found: Any) -> Reported:
    """What became of a report, from JSON; raises UnexpectedAnswer."""
    with _expecting("what became of a report"):
        return Reported(found["again"])


class _expecting:  # noqa: N801  (read as a phrase: `with _expecting("a verdict")`)
    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, KeyError | TypeError | ValueError | AttributeError):
            raise UnexpectedAnswer(
                f"the answer is not {self._what}; is this the address of the service?"
            ) from None


def _only(found: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: found[name] for name in names}


def _action(name: Any) -> Action:
    if name not in get_args(Action):
        raise ValueError(name)
    action: Action = name
    return action


def _comment(found: Any) -> Comment:
    at = datetime.fromisoformat(found["received_at"])
    return Comment(found["id"], found["text"], found["author"], at)


def _own_comment(found: Any) -> OwnComment:
    as_they_are = ("id", "text", "article", "status", "by", "message", "may_edit", "may_appeal", "policy")
    return OwnComment(
        **_only(found, *as_they_are),
        received_at=datetime.fromisoformat(found["received_at"]),
        decided_at=datetime.fromisoformat(found["decided_at"]),
        clauses=tuple(
            BrokenClause(**_only(clause, "id", "number", "title", "message")) for clause in found["clauses"]
        ),
        appeal=None if found["appeal"] is None else _appeal(found["appeal"]),
    )


def _appeal(found: Any) -> Appeal:
    settled = found["settled_at"]
    return Appeal(
        **_only(found, "state", "text", "reason"),
        filed_at=datetime.fromisoformat(found["filed_at"]),
        settled_at=None if settled is None else datetime.fromisoformat(settled),
    )


def _reason(found: Any) -> Reason:
    return Reason(
        **_only(found, "rule", "clause", "number", "title", "message", "severity"),
        action=_action(found["action"]),
        span=_range(found["span"]),
        marks=tuple(map(_range, found["marks"])),
    )


def _range(found: Any) -> Range:
    return Range(**_only(found, "start", "end", "utf16_start", "utf16_end"))
