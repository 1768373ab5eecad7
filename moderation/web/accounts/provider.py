"""The site's own identity provider, by OpenID Connect: code flow with PKCE, state and nonce, by discovery.

OpenID Connect Core 1.0, Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (who answered); read 2026-11-25.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from moderation.errors import InputError, ModerationError
from moderation.settings import Settings

try:
    import httpx2
    from authlib.common.errors import AuthlibBaseError
    from authlib.integrations.httpx_client import AsyncOAuth2Client
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import InvalidKeyIdError, JoseError
    from joserfc.jwk import KeySet
    from joserfc.jws import JWSRegistry
except ModuleNotFoundError as missing:
    raise InputError(
        f"sign-in by OpenID Connect needs `{missing.name}`; install `standards-board[oidc]`"
    ) from None

DISCOVERY = "/.well-known/openid-configuration"
TIMEOUT = 10.0  # seconds for each request to the provider
FRESH = 3600.0  # seconds that the provider's document and keys are kept
LEEWAY = 60  # seconds that two clocks may differ
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures that are taken. Never `none`, and never a MAC, whose key the provider shares with all its clients."""


class ProviderError(ModerationError):
    """The provider cannot be reached, or said something that cannot be believed; the message is for the log."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What binds the provider's answer to the browser that asked: known to that browser alone, and used once."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> Attempt:
        """Fresh random values."""
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))


class Provider:
    """Talks to one provider.

    steady : seconds of a clock that is never set.
    """

    def __init__(self, settings: Settings, steady: Callable[[], float] = time.monotonic) -> None:
        self.issuer = settings.oidc_issuer or ""
        self._client = settings.oidc_client_id or ""
        secret = settings.oidc_client_secret
        self._secret = secret.get_secret_value() if secret else None
        self._scopes = settings.oidc_scopes
        self._steady = steady
        self._document: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    async def start(self, attempt: Attempt, redirect_uri: str, language: str) -> str:
        """The address to send the browser to. Raises ProviderError."""
        document = await self._discover()
        async with self._session(redirect_uri) as session:
            address, _ = session.create_authorization_url(
                document["authorization_endpoint"],
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
                ui_locales=language,
            )
        return str(address)

    async def finish(self, attempt: Attempt, code: str, redirect_uri: str) -> Mapping[str, Any]:
        """Who the provider says it is: the claims of a token that is signed, fresh, and meant for this attempt."""
        document = await self._discover()
        try:
            async with self._session(redirect_uri) as session:
                answer = await session.fetch_token(
                    document["token_endpoint"], code=code, code_verifier=attempt.verifier
                )
        except (AuthlibBaseError, httpx2.HTTPError, ValueError, TypeError) as error:
            raise ProviderError(f"the provider gave no token: {type(error).__name__}") from None
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderError("the provider's answer has no `id_token`")
        return await self._believed(token, answer.get("access_token"), attempt.nonce)

    async def _believed(self, token: str, access_token: Any, nonce: str) -> Mapping[str, Any]:
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        try:
            try:
                decoded = jwt.decode(token, await self._key_set(), registry=registry)
            except InvalidKeyIdError:  # the provider has changed its keys since
                decoded = jwt.decode(token, await self._key_set(anew=True), registry=registry)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {"iss": {"essential": True, "value": self.issuer}, "nonce": {"essential": True},
                 "aud": {"essential": True, "value": self._client}},
                {"nonce": nonce, "client_id": self._client, "access_token": access_token},
            )  # fmt: skip
            claims.validate(leeway=LEEWAY)
        except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError) as error:
            raise ProviderError(f"the token cannot be believed: {type(error).__name__}") from None
        if not isinstance(claims.get("sub"), str) or not claims["sub"]:
            raise ProviderError("the token has no `sub`")
        return dict(claims)

    def _session(self, redirect_uri: str) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            client_id=self._client,
            client_secret=self._secret,
            scope=self._scopes,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=TIMEOUT,
            follow_redirects=False,
        )

    async def _discover(self) -> dict[str, Any]:
        if self._document is not None and self._steady() < self._document[0]:
            return self._document[1]
        document = await self._fetch(self.issuer.rstrip("/") + DISCOVERY)
        if document.get("issuer") != self.issuer:
            raise ProviderError("the provider's document names another issuer than `oidc_issuer`")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not _is_safe(document.get(name)):
                raise ProviderError(f"the provider's document has no https address as `{name}`")
        self._document = (self._steady() + FRESH, document)
        return document

    async def _key_set(self, *, anew: bool = False) -> KeySet:
        if self._keys is None or anew or self._steady() >= self._keys[0]:
            document = await self._discover()
            keys: Any = await self._fetch(document["jwks_uri"])
            self._keys = (self._steady() + FRESH, KeySet.import_key_set(keys))
        return self._keys[1]

    async def _fetch(self, address: str) -> dict[str, Any]:
        try:
            async with httpx2.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client:
                answer = await client.get(address, headers={"accept": "application/json"})
                answer.raise_for_status()
                document = answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderError(f"the provider cannot be asked: {type(error).__name__}") from None
        if not isinstance(document, dict):
            raise ProviderError("the provider's answer is no JSON object")
        return document


def _is_safe(address: object) -> bool:
    """Over TLS, or on this very machine, as in tests and development."""
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    )
