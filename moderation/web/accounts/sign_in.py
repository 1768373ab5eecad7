"""Signing in by name and password or by a one-time link, and signing out."""

from __future__ import annotations

import hmac
import math
import secrets

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from moderation.errors import StoreError
from moderation.store.accounts import Session
from moderation.web.accounts.guard import (
    COOKIE,
    START,
    Guard,
    forget_session,
    keep_session,
    own_path,
)
from moderation.web.accounts.throttle import Throttle
from moderation.web.cookies import read_cookie, set_cookie
from moderation.web.forms import read_form
from moderation.web.rendering import choose_language
from moderation.web.signing import Signer, is_same_origin

FORM_COOKIE = "sign-in"
FORM_LIFE = 3600  # seconds between the page with the form and its coming back
SAID = frozenset({"out", "wrong", "link_void", "stale"})


def routes(guard: Guard, door: SignIn) -> list[BaseRoute]:
    """The way in and the way out."""
    return [
        Route("/sign-in", door.page, methods=["GET"], name="sign-in"),
        Route("/sign-in", door.by_password, methods=["POST"]),
        Route("/sign-in/link", door.link_page, methods=["GET"], name="sign-in-link"),
        Route("/sign-in/link", door.by_link, methods=["POST"]),
        Route("/sign-out", guard.action(None, door.out), methods=["POST"], name="sign-out"),
    ]


class SignIn:
    """The handlers. Forms are bound to the browser before anybody is signed in, so that no other site signs it in."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.accounts = guard.accounts
        self.pages = guard.pages
        self._throttle = Throttle(guard.limits, guard.settings.signing_key)
        self._browsers = Signer(guard.settings.signing_key, "sign-in browser")
        self._forms = Signer(guard.settings.signing_key, "sign-in form")

    async def page(self, request: Request) -> Response:
        """The form; who is signed in already goes on."""
        onward = own_path(request.query_params.get("next", START))
        try:
            if await self.guard.session(request) is not None:
                return RedirectResponse(onward, 303, {"cache-control": "no-store"})
        except StoreError:
            return self.pages.message(request, 503, "account_unavailable")
        said = request.query_params.get("said")
        return self.show(request, onward, said if said in SAID else None)

    async def by_password(self, request: Request) -> Response:
        """A session for whoever knows name and password."""
        form = await read_form(request, self.guard.settings.read_timeout)
        onward = own_path(form.get("next", START))
        name, password = form.get("name", ""), form.get("password", "")
        if not self._is_ours(request, form.get("token")):
            return self.show(request, onward, "stale", name=name, status=403)
        try:
            wait = await anyio.to_thread.run_sync(self._throttle.take, request, name)
            if wait is not None:
                return self._slow_down(request, onward, name, wait)
            session = await anyio.to_thread.run_sync(self.accounts.sign_in, name, password)
            if session is None:
                return self.show(request, onward, "wrong", name=name, status=403)
            await anyio.to_thread.run_sync(self._throttle.succeeded, request, name)
        except StoreError:
            return self.pages.message(request, 503, "account_unavailable")
        response = await self.let_in(request, session, onward)
        self._throttle.remember(response, request, name)
        return response

    async def link_page(self, request: Request) -> Response:
        """One button. Only pressing it uses the link up; programs that look at links in messages do not."""
        language = choose_language(request)
        browser = self._browser(request)
        values = {"token": self._forms.sign(browser), "code": request.query_params.get("code", "")}
        response = self.pages.page("accounts/link.html", language, values)
        return self._remember(request, response, browser)

    async def by_link(self, request: Request) -> Response:
        """A session for whoever brings the code, once."""
        form = await read_form(request, self.guard.settings.read_timeout)
        if not self._is_ours(request, form.get("token")):
            return self.show(request, START, "stale", status=403)
        try:
            session = await anyio.to_thread.run_sync(self.accounts.use_link, form.get("code", ""))
        except StoreError:
            return self.pages.message(request, 503, "account_unavailable")
        if session is None:
            return self.show(request, START, "link_void", status=403)
        return await self.let_in(request, session, START)

    async def out(self, request: Request) -> Response:
        """End the session here and in the store."""
        await anyio.to_thread.run_sync(self.accounts.sign_out, read_cookie(request, COOKIE) or "")
        response = RedirectResponse("/sign-in?said=out", 303, {"cache-control": "no-store"})
        forget_session(response, request)
        return response

    async def let_in(self, request: Request, session: Session, onward: str) -> Response:
        """Under a new session; one that the browser brought along ends, so that nobody can plant one."""
        before = read_cookie(request, COOKIE)
        if before:
            await anyio.to_thread.run_sync(self.accounts.sign_out, before)
        response = RedirectResponse(onward, 303, {"cache-control": "no-store"})
        keep_session(response, request, session)
        return response

    def _slow_down(self, request: Request, onward: str, name: str, seconds: float) -> Response:
        minutes = math.ceil(seconds / 60)
        response = self.show(request, onward, "slow", name=name, status=429, minutes=minutes)
        response.headers["retry-after"] = str(math.ceil(seconds))
        return response

    def show(
        self,
        request: Request,
        onward: str,
        said: str | None,
        *,
        name: str = "",
        status: int = 200,
        minutes: int = 0,
    ) -> Response:
        """The form, with a sentence about what came of the last attempt."""
        browser = self._browser(request)
        values = {
            "token": self._forms.sign(browser),
            "next": onward,
            "said": said,
            "minutes": minutes,
            "name": name,
            "demo": self.guard.settings.demo,
            "has_provider": self.guard.settings.oidc_issuer is not None,
        }
        response = self.pages.page("accounts/sign-in.html", choose_language(request), values, status)
        return self._remember(request, response, browser)

    def _browser(self, request: Request) -> str:
        return self._browsers.read(read_cookie(request, FORM_COOKIE), FORM_LIFE) or secrets.token_urlsafe(16)

    def _remember(self, request: Request, response: Response, browser: str) -> Response:
        signed = self._browsers.sign(browser)
        set_cookie(response, request, FORM_COOKIE, signed, max_age=FORM_LIFE, same_site="strict")
        return response

    def _is_ours(self, request: Request, token: str | None) -> bool:
        browser = self._browsers.read(read_cookie(request, FORM_COOKIE), FORM_LIFE)
        signed = self._forms.read(token, FORM_LIFE)
        if browser is None or signed is None or not is_same_origin(request):
            return False
        return hmac.compare_digest(browser.encode(), signed.encode())
