"""The administrators' page: people and their roles, services and their tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from moderation.errors import Conflict, InputError, NotFound, StoreError
from moderation.store.accounts import Account, Right, Role, Scope, Token
from moderation.store.accounts.people import language_of
from moderation.store.accounts.tokens import PER_MINUTE
from moderation.web.accounts.guard import Guard, form_of, visitor_of
from moderation.web.rendering import choose_language

HOME = "/accounts"
SAID = frozenset({"saved", "taken", "gone", "last", "refused", "unavailable"})

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Shown:
    """A secret that is shown once: a sign-in link, or the key of a token."""

    kind: str
    name: str
    secret: str


class Undone(Exception):
    """Nothing was changed; the text says which sentence tells why."""


def routes(guard: Guard) -> list[BaseRoute]:
    """The page and what its forms send, for administrators alone."""
    desk = People(guard)
    actions = {
        "": desk.add,
        "/{name}/role": desk.role,
        "/{name}/state": desk.state,
        "/{name}/link": desk.link,
        "/tokens": desk.add_token,
        "/tokens/{name}/revoke": desk.revoke_token,
    }
    ask = Right.ADMINISTER
    return [
        Route(HOME, guard.page(ask, desk.page), methods=["GET"], name="accounts"),
        *(Route(HOME + path, guard.action(ask, act), methods=["POST"]) for path, act in actions.items()),
    ]


class People:
    """The handlers. Each change is on record under the administrator's name."""

    def __init__(self, guard: Guard) -> None:
        self.accounts = guard.accounts
        self.pages = guard.pages
        self.settings = guard.settings

    async def page(self, request: Request) -> Response:
        """Everybody, and every token."""
        return await self._show(request, None, request.query_params.get("said"))

    async def add(self, request: Request) -> Response:
        """A new account; its link to sign in with is shown once."""
        form, by = form_of(request), visitor_of(request).account.name

        def change() -> Shown:
            account = self.accounts.add(
                form.get("name", ""),
                _role(form.get("role")),
                by=by,
                display=form.get("display", ""),
                language=language_of(form.get("language", "ko")),
            )
            return self._link(request, account.name, by)

        return await self._do(request, change)

    async def role(self, request: Request) -> Response:
        """Another role, in force at once."""
        form, by = form_of(request), visitor_of(request).account.name
        name = request.path_params["name"]
        return await self._do(request, lambda: self.accounts.set_role(name, _role(form.get("role")), by=by))

    async def state(self, request: Request) -> Response:
        """Disabled, or enabled again."""
        form, by = form_of(request), visitor_of(request).account.name
        change = {"disabled": self.accounts.disable, "enabled": self.accounts.enable}.get(
            form.get("state", "")
        )
        if change is None:
            return await self._show(request, None, "refused", 422)
        return await self._do(request, lambda: change(request.path_params["name"], by=by))

    async def link(self, request: Request) -> Response:
        """A link to sign in with, shown once."""
        by = visitor_of(request).account.name
        return await self._do(request, lambda: self._link(request, request.path_params["name"], by))

    async def add_token(self, request: Request) -> Response:
        """A new token; its key is shown once."""
        form, by = form_of(request), visitor_of(request).account.name
        scopes = [scope for scope in Scope if f"scope-{scope}" in form]

        def change() -> Shown:
            per_minute = _number(form.get("per_minute", ""))
            token, key = self.accounts.tokens.add(form.get("name", ""), scopes, by=by, per_minute=per_minute)
            return Shown("key", token.name, key)

        return await self._do(request, change)

    async def revoke_token(self, request: Request) -> Response:
        """Let a key open nothing any more."""
        by = visitor_of(request).account.name
        return await self._do(
            request, lambda: self.accounts.tokens.revoke(request.path_params["name"], by=by)
        )

    def _link(self, request: Request, name: str, by: str) -> Shown:
        code = self.accounts.make_link(name, by=by)
        address = self.settings.origin_of(request.url.scheme, request.headers.get("host", ""))
        return Shown("link", name, f"{address}/sign-in/link?{urlencode({'code': code})}")

    async def _do(self, request: Request, change: Callable[[], Account | Token | Shown]) -> Response:
        try:
            result = await _in_thread(change)
        except Undone as undone:
            return await self._show(request, None, str(undone), 409 if str(undone) != "refused" else 422)
        if isinstance(result, Shown):
            return await self._show(request, result, "saved")
        return RedirectResponse(f"{HOME}?said=saved", 303, {"cache-control": "no-store"})

    async def _show(
        self, request: Request, shown: Shown | None, said: str | None, status: int = 200
    ) -> Response:
        try:
            people = await anyio.to_thread.run_sync(self.accounts.every)
            tokens = await anyio.to_thread.run_sync(self.accounts.tokens.every)
        except StoreError:
            return self.pages.message(request, 503, "account_unavailable")
        values = {
            "visitor": visitor_of(request),
            "people": people,
            "tokens": tokens,
            "roles": list(Role),
            "scopes": list(Scope),
            "per_minute": PER_MINUTE,
            "shown": shown,
            "said": said if said in SAID else None,
        }
        return self.pages.page("accounts/people.html", choose_language(request), values, status)


async def _in_thread(change: Callable[[], Result]) -> Result:
    try:
        return await anyio.to_thread.run_sync(change)
    except InputError:
        raise Undone("refused") from None
    except NotFound:
        raise Undone("gone") from None
    except Conflict as conflict:
        raise Undone("last" if "administrator" in str(conflict) else "taken") from None
    except StoreError:
        raise Undone("unavailable") from None


def _role(value: str | None) -> Role:
    try:
        return Role(value or "")
    except ValueError:
        raise InputError("`role` is none of the roles") from None


def _number(value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise InputError("`per_minute` is no number")
    return int(value)
