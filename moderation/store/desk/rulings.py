"""What moderators rule: on one comment or many, once each, and taken back as long as that is possible.

Decisions are only ever appended. A ruling stands beside its decision and says what the comment was before, so
that undoing it is one more decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from moderation.errors import InputError, NotFound
from moderation.store import comments as kept
from moderation.store import decisions as decided
from moderation.store import waiting
from moderation.store.comments import StoredComment
from moderation.store.desk import claims
from moderation.store.desk.tables import rulings
from moderation.store.desk.values import Act, Batch, Claim, MadeRuling, Outcome, Ruling, Winner
from moderation.store.ids import new_id
from moderation.store.tables import Status, Waits, comments
from moderation.types import Action, Decision

UNDO_SECONDS = 10 * 60

_STATUS = {Act.APPROVE: Status.PUBLISHED, Act.REJECT: Status.REJECTED, Act.RETURN: Status.RETURNED}
_ACTIONS = {
    Act.APPROVE: Action.ALLOW,
    Act.REJECT: Action.REJECT,
    Act.RETURN: Action.NUDGE,  # the author is asked to think again
    Act.ESCALATE: Action.HOLD,
}
_BEFORE = {Status.HELD: Action.HOLD, Status.PUBLISHED: Action.ALLOW, Status.REJECTED: Action.REJECT}


@dataclass(frozen=True, slots=True)
class Now:
    """A comment as it is while its row is locked."""

    comment: StoredComment
    waits: Waits | None


def decide(
    connection: Connection,
    ids: Sequence[str],
    ruling: Ruling,
    by: str,
    at: datetime,
    *,
    seen: int | None = None,
) -> Batch:
    """Rule on each; one that cannot be ruled on is told of and does not stop the others.

    seen : the number of the decision that the moderator saw, on one comment: then it may be of any status, also
        published long ago, as long as that decision is still in force. None: the comment has to wait.
    """
    names = list(dict.fromkeys(ids))
    now = locked(connection, names)
    held = claims.live(connection, names, at)
    batch = new_id()
    outcomes = [
        _problem(name, now.get(name), held.get(name), ruling, by, seen)
        or settle(connection, now[name], ruling, by, at, batch)
        for name in names
    ]
    outcomes = _told(connection, outcomes)
    batched = Batch(batch, by, ruling.act, at, at + timedelta(seconds=UNDO_SECONDS), tuple(outcomes))
    moved(connection, [now[name].comment for name in batched.done])
    return batched


def undo(connection: Connection, batch: str, by: str, at: datetime) -> Batch:
    """Put the comments of a batch back where they were, as far as nobody has ruled on them since.

    They are leased again to whoever undoes. Raises NotFound where `by` made no such batch, and InputError where
    it is too long ago.
    """
    query = select(rulings).where(rulings.c.batch == batch, rulings.c.by == by, rulings.c.undoes.is_(None))
    made = connection.execute(query.order_by(rulings.c.comment_id)).all()
    if not made:
        raise NotFound(f"`{by}` made no batch `{batch}`")
    if at > made[0].at + timedelta(seconds=UNDO_SECONDS):
        raise InputError(
            f"batch `{batch}` was made more than {UNDO_SECONDS // 60} minutes ago; rule again instead"
        )
    now = locked(connection, [row.comment_id for row in made])
    new = new_id()
    outcomes = [
        _restore(connection, now[row.comment_id], row, by, at, new)
        if now[row.comment_id].comment.decision.number == row.number
        else Outcome(row.comment_id, False, now[row.comment_id].comment.status, problem="settled")
        for row in made
    ]
    outcomes = _told(connection, outcomes)
    undone = Batch(new, by, Act.UNDO, at, at, tuple(outcomes))
    moved(connection, [now[name].comment for name in undone.done])
    if undone.done:
        claims.take(connection, undone.done, by, claims.SECONDS, at)
    return undone


def latest(connection: Connection, rows: Sequence[Row[Any]]) -> dict[str, MadeRuling]:
    """The ruling that made the decision in force, for each comment that a moderator ruled on."""
    in_force = {row._mapping[comments.c.id]: row._mapping[comments.c.decisions] for row in rows}
    in_force = {name: number for name, number in in_force.items() if number > 1}  # the first is the policy's
    if not in_force:
        return {}
    query = select(rulings).where(rulings.c.comment_id.in_(list(in_force)))
    return {
        row.comment_id: read(row)
        for row in connection.execute(query)
        if row.number == in_force[row.comment_id]
    }


def read(row: Row[Any], undone_by: str | None = None) -> MadeRuling:
    """The ruling in a row that has all columns of the table."""
    kept = row._mapping
    return MadeRuling(
        comment=kept[rulings.c.comment_id],
        number=kept[rulings.c.number],
        batch=kept[rulings.c.batch],
        act=Act(kept[rulings.c.act]),
        by=kept[rulings.c.by],
        at=kept[rulings.c.at],
        message=kept[rulings.c.message],
        undone_by=undone_by,
    )


def locked(connection: Connection, names: Sequence[str]) -> dict[str, Now]:
    """The comments as they are, locked until the transaction ends: first their authors, then their rows.

    Where rows have locks, of two moderators the second waits here and then sees what the first did. SQLite has
    let only one of them in at all.
    """
    authors = select(comments.c.author).where(comments.c.id.in_(names))
    waiting.lock(connection, connection.execute(authors).scalars())
    rows = select(comments.c.id).where(comments.c.id.in_(names)).order_by(comments.c.id)
    connection.execute(rows.with_for_update())
    found = {}
    for row in connection.execute(kept.with_decision().where(comments.c.id.in_(names))):
        waits = row._mapping[comments.c.waits]
        comment = kept.read(row)
        found[comment.id] = Now(comment, Waits(waits) if waits else None)
    return found


def _problem(
    name: str, now: Now | None, claim: Claim | None, ruling: Ruling, by: str, seen: int | None
) -> Outcome | None:
    """Why this comment cannot be ruled on; None where it can."""
    if now is None:
        return Outcome(name, False, problem="gone")
    status = now.comment.status
    is_settled = now.waits is None if seen is None else now.comment.decision.number != seen
    if is_settled:
        return Outcome(name, False, status, problem="settled")
    if claim is not None and claim.by != by:
        return Outcome(name, False, status, problem="claimed", winner=Winner(claim.by, "claim", claim.until))
    if ruling.act is Act.ESCALATE and now.waits is Waits.ESCALATED:
        return Outcome(name, False, status, problem="standing")
    return None


def settle(connection: Connection, now: Now, ruling: Ruling, by: str, at: datetime, batch: str) -> Outcome:
    """Rule on a comment that is locked."""
    before = now.comment.decision
    clauses: tuple[str, ...] = ()
    if ruling.act in (Act.REJECT, Act.RETURN):
        clauses = (ruling.clause,) if ruling.clause else before.clauses
    elif ruling.act is Act.ESCALATE:
        clauses = before.clauses
    status = _STATUS.get(ruling.act, now.comment.status)
    waits = Waits.ESCALATED if ruling.act is Act.ESCALATE else None
    return _append(connection, now, _ACTIONS[ruling.act], clauses, status, waits, ruling, by, at, batch)


def _restore(connection: Connection, now: Now, made: Row[Any], by: str, at: datetime, batch: str) -> Outcome:
    status = Status(made.was_status)
    waits = Waits(made.was_waits) if made.was_waits else None
    before = decided.history(connection, made.comment_id)[made.number - 2]
    action = _BEFORE.get(status, before.action)
    clauses = before.clauses
    return _append(
        connection, now, action, clauses, status, waits, Ruling(Act.UNDO), by, at, batch, made.number
    )


def _append(
    connection: Connection,
    now: Now,
    action: Action,
    clauses: tuple[str, ...],
    status: Status,
    waits: Waits | None,
    ruling: Ruling,
    by: str,
    at: datetime,
    batch: str,
    undoes: int | None = None,
) -> Outcome:
    comment = now.comment
    number = comment.decision.number + 1
    values = {"status": status.value, "waits": waits.value if waits else None, "decisions": number}
    connection.execute(update(comments).where(comments.c.id == comment.id).values(values))
    decided.append(connection, comment.id, number, _decision(comment.decision, action, clauses, by), at)
    connection.execute(
        insert(rulings).values(
            comment_id=comment.id,
            number=number,
            batch=batch,
            act=ruling.act.value,
            by=by,
            at=at,
            message=ruling.message,
            undoes=undoes,
            was_status=comment.status.value,
            was_waits=now.waits.value if now.waits else None,
        )
    )
    return Outcome(comment.id, True, status, number)


def moved(connection: Connection, settled: Sequence[StoredComment]) -> None:
    """Their leases end, and what was folded behind them moves up."""
    claims.end(connection, [comment.id for comment in settled])
    waiting.promote(connection, [comment.author for comment in settled])


def _told(connection: Connection, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Each that was settled before with who settled it, and how."""
    late = [outcome.id for outcome in outcomes if outcome.problem == "settled"]
    rows = connection.execute(kept.with_decision().where(comments.c.id.in_(late))).all() if late else []
    made = latest(connection, rows)
    winners = {}
    for row in rows:
        comment = kept.read(row)
        ruling = made.get(comment.id)
        did = str(ruling.act) if ruling else str(comment.decision.action)
        winners[comment.id] = Winner(comment.decision.by, did, comment.decision.at)
    return [replace(outcome, winner=winners.get(outcome.id, outcome.winner)) for outcome in outcomes]


def _decision(before: Decision, action: Action, clauses: tuple[str, ...], by: str) -> Decision:
    """A moderator's decision: nothing found, versions and place those of the decision before."""
    return Decision(
        action=action,
        rule=None,
        findings=(),
        reasons=(),
        clauses=clauses,
        length=before.length,
        language=before.language,
        versions=before.versions,
        by=by,
        standing=before.standing,
        section=before.section,
    )
