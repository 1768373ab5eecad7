"""The middleware before WSGI applications: the same promises as before ASGI ones."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIEnvironment
from wsgiref.validate import validator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation import ProtectedRoute, WsgiModerationMiddleware
from moderation.errors import InputError
from moderation.store import Store
from moderation.types import Action, Comment, Decision, Standing
from moderation.web.wsgi import DECISION

from .sites import BAD, FORM_ROUTE, HMM, JSON_ROUTE, WAIT, moderator

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@dataclass
class Site:
    """A WSGI application that keeps what reaches it, and answers with the body."""

    bodies: list[bytes] = field(default_factory=list)
    environs: list[WSGIEnvironment] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.bodies.append(body)
        self.environs.append(environ)
        start_response("201 Created", [("content-type", "application/octet-stream")])
        return [body]


@dataclass
class Stream(io.RawIOBase):
    """A body that counts what is read of it."""

    left: int
    read_so_far: int = 0

    def read(self, size: int = -1) -> bytes:
        size = min(size, self.left)
        self.left, self.read_so_far = self.left - size, self.read_so_far + size
        return b" " * size


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def environ_of(
    body: Any = b"", path: str = "/comments", method: str = "POST", **more: Any
) -> WSGIEnvironment:
    stream = io.BytesIO(body) if isinstance(body, bytes) else body
    length = {"CONTENT_LENGTH": str(len(body))} if isinstance(body, bytes) else {}
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": "",
        "SERVER_NAME": "site.example",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": JSON,
        "HTTP_HOST": "site.example",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": stream,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **length,
        **more,
    }


def call(app: Any, environ: WSGIEnvironment) -> Answer:
    said: list[Any] = []
    body = b"".join(app(environ, lambda status, headers, fault=None: said.append((status, headers))))
    ((status, headers),) = said
    return Answer(int(status.split()[0]), {name.lower(): value for name, value in headers}, body)


def post(app: Any, document: Any, **more: Any) -> Answer:
    return call(app, environ_of(json.dumps(document).encode(), **more))


@pytest.fixture
def site() -> Site:
    return Site()


def guarded(site: Any, *routes: ProtectedRoute, **options: Any) -> WsgiModerationMiddleware:
    options.setdefault("moderator", moderator())
    if "store" not in options:
        options.setdefault("on_hold", lambda comment, decision: "held-1")
    return WsgiModerationMiddleware(site, routes=list(routes) or [JSON_ROUTE], **options)


class TestOutcomes:
    @pytest.mark.parametrize(("text", "action"), [("좋은 글", Action.ALLOW), (HMM, Action.NUDGE)])
    def test_what_may_stand_reaches_the_application_with_its_decision(
        self, site: Site, text: str, action: Action
    ) -> None:
        assert post(guarded(site), {"text": text}).status == 201
        decision = site.environs[0][DECISION]
        assert isinstance(decision, Decision)
        assert decision.action is action

    def test_a_refused_comment_goes_no_further(self, site: Site) -> None:
        answer = post(guarded(site), {"text": f"글 {BAD}"}, HTTP_ACCEPT_LANGUAGE="en")
        assert (answer.status, site.bodies) == (422, [])
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-language"] == "en"
        assert answer.json["decision"]["rule"] == "links.blocked"

    def test_a_held_one_is_kept_first(self, site: Site, store: Store) -> None:
        answer = post(guarded(site, store=store), {"text": f"글 {WAIT}", "article": "a1", "author": "kim"})
        assert (answer.status, site.bodies) == (202, [])
        kept = store.get(answer.json["id"])
        assert (kept.body, kept.article, kept.author) == (f"글 {WAIT}", "a1", "kim")

    def test_a_site_may_keep_it_itself(self, site: Site) -> None:
        kept: list[Comment] = []

        def on_hold(comment: Comment, decision: Decision) -> str:
            kept.append(comment)
            return "mine-7"

        answer = post(guarded(site, on_hold=on_hold), {"text": WAIT})
        assert (answer.status, answer.json["id"], kept[0].body) == (202, "mine-7", WAIT)

    def test_what_cannot_be_kept_is_a_503(self, site: Site, store: Store) -> None:
        app = guarded(site, store=store)
        store.close()
        answer = post(app, {"text": WAIT})
        assert (answer.status, site.bodies) == (503, [])
        assert answer.headers["retry-after"]

    def test_the_same_post_again_is_held_once(self, site: Site, store: Store) -> None:
        app = guarded(site, store=store)
        answers = [post(app, {"text": WAIT, "author": "kim"}, HTTP_IDEMPOTENCY_KEY="k1") for _ in range(3)]
        assert len({answer.json["id"] for answer in answers}) == 1
        assert store.held_count() == 1

    def test_callables_see_the_environ(self, site: Site) -> None:
        def standing(scope: Any) -> Standing:
            return Standing(scope["wsgi.environ"]["site.standing"])

        route = ProtectedRoute(
            "POST", "/comments", text="/text", standing=standing, section=lambda scope: "sport"
        )
        post(guarded(site, route), {"text": "글"}, **{"site.standing": "staff"})
        decision = site.environs[0][DECISION]
        assert (decision.standing, decision.section) == (Standing.STAFF, "sport")

    def test_held_comments_need_a_place(self, site: Site) -> None:
        with pytest.raises(InputError):
            WsgiModerationMiddleware(site, moderator=moderator(), routes=[JSON_ROUTE])

    @pytest.mark.parametrize(("text", "status"), [("글", "201"), (BAD, "422")])
    def test_it_keeps_to_the_rules_of_wsgi(self, site: Site, text: str, status: str) -> None:
        app = validator(guarded(validator(site)))
        said: list[str] = []

        def start_response(status: str, headers: Any, fault: Any = None) -> Any:
            said.append(status)
            return lambda body: None

        answer = app(environ_of(json.dumps({"text": text}).encode()), start_response)
        b"".join(answer)
        answer.close()  # type: ignore[attr-defined]
        assert said[0].startswith(status)


class TestUntouched:
    """MW-1: what passes is what came."""

    APP_SITE = Site()
    APP = guarded(APP_SITE, ProtectedRoute("POST", "/form", text="text"))

    @settings(max_examples=300, deadline=None)
    @given(st.binary(max_size=4_096))
    def test_the_body_elsewhere(self, body: bytes) -> None:
        assert call(self.APP, environ_of(body, "/other")).body == body

    @settings(max_examples=300, deadline=None)
    @given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200), st.text(max_size=20))
    def test_the_body_of_a_comment(self, text: str, padding: str) -> None:
        padding = padding.encode("utf-8", "ignore").decode()
        body = f"pad={quote(padding)}&text={quote('글 ' + text)}".encode()
        answer = call(self.APP, environ_of(body, "/form", CONTENT_TYPE=FORM))
        assert answer.status in (201, 202, 422)
        if answer.status == 201:
            assert answer.body == body

    def test_a_stream_elsewhere_is_not_read(self, site: Site) -> None:
        stream = Stream(1 << 30)
        seen: list[int] = []

        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            seen.append(stream.read_so_far)
            start_response("200 OK", [])
            return []

        call(guarded(app), environ_of(stream, "/upload", CONTENT_LENGTH=str(1 << 30)))
        call(guarded(app), environ_of(stream, "/comments", "GET", CONTENT_LENGTH=str(1 << 30)))
        assert seen == [0, 0]


class TestSizes:
    @pytest.mark.parametrize("length", ["5", "500", "-1", "1, 1", "0x10", "", "9" * 40])
    def test_a_length_that_lies_publishes_nothing(self, site: Site, length: str) -> None:
        """MW-8."""
        body = json.dumps({"text": f"글 {BAD}"}).encode()
        answer = call(guarded(site), environ_of(body, CONTENT_LENGTH=length))
        assert (answer.status, site.bodies) == (400, [])

    def test_a_stream_without_a_length_is_judged_and_handed_on_with_one(self, site: Site) -> None:
        for text, status in (("글", 201), (BAD, 422)):
            body = json.dumps({"text": text}).encode()
            chunked: dict[str, Any] = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
            environ = environ_of(io.BytesIO(body), **chunked)
            assert call(guarded(site), environ).status == status
        assert site.environs[0]["CONTENT_LENGTH"] == str(len(site.bodies[0]))
        assert "HTTP_TRANSFER_ENCODING" not in site.environs[0]

    @pytest.mark.parametrize(
        "announced", [{"CONTENT_LENGTH": str(100 << 20)}, {"wsgi.input_terminated": True}]
    )
    def test_a_flood_is_cut_off(self, site: Site, announced: dict[str, Any]) -> None:
        """MW-9."""
        stream = Stream(100 << 20)
        answer = call(guarded(site), environ_of(stream, **announced))
        assert (answer.status, site.bodies) == (413, [])
        assert stream.read_so_far <= 128 << 10

    def test_a_trickle_is_cut_off(self, site: Site) -> None:
        class Trickle(Stream):
            def read(self, size: int = -1) -> bytes:
                threading.Event().wait(0.01)
                return super().read(1)

        answer = call(guarded(site, read_timeout=0.05), environ_of(Trickle(10_000), CONTENT_LENGTH="10000"))
        assert (answer.status, site.bodies) == (408, [])


class TestParsers:
    """MW-16 to MW-18: nothing that another parser may read differently."""

    @pytest.mark.parametrize(
        "body",
        [
            b'{"text": "ok", "text": "badword"}',
            '{"text": "ok"}'.encode("utf-16"),
            b'\xef\xbb\xbf{"text": "ok"}',
            b'{"text": NaN}',
            b'{"text": "\\ud800"}',
            b'{"text": "a\\u0000b"}',
            b"[" * 50_000,
            b'{"n": ' + b"9" * 5_000 + b', "text": "ok"}',
            b'{"text": ["ok"]}',
            b"{}",
            b"",
        ],
    )
    def test_doubtful_json(self, site: Site, body: bytes) -> None:
        answer = call(guarded(site), environ_of(body))
        assert (answer.status, site.bodies) == (400, [])

    @pytest.mark.parametrize(
        "body",
        [
            b"text=ok&text=badword",
            b"a=1;text=badword",
            b"text=%b1%db",
            b"text[]=badword",
            b"text=ok&_method=PUT",
        ],
    )
    def test_doubtful_forms(self, site: Site, body: bytes) -> None:
        answer = call(guarded(site, FORM_ROUTE), environ_of(body, CONTENT_TYPE=FORM))
        assert (answer.status, site.bodies) == (400, [])

    @pytest.mark.parametrize(
        "header",
        [
            {"CONTENT_TYPE": "text/plain"},
            {"CONTENT_TYPE": ""},
            {"CONTENT_TYPE": f"{JSON}; charset=utf-16"},
            {"CONTENT_TYPE": f"{JSON}, {FORM}"},
            {"HTTP_CONTENT_ENCODING": "gzip"},
            {"HTTP_CONTENT_ENCODING": "gzip, gzip"},
            {"HTTP_CONTENT_ENCODING": "br"},
        ],
    )
    def test_another_type_or_encoding(self, site: Site, header: dict[str, str]) -> None:
        answer = call(guarded(site), environ_of(b'{"text": "ok"}', **header))
        assert (answer.status, site.bodies) == (415, [])

    def test_escaped_names_are_read(self, site: Site) -> None:
        body = b'{"\\u0074ext": "badword"}'
        assert call(guarded(site), environ_of(body)).status == 422

    @pytest.mark.parametrize("name", ["HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_METHOD_OVERRIDE"])
    def test_another_method_by_header_or_query(self, site: Site, name: str) -> None:
        for more in ({name: "PUT"}, {"QUERY_STRING": "_method=PUT"}):
            for method in ("POST", "GET"):
                answer = call(guarded(site), environ_of(b'{"text": "ok"}', method=method, **more))
                assert (answer.status, site.bodies) == (400, [])


class TestPaths:
    @pytest.mark.parametrize(
        ("root", "path", "is_judged"),
        [
            ("", "/comments", True),
            ("", "/comments/", True),  # which of the two the application serves is not known here
            ("/news", "/comments", True),
            ("", "/news/comments", False),
            ("", "/Comments", False),
        ],
    )
    def test_where_it_stands(self, site: Site, root: str, path: str, is_judged: bool) -> None:
        environ = environ_of(json.dumps({"text": BAD}).encode(), path, SCRIPT_NAME=root)
        assert (call(guarded(site), environ).status == 422) is is_judged

    def test_parameters_in_any_script(self, site: Site, store: Store) -> None:
        route = ProtectedRoute("POST", "/기사/{article}/댓글", text="/text", article="{article}")
        answer = post(guarded(site, route, store=store), {"text": WAIT}, path="/기사/도서관/댓글")
        assert store.get(answer.json["id"]).article == "도서관"


class TestThreads:
    def test_every_verdict_belongs_to_its_own_text(self) -> None:
        """MW-7."""
        site = Site()
        app = guarded(site)
        answers: dict[int, int] = {}

        def one(number: int) -> None:
            text = f"글 {number} {BAD if number % 2 else ''}"
            answers[number] = post(app, {"text": text}).status

        threads = [threading.Thread(target=one, args=(number,)) for number in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == {number: 422 if number % 2 else 201 for number in range(40)}
        assert all(b"badword" not in body for body in site.bodies)

    def test_a_server_that_forks_after_the_first_request_goes_on(self, site: Site) -> None:
        app = guarded(site)
        assert post(app, {"text": "글"}).status == 201
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(write, str(post(app, {"text": BAD}).status).encode())
            os._exit(0)
        assert os.read(read, 3) == b"422"
        os.waitpid(child, 0)

    def test_the_program_ends_when_it_is_done(self) -> None:
        program = (
            "from tests.web.test_wsgi import Site, guarded, post\n"
            "print(post(guarded(Site()), {'text': 'ok'}).status)"
        )
        run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=600)
        assert (run.stdout, run.stderr, run.returncode) == ("201\n", "", 0)
