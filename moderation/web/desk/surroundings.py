"""What stands around every page of the desk: the views with their counts, who is signed in, keys and clauses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from moderation.errors import StoreError
from moderation.policy import Policy
from moderation.reload import PartStates
from moderation.store import Store
from moderation.store.accounts import Account, Right
from moderation.store.desk import Counts
from moderation.types import Language
from moderation.web.accounts.guard import own_path, visitor_of
from moderation.web.problems import Problem
from moderation.web.rendering import Pages, choose_language, wants_json

T = TypeVar("T")

HOME = "/review/"
WAITING = ("held", "escalated", "reported", "folded")
KEYS = (
    ("J", "next"),
    ("K", "previous"),
    ("A", "approve"),
    ("R", "reject"),
    ("E", "return"),
    ("T", "escalate"),
    ("U", "undo"),
    ("X", "select"),
    ("S", "select_all"),
    ("G", "similar"),
    ("D", "more"),
    ("V", "unveil"),
    ("N", "note"),
    ("M", "mark"),
    ("W", "wrong"),
    ("H", "history"),
    ("/", "search"),
    ("?", "help"),
)
SAID = frozenset(
    "approve reject return escalate undo claimed settled gone standing late noted marked wrong saved "
    "upheld overturned look resent unsent refused failed".split()
)
"""What a page may be told to say about the action before it; the address of the page is not to be trusted."""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the rail. gap : whether a group begins with it."""

    key: str
    href: str
    text: str
    count: int | None = None
    current: bool = False
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A clause that a moderator may rule on. key : what chooses it, a digit alone or with Shift."""

    id: str
    number: int
    title: str
    key: str
    messages: Mapping[str, str]


def choices(policy: Policy, language: Language) -> list[Choice]:
    """The clauses in force, in the order in which readers see them."""
    return [
        Choice(
            id=id,
            number=clause.number,
            title=clause.title.in_language(language),
            key=_key(place),
            messages={each: policy.message(id, each) for each in ("ko", "en")},
        )
        for place, (id, clause) in enumerate(policy.numbered(), 1)
    ]


def _key(place: int) -> str:
    """1 to 9, 0 for the tenth, then with Shift from 1 on."""
    if place <= 10:
        return str(place % 10)
    return f"⇧{place - 10}" if place < 20 else ""


class Surroundings:
    """Renders pages of the desk, and answers actions in the way they were asked: by form or by script."""

    def __init__(self, pages: Pages, store: Store, states: PartStates) -> None:
        self.pages = pages
        self.store = store
        self.states = states

    async def page(
        self, request: Request, template: str, values: Mapping[str, Any], *, view: str, status: int = 200
    ) -> Response:
        """One page with everything around it."""
        visitor = visitor_of(request)
        language = choose_language(request)
        by = visitor.account.name

        def around() -> tuple[Counts, int, dict[str, str], int]:
            names = {account.name: account.display for account in self.store.accounts.every()}
            given_up = self.store.outbox.given_up() if visitor.account.may(Right.LEAD) else 0
            return self.store.desk.counts(by), self.store.desk.pace(by), names, given_up

        counts, pace, names, given_up = await in_thread(around)
        total = getattr(counts, view) if view in (*WAITING, "appeals", "second_looks") else None
        clauses = choices(self.pages.moderator.policy, language)
        surrounding = {
            "visitor": visitor,
            "links": self._links(counts, view, visitor.account, given_up),
            "pace": pace,
            "names": names,
            "view": view,
            "total": total,
            "keys": KEYS,
            "clauses": clauses,
            "titles": {clause.id: clause.title for clause in clauses},
            "may_suspend": visitor.account.may(Right.LEAD),
            "back": back_to(request),
            **_said(request, names),
        }
        return self.pages.page(f"desk/{template}", language, surrounding | dict(values), status)

    def _links(self, counts: Counts, view: str, account: Account, given_up: int) -> list[Link]:
        def link(key: str, href: str, count: int | None, gap: bool = False) -> Link:
            return Link(key, href, f"desk_view_{key}", count, key == view, gap)

        links = [
            link("held", HOME, counts.held),
            link("escalated", f"{HOME}?view=escalated", counts.escalated),
            link("reported", f"{HOME}?view=reported", counts.reported),
            link("folded", f"{HOME}?view=folded", counts.folded),
            link("appeals", f"{HOME}appeals", counts.appeals, gap=True),
            link("second_looks", f"{HOME}second-looks", counts.second_looks),
            link("decided", f"{HOME}decided", None, gap=True),
            link("mine", f"{HOME}decided?by=me", None),
        ]
        if account.may(Right.LEAD):
            links.append(link("dashboard", f"{HOME}dashboard", None, gap=True))
            links.append(link("webhooks", f"{HOME}webhooks", given_up or None))
        if account.may(Right.ADMINISTER):
            links.append(link("accounts", "/accounts", None))
        return links

    def refuse(self, request: Request, kind: str, status: int) -> Response:
        """Why an action was not carried out, to a script; to a form the page it came from, saying so."""
        if wants_json(request):
            text = self.pages.text(choose_language(request), f"desk_said_{kind}", count=0, name="")
            return Problem(f"desk-{kind}", status, "Not done", text).response()
        return self.back(request, kind)

    def back(self, request: Request, said: str, **more: str | int) -> Response:
        """The page that a form was sent from, saying what came of it."""
        form: dict[str, str] = request.state.form
        path = own_path(form.get("back") or HOME)
        base, _, query = path.partition("?")
        query = "&".join(part for part in query.split("&") if part and not part.startswith(_OURS))
        added = urlencode({"said": said, **more})
        return RedirectResponse(f"{base}?{query}&{added}" if query else f"{base}?{added}", 303)


_OURS = ("said=", "said_count=", "said_by=", "undo=", "lang=")


def back_to(request: Request) -> str:
    """The address of this page without what it was told to say, for forms to lead back to."""
    kept = [(key, value) for key, value in request.query_params.multi_items() if f"{key}=" not in _OURS]
    path: str = request.scope["path"]
    return f"{path}?{urlencode(kept)}" if kept else path


def _said(request: Request, names: Mapping[str, str]) -> dict[str, Any]:
    query = request.query_params
    said, count, by = query.get("said"), query.get("said_count", "1"), query.get("said_by", "")
    return {
        "said": said if said in SAID else None,
        "said_count": int(count) if count.isdecimal() and len(count) < 5 else 1,
        "said_by": names.get(by, ""),
        "undo": query.get("undo"),
    }


async def in_thread(function: Callable[[], T]) -> T:
    """What the store answers, without holding up everybody else meanwhile."""
    return await anyio.to_thread.run_sync(function)


def unavailable(pages: Pages, request: Request) -> Response:
    """The page for when the store cannot be reached."""
    return pages.message(request, 503, "desk_unavailable")


__all__ = [
    "HOME",
    "Choice",
    "Link",
    "StoreError",
    "Surroundings",
    "back_to",
    "choices",
    "in_thread",
    "unavailable",
]
