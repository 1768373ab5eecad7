"""The moderators' review: what is held and why, and a ruling on each.

Accounts are not there yet. So the review opens only to this machine, or to whoever knows the review password.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from moderation.errors import Conflict, NotFound, StoreError
from moderation.reload import PartStates
from moderation.settings import Settings
from moderation.store import Store
from moderation.types import Action
from moderation.web import problems
from moderation.web.cards import card
from moderation.web.cookies import read_cookie, set_cookie
from moderation.web.forms import read_form
from moderation.web.problems import Problem
from moderation.web.rendering import Pages, choose_language, wants_json
from moderation.web.signing import Signer, is_same_origin

PAGE = 25
COOKIE = "review"
SESSION = 12 * 3600  # seconds; a shift
RULINGS = {"approve": Action.ALLOW, "reject": Action.REJECT}
SAID = frozenset({"approved", "rejected", "conflict", "gone", "unavailable"})
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")

Handler = Callable[[Request], Awaitable[Response]]


def routes(pages: Pages, store: Store, settings: Settings, states: PartStates) -> list[BaseRoute]:
    """The queue and the address that rulings are sent to."""
    desk = Review(pages, store, settings, states)
    return [
        Route("/review/", desk.admitted(desk.queue), methods=["GET"], name="review"),
        Route("/review/{id}/ruling", desk.admitted(desk.ruling), methods=["POST"], name="ruling"),
    ]


class Review:
    """The handlers of the review."""

    def __init__(self, pages: Pages, store: Store, settings: Settings, states: PartStates) -> None:
        self.pages = pages
        self.store = store
        self.settings = settings
        self.states = states
        self._sessions = Signer(settings.signing_key, "review session")
        self._tokens = Signer(settings.signing_key, "review form")

    def admitted(self, handler: Handler) -> Handler:
        """The handler, for whoever has the password; where there is none, for this machine alone."""

        async def guarded(request: Request) -> Response:
            password = self.settings.review_password
            if password is not None:
                if not _knows(request, password.get_secret_value()):
                    return self._ask_password()
            elif not (self.settings.on_loopback and _is_local(request)):
                return self.pages.message(request, 404, "page_not_found")
            return await handler(request)

        return guarded

    def _ask_password(self) -> Response:
        headers = {"www-authenticate": 'Basic realm="review", charset="UTF-8"'}
        return Problem(
            "review-password", 401, "Password required", "the review asks for its password", headers=headers
        ).response()

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
        session = self._session(request) or secrets.token_urlsafe(16)
        policy = self.pages.moderator.policy
        values = {
            "cards": [card(comment, policy, language) for comment in held[:PAGE]],
            "faults": [state for state in self.states() if state.fault is not None],
            "count": count,
            "after": after,
            "next": held[PAGE - 1].id if len(held) > PAGE else None,
            "said": said if said in SAID else None,
            "token": self._tokens.sign(session),
        }
        response = self.pages.page("review.html", language, values)
        signed = self._sessions.sign(session)
        set_cookie(response, request, COOKIE, signed, max_age=SESSION, same_site="strict")
        return response

    async def ruling(self, request: Request) -> Response:
        """Approve or reject one held comment."""
        form = await read_form(request, self.settings.read_timeout)
        if not self._is_ours(request, form.get("token")):
            return self._refuse(request)
        action = RULINGS.get(form.get("ruling", ""))
        if action is None:
            raise problems.malformed("`ruling` is neither `approve` nor `reject`", ("ruling", "unknown"))
        id, by = request.path_params["id"], _moderator(request)
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

    def _session(self, request: Request) -> str | None:
        return self._sessions.read(read_cookie(request, COOKIE), SESSION)

    def _is_ours(self, request: Request, token: str | None) -> bool:
        """Sent by a page of ours that was given to this very browser (OWASP: synchroniser token)."""
        session = self._session(request)
        signed = self._tokens.read(token, SESSION)
        if session is None or signed is None or not is_same_origin(request):
            return False
        return hmac.compare_digest(session.encode(), signed.encode())

    def _refuse(self, request: Request) -> Response:
        if wants_json(request):
            return problems.cross_origin().problem.response()
        return self.pages.message(request, 403, "page_refused", "page_refused_text")

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


def _is_local(request: Request) -> bool:
    """Addressed to this machine by name, and not handed on by a proxy.

    A page of another site can point its own name at 127.0.0.1 (DNS rebinding); its `Host` gives it away.
    """
    host = request.headers.get("host", "")
    name = host[: host.find("]") + 1] if host.startswith("[") else host.partition(":")[0]
    if any(header in request.headers for header in _FORWARDED):
        return False
    try:
        return name == "localhost" or ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _credentials(request: Request) -> tuple[str, str] | None:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, separator, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (name, password) if separator else None


def _knows(request: Request, password: str) -> bool:
    given = _credentials(request)
    return hmac.compare_digest((given[1] if given else "").encode(), password.encode())


def _moderator(request: Request) -> str:
    """Who rules: the name given beside the password, for the record."""
    given = _credentials(request)
    name = given[0].strip()[:64] if given else ""
    return name if name.isprintable() and name not in ("", "policy") else "moderator"
