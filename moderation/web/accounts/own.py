"""One's own account: the name that colleagues see, the language, the password."""

from __future__ import annotations

from urllib.parse import urlencode

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from moderation.errors import InputError, StoreError
from moderation.store.accounts import Right
from moderation.store.accounts.passwords import SHORTEST
from moderation.store.accounts.people import language_of
from moderation.web.accounts.guard import COOKIE, Guard, form_of, visitor_of
from moderation.web.accounts.throttle import Throttle
from moderation.web.cookies import read_cookie
from moderation.web.rendering import choose_language

HOME = "/account"
SAID = frozenset({"saved", "refused", "password", "wrong", "weak", "repeated", "slow", "unavailable"})


def routes(guard: Guard) -> list[BaseRoute]:
    """The page and what its forms send."""
    own = Own(guard)
    return [
        Route(HOME, guard.page(None, own.page), methods=["GET"], name="account"),
        Route(HOME, guard.action(None, own.save), methods=["POST"]),
        Route(f"{HOME}/password", guard.action(None, own.password), methods=["POST"]),
    ]


class Own:
    """The handlers; whose account it is says the session alone."""

    def __init__(self, guard: Guard) -> None:
        self.accounts = guard.accounts
        self.pages = guard.pages
        self._throttle = Throttle(guard.limits, guard.settings.signing_key)

    async def page(self, request: Request) -> Response:
        """The account with its forms."""
        said = request.query_params.get("said")
        values = {
            "visitor": visitor_of(request),
            "may_review": visitor_of(request).account.may(Right.REVIEW),
            "said": said if said in SAID else None,
            "shortest": SHORTEST,
        }
        return self.pages.page("accounts/own.html", choose_language(request), values)

    async def save(self, request: Request) -> Response:
        """Another display name, another language."""
        form, account = form_of(request), visitor_of(request).account
        language = language_of(form.get("language", account.language))

        def change() -> None:
            self.accounts.set_display(account.name, form.get("display", account.display))
            self.accounts.prefer(account.name, account.preferences, language)

        try:
            await anyio.to_thread.run_sync(change)
        except InputError:
            return _back("refused")
        except StoreError:
            return _back("unavailable")
        return _back("saved")

    async def password(self, request: Request) -> Response:
        """Another password; all other sessions of the account end."""
        form, account = form_of(request), visitor_of(request).account
        if form.get("password", "") != form.get("again", ""):
            return _back("repeated")
        keep = read_cookie(request, COOKIE) or ""

        def change() -> str:
            if self._throttle.take(request, account.name) is not None:
                return "slow"
            current, new = form.get("current"), form.get("password", "")
            if not self.accounts.change_password(account.name, current, new, keep=keep):
                return "wrong"
            self._throttle.succeeded(request, account.name)
            return "password"

        try:
            return _back(await anyio.to_thread.run_sync(change))
        except InputError:
            return _back("weak")
        except StoreError:
            return _back("unavailable")


def _back(said: str) -> Response:
    return RedirectResponse(f"{HOME}?{urlencode({'said': said})}", 303, {"cache-control": "no-store"})
