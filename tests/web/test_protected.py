"""MW-11 to MW-15: whatever the router serves on a protected route was judged; nothing else is touched."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from moderation.web.middleware import ModerationMiddleware
from moderation.web.protected import ProtectedRoute

from .sites import BAD, Keeper, Site, call, guarded, moderator, post, scope_of

WAYS = [
    "/comments",
    "/comments/",
    "/comments//",
    "/comments%2F",
    "/comment%73",
    "/%63%6f%6d%6d%65%6e%74%73",
    "/comment%2573",
    "/./comments",
    "/x/../comments",
    "//comments",
    "/comments;y",
    "/comments;",
    "/COMMENTS",
    "/comments%00",
    "/comments%0A",
    "/comments%0D",
    "/comments%20",
    "/comments?",
    "/comments#x",
    "/comments%3F",
    "/ｃomments",
    "/comments\u200b",
    "/news/comments",
    "",
]


class Published(list[str]):
    """An application's publish endpoint; it notes which texts were judged before they reached it."""

    async def endpoint(self, request: Request) -> Response:
        text = (await request.json())["text"]
        assert "moderation" in request.scope.get("state", {}), f"unjudged: {request.scope['path']!r}"
        self.append(text)
        return PlainTextResponse("published")


def options(*paths: str) -> dict[str, Any]:
    return {
        "moderator": moderator(),
        "on_hold": Keeper(),
        "routes": [ProtectedRoute("POST", path, text="/text") for path in paths],
    }


def try_all(app: ASGIApp, published: Published, prefix: str = "") -> None:
    with TestClient(app, follow_redirects=True) as client:
        for way in WAYS:
            for host in ("site.example", "a/?x", "a@b", "site.example/comments"):
                headers = {"host": host, "content-type": "application/json"}
                client.post(prefix + way, content=json.dumps({"text": BAD}), headers=headers)
    assert published == []


class TestSamePathAsTheRouter:
    def test_inside_the_application(self) -> None:
        published = Published()
        app = Starlette(
            routes=[Route("/comments", published.endpoint, methods=["POST"])],
            middleware=[Middleware(ModerationMiddleware, **options("/comments"))],
        )
        try_all(app, published)
        with TestClient(app) as client:
            assert client.post("/comment%73", json={"text": "fine"}).status_code == 200
        assert published == ["fine"]

    def test_around_the_application(self) -> None:
        published = Published()
        app = Starlette(routes=[Route("/comments", published.endpoint, methods=["POST"])])
        try_all(ModerationMiddleware(app, **options("/comments")), published)

    def test_a_site_that_serves_both_with_and_without_slash(self) -> None:
        published = Published()
        app = Starlette(
            routes=[
                Route("/comments", published.endpoint, methods=["POST"]),
                Route("/comments/", published.endpoint, methods=["POST"]),
            ]
        )
        try_all(ModerationMiddleware(app, **options("/comments")), published)

    def test_a_site_that_normalises_paths_after_us(self) -> None:
        published = Published()
        inner = Starlette(routes=[Route("/comments", published.endpoint, methods=["POST"])])

        async def strip(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                scope["path"] = scope["path"].rstrip("/")
            await inner(scope, receive, send)

        try_all(ModerationMiddleware(strip, **options("/comments")), published)

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.text(st.sampled_from("comments/%2F;.?#\n\r\0 {}:~ÀK한"), max_size=14))
    def test_any_path(self, path: str) -> None:
        """Over the decoded path, as every server hands it on."""
        published = Published()
        app = Router(routes=[Route("/c{id}/s{rest:path}", published.endpoint, methods=["POST"])])
        protected = ModerationMiddleware(app, **options("/c{id}/s{rest:path}"))
        try:
            post(protected, {"text": BAD}, path="/" + path, raw_path=quote(path).encode())
        except json.JSONDecodeError:
            raise AssertionError("a refused body reached the endpoint") from None
        assert published == []

    def test_convertors_match_as_they_do_in_the_router(self) -> None:
        published = Published()
        app = Router(routes=[Route("/articles/{id:int}/comments", published.endpoint, methods=["POST"])])
        protected = ModerationMiddleware(app, **options("/articles/{id:int}/comments"))
        assert post(protected, {"text": BAD}, path="/articles/7/comments").status == 422
        assert post(protected, {"text": BAD}, path="/articles/seven/comments").status == 404


class TestMounts:
    """MW-12: paths are relative to where the middleware stands."""

    def test_around_a_mounted_application(self) -> None:
        published = Published()
        inner = Starlette(routes=[Route("/comments", published.endpoint, methods=["POST"])])
        app = Starlette(routes=[Mount("/news", ModerationMiddleware(inner, **options("/comments")))])
        try_all(app, published, "/news")
        with TestClient(app) as client:
            assert client.post("/news/comments", json={"text": BAD}).status_code == 422
            assert client.post("/news/comments", json={"text": "fine"}).status_code == 200

    def test_around_the_mounting_application(self) -> None:
        published = Published()
        inner = Router(routes=[Route("/comments", published.endpoint, methods=["POST"])])
        app = Starlette(
            routes=[Mount("/news", inner)],
            middleware=[Middleware(ModerationMiddleware, **options("/news/comments"))],
        )
        try_all(app, published, "/news")
        with TestClient(app) as client:
            assert client.post("/news/comments", json={"text": BAD}).status_code == 422
            assert client.post("/news/comments", json={"text": "fine"}).status_code == 200

    def test_nested_twice(self) -> None:
        published = Published()
        inner = Router(routes=[Route("/comments", published.endpoint, methods=["POST"])])
        guarded_inner = ModerationMiddleware(inner, **options("/comments"))
        app = Starlette(routes=[Mount("/a", routes=[Mount("/b", guarded_inner)])])
        try_all(app, published, "/a/b")
        with TestClient(app) as client:
            assert client.post("/a/b/comments", json={"text": "fine"}).status_code == 200

    @pytest.mark.parametrize("path", ["/proxy/comments", "/comments"])
    def test_behind_a_proxy_with_a_root_path(self, path: str) -> None:
        """Both forms are served by the router, so both are judged."""
        published = Published()
        app = Router(routes=[Route("/comments", published.endpoint, methods=["POST"])])
        protected = ModerationMiddleware(app, **options("/comments"))
        assert post(protected, {"text": BAD}, path=path, root_path="/proxy").status == 422
        assert published == []

    @pytest.mark.parametrize("path", ["/api/comments", "/comments"])
    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    def test_around_fastapi_that_sets_its_own_root_path(self, path: str) -> None:
        import warnings

        from fastapi import FastAPI

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            app = FastAPI(root_path="/api")
        published = Published()
        app.add_api_route("/comments", published.endpoint, methods=["POST"])
        protected = ModerationMiddleware(app, **options("/comments"))
        with TestClient(protected) as client:
            assert client.post(path, json={"text": BAD}).status_code == 422
            assert client.post(path, json={"text": "fine"}).status_code == 200
        assert published == ["fine"]


class TestRedirects:
    """MW-13."""

    def judged(self, route: str, path: str, **wrapping: Any) -> tuple[int, int, list[str]]:
        """How often judged, the last status, and what was published, for a client that follows redirects."""
        from moderation.types import Decision

        published = Published()
        counted: list[Decision] = []

        class Counting:
            def judged(self, decision: Decision, seconds: float) -> None:
                counted.append(decision)

            def held(self) -> None: ...

            def refused(self, problem: Any) -> None: ...

        app = Starlette(
            routes=[Route(route, published.endpoint, methods=["POST"])],
            middleware=[Middleware(ModerationMiddleware, **options("/comments"), observer=Counting())],
        )
        with TestClient(app, follow_redirects=True) as client:
            status = client.post(path, json={"text": "fine"}).status_code
        return len(counted), status, published

    def test_the_twin_is_redirected_and_judged_once(self) -> None:
        assert self.judged("/comments", "/comments/") == (1, 200, ["fine"])

    def test_a_site_that_serves_the_twin_only(self) -> None:
        assert self.judged("/comments/", "/comments/") == (1, 200, ["fine"])
        count, status, published = self.judged("/comments/", "/comments")
        assert (status, published) == (200, ["fine"])
        assert count >= 1


class TestMethods:
    """MW-14."""

    @pytest.mark.parametrize("method", ["POST", "post", "Post"])
    def test_the_method_in_any_case(self, method: str) -> None:
        class Endpoint(HTTPEndpoint):
            async def post(self, request: Request) -> Response:
                return PlainTextResponse("published")

        app = Router(routes=[Route("/comments", Endpoint)])
        assert post(guarded(app), {"text": BAD}, method=method).status == 422

    @pytest.mark.parametrize("method", ["PUT", "PATCH"])
    def test_other_methods_are_routes_of_their_own(self, method: str) -> None:
        site = Site()
        assert post(guarded(site), {"text": BAD}, method=method).status == 201
        both = guarded(site, *(ProtectedRoute(name, "/comments", text="/text") for name in ("POST", method)))
        assert post(both, {"text": BAD}, method=method).status == 422

    @pytest.mark.parametrize(
        ("method", "status"), [("PUT", 422), ("patch", 422), ("MERGE", 422), ("GET", 201), ("HEAD", 201)]
    )
    def test_all_methods_that_write(self, method: str, status: int) -> None:
        app = guarded(Site(), ProtectedRoute("*", "/comments", text="/text"))
        assert post(app, {"text": BAD}, method=method).status == status

    @pytest.mark.parametrize("name", [b"x-http-method-override", b"x-http-method", b"X-Method-Override"])
    @pytest.mark.parametrize("method", ["POST", "GET", "PUT"])
    def test_overrides_by_header(self, name: bytes, method: str) -> None:
        site = Site()
        headers = [(b"content-type", b"application/json"), (name, b"POST")]
        answer = post(guarded(site), {"text": "fine"}, method=method, headers=headers)
        assert (answer.status, site.bodies) == (400, [])
        assert answer.json["type"].endswith("/method-override")

    @pytest.mark.parametrize(
        "query", [b"_method=POST", b"a=1&_method=put", b"%5Fmethod=POST", b"_metho%64=POST"]
    )
    def test_overrides_by_query(self, query: bytes) -> None:
        site = Site()
        assert post(guarded(site), {"text": "fine"}, method="GET", query_string=query).status == 400
        assert site.bodies == []

    @pytest.mark.parametrize("body", [b"text=fine&_method=PUT", b"_metho%64=PUT&text=fine"])
    def test_overrides_by_form_field(self, body: bytes) -> None:
        site = Site()
        headers = [(b"content-type", b"application/x-www-form-urlencoded")]
        app = guarded(site, ProtectedRoute("POST", "/comments", text="text"))
        assert call(app, scope_of(headers=headers), body).status == 400
        assert site.bodies == []

    def test_overrides_elsewhere_are_nobodys_business(self) -> None:
        headers = [(b"content-type", b"application/json"), (b"x-http-method-override", b"PUT")]
        assert post(guarded(Site()), {}, path="/other", headers=headers).status == 201


@pytest.mark.parametrize("host", [b"a/?x", b"a@b", b"x" * 10_240, b"", b"[::1", b"comments"])
def test_the_host_header_changes_nothing(host: bytes) -> None:
    """MW-15."""
    scope = scope_of()
    scope["headers"] = [(b"host", host), (b"content-type", b"application/json")]
    assert call(guarded(Site()), scope, json.dumps({"text": BAD}).encode()).status == 422
    scope["headers"] = [(b"content-type", b"application/json")]
    assert call(guarded(Site()), scope, json.dumps({"text": BAD}).encode()).status == 422


def test_raw_path_is_not_looked_at() -> None:
    site = Site()
    assert post(guarded(site), {"text": BAD}, raw_path=b"/other").status == 422
    assert post(guarded(site), {"text": BAD}, path="/other", raw_path=b"/comments").status == 201
    assert unquote("/comment%73") == "/comments"  # what servers do before an application sees the path
