"""What a moderator sees of one comment: its text in pieces, the reasons by number, and what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from moderation.engine import Moderator
from moderation.policy import Policy
from moderation.store import Status, StoredComment, StoredDecision
from moderation.store.desk import Appeal, AuthorMark, Item, MadeRuling
from moderation.types import Action, Language, Skipped, Standing, Versions
from moderation.web import stories
from moderation.web.desk import why
from moderation.web.marks import Mark, Piece, pieces, shown

_ABUSE = ("insult", "hatred", "threat", "sexual", "profanity", "toxicity", "identity_attack", "harm")
_SERIOUS, _HIGH = 900, 700  # thousandths of risk from which on a card says so by its colour


@dataclass(frozen=True, slots=True)
class Parent:
    """The comment that this one answers."""

    author: str | None
    language: Language
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Card:
    """One comment, ready for the template. Times are UTC.

    seen : the number of the decision in force where the comment does not wait; a ruling on it names it.
    suggested : the clause that the policy would refuse it on.
    veiled : whether it is blurred until asked for.
    risk : in percent, None where it is nobody's business (a second look is blind).
    look : the number of the decision to look at again, where the reader is to do so.
    """

    id: str
    number: int
    pieces: Sequence[Piece]
    author: str | None
    article: str | None
    headline: str | None
    language: Language
    status: Status
    waits: str | None
    received_at: datetime
    standing: Standing
    mark: AuthorMark | None
    reasons: Sequence[why.Why]
    words: why.Words | None
    rule: str | None
    skipped: Sequence[Skipped]
    versions: Versions
    suggested: str | None
    seen: int | None
    can_rule: bool
    veiled: bool
    risk: int | None
    risk_level: str
    reports: int
    notes: int
    folded: int
    holder: str | None
    parent: Parent | None
    ruling: MadeRuling | None
    decision: StoredDecision
    appeal: Appeal | None
    plea: Sequence[Piece]
    look: int | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who the cards are for. blur : whether abusive text is blurred; me : the name of the account."""

    me: str
    language: Language
    blur: bool


def card(
    item: Item,
    moderator: Moderator,
    reader: Reader,
    parent: StoredComment | None = None,
    *,
    can_rule: bool = True,
) -> Card:
    """Lay out a comment; one that the reader is to look at again says nothing of the first ruling."""
    comment, judged, policy = item.comment, item.judged, moderator.policy
    story = stories.edition(reader.language).stories.get(comment.article or "")
    holder = item.claim.by if item.claim and item.claim.by != reader.me else None
    is_blind = item.look is not None
    is_open = can_rule and not (is_blind and item.waits is None)
    return Card(
        id=comment.id,
        number=comment.decision.number,
        pieces=_marked(comment.body, judged),
        author=comment.author,
        article=comment.article,
        headline=story.headline if story else None,
        language=comment.language,
        status=comment.status,
        waits=item.waits.value if item.waits else None,
        received_at=comment.received_at.astimezone(UTC),
        standing=judged.standing,
        mark=item.mark,
        reasons=why.reasons(judged, policy, reader.language),
        words=why.words(comment.body, judged, moderator),
        rule=judged.rule,
        skipped=judged.skipped,
        versions=judged.versions,
        suggested=_suggested(judged, policy),
        seen=None if item.waits else comment.decision.number,
        can_rule=is_open and holder is None and item.appeal is None,
        veiled=reader.blur and is_abusive(judged),
        risk=None if is_blind else round(item.risk / 10),
        risk_level="serious" if item.risk >= _SERIOUS else "high" if item.risk >= _HIGH else "low",
        reports=item.reports,
        notes=item.notes,
        folded=item.folded,
        holder=holder,
        parent=_parent(parent),
        ruling=item.ruling,
        decision=comment.decision,
        appeal=item.appeal,
        plea=pieces(item.appeal.text, ()) if item.appeal else (),
        look=item.look,
    )


def is_abusive(decision: StoredDecision) -> bool:
    """Whether the policy heard abuse in it, so that nobody has to read it unasked."""
    return any(
        reason.action >= Action.HOLD and reason.finding.rule.endswith(_ABUSE) for reason in decision.reasons
    )


def _marked(body: str, judged: StoredDecision) -> list[Piece]:
    clauses = why.clauses_of(judged.reasons)
    marks = [
        Mark(span, reason.action, clauses.index(reason.clause) + 1)
        for reason in judged.reasons
        for span in shown(reason.finding)
    ]
    return pieces(body, marks)


def _suggested(judged: StoredDecision, policy: Policy) -> str | None:
    return next((clause for clause in judged.clauses if clause in policy.clauses), None)


def _parent(comment: StoredComment | None) -> Parent | None:
    if comment is None:
        return None
    return Parent(comment.author, comment.language, pieces(comment.body, ()))
