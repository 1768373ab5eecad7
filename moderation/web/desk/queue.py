"""Lists of comments and the page of one: what waits, what was found, what was decided, and an author's history."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from moderation.errors import InputError, NotFound, StoreError
from moderation.store import Store, StoredComment
from moderation.store.desk import Facets, Filter, Item, Order, Page, View
from moderation.web.accounts.guard import visitor_of
from moderation.web.desk import why
from moderation.web.desk.cards import Card, Reader, card
from moderation.web.desk.surroundings import HOME, WAITING, Surroundings, in_thread, unavailable
from moderation.web.rendering import choose_language

BATCH = 12
"""Cards leased to a moderator at a time: some minutes of work."""
LEASE = 5 * 60
"""Seconds that a lease lasts; the page renews it while it is open."""
FRESH = 15.0
"""Seconds for which counts by clause and language stand beside the filters."""
LIST = 25
"""Cards on a page of a list that is only looked through."""


def reader_of(request: Request) -> Reader:
    """Who the cards are laid out for."""
    account = visitor_of(request).account
    return Reader(account.name, choose_language(request), account.preferences.blur)


class Queue:
    """The pages with cards."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.store: Store = around.store
        self._counted: dict[View, tuple[float, Facets]] = {}

    async def waiting(self, request: Request) -> Response:
        """Comments that wait: the next few, leased to whoever opens the page."""
        query = request.query_params
        view = query.get("view", "held")
        order = query.get("order", "risk")
        if view not in WAITING or order not in set(Order):
            return RedirectResponse(HOME, 303)
        where = _filter(request)
        by = visitor_of(request).account.name
        leases = "prefetch" not in request.headers.get("sec-purpose", "")

        def load() -> tuple[list[Item], list[Item], Facets]:
            items = _work(self.store, by, View(view), Order(order), where, leases)
            own = _own_escalations(self.store, by, View(view), Order(order), where)
            return items, own, self._facets(View(view))

        try:
            items, own, facets = await in_thread(load)
            cards = await self.cards(request, items)
            escalated = await self.cards(request, own, can_rule=False)
            values: dict[str, Any] = {
                "cards": cards,
                "escalated": escalated,
                "is_waiting": True,
                "is_working": True,
                "order": order,
                "where": where,
                "facets": facets,
                "here": _address(view, order, where),
                "after": None,
                "next": None,
                "faults": [state for state in self.around.states() if state.fault is not None],
            }
            return await self.around.page(request, "queue.html", values, view=view)
        except InputError:
            return RedirectResponse(HOME, 303)
        except StoreError:
            return unavailable(self.around.pages, request)

    def _facets(self, view: View) -> Facets:
        """How many there are by clause and language: counted over the whole list, so not for every page anew."""
        at, known = self._counted.get(view, (float("-inf"), Facets({}, {}, {})))
        if time.monotonic() - at >= FRESH:
            known = self.store.desk.facets(view)
            self._counted[view] = time.monotonic(), known
        return known

    async def decided(self, request: Request) -> Response:
        """What moderators ruled of late, everybody or only oneself."""
        is_mine = request.query_params.get("by") == "me"
        by = visitor_of(request).account.name if is_mine else None
        after = request.query_params.get("after") or None
        here = f"{HOME}decided" + ("?by=me" if is_mine else "")
        return await self._list(
            request,
            lambda: self.store.desk.page(View.DECIDED, by=by, limit=LIST, after=after),
            here,
            "mine" if is_mine else "decided",
        )

    async def search(self, request: Request) -> Response:
        """The comments with certain words."""
        question = request.query_params.get("q", "").strip()[:200]
        before = request.query_params.get("after") or None
        here = f"{HOME}search?{urlencode({'q': question})}"
        return await self._list(
            request,
            lambda: self.store.desk.search(question, limit=LIST, before=before),
            here,
            "search",
            question=question,
        )

    async def _list(self, request: Request, load: Any, here: str, view: str, **more: Any) -> Response:
        try:
            page: Page = await in_thread(load)
            values = {
                "cards": await self.cards(request, page.items),
                "escalated": (),
                "is_waiting": False,
                "is_working": False,
                "where": Filter(),
                "faults": (),
                **_paging(request, page, here),
                **more,
            }
            return await self.around.page(request, "queue.html", values, view=view)
        except (InputError, NotFound):
            return RedirectResponse(here, 303)
        except StoreError:
            return unavailable(self.around.pages, request)

    async def comment(self, request: Request) -> Response:
        """One comment with its history, notes and what is like it."""
        id = request.path_params["id"]
        moderator = self.around.pages.moderator

        def load() -> tuple[Item, Sequence[Item], Any, Any, Any]:
            desk = self.store.desk
            return desk.item(id), desk.similar(id), self.store.decisions(id), desk.notes(id), desk.reports(id)

        try:
            item, similar, decisions, notes, reports = await in_thread(load)
            (shown,) = await self.cards(request, [item])
            others = await self.cards(request, similar)
        except (NotFound, InputError):
            return self.around.pages.message(request, 404, "desk_gone")
        except StoreError:
            return unavailable(self.around.pages, request)
        text = await in_thread(lambda: why.read(item.comment.body, moderator))
        is_blind = shown.look is not None
        values = {
            "card": shown,
            # To rule on them together would tell how this one was ruled on.
            "similar": () if is_blind else others,
            "together": "\n".join([id, *(other.id for other in others)]),
            "decisions": () if is_blind else decisions,
            "notes": () if is_blind else notes,
            "reports": reports,
            "folded": text.folded,
            "clear": text.clear.text if text.clear else None,
        }
        return await self.around.page(request, "comment.html", values, view="comment")

    async def author(self, request: Request) -> Response:
        """What is known of an author."""
        name = request.query_params.get("name", "")
        before = request.query_params.get("after") or None
        here = f"{HOME}author?{urlencode({'name': name})}"
        try:
            known = await in_thread(lambda: self.store.desk.author(name, limit=LIST, before=before))
            if not known.page.items and before is None:
                return self.around.pages.message(request, 404, "desk_no_author")
            cards = await self.cards(request, known.page.items)
            is_blind = any(card.look is not None for card in cards)  # sums would tell what the cards do not
            values = {
                "author": name,
                "cards": cards,
                "mark": known.mark,
                "notes": known.notes,
                "counts": ()
                if is_blind
                else [(status.value, count) for status, count in known.counts.items()],
                "strikes": None if is_blind else known.strikes,
                **_paging(request, known.page, here),
            }
            return await self.around.page(request, "author.html", values, view="author")
        except (InputError, NotFound):
            return self.around.pages.message(request, 404, "desk_no_author")
        except StoreError:
            return unavailable(self.around.pages, request)

    async def cards(self, request: Request, items: Sequence[Item], *, can_rule: bool = True) -> list[Card]:
        """The cards of these items as whoever asks may see them, with the comments that they answer."""
        reader, moderator = reader_of(request), self.around.pages.moderator

        def lay_out() -> list[Card]:
            seen, parents = self.store.desk.blinded(items, reader.me), _parents(self.store, items)
            return [
                card(item, moderator, reader, parents.get(item.comment.parent or ""), can_rule=can_rule)
                for item in seen
            ]

        return await in_thread(lay_out)


def _work(store: Store, by: str, view: View, order: Order, where: Filter, leases: bool) -> list[Item]:
    """What that moderator holds of the list, filled up to a batch with what nobody holds."""
    if leases:
        held = store.desk.mine(by)
        others = [item.comment.id for item in held if not _is_in(item, view, where)]
        if others:
            store.desk.release(by, others)
        if len(held) - len(others) < BATCH:
            free = BATCH - len(held) + len(others)
            store.desk.claim_next(view, free, by, LEASE, order=order, where=where)
    mine = [item for item in store.desk.mine(by) if _is_in(item, view, where)]
    return sorted(mine, key=_sorting(order))[: 2 * BATCH]


def _own_escalations(store: Store, by: str, view: View, order: Order, where: Filter) -> list[Item]:
    """What whoever looks at the escalated ones has escalated, to be seen and left to others."""
    return store.desk.escalated_by(by, order=order, where=where, limit=LIST) if view is View.ESCALATED else []


def _sorting(order: Order) -> Any:
    if order is Order.RISK:
        return lambda item: (-item.risk, item.comment.received_at, item.comment.id)
    sign = 1 if order is Order.OLDEST else -1
    return lambda item: (sign * item.comment.received_at.timestamp(), item.comment.id)


def _is_in(item: Item, view: View, where: Filter) -> bool:
    comment = item.comment
    narrowed = {
        where.clause: item.clause,
        where.language: comment.language,
        where.article: comment.article,
        where.author: comment.author,
    }
    narrowed.pop(None, None)
    waits = item.waits.value if item.waits else None
    return waits == view.value and all(asked == has for asked, has in narrowed.items())


def _parents(store: Store, items: Sequence[Item]) -> dict[str, StoredComment]:
    names = {item.comment.parent for item in items} - {None}
    found = {}
    for name in names:
        try:
            found[str(name)] = store.get(str(name))
        except (NotFound, InputError):
            continue  # a site may name comments of its own that we never saw
    return found


def _filter(request: Request) -> Filter:
    query = request.query_params
    return Filter(**{name: query.get(name) or None for name in ("clause", "language", "article", "author")})


def _address(view: str, order: str, where: Filter) -> str:
    asked = {"view": view if view != "held" else None, "order": order if order != "risk" else None}
    asked |= {name: getattr(where, name) for name in ("clause", "language", "article", "author")}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{HOME}?{query}" if query else HOME


def _paging(request: Request, page: Page, here: str) -> dict[str, Any]:
    joint = "&" if "?" in here else "?"
    following = f"{here}{joint}{urlencode({'after': page.next})}" if page.next else None
    return {"here": here, "after": request.query_params.get("after"), "next": following}
