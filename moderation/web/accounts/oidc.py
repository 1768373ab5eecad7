"""Signing in through the site's own identity provider: to it, back from it, and as whom."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from moderation.errors import Conflict, InputError, NotFound, StoreError
from moderation.settings import Settings
from moderation.store.accounts import Identity, Role, Session
from moderation.store.accounts.people import language_of
from moderation.web.accounts.guard import START, own_path
from moderation.web.accounts.sign_in import SignIn
from moderation.web.cookies import read_cookie, set_cookie
from moderation.web.rendering import choose_language
from moderation.web.signing import Signer

if TYPE_CHECKING:
    from moderation.web.accounts.provider import Attempt, Provider

logger = logging.getLogger(__name__)

HOME = "/sign-in/provider"
COOKIE = "provider"
LIFE = 600  # seconds that somebody may take at the provider


class Unknown(Exception):
    """The provider knows who it is, and this site lets them in as nobody; the text says which sentence tells why."""


def routes(door: SignIn, settings: Settings) -> list[BaseRoute]:
    """Where the button leads, and where the provider sends people back to; none without a provider."""
    if settings.oidc_issuer is None:
        return []
    from moderation.web.accounts.provider import Provider

    way = Way(door, Provider(settings), settings)
    return [
        Route(HOME, way.start, methods=["GET"], name="provider"),
        Route(f"{HOME}/back", way.back, methods=["GET"], name="provider-back"),
    ]


class Way:
    """The handlers."""

    def __init__(self, door: SignIn, provider: Provider, settings: Settings) -> None:
        self.door = door
        self.provider = provider
        self.settings = settings
        self._attempts = Signer(settings.signing_key, "provider attempt")

    async def start(self, request: Request) -> Response:
        """To the provider, with what only this browser can bring back."""
        from moderation.web.accounts.provider import Attempt, ProviderError

        onward = own_path(request.query_params.get("next", START))
        attempt = Attempt.new()
        language = choose_language(request)
        try:
            address = await self.provider.start(attempt, self._redirect_uri(request), language)
        except ProviderError as error:
            logger.warning("sign-in by provider: %s", error)
            return self.door.show(request, onward, "provider_failed", status=502)
        response = RedirectResponse(address, 303, {"cache-control": "no-store"})
        kept = json.dumps(asdict(attempt) | {"next": onward})
        # Lax, since the provider's page is of another site and sends the browser back to ours.
        signed = self._attempts.sign(kept)
        set_cookie(response, request, COOKIE, signed, max_age=LIFE, same_site="lax")
        return response

    async def back(self, request: Request) -> Response:
        """From the provider: a session, or a page that says why there is none. Each attempt is good once."""
        response = await self._answer(request)
        set_cookie(response, request, COOKIE, "", max_age=0, same_site="lax")
        return response

    async def _answer(self, request: Request) -> Response:
        from moderation.web.accounts.provider import ProviderError

        query = request.query_params
        attempt, onward = self._attempt(request)
        state = query.get("state", "")
        if attempt is None or not hmac.compare_digest(state.encode(), attempt.state.encode()):
            return self.door.show(request, START, "provider_stale", status=403)
        if query.get("iss", self.provider.issuer) != self.provider.issuer:  # RFC 9207: somebody else answered
            return self.door.show(request, onward, "provider_failed", status=403)
        if "error" in query or not query.get("code"):
            return self.door.show(request, onward, "provider_denied", status=403)
        try:
            claims = await self.provider.finish(attempt, query["code"], self._redirect_uri(request))
            session = await anyio.to_thread.run_sync(self._admit, claims)
        except ProviderError as error:
            logger.warning("sign-in by provider: %s", error)
            return self.door.show(request, onward, "provider_failed", status=502)
        except Unknown as unknown:
            return self.door.show(request, onward, str(unknown), status=403)
        except StoreError:
            return self.door.pages.message(request, 503, "account_unavailable")
        return await self.door.let_in(request, session, onward)

    def _admit(self, claims: Mapping[str, Any]) -> Session:
        """The session of whoever that is here. Raises Unknown, and StoreError."""
        try:
            return self.door.accounts.sign_in_by(
                self._identity(claims), role=self._role(claims), make=self.settings.oidc_accounts == "make"
            )
        except (NotFound, Conflict, InputError):
            self.door.accounts.refused_by(self.provider.issuer)
            raise Unknown("provider_unknown") from None

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        claim = self.settings.oidc_name_claim
        # Anybody could have given the provider an address that is not verified.
        is_theirs = claim != "email" or claims.get("email_verified") is True
        return Identity(
            self.provider.issuer,
            claims["sub"],
            name=_text(claims.get(claim)) if is_theirs else "",
            display="".join(filter(str.isprintable, _text(claims.get("name"))))[:64],
            language=language_of(_text(claims.get("locale"))[:2]),
        )

    def _role(self, claims: Mapping[str, Any]) -> Role | None:
        """The role of the first listed group that the claim names; None where roles are given here."""
        if not self.settings.oidc_roles:
            return None
        found = claims.get(self.settings.oidc_role_claim)
        groups = (
            {found} if isinstance(found, str) else {*map(str, found)} if isinstance(found, list) else set()
        )
        for group, role in self.settings.oidc_roles:
            if group in groups:
                return Role(role)
        self.door.accounts.refused_by(self.provider.issuer)
        raise Unknown("provider_no_role")

    def _attempt(self, request: Request) -> tuple[Attempt | None, str]:
        from moderation.web.accounts.provider import Attempt

        kept = self._attempts.read(read_cookie(request, COOKIE), LIFE)
        if kept is None:
            return None, START
        values = json.loads(kept)
        onward = own_path(values.pop("next"))
        return Attempt(**values), onward

    def _redirect_uri(self, request: Request) -> str:
        return f"{self.settings.origin_of(request.url.scheme, request.headers.get('host', ''))}{HOME}/back"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
