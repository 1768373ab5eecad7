"""Second looks: a share of the rulings is made again by a moderator who does not see the first.

So that one can say how far moderators agree (`second_looks` keeps both sides of each pair).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, tuple_, update

from moderation.errors import Conflict, InputError, NotFound
from moderation.store import audit
from moderation.store import comments as kept
from moderation.store.desk import cards
from moderation.store.desk.tables import second_looks
from moderation.store.desk.values import Act, Batch, Item, Page, Ruling
from moderation.store.tables import Status, Waits, comments
from moderation.types import Action

_ACTIONS = {Act.APPROVE: Action.ALLOW, Act.REJECT: Action.REJECT}
_chance = random.SystemRandom()


def choose(connection: Connection, batch: Batch, ruling: Ruling, share: float) -> None:
    """Let chance put a share of the batch before a second moderator."""
    if ruling.act not in _ACTIONS:
        return
    chosen = [outcome for outcome in batch.outcomes if outcome.done and _chance.random() < share]
    if not chosen:
        return
    clauses = dict.fromkeys((outcome.id for outcome in chosen), ruling.clause)
    if ruling.act is Act.REJECT and ruling.clause is None:
        named = select(comments.c.id, comments.c.clause).where(comments.c.id.in_(list(clauses)))
        clauses |= dict(connection.execute(named).all())
    rows = [
        {
            "comment_id": outcome.id,
            "number": outcome.number,
            "chosen_at": batch.at,
            "first_by": batch.by,
            "first_action": str(_ACTIONS[ruling.act]),
            "first_clause": clauses[outcome.id] if ruling.act is Act.REJECT else None,
        }
        for outcome in chosen
    ]
    connection.execute(insert(second_looks), rows)


def forget(connection: Connection, rulings: Sequence[tuple[str, int]]) -> None:
    """These rulings were taken back: nobody need look at them again."""
    for comment, number in rulings:
        here = (second_looks.c.comment_id == comment) & (second_looks.c.number == number)
        connection.execute(delete(second_looks).where(here, second_looks.c.second_at.is_(None)))


def waiting(connection: Connection, by: str | None, limit: int, after: str | None, at: datetime) -> Page:
    """What waits for a second look, the oldest first, none that `by` ruled on; blind: as if it were held."""
    order = (second_looks.c.chosen_at, second_looks.c.comment_id, second_looks.c.number)
    query = select(*order).where(second_looks.c.second_at.is_(None), second_looks.c.first_by != (by or ""))
    if after is not None:
        number, _, name = after.partition(":")
        place = select(*order).where(second_looks.c.comment_id == name)
        row = connection.execute(place.where(second_looks.c.number == int(number or 0))).first()
        if row is None:
            raise NotFound(f"there is no second look `{after}` to go on from")
        query = query.where(tuple_(*order) > tuple_(*row))
    size = kept.page(limit)
    rows = connection.execute(query.order_by(*order).limit(size + 1)).all()
    items = cards.by_id(connection, [row.comment_id for row in rows[:size]], at)
    page = [_blind(items[row.comment_id], row.number) for row in rows[:size]]
    last = rows[size - 1] if len(rows) > size else None
    return Page(page, f"{last.number}:{last.comment_id}" if last else None)


def blinded(connection: Connection, items: Sequence[Item], by: str) -> list[Item]:
    """The cards without what was ruled, where `by` is still to look at that ruling again."""
    names = [item.comment.id for item in items]
    query = (
        select(second_looks.c.comment_id, func.max(second_looks.c.number).label("number"))
        .where(second_looks.c.comment_id.in_(names), second_looks.c.second_at.is_(None))
        .where(second_looks.c.first_by != by)
        .group_by(second_looks.c.comment_id)
    )
    number = {row.comment_id: row.number for row in connection.execute(query)}
    return [_hidden(item, number.get(item.comment.id)) for item in items]


def answer(
    connection: Connection, comment_id: str, number: int, ruling: Ruling, by: str, at: datetime
) -> bool:
    """Keep what the second moderator says; whether both agree on what to do, and on the clause.

    The comment stays as the first left it. Where the two would do opposite things, it is escalated.
    Raises NotFound, and Conflict where somebody has answered, or `by` ruled first.
    """
    if ruling.act not in _ACTIONS:
        raise InputError(f"`{ruling.act}` is no second look; use approve or reject")
    here = (second_looks.c.comment_id == comment_id) & (second_looks.c.number == number)
    connection.execute(select(comments.c.id).where(comments.c.id == comment_id).with_for_update())
    row = connection.execute(select(second_looks).where(here)).first()
    if row is None:
        raise NotFound(f"decision {number} on comment `{comment_id}` waits for no second look")
    if row.first_by == by:
        raise Conflict("the first look was your own; another moderator has to take the second")
    if row.second_by is not None:
        raise Conflict(f"`{row.second_by}` has taken the second look already")
    action, clause = str(_ACTIONS[ruling.act]), ruling.clause if ruling.act is Act.REJECT else None
    agreed: bool = action == row.first_action and clause == row.first_clause
    values = {
        "second_by": by,
        "second_action": action,
        "second_clause": clause,
        "second_at": at,
        "agreed": agreed,
    }
    connection.execute(update(second_looks).where(here).values(values))
    facts = {"number": number, "action": action, "clause": clause}
    audit.append(connection, by=by, act="decision.second", subject=f"comment:{comment_id}", detail=facts)
    if action != row.first_action:
        in_force = (
            (comments.c.id == comment_id) & (comments.c.decisions == number) & comments.c.waits.is_(None)
        )
        connection.execute(update(comments).where(in_force).values(waits=Waits.ESCALATED.value))
    return agreed


def _hidden(item: Item, number: int | None) -> Item:
    if number is None:
        return item
    if item.waits is None:
        return _blind(item, number)
    # It waits anew, to be ruled on as what it is now; only the ruling to look at again is left out.
    is_first = item.ruling is not None and item.ruling.number == number
    return replace(item, ruling=None if is_first else item.ruling, look=number, notes=0)


def _blind(item: Item, number: int) -> Item:
    """The card as it was before anybody ruled."""
    comment = replace(item.comment, decision=item.judged, status=Status.HELD)
    return replace(item, comment=comment, waits=None, ruling=None, look=number, notes=0, appeal=None)
