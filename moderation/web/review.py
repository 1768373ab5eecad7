"""The moderators' review: what is held and why, and a ruling on each."""

from __future__ import annotations

from urllib.parse import urlencode

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from moderation.errors import Conflict, NotFound, StoreError
from moderation.reload import PartStates
from moderation.store import Store
from moderation.store.accounts import Right
from moderation.types import Action
from moderation.web import problems
from moderation.web.accounts.guard import Guard, form_of, visitor_of
from moderation.web.cards import card
from moderation.web.problems import Problem
from moderation.web.rendering import choose_language, wants_json

PAGE = 25
RULINGS = {"approve": Action.ALLOW, "reject": Action.REJECT}
SAID = frozenset({"approved", "rejected", "conflict", "gone", "unavailable"})


def routes(guard: Guard, store: Store, states: PartStates) -> list[BaseRoute]:
    """The queue and the address that rulings are sent to."""
    desk = Review(guard, store, states)
    return [
        Route("/review/", guard.page(Right.REVIEW, desk.queue), methods=["GET"], name="review"),
        Route(
            "/review/{id}/ruling", guard.action(Right.REVIEW, desk.ruling), methods=["POST"], name="ruling"
        ),
    ]


class Review:
    """The handlers of the review."""

    def __init__(self, guard: Guard, store: Store, states: PartStates) -> None:
        self.pages = guard.pages
        self.store = store
        self.states = states

    async def queue(self, request: Request) -> Response:
        """One page of held comments, the longest waiting first."""
        language = choose_language(request)
        after = request.query_params.get("after") or None
        try:
            held = await anyio.to_thread.run_sync(lambda: self.store.held(limit=PAGE + 1, after=after))
            count = await anyio.to_thread.run_sync(self.store.held_count)
        except NotFound:
            return RedirectResponse(f"/review/?{urlencode({'lang': language})}", 303)
        except StoreError:
            return self.pages.message(request, 503, "review_unavailable")
        said = request.query_params.get("said", "")
        policy = self.pages.moderator.policy
        values = {
            "cards": [card(comment, policy, language) for comment in held[:PAGE]],
            "faults": [state for state in self.states() if state.fault is not None],
            "count": count,
            "after": after,
            "next": held[PAGE - 1].id if len(held) > PAGE else None,
            "said": said if said in SAID else None,
            "token": visitor_of(request).csrf,
            "account": visitor_of(request).account,
        }
        return self.pages.page("review.html", language, values)

    async def ruling(self, request: Request) -> Response:
        """Approve or reject one held comment."""
        form = form_of(request)
        action = RULINGS.get(form.get("ruling", ""))
        if action is None:
            raise problems.malformed("`ruling` is neither `approve` nor `reject`", ("ruling", "unknown"))
        id, by = request.path_params["id"], visitor_of(request).account.name
        try:
            await anyio.to_thread.run_sync(lambda: self.store.rule(id, action, by))
            left = await anyio.to_thread.run_sync(self.store.held_count)
        except Conflict:
            return self._answer(request, form, "conflict", 409)
        except NotFound:
            return self._answer(request, form, "gone", 404)
        except StoreError:
            return self._answer(request, form, "unavailable", 503)
        return self._answer(request, form, "approved" if action is Action.ALLOW else "rejected", 200, left)

    def _answer(
        self, request: Request, form: dict[str, str], said: str, status: int, left: int | None = None
    ) -> Response:
        """To a script what came of it; to a browser without scripts the queue again, saying so."""
        if not wants_json(request):
            query = {"lang": choose_language(request), "said": said}
            if form.get("after"):
                query["after"] = form["after"]
            return RedirectResponse(f"/review/?{urlencode(query)}", 303)
        if status != 200:
            text = self.pages.text(choose_language(request), f"review_{said}")
            return Problem(f"review-{said}", status, "The ruling was not made", text).response()
        return JSONResponse({"said": said, "left": left}, headers={"cache-control": "no-store"})
