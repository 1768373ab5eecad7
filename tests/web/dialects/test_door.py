"""What every dialect has from the common ground, on one of three calls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from moderation.reload import unwatched
from moderation.settings import Settings
from moderation.store import Store
from moderation.web.dialects.door import Dialect, Service
from moderation.web.keys import ANYBODY, Client, HiddenKeys, KeyRing, bearer_key
from moderation.web.metrics import Metrics
from moderation.web.problems import Problem
from tests.unhurried import rules_alone

from ..sites import run

KEYS = {
    "k-all": ("press", {"telex", "feedback"}),
    "k-some": ("shop", {"other"}),
    "k-spent": ("busy", {"telex"}),
}


def find(key: str) -> Client | None:
    known = KEYS.get(key)
    return Client(known[0], frozenset(known[1])) if known else None


class Spent:
    def take(self, client: str) -> float | None:
        return 12.2 if client == "busy" else None


def wording(problem: Problem) -> Response:
    return PlainTextResponse(f"STOP {problem.kind}", problem.status, dict(problem.headers))


def dialect(service: Service) -> Dialect:
    async def echo(request: Request) -> Response:
        client = await service.keys.client(request.query_params.get("key") or bearer_key(request), "telex")
        return JSONResponse([client.name, await service.document(request)])

    async def crash(request: Request) -> Response:
        raise RuntimeError("the secret of the house")

    return Dialect(
        name="telex",
        addresses=[
            ("POST", "/telex:echo", echo),
            ("GET", "/telex:crash", crash),
        ],
        territory=["/telex:{rest:path}"],
        wording=wording,
    )


@pytest.fixture(params=[False], ids=["keys"])
def client(request: pytest.FixtureRequest, store: Store) -> Iterator[TestClient]:
    moderator = rules_alone()
    metrics = Metrics(unwatched(moderator))
    keys = KeyRing(find, Spent(), is_open=request.param)
    service = Service(moderator, store, Settings(body_limit=1024), metrics, keys)
    with TestClient(Starlette(routes=dialect(service).routes(metrics))) as client:
        yield client


open_door = pytest.mark.parametrize("client", [True], ids=["open"], indirect=True)


@pytest.mark.parametrize(
    ("query", "headers", "status", "text"),
    [
        ("?key=k-all", {}, 200, '["press",{"a":1}]'),
        ("", {"authorization": "Bearer k-all"}, 200, '["press",{"a":1}]'),
        ("", {"authorization": "bearer  k-all "}, 200, '["press",{"a":1}]'),
        ("", {}, 401, "STOP key-missing"),
        ("?key=", {}, 401, "STOP key-missing"),
        ("", {"authorization": "Basic k-all"}, 401, "STOP key-missing"),
        ("?key=nobody", {}, 401, "STOP key-unknown"),
        ("?key=%00", {}, 401, "STOP key-unknown"),
        ("?key=키", {}, 401, "STOP key-unknown"),
        (f"?key={'k' * 600}", {}, 401, "STOP key-unknown"),
        ("?key=k-some", {}, 403, "STOP scope-missing"),
        ("?key=k-spent", {}, 429, "STOP too-many-requests"),
    ],
)
def test_keys(client: TestClient, query: str, headers: dict[str, str], status: int, text: str) -> None:
    answer = client.post(f"/telex:echo{query}", json={"a": 1}, headers=headers)
    assert (answer.status_code, answer.text) == (status, text)
    assert answer.headers.get("retry-after") == ("13" if status == 429 else None)


@open_door
@pytest.mark.parametrize(("query", "name"), [("", ANYBODY), ("?key=x", ANYBODY), ("?key=k-all", "press")])
def test_the_demo_lets_anybody_in(client: TestClient, query: str, name: str) -> None:
    assert client.post(f"/telex:echo{query}", json=1).json() == [name, 1]


@pytest.mark.parametrize(
    ("content", "headers", "problem"),
    [
        (b"{", {}, "malformed-request"),
        (b"", {}, "malformed-request"),
        (b'{"a":1,"a":2}', {}, "malformed-request"),
        (b'{"a":NaN}', {}, "malformed-request"),
        (b"[" * 1000, {}, "malformed-request"),
        (b'"\\ud800"', {}, "malformed-request"),
        ('{"a":1}'.encode("utf-16"), {}, "malformed-request"),
        (b"\xef\xbb\xbf{}", {}, "malformed-request"),
        (b" " * 2000, {}, "body-too-large"),
        (b"{}", {"content-type": "text/plain"}, "unsupported-media-type"),
        (b"{}", {"content-encoding": "gzip"}, "unsupported-encoding"),
    ],
)
def test_bodies(client: TestClient, content: bytes, headers: dict[str, str], problem: str) -> None:
    answer = client.post(
        "/telex:echo?key=k-all", content=content, headers={"content-type": "application/json", **headers}
    )
    assert answer.text == f"STOP {problem}"
    assert answer.status_code in (400, 413, 415)


def test_unknown_routes_and_methods_are_refused_in_the_dialects_words(client: TestClient) -> None:
    elsewhere = client.post("/telex:nothing")
    assert (elsewhere.status_code, elsewhere.text) == (404, "STOP not-found")
    method = client.get("/telex:echo")
    assert (method.status_code, method.text, method.headers["allow"]) == (
        405,
        "STOP method-not-allowed",
        "POST",
    )


def test_a_fault_of_ours_says_nothing_of_the_inside(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/telex:crash?key=k-all")
    assert (answer.status_code, answer.text) == (503, "STOP check-unavailable")
    assert "secret" not in caplog.text
    assert "k-all" not in "".join(r.getMessage() for r in caplog.records if not r.name.startswith("httpx"))
    assert "RuntimeError" in caplog.text


@pytest.mark.parametrize(
    ("query", "left"),
    [
        (b"key=secret", b""),
        (b"a=b&k%65y=secret", b""),
        (b"api_key=secret&alt=json", b""),
        (b"article=key", b"article=key"),
        (b"", b""),
    ],
)
def test_a_key_in_the_query_is_read_and_hidden_from_the_servers_log(query: bytes, left: bytes) -> None:
    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["query_string"])

    scope = {"type": "http", "query_string": query}
    run(lambda: HiddenKeys(app)(scope, None, None))  # type: ignore[arg-type]
    assert (seen, scope["query_string"]) == ([query], left)
