"""Webhooks at the desk: which systems are told, what waits for them, what was given up and why, and sending again.

Nothing of any comment stands here but its id. Leads read; administrators send again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from moderation.errors import InputError, NotFound, StoreError
from moderation.store.accounts import Right
from moderation.store.outbox import Counts, DeadLetter, Endpoint, Outbox
from moderation.web.accounts.guard import Guard, form_of, visitor_of
from moderation.web.desk.surroundings import HOME, Surroundings, in_thread, unavailable

PAGE = f"{HOME}webhooks"
LIST = 25
"""Messages on a page."""


def routes(guard: Guard, around: Surroundings) -> list[BaseRoute]:
    """The page, and sending again."""
    webhooks = Webhooks(around)
    return [
        Route(PAGE, guard.page(Right.LEAD, webhooks.page), methods=["GET"]),
        Route(PAGE, guard.action(Right.ADMINISTER, webhooks.resend), methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True)
class Told:
    """An endpoint as the page shows it. address : whole for administrators, since a path may hold a secret."""

    endpoint: Endpoint
    address: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that was given up. comment : whether it is about one."""

    dead: DeadLetter
    address: str
    comment: bool


class Webhooks:
    """The handlers."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.outbox: Outbox = around.store.outbox

    async def page(self, request: Request) -> Response:
        """Every address with what waits for it, and what was given up, the latest first."""
        may_send = visitor_of(request).account.may(Right.ADMINISTER)
        after = request.query_params.get("after") or None

        def load() -> tuple[list[Told], list[Letter], str | None]:
            counts = self.outbox.counts()
            told = [
                Told(endpoint, _address(endpoint.url, may_send), counts.get(endpoint.id, Counts()))
                for endpoint in self.outbox.endpoints()
            ]
            dead = self.outbox.dead(LIST + 1, after)
            letters = [_letter(each, may_send) for each in dead[:LIST]]
            return told, letters, _following(dead)

        try:
            told, letters, following = await in_thread(load)
        except InputError:
            return RedirectResponse(PAGE, 303)
        except StoreError:
            return unavailable(self.around.pages, request)
        values = {
            "told": told,
            "letters": letters,
            "may_send": may_send,
            "here": PAGE,
            "after": after,
            "next": f"{PAGE}?{urlencode({'after': following})}" if following else None,
        }
        return await self.around.page(request, "webhooks.html", values, view="webhooks")

    async def resend(self, request: Request) -> Response:
        """Send to one address one message once more, or all that were given up there."""
        form, by = form_of(request), visitor_of(request).account.name
        message, endpoint = form.get("message"), form.get("endpoint", "")
        try:
            count = await in_thread(
                lambda: self.outbox.resend([message] if message else None, endpoint=endpoint, by=by)
            )
        except (NotFound, InputError):
            return self.around.refuse(request, "unsent", 404)
        except StoreError:
            return self.around.refuse(request, "failed", 503)
        if not count:
            return self.around.refuse(request, "unsent", 404)
        return self.around.back(request, "resent", said_count=count)


def _address(url: str, is_whole: bool) -> str:
    return url if is_whole else urlsplit(url).hostname or url


def _letter(dead: DeadLetter, is_whole: bool) -> Letter:
    is_about_comment = dead.message.kind.startswith(("comment.", "appeal."))
    return Letter(dead, _address(dead.url, is_whole), is_about_comment)


def _following(dead: Sequence[DeadLetter]) -> str | None:
    """Where the next page goes on: before the last message that this page has."""
    return dead[LIST - 1].message.id if len(dead) > LIST else None
