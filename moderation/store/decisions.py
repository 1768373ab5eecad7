"""Decisions on comments, kept one after the other and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from moderation.errors import NotFound, StoreError
from moderation.store import audit, outbox, unchecked
from moderation.store.findings import (
    dump_clauses,
    dump_findings,
    dump_reasons,
    dump_skipped,
    load_clauses,
    load_findings,
    load_reasons,
    load_skipped,
)
from moderation.store.ids import checked
from moderation.store.tables import SECTION, comments, decisions
from moderation.types import Action, Decision, Length, Standing, Versions


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision(Decision):
    """A decision as it was kept: the `number`th on its comment, counted from 1, made `at` that time (UTC)."""

    number: int
    at: datetime


def append(connection: Connection, comment_id: str, number: int, decision: Decision, at: datetime) -> None:
    """Keep one more decision on a comment, put it on record, and have it told to whoever asked to be told.

    Raises InputError for a section that no database could keep.
    """
    checked("section", decision.section or "", at_most=SECTION)
    row = {
        "comment_id": comment_id,
        "number": number,
        "action": str(decision.action),
        "rule": decision.rule,
        "clauses": dump_clauses(decision.clauses),
        "findings": dump_findings(decision.findings),
        "reasons": dump_reasons(decision.reasons, decision.findings),
        "skipped": dump_skipped(decision.skipped),
        "graphemes": decision.length.graphemes,
        "grapheme_limit": decision.length.limit,
        "language": decision.language,
        "policy_version": decision.versions.policy,
        "model_version": decision.versions.model,
        "normaliser_version": decision.versions.normaliser,
        "decided_by": decision.by,
        "decided_at": at,
        "standing": decision.standing.value,
        "section": decision.section,
    }
    connection.execute(insert(decisions), row)
    facts = _facts(number, decision)
    audit.append(connection, by=decision.by, act="decision", subject=f"comment:{comment_id}", detail=facts)
    unchecked.note(connection, comment_id, number, decision, at)
    kind = outbox.Kind.COMMENT_HELD if decision.action is Action.HOLD else outbox.Kind.COMMENT_DECIDED
    outbox.append(
        connection, kind, comment_id, {"decision": facts | {"by": decision.by, "at": at.isoformat()}}
    )


def _facts(number: int, decision: Decision) -> dict[str, Any]:
    """What the audit and other systems hear: no findings, whose evidence quotes the comment, and no score."""
    return {
        "number": number,
        "action": str(decision.action),
        "rule": decision.rule,
        "clauses": list(decision.clauses),
        "skipped": [skip.check for skip in decision.skipped],
        "policy": decision.versions.policy,
        "model": decision.versions.model,
    }


def history(connection: Connection, comment_id: str) -> list[StoredDecision]:
    """Every decision on that comment, the first one first."""
    query = select(decisions).where(decisions.c.comment_id == comment_id).order_by(decisions.c.number)
    rows = connection.execute(query).all()
    if not rows and not connection.execute(select(comments.c.id).where(comments.c.id == comment_id)).first():
        raise NotFound(f"there is no comment `{comment_id}`")
    return [read(row) for row in rows]


def read(row: Row[Any]) -> StoredDecision:
    """The decision in a row that has all columns of the table."""
    kept = row._mapping
    try:
        found = load_findings(kept[decisions.c.findings])
        return StoredDecision(
            action=Action[kept[decisions.c.action].upper()],
            rule=kept[decisions.c.rule],
            findings=found,
            reasons=load_reasons(kept[decisions.c.reasons], found),
            clauses=load_clauses(kept[decisions.c.clauses]),
            length=Length(kept[decisions.c.graphemes], kept[decisions.c.grapheme_limit]),
            language=kept[decisions.c.language],
            versions=Versions(
                policy=kept[decisions.c.policy_version],
                model=kept[decisions.c.model_version],
                normaliser=kept[decisions.c.normaliser_version],
            ),
            skipped=load_skipped(kept[decisions.c.skipped]),
            by=kept[decisions.c.decided_by],
            standing=Standing(kept[decisions.c.standing]),
            section=kept[decisions.c.section],
            number=kept[decisions.c.number],
            at=kept[decisions.c.decided_at],
        )
    except (KeyError, ValueError, TypeError, IndexError):
        raise StoreError(
            f"comment `{kept[decisions.c.comment_id]}`: decision {kept[decisions.c.number]} cannot be read; "
            "restore it from a backup"
        ) from None
