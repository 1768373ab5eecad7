"""A small OpenID Connect provider over a real socket, of Authlib's own provider classes."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "desk", "a secret of the desk"


class Client(ClientMixin):  # type: ignore[misc]
    """The desk, as the provider has it registered."""

    def __init__(self, redirect_uri: str) -> None:
        self.redirect_uri = redirect_uri

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code:
    """A code that was given out, with what it was asked for."""

    code: str
    data: dict[str, str]
    user: dict[str, Any]

    def get_redirect_uri(self) -> str:
        return self.data["redirect_uri"]

    def get_scope(self) -> str:
        return self.data["scope"]

    def get_nonce(self) -> str | None:
        return self.data.get("nonce")

    def get_auth_time(self) -> None:
        return None

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None

    @property
    def code_challenge(self) -> str | None:
        return self.data.get("code_challenge")

    @property
    def code_challenge_method(self) -> str | None:
        return self.data.get("code_challenge_method")


@dataclass
class OpenId:
    """The provider, whose answers a test can bend.

    user : the claims of whoever is at its sign-in page; None denies.
    bent : claims of the token put over those that are right.
    """

    redirect_uri: str
    user: dict[str, Any] | None = field(default_factory=dict)
    bent: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        self.key = self.signing_key = RSAKey.generate_key(2048, parameters={"kid": "one"})

    def change_keys(self) -> None:
        """Sign with another key, as providers do from time to time."""
        self.key = self.signing_key = RSAKey.generate_key(2048, parameters={"kid": "two"})

    @property
    def app(self) -> Starlette:
        server = _server(self)

        async def discovery(request: Request) -> Response:
            document = {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
            }
            return JSONResponse(document | self.document)

        async def keys(request: Request) -> Response:
            return JSONResponse({"keys": [self.key.as_dict(private=False)]})

        async def authorize(request: Request) -> Response:
            data = dict(request.query_params)
            self.asked.append(data)
            asked = _request(request, data)
            try:
                grant = server.get_consent_grant(asked, end_user=self.user)
            except OAuth2Error as error:
                return JSONResponse(dict(error.get_body()), 400)
            answer: Response = server.create_authorization_response(asked, grant_user=self.user, grant=grant)
            return answer

        async def token(request: Request) -> Response:
            form = await request.form()
            data = {name: str(value) for name, value in form.items()}
            answer: Response = server.create_token_response(_request(request, data))
            return answer

        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", discovery),
                Route("/keys", keys),
                Route("/authorize", authorize),
                Route("/token", token, methods=["POST"]),
            ]
        )


def _request(request: Request, data: dict[str, str]) -> OAuth2Request:
    # Authlib refuses plain http, of which this provider is on the same machine.
    made = OAuth2Request(
        request.method, str(request.url.replace(scheme="https")), headers=dict(request.headers)
    )
    made.headers["Authorization"] = request.headers.get("authorization", "")
    made.payload = BasicOAuth2Payload(data)
    type(made).args = property(lambda _: data)
    type(made).form = property(lambda _: data)
    return made


def _server(provider: OpenId) -> AuthorizationServer:
    class Server(AuthorizationServer):  # type: ignore[misc]
        def query_client(self, client_id: str) -> Client | None:
            return Client(provider.redirect_uri) if client_id == CLIENT else None

        def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
            pass

        def create_oauth2_request(self, request: OAuth2Request) -> OAuth2Request:
            return request

        def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> Response:
            content = json.dumps(body) if isinstance(body, dict) else body
            return Response(content, status, dict(headers))

        def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
            pass

    class Grant(AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

        def save_authorization_code(self, code: str, request: OAuth2Request) -> Code:
            provider.codes[code] = Code(code, dict(request.payload.data), request.user)
            return provider.codes[code]

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            del provider.codes[authorization_code.code]

        def authenticate_user(self, authorization_code: Code) -> dict[str, Any]:
            return authorization_code.user

    class IdTokens(OpenIDCode):  # type: ignore[misc]
        def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
            return False

        def resolve_client_private_key(self, client: Client) -> RSAKey:
            return provider.signing_key

        def get_encode_header(self, client: Client) -> dict[str, str]:
            return {"alg": "RS256", "kid": provider.signing_key.kid or ""}

        def get_client_claims(self, client: Client) -> dict[str, Any]:
            return {"iss": provider.url, "aud": [CLIENT]}

        def generate_user_info(self, user: dict[str, Any], scope: str) -> dict[str, Any]:
            return user | provider.bent

    server = Server()
    server.register_token_generator("default", BearerTokenGenerator(lambda **_: "an access token"))
    server.register_grant(Grant, [CodeChallenge(required=True), IdTokens(require_nonce=True)])
    return server


@contextmanager
def running(provider: OpenId) -> Iterator[OpenId]:
    """The provider on a port of its own."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        provider.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(provider.app, log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the provider did not start"
            time.sleep(0.01)
        try:
            yield provider
        finally:
            server.should_exit = True
            thread.join(30)
