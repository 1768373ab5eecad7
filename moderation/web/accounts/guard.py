"""What stands before the desk: a page asks for a session and a right, an action for proof of its origin too.

`guard.page(right, handler)` and `guard.action(right, handler)` make endpoints of handlers. Tests walk the route table
and look at each endpoint's `Door`, so a route without one has to be declared open to all.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import anyio.to_thread
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from moderation.errors import StoreError
from moderation.settings import Settings
from moderation.store import Store
from moderation.store.accounts import Account, Right, Session
from moderation.web import problems
from moderation.web.cookies import read_cookie, set_cookie
from moderation.web.forms import FORM_LIMIT, MEDIA_TYPE, read_form
from moderation.web.problems import Problem
from moderation.web.rendering import Pages, wants_json
from moderation.web.signing import is_same_origin

COOKIE = "session"
SESSION = 12 * 3600  # seconds the browser keeps the cookie; the store may end the session before
TOKEN_FIELD, TOKEN_HEADER = "token", "x-csrf-token"
START = "/review/"
"""Where whoever has signed in begins."""

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in.

    csrf : what every form and every request of a script that changes something has to bring along.
    """

    account: Account
    csrf: str


def visitor_of(request: HTTPConnection) -> Visitor:
    """Who is signed in, behind a guard."""
    visitor: Visitor = request.state.visitor
    return visitor


def form_of(request: Request) -> dict[str, str]:
    """The form that an action was sent with; empty where it came with another body."""
    form: dict[str, str] = request.state.form
    return form


class Guard:
    """Knows sessions, and makes doors."""

    def __init__(self, store: Store, pages: Pages, settings: Settings) -> None:
        self.accounts = store.accounts
        self.limits = store.limits
        self.pages = pages
        self.settings = settings

    def page(self, right: Right | None, handler: Handler) -> Handler:
        """For reading. Who is not signed in is led to the sign-in page, and from there back.

        right : None for everybody who is signed in.
        """
        return Door(self, right, handler).answer

    def action(self, right: Right | None, handler: Handler, *, form_limit: int = FORM_LIMIT) -> Handler:
        """For changing something: from our own page, with the token of this very session.

        The form stands in `form_of(request)`; a script sends the token as `x-csrf-token` and any body it likes.
        """
        return ActionDoor(self, right, handler, form_limit).answer

    async def session(self, request: HTTPConnection) -> Session | None:
        """The session of that browser; raises StoreError."""
        secret = read_cookie(request, COOKIE)
        if not secret:
            return None
        return await anyio.to_thread.run_sync(self.accounts.session, secret)


@dataclass(frozen=True)
class Door:
    """A handler and what it asks of whoever comes."""

    guard: Guard
    right: Right | None
    handler: Handler

    async def answer(self, request: Request) -> Response:
        """The handler's answer, or why there is none."""
        try:
            session = await self.guard.session(request)
        except StoreError:
            return self._unavailable(request)
        if session is None:
            return self._sign_in_first(request)
        request.state.visitor = Visitor(session.account, session.csrf)
        refusal = await self.refusal(request, session)
        if refusal is not None:
            return refusal
        if self.right is not None and not session.account.may(self.right):
            return self._no_right(request)
        return await self.handler(request)

    async def refusal(self, request: Request, session: Session) -> Response | None:
        """Why this request is not taken from that session."""
        return None

    def _sign_in_first(self, request: Request) -> Response:
        if wants_json(request) or request.method != "GET":
            detail = "sign in at `/sign-in` first"
            headers = {"www-authenticate": 'Cookie realm="desk"'}
            if wants_json(request):
                return Problem(
                    "sign-in-required", 401, "Sign-in required", detail, headers=headers
                ).response()
            return RedirectResponse(f"/sign-in?{urlencode({'next': START})}", 303)
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?{urlencode({'next': path})}", 303, {"cache-control": "no-store"})

    def _no_right(self, request: Request) -> Response:
        # Before the handler has looked at anything: whether a thing exists makes no difference.
        if wants_json(request):
            detail = "your role does not include this; ask an administrator"
            return Problem("no-right", 403, "Not yours to do", detail).response()
        return self.guard.pages.message(request, 403, "account_no_right", "account_no_right_text")

    def _unavailable(self, request: Request) -> Response:
        if wants_json(request):
            return problems.store_unavailable().response()
        return self.guard.pages.message(request, 503, "account_unavailable")


@dataclass(frozen=True)
class ActionDoor(Door):
    """A door that a request of another site's making does not pass (OWASP: synchroniser token)."""

    form_limit: int = FORM_LIMIT

    async def refusal(self, request: Request, session: Session) -> Response | None:
        """Why it cannot be told that this session's own page sent the request."""
        if not is_same_origin(request):
            return _refused(self.guard.pages, request)
        token = request.headers.get(TOKEN_HEADER)
        request.state.form = {}
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media == MEDIA_TYPE:
            form = await read_form(request, self.guard.settings.read_timeout, limit=self.form_limit)
            request.state.form = form
            token = form.pop(TOKEN_FIELD, token)
        if token is None or not hmac.compare_digest(token.encode(), session.csrf.encode()):
            return _refused(self.guard.pages, request)
        return None


def _refused(pages: Pages, request: Request) -> Response:
    if wants_json(request):
        return problems.cross_origin().problem.response()
    return pages.message(request, 403, "page_refused", "page_refused_text")


def keep_session(response: Response, request: HTTPConnection, session: Session) -> None:
    """Have the browser keep the session. Lax, so that a link from a message opens the desk signed in."""
    set_cookie(response, request, COOKIE, session.secret, max_age=SESSION, same_site="lax")


def forget_session(response: Response, request: HTTPConnection) -> None:
    """Have the browser forget the session."""
    set_cookie(response, request, COOKIE, "", max_age=0, same_site="lax")


def own_path(path: str) -> str:
    """The path where it is one of this site, else the start: a link must not lead elsewhere after sign-in.

    Browsers take a backslash for `/`, skip tabs and line ends, and `//host` for another host (WHATWG URL, section 4.4).
    """
    if not path.startswith("/") or path.startswith("//"):
        return START
    if "\\" in path or not path.isprintable() or path.startswith("/sign-"):
        return START
    return path
