"""The vocabulary that every room shares: comments come in, findings are made, a decision goes out."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, Protocol


class Action(enum.IntEnum):
    """What happens to a comment, mildest first: a larger action wins over a smaller one."""

    ALLOW = 0
    NUDGE = 1
    HOLD = 2
    REJECT = 3

    def __str__(self) -> str:
        return self.name.lower()


class Severity(enum.StrEnum):
    """How bad a listed word is, whatever the comment around it says."""

    MILD = "mild"
    STRONG = "strong"
    SEVERE = "severe"


class Standing(enum.StrEnum):
    """How well the site knows the author; whoever calls says so, never the author's own request.

    watched, barred : moderators look at every comment of theirs, or have barred them for a while.
    """

    NEW = "new"
    KNOWN = "known"
    TRUSTED = "trusted"
    STAFF = "staff"
    WATCHED = "watched"
    BARRED = "barred"


class Label(enum.StrEnum):
    """The attributes that the classifier scores."""

    TOXICITY = "toxicity"
    INSULT = "insult"
    IDENTITY_ATTACK = "identity_attack"
    THREAT = "threat"
    SEXUAL = "sexual"
    PROFANITY = "profanity"
    SPAM = "spam"


Language = Literal["ko", "en"]

BY_POLICY = "policy"
"""Who decided where no person did; nobody can have that name."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the author's own text: code points of the original body, half-open."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Comment:
    """What a reader wants to publish, byte for byte as it was sent."""

    body: str
    id: str | None = None
    author: str | None = None
    article: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check saw. It carries no action and no message: those are the policy's.

    rule : `check.kind`, the key under `[rules]` in the policy.
    span : where, in the original body.
    score : a probability in [0, 1] for classifier rules, else None.
    severity : for word rules, else None.
    evidence : what matched, in words a moderator understands; personal data is masked in it.
    marks : the parts of `span` to highlight; the whole span where it is empty.
    """

    rule: str
    span: Span
    score: float | None = None
    severity: Severity | None = None
    evidence: str = ""
    marks: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A check that could not run, and why; the policy says what that means for the comment."""

    check: str
    reason: Literal["crashed", "deadline", "unavailable"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """A finding that weighed in the decision, with the clause it breaks and the action it asks for.

    through : the combination (`combinations.NAME`) or total (`totals.ACTION`) that made it weigh; empty where
        its own rule asks.
    """

    finding: Finding
    clause: str
    action: Action
    through: str = ""


@dataclass(frozen=True, slots=True)
class Length:
    """How long the comment is and how long it may be, in characters as a reader counts them."""

    graphemes: int
    limit: int


@dataclass(frozen=True, slots=True)
class Versions:
    """What judged the comment: policy content hash, model version, text folding version."""

    policy: str
    model: str | None
    normaliser: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to happen to a comment, with everything that led to it.

    rule : what settled the action: a rule, `combinations.NAME`, `totals.ACTION` or `skipped.CHECK`; None when
        nothing was found.
    findings : all findings, also those that the policy let pass, so that another policy can be replayed on them.
    reasons : the findings that asked for more than `allow`, weightiest first.
    clauses : ids of the clauses broken, in the order of `reasons`.
    standing, section : of whom and where it was judged; a replay needs them.
    """

    action: Action
    rule: str | None
    findings: tuple[Finding, ...]
    reasons: tuple[Reason, ...]
    clauses: tuple[str, ...]
    length: Length
    language: Language
    versions: Versions
    skipped: tuple[Skipped, ...] = ()
    by: str = BY_POLICY
    standing: Standing = Standing.KNOWN
    section: str | None = None

    @property
    def scores(self) -> dict[str, float]:
        """Probability per label, as far as the classifier ran."""
        return {
            finding.rule.removeprefix("toxicity."): finding.score
            for finding in self.findings
            if finding.score is not None
        }


@dataclass(frozen=True, slots=True)
class NearCopy:
    """An earlier comment with nearly the same text. similarity : the share of the text in common, up to 1."""

    author: str | None
    similarity: float


class History(Protocol):
    """What checks may ask about earlier comments; the store implements it."""

    def count_same(self, author: str, fingerprint: str, since: datetime) -> int:
        """How many comments of this author since then carry the same fingerprint of their folded text."""

    def count_by(self, author: str, since: datetime, at_most: int) -> int:
        """How many comments of this author there are since then, counted up to `at_most`."""

    def find_near(self, sketch: str, since: datetime) -> Sequence[NearCopy]:
        """Comments of anybody since then whose sketch is much like this one (`moderation/text/sketch.py`)."""


@dataclass(frozen=True, slots=True)
class Context:
    """What checks and policy may need from outside the text. `now` is UTC.

    standing, section : how well the site knows the author, and in which part of it the comment is to stand.
    """

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    author: str | None = None
    history: History | None = None
    standing: Standing = Standing.KNOWN
    section: str | None = None
