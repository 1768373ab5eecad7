"""The middleware in real Starlette and FastAPI applications, alone and among other middleware."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from fastapi import APIRouter, FastAPI, Form, UploadFile
from fastapi import Request as FastRequest
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.authentication import AuthenticationBackend, AuthenticationError
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from moderation import ModerationMiddleware, ProtectedRoute
from moderation.store import Store

from .sites import BAD, HMM, WAIT, Keeper, moderator

JSON = ProtectedRoute("POST", "/articles/{article}/comments", text="/text", article="{article}")
FORM = ProtectedRoute("POST", "/form", text="text", article="article")


class TestStarlette:
    def client(self, store: Store) -> TestClient:
        async def publish(request: Request) -> Response:
            text = (await request.json())["text"]
            return JSONResponse({"text": text, "action": str(request.state.moderation.action)}, 201)

        async def form(request: Request) -> Response:
            async with request.form() as form:
                return JSONResponse(form["text"], 201)

        async def read(request: Request) -> Response:
            return JSONResponse([])

        async def live(socket: WebSocket) -> None:
            await socket.accept()
            await socket.send_text(await socket.receive_text())
            await socket.close()

        app = Starlette(
            routes=[
                Route("/articles/{article}/comments", publish, methods=["POST"]),
                Route("/articles/{article}/comments", read, methods=["GET"]),
                Route("/form", form, methods=["POST"]),
                WebSocketRoute("/form", live),
            ],
            middleware=[
                Middleware(ModerationMiddleware, moderator=moderator(), store=store, routes=[JSON, FORM])
            ],
        )
        return TestClient(app)

    def test_a_comment_in_json(self, store: Store) -> None:
        with self.client(store) as client:
            url = "/articles/market/comments"
            published = client.post(url, json={"text": f"{HMM} 좋은 기사 😀"})
            assert (published.status_code, published.json()["action"]) == (201, "nudge")
            assert client.post(url, json={"text": BAD}).status_code == 422
            assert client.post(url, json={"text": WAIT}).status_code == 202
            assert client.get(url).json() == []
            assert client.delete(url).status_code == 405
        assert [comment.article for comment in store.held()] == ["market"]

    def test_a_comment_in_a_form(self, store: Store) -> None:
        with self.client(store) as client:
            assert client.post("/form", data={"text": "좋은 기사"}).json() == "좋은 기사"
            assert client.post("/form", data={"text": BAD}).status_code == 422
            files = {"picture": ("a.png", b"\x89PNG")}
            assert client.post("/form", data={"text": "좋은 기사"}, files=files).json() == "좋은 기사"
            assert client.post("/form", data={"text": BAD}, files=files).status_code == 422
            assert client.post("/form", files={"text": ("a", BAD)}).status_code == 400

    def test_a_socket_on_the_same_path(self, store: Store) -> None:
        with self.client(store) as client, client.websocket_connect("/form") as socket:
            socket.send_text(BAD)
            assert socket.receive_text() == BAD


class Comment(BaseModel):
    text: str
    parent: int | None = None


class TestFastAPI:
    def client(self, store: Store) -> TestClient:
        app = FastAPI()
        app.add_middleware(
            ModerationMiddleware,
            moderator=moderator(),
            store=store,
            routes=[JSON, FORM, ProtectedRoute("POST", "/desk/letters", text="/text")],
        )

        @app.post("/articles/{article}/comments", status_code=201)
        async def publish(article: str, comment: Comment, request: FastRequest) -> dict[str, Any]:
            return {"text": comment.text, "article": article, "action": str(request.state.moderation.action)}

        @app.post("/form", status_code=201)
        def form(text: Annotated[str, Form()], picture: UploadFile | None = None) -> str:
            return text

        desk = APIRouter(prefix="/desk")

        @desk.post("/letters", status_code=201)
        def letter(comment: Comment) -> str:
            return comment.text

        app.include_router(desk)
        return TestClient(app)

    def test_a_comment_in_json(self, store: Store) -> None:
        with self.client(store) as client:
            url = "/articles/market/comments"
            assert client.post(url, json={"text": "좋은 기사", "parent": 4}).json() == {
                "text": "좋은 기사",
                "article": "market",
                "action": "allow",
            }
            assert client.post(url, json={"text": BAD}).status_code == 422
            assert client.post(url, json={"text": WAIT}).status_code == 202
            assert client.post(url, json={"text": "fine", "parent": "x"}).status_code == 422  # FastAPI's own
        assert [comment.article for comment in store.held()] == ["market"]

    def test_a_comment_in_a_form(self, store: Store) -> None:
        with self.client(store) as client:
            assert client.post("/form", data={"text": "좋은 기사"}).json() == "좋은 기사"
            assert client.post("/form", data={"text": BAD}, files={"picture": b"x"}).status_code == 422

    @pytest.mark.parametrize("path", ["/desk/letters", "/desk/letters/"])
    def test_an_included_router(self, store: Store, path: str) -> None:
        with self.client(store) as client:
            assert client.post(path, json={"text": "fine"}).json() == "fine"
            assert client.post(path, json={"text": BAD}).status_code == 422

    def test_the_rest_of_the_application(self, store: Store) -> None:
        with self.client(store) as client:
            assert client.get("/openapi.json").status_code == 200
            assert client.get("/docs").status_code == 200


class TestOrder:
    """MW-19: what stands outside sees our answers, what stands inside sees only what passed."""

    def client(self, *outside: Middleware, inside: tuple[Middleware, ...] = ()) -> TestClient:
        async def publish(request: Request) -> Response:
            return JSONResponse({"text": "x" * 5_000}, 201)

        ours = Middleware(
            ModerationMiddleware,
            moderator=moderator(),
            on_hold=Keeper(),
            routes=[ProtectedRoute("POST", "/comments", text="/text")],
        )
        routes = [Route("/comments", publish, methods=["POST"])]
        return TestClient(Starlette(routes=routes, middleware=[*outside, ours, *inside]))

    @pytest.mark.parametrize(("text", "status"), [("fine", 201), (WAIT, 202), (BAD, 422)])
    def test_cors_belongs_outside(self, text: str, status: int) -> None:
        cors = Middleware(CORSMiddleware, allow_origins=["https://paper.example"], allow_methods=["POST"])
        headers = {"origin": "https://paper.example"}
        with self.client(cors) as client:
            answer = client.post("/comments", json={"text": text}, headers=headers)
            assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (
                status,
                "https://paper.example",
            )
            preflight = client.options(
                "/comments", headers={**headers, "access-control-request-method": "POST"}
            )
            assert preflight.status_code == 200
        with self.client(inside=(cors,)) as client:  # our own answers then go without
            answer = client.post("/comments", json={"text": text}, headers=headers)
            assert ("access-control-allow-origin" in answer.headers) == (status == 201)

    @pytest.mark.parametrize("outside", [True, False])
    def test_compression_on_either_side(self, outside: bool) -> None:
        gzip = Middleware(GZipMiddleware, minimum_size=100)
        with self.client(gzip) if outside else self.client(inside=(gzip,)) as client:
            assert client.post("/comments", json={"text": "fine"}).headers["content-encoding"] == "gzip"
            refused = client.post("/comments", json={"text": BAD})
            assert refused.json()["status"] == 422
            assert ("content-encoding" in refused.headers) == outside

    def test_hosts_and_sign_in_outside_come_first(self) -> None:
        class Nobody(AuthenticationBackend):
            async def authenticate(self, conn: Any) -> None:
                raise AuthenticationError("nobody")

        hosts = Middleware(TrustedHostMiddleware, allowed_hosts=["paper.example"])
        with self.client(hosts) as client:
            assert client.post("/comments", json={"text": BAD}).status_code == 400
        with self.client(Middleware(AuthenticationMiddleware, backend=Nobody())) as client:
            answer = client.post("/comments", json={"text": BAD})
            assert (answer.status_code, answer.text) == (400, "nobody")
        with self.client(inside=(Middleware(AuthenticationMiddleware, backend=Nobody()),)) as client:
            assert client.post("/comments", json={"text": BAD}).status_code == 422
