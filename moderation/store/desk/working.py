"""What a moderator does: takes comments to look at, rules on them, and takes rulings back."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.errors import Conflict, InputError, NotFound
from moderation.store import clock
from moderation.store.desk import appeals, claims, lists, looks, requests, rulings
from moderation.store.desk.room import TEXT, Room, check_filter, check_moderator, names_of
from moderation.store.desk.tables import KEY
from moderation.store.desk.values import (
    EVERYTHING,
    Act,
    Batch,
    Claim,
    Claims,
    Filter,
    Order,
    Outcome,
    Ruling,
    View,
)
from moderation.store.ids import checked, named
from moderation.store.tables import CLAUSE


class Working(Room):
    """Leases and rulings."""

    def claim(self, ids: Sequence[str], by: str, seconds: int = claims.SECONDS) -> Claims:
        """Lease these comments to one moderator, as far as nobody else holds them."""
        names = names_of(ids)
        check_moderator(by)
        with self._connections.writing() as connection:
            return claims.take(connection, names, by, seconds, clock.now(connection))

    def claim_next(
        self,
        view: View,
        count: int,
        by: str,
        seconds: int = claims.SECONDS,
        *,
        order: Order = Order.RISK,
        where: Filter = EVERYTHING,
    ) -> tuple[Claim, ...]:
        """Lease the next so many of a list that nobody holds, at most 500; none that `by` escalated."""
        check_filter(where)
        check_moderator(by)
        with self._connections.writing() as connection:
            waiting = lists.ids(view, order, where, by)
            return claims.take_next(connection, waiting, count, by, seconds, clock.now(connection))

    def renew(
        self, by: str, ids: Sequence[str] | None = None, seconds: int = claims.SECONDS
    ) -> tuple[Claim, ...]:
        """Lengthen a moderator's leases, all or those of `ids`; what is not returned belongs to somebody else now."""
        with self._connections.writing() as connection:
            at = clock.now(connection)
            return claims.renew(connection, None if ids is None else names_of(ids), by, seconds, at)

    def release(self, by: str, ids: Sequence[str] | None = None) -> int:
        """Give a moderator's leases back, all or those of `ids`; how many there were."""
        with self._connections.writing() as connection:
            return claims.release(connection, None if ids is None else names_of(ids), by)

    def decide(
        self,
        ids: Sequence[str],
        ruling: Ruling,
        by: str,
        *,
        key: str | None = None,
        seen: int | None = None,
    ) -> Batch:
        """Rule on one comment or many at once, at most 500; each outcome says whether it was made, or who was first.

        key : an idempotency key; the same request under the same key is made once and answered alike.
        seen : for one comment that does not wait (a published one, say): the number of the decision that the
            moderator saw. It is ruled on if that decision is still in force.
        """
        names = names_of(ids)
        check_moderator(by)
        _check_ruling(ruling)
        if seen is not None and len(names) != 1:
            raise InputError("`seen` is about one comment; rule on others without it")
        with self._connections.writing() as connection:
            at = clock.now(connection)

            def act() -> Batch:
                batch = rulings.decide(connection, names, ruling, by, at, seen=seen)
                appeals.settle_along(connection, batch.done, ruling.act, by, at)
                looks.choose(connection, batch, ruling, self.rules.second_look_share)
                return batch

            if key is None:
                return act()
            asked = ["decide", names, str(ruling.act), ruling.clause, ruling.message, seen]
            return requests.once(connection, named("key", key, at_most=KEY), by, asked, at, act)

    def settle(self, comment_id: str, ruling: Ruling, by: str) -> Outcome:
        """Rule on one waiting comment. Raises NotFound, and Conflict with the name of whoever was first."""
        (outcome,) = self.decide([comment_id], ruling, by).outcomes
        if outcome.problem == "gone":
            raise NotFound(f"there is no comment `{comment_id}`")
        if not outcome.done:
            raise Conflict(_why_not(outcome))
        return outcome

    def undo(self, batch: str, by: str) -> Batch:
        """Take back what `by` ruled in one batch, within ten minutes, as far as nobody has ruled since.

        Raises NotFound where there is no such batch of theirs, and InputError where it is too late.
        """
        checked("batch", batch)
        with self._connections.writing() as connection:
            undone = rulings.undo(connection, batch, by, clock.now(connection))
            back = [(each.id, (each.number or 0) - 1) for each in undone.outcomes if each.done]
            looks.forget(connection, back)
            return undone

    def second_look(self, comment_id: str, number: int, ruling: Ruling, by: str) -> bool:
        """Make a ruling again without having seen it: approve or reject; whether both agree.

        The comment stays as it is; where the two would do opposite things, it is escalated. Raises NotFound, and
        Conflict where somebody has done so, or `by` ruled first.
        """
        checked("id", comment_id)
        check_moderator(by)
        _check_ruling(ruling)
        with self._connections.writing() as connection:
            return looks.answer(connection, comment_id, number, ruling, by, clock.now(connection))


def _check_ruling(ruling: Ruling) -> None:
    if ruling.act is Act.UNDO:
        raise InputError("`undo` is no ruling; use `undo` with the id of the batch")
    if ruling.clause is not None:
        named("clause", ruling.clause, at_most=CLAUSE)
    checked("message", ruling.message or "", at_most=TEXT)


def _why_not(outcome: Outcome) -> str:
    winner = outcome.winner
    if winner is None:
        return f"comment `{outcome.id}` is escalated already; approve, reject or return it"
    at = winner.at.isoformat(timespec="seconds")
    if outcome.problem == "claimed":
        return f"comment `{outcome.id}` is in the hands of `{winner.by}` until {at}"
    return f"comment `{outcome.id}` is not held any more: {outcome.status} by `{winner.by}` at {at}"
