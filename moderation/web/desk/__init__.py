"""The moderators' desk as pages: `routes` lists them, each behind the guard."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from moderation.reload import PartStates
from moderation.store import Store
from moderation.store.accounts import Right
from moderation.web.accounts.guard import Guard
from moderation.web.desk import webhooks
from moderation.web.desk.appeals import Appeals
from moderation.web.desk.live import Live
from moderation.web.desk.people import Remarks
from moderation.web.desk.queue import Queue
from moderation.web.desk.rulings import Rulings
from moderation.web.desk.surroundings import HOME, Surroundings

FORM = 65_536
"""Bytes of the largest form: a batch of five hundred comments by their ids."""


def routes(guard: Guard, store: Store, states: PartStates, live: Live) -> list[BaseRoute]:
    """Every address of the desk."""
    around = Surroundings(guard.pages, store, states)
    queue, rulings, remarks, appeals = Queue(around), Rulings(around), Remarks(around), Appeals(around)

    async def preferences(request: Request) -> Response:
        return await around.page(request, "preferences.html", {}, view="preferences")

    pages = {
        "": queue.waiting,
        "search": queue.search,
        "decided": queue.decided,
        "author": queue.author,
        "comments/{id}": queue.comment,
        "appeals": appeals.appeals,
        "second-looks": appeals.second_looks,
        "preferences": preferences,
        "events": live.events,
    }
    actions = {
        "rulings": rulings.rule,
        "undo": rulings.undo,
        "claims": rulings.claim,
        "release": rulings.release,
        "notes": remarks.note,
        "marks": remarks.mark,
        "wrong-hits": remarks.wrong_hit,
        "appeals": remarks.settle_appeal,
        "second-looks": remarks.second_look,
        "preferences": remarks.prefer,
    }
    review = Right.REVIEW
    return [
        *webhooks.routes(guard, around),
        *(Route(HOME + path, guard.page(review, page), methods=["GET"]) for path, page in pages.items()),
        *(
            Route(HOME + path, guard.action(review, act, form_limit=FORM), methods=["POST"])
            for path, act in actions.items()
        ),
    ]
