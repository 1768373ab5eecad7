"""What a moderator reads: lists page by page, cards, the history of an author, search, and what is new."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from moderation.errors import InputError, NotFound
from moderation.store import clock
from moderation.store import comments as kept
from moderation.store.desk import appeals, cards, decided, lists, looks, news
from moderation.store.desk.room import Room, check_filter, names_of
from moderation.store.desk.tables import claims as claims_table
from moderation.store.desk.values import (
    EVERYTHING,
    AuthorHistory,
    Counts,
    Facets,
    Filter,
    Item,
    News,
    Order,
    Page,
    View,
)
from moderation.store.ids import checked
from moderation.store.tables import AUTHOR, comments

OVERLAP = timedelta(seconds=2)
"""How far `news` looks back behind its time: a ruling is stamped when it begins and seen when it is committed."""


class Reading(Room):
    """Every answer is read from an index, however many wait."""

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
        check_filter(where)
        checked("after", after or "")
        with self._connections.reading() as connection:
            at = clock.now(connection)
            if view is View.DECIDED:
                return decided.recent(connection, by, limit, after, at)
            if view is View.APPEALS:
                return appeals.waiting(connection, by, limit, after, at)
            if view is View.SECOND_LOOKS:
                return looks.waiting(connection, by, limit, after, at)
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
        names = names_of(ids)
        with self._connections.reading() as connection:
            found = cards.by_id(connection, names, clock.now(connection))
            found |= {item.comment.id: item for item in appeals.for_items(connection, list(found.values()))}
        for name in names:
            if name not in found:
                raise NotFound(f"there is no comment `{name}`")
        return [found[name] for name in names]

    def blinded(self, items: Sequence[Item], by: str) -> list[Item]:
        """These cards for that moderator: without a ruling that they are still to look at again, `look` set."""
        with self._connections.reading() as connection:
            return looks.blinded(connection, items, by)

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

    def escalated_by(
        self, by: str, *, order: Order = Order.RISK, where: Filter = EVERYTHING, limit: int = 25
    ) -> list[Item]:
        """What that moderator escalated and nobody has settled since: it is for somebody else to decide."""
        check_filter(where)
        with self._connections.reading() as connection:
            return lists.escalated_by(connection, by, order, where, kept.page(limit), clock.now(connection))

    def facets(self, view: View, limit: int = 50) -> Facets:
        """What a list of waiting comments can be narrowed to: the most frequent, with how many there are."""
        if view not in lists.WAITING:
            raise InputError(f"`{view}` is not narrowed; use one of {', '.join(sorted(lists.WAITING))}")
        with self._connections.reading() as connection:
            return news.facets(connection, view, kept.page(limit))

    def similar(self, comment_id: str, limit: int = 50) -> list[Item]:
        """Waiting comments of anybody that say the same or nearly so, without this one; raises NotFound."""
        with self._connections.reading() as connection:
            return news.similar(connection, checked("id", comment_id), limit, clock.now(connection))

    def news(self, since: datetime | None = None) -> News:
        """Rulings since then and the leases in force; `at` of the answer is what to ask for next time.

        A ruling is stamped a moment before it can be seen, so the same one may come twice.
        """
        if since is not None and since.tzinfo is None:
            raise InputError("`since` has no time zone; give a time in UTC")
        with self._connections.reading() as connection:
            moment = None if since is None else since - OVERLAP
            return news.since(connection, moment, clock.now(connection))
