"""What a moderator sees of one held comment: its text in pieces, and the reasons by number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from moderation.policy import Policy
from moderation.store import StoredComment
from moderation.types import Action, Finding, Language, Reason, Skipped, Versions
from moderation.web import stories
from moderation.web.marks import Mark, Piece, pieces, shown


@dataclass(frozen=True, slots=True)
class Why:
    """One clause that the comment seems to break, with everything that speaks for it."""

    number: int
    clause: int | None
    title: str
    action: Action
    rules: tuple[str, ...]
    evidence: tuple[str, ...]
    score: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """One held comment, ready for the template. Times are UTC."""

    id: str
    pieces: Sequence[Piece]
    author: str | None
    article: str | None
    headline: str | None
    language: Language
    received_at: datetime
    reasons: Sequence[Why]
    rule: str | None
    skipped: Sequence[Skipped]
    versions: Versions


def card(comment: StoredComment, policy: Policy, language: Language) -> Card:
    """Lay out a held comment for a moderator who reads that language."""
    reasons = comment.decision.reasons
    clauses = list(dict.fromkeys(reason.clause for reason in reasons))
    marks = [
        Mark(span, reason.action, clauses.index(reason.clause) + 1)
        for reason in reasons
        for span in shown(reason.finding)
    ]
    story = stories.edition(language).stories.get(comment.article or "")
    return Card(
        id=comment.id,
        pieces=pieces(comment.body, marks),
        author=comment.author,
        article=comment.article,
        headline=story.headline if story else None,
        language=comment.language,
        received_at=comment.received_at.astimezone(UTC),
        reasons=[_why(number, clause, reasons, policy, language) for number, clause in enumerate(clauses, 1)],
        rule=comment.decision.rule,
        skipped=comment.decision.skipped,
        versions=comment.decision.versions,
    )


def _why(number: int, id: str, reasons: Sequence[Reason], policy: Policy, language: Language) -> Why:
    own = [reason for reason in reasons if reason.clause == id]
    clause = policy.clauses.get(id)  # None where the policy has dropped it since
    scores = [reason.finding.score for reason in own if reason.finding.score is not None]
    return Why(
        number=number,
        clause=clause.number if clause else None,
        title=clause.title.in_language(language) if clause else id,
        action=max(reason.action for reason in own),
        rules=tuple(dict.fromkeys(reason.finding.rule for reason in own)),
        evidence=tuple(dict.fromkeys(_quoted(reason.finding) for reason in own if reason.finding.evidence)),
        score=round(100 * max(scores)) if scores else None,
    )


def _quoted(finding: Finding) -> str:
    """The evidence with quotation marks where it names something in backticks."""
    return re.sub("`([^`]*)`", r"“\1”", finding.evidence)
