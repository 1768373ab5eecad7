"""DB-8: a post that is sent again, because its answer got lost, has one effect; on both databases."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.testclient import TestClient
from starlette.types import Message

from moderation.settings import Settings
from moderation.store import Status, Store
from moderation.types import Comment, Decision
from moderation.web.app import create_app
from moderation.web.middleware import ModerationMiddleware
from tests.sqlite import upgraded

from .sites import (
    FORM_ROUTE,
    JSON_ROUTE,
    WAIT,
    Answer,
    Site,
    call,
    guarded,
    moderator,
    post,
    run,
    scope_of,
    whole,
)

ORIGIN = {"origin": "http://testserver"}
FINE = {"text": "좋은 기사입니다", "article": "market"}
HELD = {"text": f"이 글은 {WAIT}", "article": "market"}


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = upgraded(tmp_path / "moderation.db")
    url = sqlite if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    with Store.open(url) as store:
        yield store


@pytest.fixture
def reader(store: Store) -> Iterator[TestClient]:
    """A client that is signed in to the demo."""
    with TestClient(create_app(moderator(), store, Settings()), headers=ORIGIN) as client:
        client.post("/demo/sign-in", data={"name": "지영"}, headers={"accept": "application/json"})
        yield client


@pytest.mark.parametrize(("document", "status"), [(FINE, 201), (HELD, 202)], ids=["published", "held"])
class TestTheService:
    def test_fifty_times_one_after_the_other(
        self, reader: TestClient, store: Store, document: dict[str, str], status: int
    ) -> None:
        answers = [
            reader.post("/v1/comments", json=document, headers={"idempotency-key": "a"}) for _ in range(50)
        ]

        assert {answer.status_code for answer in answers} == {status}
        assert all(answer.json() == answers[0].json() for answer in answers)
        assert len(store.published("market")) + store.held_count() == 1

    def test_fifty_times_at_once(
        self, reader: TestClient, store: Store, document: dict[str, str], status: int
    ) -> None:
        def send(_: int) -> Any:
            return reader.post("/v1/comments", json=document, headers={"idempotency-key": "a"})

        with ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(send, range(50)))

        assert len({answer.json()["id"] for answer in answers}) == 1
        assert len({answer.status_code for answer in answers}) == 1
        assert len(store.published("market")) + store.held_count() == 1

    def test_another_comment_under_the_same_key(
        self, reader: TestClient, store: Store, document: dict[str, str], status: int
    ) -> None:
        headers = {"idempotency-key": "a"}
        assert reader.post("/v1/comments", json=document, headers=headers).status_code == status
        other = reader.post("/v1/comments", json=document | {"text": "다른 글"}, headers=headers)

        assert other.status_code == 409
        assert other.headers["content-type"] == "application/problem+json"
        assert other.json()["type"].endswith("/idempotency-key-reused")
        assert len(store.published("market")) + store.held_count() == 1

    def test_a_link_that_is_cut_once_the_comment_is_kept(
        self, store: Store, document: dict[str, str], status: int
    ) -> None:
        app = create_app(moderator(), store, Settings())
        with serving(app) as port:
            cookie = sign_in(port)
            request = raw(document, cookie, key="a")
            with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as link:
                link.sendall(request)
                until = time.monotonic() + 30
                while not store.published("market") and not store.held_count():
                    assert time.monotonic() < until, "the comment was not kept"
                    time.sleep(0.01)
            answers = [ask(port, request) for _ in range(3)]

        assert [f" {status} ".encode() in answer.split(b"\r\n")[0] for answer in answers] == [True] * 3
        assert len(store.published("market")) + store.held_count() == 1


class TestTheMiddleware:
    def test_a_held_comment_is_kept_once_and_judged_once(self, store: Store) -> None:
        judged: list[Decision] = []

        class Counting:
            def judged(self, decision: Decision, seconds: float) -> None:
                judged.append(decision)

            def held(self) -> None: ...

            def refused(self, problem: object) -> None: ...

        app = ModerationMiddleware(
            Site(), moderator=moderator(), store=store, routes=[JSON_ROUTE], observer=Counting()
        )
        answers = [post(app, HELD, headers=keyed("a")) for _ in range(3)]

        assert [answer.status for answer in answers] == [202] * 3
        assert len({answer.body for answer in answers}) == 1
        assert store.held_count() == 1
        assert len(judged) == 1

    def test_the_order_and_space_of_a_body_do_not_matter(self, store: Store) -> None:
        app = ModerationMiddleware(Site(), moderator=moderator(), store=store, routes=[JSON_ROUTE])
        bodies = [json.dumps(HELD), json.dumps(dict(reversed(HELD.items())), indent=2)]
        answers = [call(app, scope_of(headers=keyed("a")), body.encode()) for body in bodies]

        assert [answer.status for answer in answers] == [202, 202]
        assert store.held_count() == 1

    def test_a_form_too(self, store: Store) -> None:
        app = ModerationMiddleware(Site(), moderator=moderator(), store=store, routes=[FORM_ROUTE])
        headers = keyed("a", b"application/x-www-form-urlencoded")
        answers = [call(app, scope_of(headers=headers), f"text={WAIT}".encode()) for _ in range(2)]

        assert answers[0].json["id"] == answers[1].json["id"]
        assert store.held_count() == 1

    def test_an_allowed_comment_reaches_the_application_each_time_with_its_key(self, store: Store) -> None:
        """What the application does with it is its own: it has the key, and `Store.add` takes it."""
        site = Site()
        app = ModerationMiddleware(site, moderator=moderator(), store=store, routes=[JSON_ROUTE])
        for _ in range(2):
            assert post(app, FINE, headers=keyed("a")).status == 201

        assert [dict(scope["headers"])[b"idempotency-key"] for scope in site.scopes] == [b"a", b"a"]

    def test_what_the_application_has_kept_is_not_judged_again(self, store: Store) -> None:
        site = Site()
        app = ModerationMiddleware(site, moderator=moderator(), store=store, routes=[JSON_ROUTE])
        post(app, FINE, headers=keyed("a"))
        decision: Decision = site.scopes[0]["state"]["moderation"]
        stored = store.add(Comment(FINE["text"], article="market"), decision, Status.PUBLISHED, key="a")
        post(app, FINE, headers=keyed("a"))

        assert site.scopes[1]["state"]["moderation"] == stored.decision

    def test_the_callable_of_a_site_is_given_the_same_id(self) -> None:
        ids: list[str | None] = []

        async def on_hold(comment: Comment, decision: Decision) -> str:
            ids.append(comment.id)
            return comment.id or f"new-{len(ids)}"

        app = guarded(Site(), keeper=on_hold)  # type: ignore[arg-type]
        for key in ("a", "a", "b", None):
            post(app, HELD, headers=keyed(key))

        assert ids[0] is not None
        assert ids[0] == ids[1] != ids[2]
        assert ids[3] is None

    @pytest.mark.parametrize(
        "key", [b"", b" ", b'"', b'""', b'a"b', b"a\\b", "키".encode(), b"x" * 256, b"a b"]
    )
    def test_a_key_that_is_none(self, store: Store, key: bytes) -> None:
        app = ModerationMiddleware(Site(), moderator=moderator(), store=store, routes=[JSON_ROUTE])
        answer = post(app, HELD, headers=[(b"content-type", b"application/json"), (b"idempotency-key", key)])

        assert answer.status == 400
        assert answer.json["errors"][0]["pointer"] == "Idempotency-Key"
        assert store.held_count() == 0

    def test_two_keys_are_none(self, store: Store) -> None:
        app = ModerationMiddleware(Site(), moderator=moderator(), store=store, routes=[JSON_ROUTE])
        assert post(app, HELD, headers=[*keyed("a"), (b"idempotency-key", b"b")]).status == 400

    def test_a_key_with_and_without_quotation_marks_is_the_same(self, store: Store) -> None:
        app = ModerationMiddleware(Site(), moderator=moderator(), store=store, routes=[JSON_ROUTE])
        for key in ("a-1", '"a-1"'):
            assert post(app, HELD, headers=keyed(key)).status == 202

        assert store.held_count() == 1

    def test_a_client_that_leaves_before_the_answer(self, store: Store) -> None:
        app = ModerationMiddleware(Site(), moderator=moderator(), store=store, routes=[JSON_ROUTE])

        async def gone(message: Message) -> None:
            raise OSError("the client is gone")

        async def leave() -> None:
            messages = whole(json.dumps(HELD).encode())

            async def receive() -> Message:
                return messages.pop(0)

            with pytest.raises(OSError, match="gone"):
                await app(scope_of(headers=keyed("a")), receive, gone)

        run(leave)
        assert store.held_count() == 1
        answer: Answer = post(app, HELD, headers=keyed("a"))

        assert answer.status == 202
        assert answer.json["id"] == store.held()[0].id
        assert store.held_count() == 1


def keyed(key: str | None, media: bytes = b"application/json") -> list[tuple[bytes, bytes]]:
    headers = [(b"content-type", media)]
    return headers if key is None else [*headers, (b"idempotency-key", key.encode())]


@contextmanager
def serving(app: Any) -> Iterator[int]:
    """The application on a real server, and its port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(30)


def sign_in(port: int) -> str:
    body = b"name=x"
    answer = ask(port, _request("/demo/sign-in", "application/x-www-form-urlencoded", body, ""))
    line = next(line for line in answer.split(b"\r\n") if line.lower().startswith(b"set-cookie:"))
    return line.partition(b":")[2].split(b";")[0].strip().decode()


def raw(document: dict[str, str], cookie: str, key: str) -> bytes:
    more = f"Cookie: {cookie}\r\nIdempotency-Key: {key}\r\n"
    return _request("/v1/comments", "application/json", json.dumps(document).encode(), more)


def _request(path: str, media: str, body: bytes, more: str) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: site.example\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n"
        f"Content-Type: {media}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    )
    return head.encode() + body


def ask(port: int, request: bytes) -> bytes:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as link:
        link.sendall(request)
        said = b""
        while piece := link.recv(65_536):
            said += piece
        return said
