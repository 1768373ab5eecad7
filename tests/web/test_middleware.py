from __future__ import annotations

import json
import logging
import os
import threading
from contextvars import ContextVar
from typing import Any

import anyio
import pytest
from starlette.types import Message, Receive, Scope, Send

from moderation.errors import InputError
from moderation.store import Status, Store
from moderation.types import Action, Comment, Context, Decision, Standing
from moderation.web.middleware import ModerationMiddleware
from moderation.web.protected import ProtectedRoute

from .sites import (
    BAD,
    FORM_ROUTE,
    HMM,
    JSON_ROUTE,
    WAIT,
    Keeper,
    MarkedWords,
    Site,
    acall,
    call,
    guarded,
    moderator,
    post,
    run,
    scope_of,
    whole,
)


class TestOutcomes:
    def test_an_allowed_comment_reaches_the_application_with_its_decision(self) -> None:
        site = Site()
        answer = post(guarded(site), {"text": "좋은 기사입니다"})
        assert answer.status == 201
        decision = site.scopes[0]["state"]["moderation"]
        assert isinstance(decision, Decision)
        assert decision.action is Action.ALLOW

    def test_a_nudged_one_does_too(self) -> None:
        site = Site()
        assert post(guarded(site), {"text": HMM}).status == 201
        assert site.scopes[0]["state"]["moderation"].action is Action.NUDGE

    def test_state_of_the_server_stays(self) -> None:
        site = Site()
        post(guarded(site), {"text": "ok"}, state={"pool": 7})
        assert site.scopes[0]["state"]["pool"] == 7

    def test_a_refused_comment_goes_no_further(self) -> None:
        site = Site()
        answer = post(
            guarded(site),
            {"text": f"말하자면 😀 {BAD}"},
            headers=[(b"content-type", b"application/json"), (b"accept-language", b"fr, en;q=0.8")],
        )
        assert (answer.status, site.bodies) == (422, [])
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-language"] == "en"
        assert answer.json["type"] == "https://standards-board.example/problems/comment-refused"
        assert answer.json["status"] == 422
        reason = answer.json["decision"]["reasons"][0]
        assert (reason["rule"], reason["clause"], reason["number"]) == ("links.blocked", "links", 8)
        assert reason["span"] == {"start": 7, "end": 14, "utf16_start": 8, "utf16_end": 15}
        assert reason["message"] == answer.json["detail"]
        assert "connection" not in answer.headers

    @pytest.mark.parametrize(
        ("header", "text", "language"),
        [
            (b"ko-KR,ko;q=0.9", "badword you", "ko"),
            (b"en-US", "나쁜 badword 말입니다 정말로", "en"),
            (b"fr", "나쁜 badword 말입니다 정말로", "ko"),
            (b"", "such a badword", "en"),
        ],
    )
    def test_the_author_is_told_in_their_language(self, header: bytes, text: str, language: str) -> None:
        headers = [(b"content-type", b"application/json"), (b"accept-language", header)]
        answer = post(guarded(Site()), {"text": text}, headers=headers)
        assert answer.headers["content-language"] == language

    def test_a_held_comment_is_stored_before_its_author_is_told(self, store: Store) -> None:
        site = Site()
        app = ModerationMiddleware(site, moderator=moderator(), store=store, routes=[JSON_ROUTE])
        seen: list[int] = []

        async def main() -> None:
            queue = whole(json.dumps({"text": WAIT, "article": 12, "author": "지영"}).encode())

            async def receive() -> Message:
                return queue.pop(0)

            async def send(message: Message) -> None:
                if message["type"] == "http.response.start":
                    assert message["status"] == 202
                    seen.append(store.held_count())

            await app(scope_of(), receive, send)

        run(main)
        assert (seen, site.bodies) == ([1], [])
        held = store.held()[0]
        assert (held.body, held.author, held.article, held.status) == (WAIT, "지영", "12", Status.HELD)

    def test_what_the_author_of_a_held_comment_is_told(self) -> None:
        keeper = Keeper()
        answer = post(guarded(Site(), keeper=keeper), {"text": f"이것은 {WAIT}"})
        assert answer.status == 202
        assert keeper.kept == [f"이것은 {WAIT}"]
        assert answer.json["status"] == "held"
        assert answer.json["id"] == "held-1"
        assert answer.json["message"]
        assert answer.json["decision"]["action"] == "hold"

    def test_text_is_kept_byte_for_byte(self, store: Store) -> None:
        text = f"  {WAIT} \u1112\u1161\u11ab\u200b e\u0301 ﬁ\r\n 😀"
        app = ModerationMiddleware(Site(), moderator=moderator(), store=store, routes=[JSON_ROUTE])
        post(app, {"text": text})
        assert store.held()[0].body == text


class TestConfiguration:
    def test_held_comments_need_a_place(self) -> None:
        with pytest.raises(InputError, match="either `store` or `on_hold`"):
            ModerationMiddleware(Site(), moderator=moderator(), routes=[JSON_ROUTE])

    def test_one_place_only(self, store: Store) -> None:
        with pytest.raises(InputError, match="either `store` or `on_hold`"):
            ModerationMiddleware(
                Site(), moderator=moderator(), routes=[JSON_ROUTE], store=store, on_hold=Keeper()
            )

    def test_at_least_one_route(self) -> None:
        with pytest.raises(InputError, match="`routes` is empty"):
            ModerationMiddleware(Site(), moderator=moderator(), routes=[], on_hold=Keeper())

    @pytest.mark.parametrize(
        ("route", "message"),
        [
            ({"path": "comments", "text": "/text"}, "must begin with `/`"),
            ({"path": "/c", "text": ""}, "`text` is empty"),
            ({"path": "/c", "text": "/a~2"}, "no JSON pointer"),
            ({"path": "/c", "text": "/text", "article": "{id}"}, "no parameter of the path"),
            ({"path": "/c/{id}", "text": "{id}"}, "no parameter of the path"),
            ({"path": "/c", "text": "/text", "author": "author"}, "must be of the kind of `text`"),
            (
                {"path": "/c", "text": "/text", "section": "/section"},
                "`/section` is no parameter of the path",
            ),
            ({"path": "/c/{id}", "text": "/text", "section": "{part}"}, "no parameter of the path"),
        ],
    )
    def test_a_route_that_cannot_work_is_refused(self, route: dict[str, Any], message: str) -> None:
        with pytest.raises(InputError, match=message):
            ProtectedRoute("POST", **route)

    def test_ids_from_the_path_and_from_the_scope(self, store: Store) -> None:
        route = ProtectedRoute(
            "POST",
            "/articles/{article}/comments/{parent:int}",
            text="/comment/text",
            article="{article}",
            parent="{parent}",
            author=lambda scope: str(scope["client"][0]),
        )
        app = ModerationMiddleware(Site(), moderator=moderator(), store=store, routes=[route])
        post(app, {"comment": {"text": WAIT}}, path="/articles/시장-7/comments/42")
        held = store.held()[0]
        assert (held.article, held.parent, held.author) == ("시장-7", "42", "127.0.0.1")

    def test_of_whom_and_where_comes_from_the_scope_and_the_path(self, store: Store) -> None:
        standings = {"1": Standing.NEW, "2": None}
        route = ProtectedRoute(
            "POST",
            "/{section}/comments/{author}",
            text="/text",
            author="{author}",
            standing=lambda scope: standings[scope["path"][-1]],
            section="{section}",
        )
        app = ModerationMiddleware(Site(), moderator=moderator(), store=store, routes=[route])
        forged = {"text": WAIT, "standing": "staff", "section": "elsewhere"}
        for author in standings:
            assert post(app, forged, path=f"/sport/comments/{author}").status == 202
        kept = [(each.author, each.decision.standing, each.decision.section) for each in store.held()]
        assert kept == [("1", Standing.NEW, "sport"), ("2", Standing.KNOWN, "sport")]

    def test_a_standing_that_there_is_not_publishes_nothing(self, store: Store) -> None:
        site = Site()
        route = ProtectedRoute("POST", "/c", text="/text", standing=lambda scope: "vip")  # type: ignore[arg-type,return-value]
        app = ModerationMiddleware(site, moderator=moderator(), store=store, routes=[route])
        assert post(app, {"text": "fine"}, path="/c").status == 503
        assert site.bodies == []

    def test_json_and_form_on_one_address(self) -> None:
        site = Site()
        app = guarded(site, JSON_ROUTE, FORM_ROUTE)
        form = [(b"content-type", b"application/x-www-form-urlencoded")]
        assert post(app, {"text": BAD}).status == 422
        assert call(app, scope_of(headers=form), b"text=badword").status == 422
        assert call(app, scope_of(headers=form), b"text=fine").status == 201


class TestTheClient:
    def test_receive_waits_for_the_real_disconnect(self) -> None:
        """MW-3: no invented disconnect, no busy loop, and the true one once."""
        asked = 0
        heard: list[str] = []

        async def main() -> None:
            gone = anyio.Event()
            queue = whole(b'{"text": "ok"}')

            async def receive() -> Message:
                nonlocal asked
                asked += 1
                if queue:
                    return queue.pop(0)
                await gone.wait()
                return {"type": "http.disconnect"}

            async def site(scope: Scope, receive: Receive, send: Send) -> None:
                heard.append((await receive())["type"])
                with anyio.move_on_after(0.3) as patience:
                    heard.append((await receive())["type"])
                assert patience.cancelled_caught
                gone.set()
                heard.append((await receive())["type"])

            async def send(message: Message) -> None: ...

            await guarded(site)(scope_of(), receive, send)

        run(main)
        assert heard == ["http.request", "http.disconnect"]
        assert asked == 3  # once for the body, once in vain, once for the end

    def test_a_client_that_leaves_mid_body_leaves_nothing(self, store: Store) -> None:
        """MW-4: no verdict, no row, no answer, no task or descriptor left."""
        judged: list[Comment] = []

        class Watching(MarkedWords):
            def run(self, text: Any, context: Context) -> Any:
                judged.append(text)
                return super().run(text, context)

        site = Site()
        app = ModerationMiddleware(site, moderator=moderator(Watching()), store=store, routes=[JSON_ROUTE])
        half: list[Message] = [
            {"type": "http.request", "body": b'{"text": "' + WAIT.encode(), "more_body": True},
            {"type": "http.disconnect"},
        ]

        async def main() -> None:
            before = (len(os.listdir("/proc/self/fd")), threading.active_count())
            for _ in range(500):
                assert (await acall(app, scope_of(), half)).messages == []
            assert (len(os.listdir("/proc/self/fd")), threading.active_count()) == before
            assert len(anyio.get_running_tasks()) == 1

        run(main)
        assert (judged, site.bodies, store.held_count()) == ([], [], 0)

    def test_a_slow_body_is_given_up(self) -> None:
        """MW-10: the deadline is for the whole body, however steadily it drips."""

        async def main() -> Any:
            async def receive() -> Message:
                await anyio.sleep(0.05)
                return {"type": "http.request", "body": b" ", "more_body": True}

            sent: list[Message] = []

            async def send(message: Message) -> None:
                sent.append(message)

            with anyio.fail_after(2):
                await guarded(Site(), read_timeout=0.3)(scope_of(), receive, send)
            return sent

        sent = run(main)
        assert sent[0]["status"] == 408
        assert (b"connection", b"close") in sent[0]["headers"]


class TestLeftAlone:
    @pytest.mark.parametrize("kind", ["websocket", "lifespan", "made.up"])
    def test_other_scopes(self, kind: str) -> None:
        """MW-6: the very same scope and channels reach the application."""
        reached: list[tuple[Any, ...]] = []

        async def site(scope: Scope, receive: Receive, send: Send) -> None:
            reached.append((scope, receive, send))

        async def receive() -> Message:
            raise AssertionError

        async def send(message: Message) -> None:
            raise AssertionError

        scope: Scope = {"type": kind, "path": "/comments", "state": {}}
        run(lambda: guarded(site)(scope, receive, send))
        assert reached[0][0] is scope
        assert reached[0][1:] == (receive, send)

    @pytest.mark.parametrize(
        ("method", "path"), [("GET", "/comments"), ("HEAD", "/comments"), ("POST", "/other")]
    )
    def test_other_requests(self, method: str, path: str) -> None:
        reached: list[tuple[Any, ...]] = []

        async def site(scope: Scope, receive: Receive, send: Send) -> None:
            reached.append((scope, receive, send))

        async def receive() -> Message:
            raise AssertionError("nobody asked for the body")

        async def send(message: Message) -> None: ...

        scope = scope_of(path, method, headers=[(b"content-encoding", b"gzip")])
        before = dict(scope)
        run(lambda: guarded(site)(scope, receive, send))
        assert reached == [(before, receive, send)]

    def test_the_answer_of_a_protected_route_passes_unwrapped(self) -> None:
        """MW-5: early hints, trailers and chunks as the application sends them."""
        log: list[Message] = [
            {"type": "http.response.early_hint", "links": [b"</a.css>; rel=preload"]},
            {"type": "http.response.start", "status": 200, "headers": [], "trailers": True},
            {"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True},
            {"type": "http.response.body", "body": b"", "more_body": True},
            {"type": "http.response.body", "body": b"data: 2\n\n"},
            {"type": "http.response.trailers", "headers": [(b"digest", b"x")], "more_trailers": False},
        ]

        async def site(scope: Scope, receive: Receive, send: Send) -> None:
            for message in log:  # before the body is read, too
                await send(message)

        assert call(guarded(site), scope_of(), b'{"text": "ok"}').messages == log


current: ContextVar[str] = ContextVar("current")


class TestConcurrency:
    """MW-7."""

    def test_contextvars_flow_both_ways(self) -> None:
        async def site(scope: Scope, receive: Receive, send: Send) -> None:
            assert current.get() == "outside"
            current.set("inside")

        async def main() -> str:
            current.set("outside")
            await acall(guarded(site), scope_of(), whole(b'{"text": "ok"}'))
            return current.get()

        assert run(main) == "inside"

    def test_every_verdict_belongs_to_its_own_text(self) -> None:
        site = Site()
        app = guarded(site)
        words = {0: ("fine", 201), 1: (WAIT, 202), 2: (BAD, 422)}
        results: dict[int, int] = {}

        async def one(number: int) -> None:
            text = f"{words[number % 3][0]} number {number}"
            body = json.dumps({"text": text}).encode()
            pieces = [
                {"type": "http.request", "body": body[i : i + 5], "more_body": True}
                for i in range(0, len(body), 5)
            ]
            answer = await acall(app, scope_of(), [*pieces, {"type": "http.request"}])
            results[number] = answer.status
            if answer.status == 422:
                assert answer.json["decision"]["length"]["graphemes"] == len(text)

        async def main() -> None:
            async with anyio.create_task_group() as tasks:
                for number in range(200):
                    tasks.start_soon(one, number)

        before = set(vars(app))
        run(main)
        assert results == {number: words[number % 3][1] for number in range(200)}
        assert set(vars(app)) == before
        assert len(site.bodies) == 67


def test_logs_name_no_text(caplog: pytest.LogCaptureFixture) -> None:
    class Failing:
        name = "failing"

        def run(self, text: Any, context: Context) -> Any:
            raise ValueError(f"cannot read {text.body}")

    async def failing_hold(comment: Comment, decision: Decision) -> str:
        raise OSError(f"no room for {comment.body}")

    with caplog.at_level(logging.DEBUG):
        app = ModerationMiddleware(
            Site(), moderator=moderator(Failing()), routes=[JSON_ROUTE], on_hold=failing_hold
        )
        answer = post(app, {"text": "canary 010-1234-5678"})
    assert answer.status == 503
    assert "canary" not in caplog.text
    assert "010" not in caplog.text
    assert "OSError" in caplog.text
