"""What the desk is asked and what it answers, as frozen values. Times are UTC, by the clock of the database."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from moderation.store.comments import StoredComment
from moderation.store.decisions import StoredDecision
from moderation.store.tables import Status, Waits


class View(enum.StrEnum):
    """The lists of the desk.

    folded : held, behind others of the same author; asked for by author.
    decided : what moderators ruled, the latest first.
    """

    HELD = "held"
    FOLDED = "folded"
    ESCALATED = "escalated"
    REPORTED = "reported"
    APPEALS = "appeals"
    SECOND_LOOKS = "second_looks"
    DECIDED = "decided"


class Order(enum.StrEnum):
    """How a list is sorted: the riskiest first, or by arrival. Appeals and second looks go by arrival only."""

    RISK = "risk"
    OLDEST = "oldest"
    NEWEST = "newest"


class Act(enum.StrEnum):
    """What a moderator can do with a comment. `return` asks its author to edit it; `undo` is made by `undo` alone."""

    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"
    ESCALATE = "escalate"
    UNDO = "undo"


class Mark(enum.StrEnum):
    """What moderators think of an author. `none` takes an earlier mark back."""

    TRUSTED = "trusted"
    WATCH = "watch"
    SUSPENDED = "suspended"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to: everything given has to hold."""

    clause: str | None = None
    language: str | None = None
    article: str | None = None
    author: str | None = None


EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class Ruling:
    """What to do, on which clause (None: those that the policy named), and what to tell the author."""

    act: Act
    clause: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A comment leased to one moderator."""

    comment: str
    by: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Claims:
    """Which comments are leased to whoever asked, and which to somebody else."""

    granted: tuple[Claim, ...]
    refused: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class MadeRuling:
    """A ruling as it was made; `number` is that of its decision. `undone_by`: who took it back."""

    comment: str
    number: int
    batch: str
    act: Act
    by: str
    at: datetime
    message: str | None
    undone_by: str | None = None


@dataclass(frozen=True, slots=True)
class AuthorMark:
    """A mark in force on an author. `until`: when a suspension ends; None for one that holds until taken back."""

    author: str
    mark: Mark
    until: datetime | None
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """What a moderator wrote about a comment or an author, for other moderators."""

    id: str
    comment: str | None
    author: str | None
    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Appeal:
    """An author's request to look again at decision `number`, made by `ruled_by` (`policy` or a moderator)."""

    id: str
    comment: str
    number: int
    author: str
    text: str
    filed_at: datetime
    ruled_by: str
    outcome: Literal["upheld", "overturned"] | None = None
    settled_by: str | None = None
    settled_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A reader's report on a published comment."""

    comment: str
    reader: str
    clause: str | None
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One card.

    comment : with the decision in force.
    judged : what the policy decided, with everything that it found.
    risk : thousandths.
    claim : the lease in force.
    folded : further comments of the author that wait behind this one, counted up to 1,000.
    ruling : in `decided`, the ruling that the row is about; elsewhere the latest on the comment.
    look : the number of a decision to make again, where whoever reads is to do so; the card hides what it was.
    """

    comment: StoredComment
    judged: StoredDecision
    risk: int
    clause: str | None
    waits: Waits | None
    claim: Claim | None = None
    folded: int = 0
    reports: int = 0
    notes: int = 0
    mark: AuthorMark | None = None
    ruling: MadeRuling | None = None
    appeal: Appeal | None = None
    look: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list. `next`: what to give as `after` for the part that follows; None at the end."""

    items: Sequence[Item]
    next: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many wait in each list; `mine`: leased to whoever asked."""

    held: int = 0
    folded: int = 0
    escalated: int = 0
    reported: int = 0
    appeals: int = 0
    second_looks: int = 0
    mine: int = 0


@dataclass(frozen=True, slots=True)
class Winner:
    """Who was first, with what: an act, `claim` for a lease in force, or an action of the policy."""

    by: str
    did: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one comment of a batch.

    done : whether the ruling was made. Where not, `problem` says why: `settled` by the winner before,
        `claimed` by the winner, `gone` (there is no such comment), or `standing` (it is already so).
    """

    id: str
    done: bool
    status: Status | None = None
    number: int | None = None
    problem: Literal["settled", "claimed", "gone", "standing"] | None = None
    winner: Winner | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Rulings made together, and until when they can be undone together by the `id`."""

    id: str
    by: str
    act: Act
    at: datetime
    undo_until: datetime
    outcomes: tuple[Outcome, ...]

    @property
    def done(self) -> tuple[str, ...]:
        """The comments that were ruled on."""
        return tuple(outcome.id for outcome in self.outcomes if outcome.done)


@dataclass(frozen=True, slots=True)
class AuthorHistory:
    """What is known of an author: earlier comments, counts by status, rulings against them, mark and notes.

    strikes : comments refused within the last 90 days.
    """

    author: str
    page: Page
    counts: dict[Status, int] = field(default_factory=dict)
    strikes: int = 0
    mark: AuthorMark | None = None
    notes: Sequence[Note] = ()


@dataclass(frozen=True, slots=True)
class News:
    """What happened: rulings, the latest first, and the leases in force. `at`: what to ask for next time."""

    at: datetime
    settled: tuple[MadeRuling, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Facets:
    """How many of a list there are by clause, by language and by article."""

    clauses: dict[str, int]
    languages: dict[str, int]
    articles: dict[str, int]
