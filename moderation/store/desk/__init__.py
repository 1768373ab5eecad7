"""The moderators' desk: `Desk`, reached as `store.desk`. Every answer is read from an index, however many wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from moderation.errors import Conflict, InputError, NotFound
from moderation.store import clock
from moderation.store import comments as kept
from moderation.store.connections import Connections
from moderation.store.desk import cards, claims, decided, lists, requests, rulings
from moderation.store.desk.tables import KEY
from moderation.store.desk.tables import claims as claims_table
from moderation.store.desk.values import (
    EVERYTHING,
    Act,
    Appeal,
    AuthorHistory,
    AuthorMark,
    Batch,
    Claim,
    Claims,
    Counts,
    Filter,
    Item,
    MadeRuling,
    Mark,
    Note,
    Order,
    Outcome,
    Page,
    Report,
    Ruling,
    View,
    Winner,
)
from moderation.store.ids import checked, named
from moderation.store.tables import ARTICLE, AUTHOR, CLAUSE, ID, Waits, comments

__all__ = [
    "EVERYTHING",
    "Act",
    "Appeal",
    "AuthorHistory",
    "AuthorMark",
    "Batch",
    "Claim",
    "Claims",
    "Counts",
    "Desk",
    "Filter",
    "Item",
    "MadeRuling",
    "Mark",
    "Note",
    "Order",
    "Outcome",
    "Page",
    "Report",
    "Ruling",
    "View",
    "Waits",
    "Winner",
]

MESSAGE = 4_000
"""Bytes of a message to an author at most."""


class Desk:
    """What moderators read and do. Safe to call from many threads; every call blocks.

    What a method returns is committed. Raises InputError for what cannot be asked, and StoreError.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def page(
        self,
        view: View,
        *,
        order: Order = Order.RISK,
        where: Filter = EVERYTHING,
        limit: int = 25,
        after: str | None = None,
        by: str | None = None,
    ) -> Page:
        """A page of a list.

        limit : at most 200.
        after : `next` of the page before; NotFound where nothing of that name is there any more.
        by : in `decided` only rulings of that moderator; in `appeals` and `second_looks` who is to look, and
            so sees none about decisions of their own.
        """
        _check(where)
        checked("after", after or "")
        with self._connections.reading() as connection:
            at = clock.now(connection)
            if view is View.DECIDED:
                return decided.recent(connection, by, limit, after, at)
            return lists.page(connection, view, order, where, limit, after, at)

    def counts(self, by: str | None = None) -> Counts:
        """How many wait in each list, for that moderator."""
        with self._connections.reading() as connection:
            return lists.counts(connection, by, clock.now(connection))

    def item(self, comment_id: str) -> Item:
        """The card of one comment, whatever its status; raises NotFound."""
        return self.items([comment_id])[0]

    def items(self, ids: Sequence[str]) -> list[Item]:
        """The cards of these comments, in this order; raises NotFound for the first that there is not."""
        names = _names(ids)
        with self._connections.reading() as connection:
            rows = connection.execute(kept.with_decision().where(comments.c.id.in_(names))).all()
            found = {item.comment.id: item for item in cards.of(connection, rows, clock.now(connection))}
        for name in names:
            if name not in found:
                raise NotFound(f"there is no comment `{name}`")
        return [found[name] for name in names]

    def author(self, name: str, *, limit: int = 25, before: str | None = None) -> AuthorHistory:
        """What is known of an author, their latest comments first; `before` is `next` of the page before."""
        checked("author", name, at_most=AUTHOR)
        checked("before", before or "")
        with self._connections.reading() as connection:
            return decided.author(connection, name, limit, before, clock.now(connection))

    def search(self, question: str, *, limit: int = 25, before: str | None = None) -> Page:
        """The comments in which every word of the question begins a word, the latest first."""
        checked("question", question)
        checked("before", before or "")
        with self._connections.reading() as connection:
            return decided.matching(connection, question, limit, before, clock.now(connection))

    def pace(self, by: str, seconds: int = 3600) -> int:
        """How many comments that moderator has ruled on within the last hour."""
        with self._connections.reading() as connection:
            return decided.pace(connection, by, clock.now(connection) - timedelta(seconds=seconds))

    def claim(self, ids: Sequence[str], by: str, seconds: int = claims.SECONDS) -> Claims:
        """Lease these comments to one moderator, as far as nobody else holds them."""
        names = _names(ids)
        _moderator(by)
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
        """Lease the next so many of a list that nobody holds, at most 500."""
        _check(where)
        _moderator(by)
        with self._connections.writing() as connection:
            waiting = lists.ids(view, order, where)
            return claims.take_next(connection, waiting, count, by, seconds, clock.now(connection))

    def renew(
        self, by: str, ids: Sequence[str] | None = None, seconds: int = claims.SECONDS
    ) -> tuple[Claim, ...]:
        """Lengthen a moderator's leases, all or those of `ids`; what is not returned belongs to somebody else now."""
        with self._connections.writing() as connection:
            at = clock.now(connection)
            return claims.renew(connection, None if ids is None else _names(ids), by, seconds, at)

    def release(self, by: str, ids: Sequence[str] | None = None) -> int:
        """Give a moderator's leases back, all or those of `ids`; how many there were."""
        with self._connections.writing() as connection:
            return claims.release(connection, None if ids is None else _names(ids), by)

    def mine(self, by: str) -> list[Item]:
        """What that moderator holds, what was leased first ahead."""
        with self._connections.reading() as connection:
            at = clock.now(connection)
            held = claims_table
            query = (
                kept.with_decision()
                .join(held, held.c.comment_id == comments.c.id)
                .where(held.c.by == by, held.c.until > at)
                .order_by(held.c.at, comments.c.calm, comments.c.received_at, comments.c.id)
                .limit(kept.MAX_PAGE)
            )
            return cards.of(connection, connection.execute(query).all(), at)

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
        names = _names(ids)
        _moderator(by)
        _check_ruling(ruling)
        if seen is not None and len(names) != 1:
            raise InputError("`seen` is about one comment; rule on others without it")
        with self._connections.writing() as connection:
            at = clock.now(connection)

            def act() -> Batch:
                return rulings.decide(connection, names, ruling, by, at, seen=seen)

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
            return rulings.undo(connection, batch, by, clock.now(connection))


def _names(ids: Sequence[str]) -> list[str]:
    if not 1 <= len(ids) <= claims.MOST:
        raise InputError(f"`ids` names {len(ids)} comments; give 1 to {claims.MOST}")
    return [checked("id", name, at_most=ID) for name in dict.fromkeys(ids)]


def _moderator(by: str) -> None:
    if named("by", by, at_most=AUTHOR) == "policy":
        raise InputError("`policy` is not the name of a moderator; give the name of a person")


def _check(where: Filter) -> None:
    checked("clause", where.clause or "", at_most=CLAUSE)
    checked("language", where.language or "", at_most=2)
    checked("article", where.article or "", at_most=ARTICLE)
    checked("author", where.author or "", at_most=AUTHOR)


def _check_ruling(ruling: Ruling) -> None:
    if ruling.act is Act.UNDO:
        raise InputError("`undo` is no ruling; use `undo` with the id of the batch")
    if ruling.clause is not None:
        named("clause", ruling.clause, at_most=CLAUSE)
    checked("message", ruling.message or "", at_most=MESSAGE)


def _why_not(outcome: Outcome) -> str:
    winner = outcome.winner
    if winner is None:
        return f"comment `{outcome.id}` is escalated already; approve, reject or return it"
    at = winner.at.isoformat(timespec="seconds")
    if outcome.problem == "claimed":
        return f"comment `{outcome.id}` is in the hands of `{winner.by}` until {at}"
    return f"comment `{outcome.id}` is not held any more: {outcome.status} by `{winner.by}` at {at}"
