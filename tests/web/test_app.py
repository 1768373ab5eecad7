from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import BaseRoute, Route
from starlette.testclient import TestClient

from moderation.engine import Moderator
from moderation.policy import load_policy
from moderation.settings import Settings
from moderation.store import Status, Store
from moderation.text.normalize import NORMALISER_VERSION
from moderation.types import Action, Comment, Context
from moderation.web.app import create_app

from .sites import BAD, HMM, POLICY, WAIT, MarkedWords, listed, moderator

ORIGIN = {"origin": "http://testserver"}


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(moderator(), store, Settings())) as client:
        yield client


@pytest.fixture
def reader(client: TestClient) -> TestClient:
    """A client that is signed in to the demo."""
    headers = {**ORIGIN, "accept": "application/json"}
    assert client.post("/demo/sign-in", data={"name": "지영"}, headers=headers).status_code == 200
    return client


class TestCheck:
    def test_a_fine_comment(self, client: TestClient) -> None:
        answer = client.post("/v1/check", json={"text": "좋은 기사입니다"})
        assert answer.status_code == 200
        assert answer.json() == {
            "action": "allow",
            "rule": None,
            "clauses": [],
            "language": "ko",
            "length": {"graphemes": 8, "limit": 250},
            "reasons": [],
            "skipped": [],
            "versions": {"policy": POLICY.version, "model": None, "normaliser": NORMALISER_VERSION},
        }

    def test_offsets_in_both_units(self, client: TestClient) -> None:
        reason = client.post("/v1/check", json={"text": f"😀😀 {BAD}!"}).json()["reasons"][0]
        assert reason["span"] == {"start": 3, "end": 10, "utf16_start": 5, "utf16_end": 12}
        assert reason["marks"] == [reason["span"]]

    def test_a_reason_marks_the_whole_inflected_word(self, store: Store) -> None:
        with TestClient(create_app(moderator(listed("fuck")), store, Settings())) as client:
            reason = client.post("/v1/check", json={"text": "You FUCKING liars"}).json()["reasons"][0]
        assert (reason["span"]["start"], reason["span"]["end"]) == (4, 11)

    @pytest.mark.parametrize(
        ("document", "header", "language"),
        [
            ({"text": BAD, "language": "ko"}, "en", "ko"),
            ({"text": BAD}, "ko", "ko"),
            ({"text": BAD}, "", "en"),
            ({"text": f"이런 나쁜 말 {BAD}"}, "", "ko"),
        ],
    )
    def test_messages_in_the_language_asked_for(
        self, client: TestClient, document: dict[str, str], header: str, language: str
    ) -> None:
        answer = client.post("/v1/check", json=document, headers={"accept-language": header})
        clause = POLICY.clauses["links"]
        assert answer.json()["reasons"][0]["title"] == (
            clause.title.ko if language == "ko" else clause.title.en
        )
        assert answer.headers["content-language"] == language
        assert "Accept-Language" in answer.headers["vary"]

    def test_no_score_and_no_evidence(self, store: Store) -> None:
        """OR-1: nothing to climb by."""

        class Scored(MarkedWords):
            def run(self, text: Any, context: Context) -> Any:
                from dataclasses import replace

                found = [
                    replace(finding, score=0.9125, evidence="canary")
                    for finding in super().run(text, context)
                ]
                return [replace(finding, rule="toxicity.toxicity") for finding in found]

        with TestClient(create_app(moderator(Scored()), store, Settings())) as client:
            answer = client.post("/v1/check", json={"text": BAD})
        assert answer.json()["action"] == "hold"
        assert "9125" not in answer.text
        assert "canary" not in answer.text
        assert answer.json()["reasons"][0]["marks"] == []  # a score is about the whole text

    def test_nothing_is_kept(self, client: TestClient, store: Store) -> None:
        client.post("/v1/check", json={"text": WAIT, "article": "a", "author": "지영"})
        assert store.held_count() == 0

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({}, "/text"),
            ({"text": 5}, "/text"),
            ({"text": None}, "/text"),
            ({"text": "a\0b"}, "/text"),
            ({"text": "x", "language": "fr"}, "/language"),
            ({"text": "x", "article": "x" * 1_001}, "/article"),
            ([], "/"),
            ("x", "/"),
        ],
    )
    def test_the_wrong_shape(self, client: TestClient, body: Any, pointer: str) -> None:
        answer = client.post("/v1/check", json=body)
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]

    def test_limits(self, client: TestClient) -> None:
        headers = {"content-type": "application/json"}
        assert client.post("/v1/check", content=b" " * 65_537, headers=headers).status_code == 413
        assert client.post("/v1/check", content=b"{", headers=headers).status_code == 400
        assert (
            client.post("/v1/check", content=b"{}", headers={"content-type": "text/plain"}).status_code == 415
        )
        encoded = {**headers, "content-encoding": "gzip"}
        assert client.post("/v1/check", content=b"{}", headers=encoded).status_code == 415


class TestComments:
    def test_publish_and_read(self, reader: TestClient, store: Store) -> None:
        posted = reader.post(
            "/v1/comments", json={"text": f"{HMM} 😀\r\n", "article": "market"}, headers=ORIGIN
        )
        assert posted.status_code == 201
        published = posted.json()
        assert published["status"] == "published"
        assert published["comment"]["text"] == f"{HMM} 😀\r\n"
        assert published["comment"]["author"] == "지영"
        assert store.get(published["id"]).decision.action is Action.NUDGE
        listed = reader.get("/v1/comments", params={"article": "market"}).json()
        assert listed == {"comments": [published["comment"]], "next": None}
        assert reader.get("/v1/comments", params={"article": "other"}).json()["comments"] == []

    def test_held(self, reader: TestClient, store: Store) -> None:
        held = reader.post("/v1/comments", json={"text": WAIT, "article": "market"}, headers=ORIGIN)
        assert held.status_code == 202
        kept = store.get(held.json()["id"])
        assert (kept.status, kept.author, kept.article) == (Status.HELD, "지영", "market")
        assert reader.get("/v1/comments", params={"article": "market"}).json()["comments"] == []

    def test_refused(self, reader: TestClient, store: Store) -> None:
        assert (
            reader.post("/v1/comments", json={"text": BAD, "article": "a"}, headers=ORIGIN).status_code == 422
        )
        assert store.held_count() == 0

    @pytest.mark.parametrize("text", ["fine", WAIT, BAD])
    def test_nobody_signed_in(self, client: TestClient, store: Store, text: str) -> None:
        answer = client.post("/v1/comments", json={"text": text, "article": "a"}, headers=ORIGIN)
        assert (answer.status_code, store.held_count()) == (401, 0)
        client.cookies.set("reader", "forged.1.x")
        assert client.post("/v1/comments", json={"text": text, "article": "a"}).status_code == 401

    @pytest.mark.parametrize(
        "headers",
        [
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"origin": "http://testserver.evil.example"},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
        ],
    )
    def test_another_site_cannot_post_for_the_reader(
        self, reader: TestClient, store: Store, headers: dict[str, str]
    ) -> None:
        answer = reader.post("/v1/comments", json={"text": WAIT, "article": "a"}, headers=headers)
        assert (answer.status_code, store.held_count()) == (403, 0)

    def test_a_program_without_a_page_may(self, reader: TestClient) -> None:
        assert reader.post("/v1/comments", json={"text": "fine", "article": "a"}).status_code == 201

    @pytest.mark.parametrize("article", [None, "", 5, "x" * 1_001])
    def test_an_article_is_needed(self, reader: TestClient, article: Any) -> None:
        assert reader.post("/v1/comments", json={"text": "fine", "article": article}).status_code == 400

    def test_pages(self, reader: TestClient, store: Store) -> None:
        decision = moderator().judge(Comment("fine"))
        ids = [store.add(Comment(f"n{n}", article="a"), decision, Status.PUBLISHED).id for n in range(120)]
        seen: list[str] = []
        before = None
        while True:
            query = {"article": "a"} | ({"before": before} if before else {})
            page = reader.get("/v1/comments", params=query).json()
            assert len(page["comments"]) <= 50
            seen += [comment["id"] for comment in page["comments"]]
            if not (before := page["next"]):
                break
        assert seen == ids[::-1]

    def test_bad_queries(self, client: TestClient) -> None:
        assert client.get("/v1/comments").status_code == 400
        assert client.get("/v1/comments", params={"article": "a\0"}).status_code == 400
        assert client.get("/v1/comments", params={"article": "a", "before": "gone"}).status_code == 404
        assert client.get("/v1/comments", params={"article": "x" * 10_000}).status_code in (200, 400)

    def test_outside_the_demo_there_is_no_such_path(self, store: Store) -> None:
        settings = Settings(demo=False, secret_key="k" * 32)
        with TestClient(create_app(moderator(), store, settings)) as client:
            assert client.post("/v1/comments", json={"text": "fine", "article": "a"}).status_code == 404
            assert "/v1/comments" not in client.get("/openapi.json").json()["paths"]
            assert client.post("/v1/check", json={"text": BAD}).json()["action"] == "reject"


class TestPolicy:
    @pytest.mark.parametrize(
        ("query", "header", "name"),
        [
            ({"language": "ko"}, "en", POLICY.name.ko),
            ({"language": "en"}, "ko", POLICY.name.en),
            ({}, "en-GB", POLICY.name.en),
            ({}, "", POLICY.name.ko),
        ],
    )
    def test_in_both_languages(
        self, client: TestClient, query: dict[str, str], header: str, name: str
    ) -> None:
        answer = client.get("/v1/policy", params=query, headers={"accept-language": header})
        assert answer.json()["name"] == name
        assert [clause["number"] for clause in answer.json()["clauses"]] == list(
            range(1, len(POLICY.clauses) + 1)
        )
        assert answer.json()["limits"]["graphemes"] == 250
        assert answer.json()["version"] == POLICY.version
        assert "{limit}" not in json.dumps(answer.json()["clauses"])

    def test_another_language(self, client: TestClient) -> None:
        assert client.get("/v1/policy", params={"language": "fr"}).status_code == 400


class TestProbes:
    def test_alive(self, client: TestClient) -> None:
        assert client.get("/healthz").json() == {"status": "ok"}

    def test_ready_needs_model_and_store(self, store: Store) -> None:
        with TestClient(create_app(None, store, Settings(model_dir=Path("/secret/path")))) as client:
            answer = client.get("/readyz")
            assert answer.status_code == 503
            assert answer.json()["model"] == {"ready": False, "version": None, "refused": True}
            assert answer.json()["store"]["ready"] is True
            assert answer.json()["policy"] == {
                "ready": True,
                "version": load_policy().version,
                "refused": False,
            }
            assert "secret" not in answer.text

    def test_a_store_that_is_gone(self, tmp_path: Path) -> None:
        folder = tmp_path / "disk"
        store = Store.open(f"sqlite:///{folder / 'm.db'}")
        with TestClient(create_app(moderator(), store, Settings())) as client:
            assert client.get("/readyz").json()["store"]["ready"] is True
            store.close()
            for file in folder.iterdir():
                file.unlink()
            folder.rmdir()
            folder.touch()
            answer = client.get("/readyz")
            assert (answer.status_code, answer.json()["store"]["ready"]) == (503, False)
            listed = client.get("/v1/comments", params={"article": "a"})
            assert listed.status_code == 503
            assert listed.headers["retry-after"]
            assert str(tmp_path) not in listed.text + answer.text
            assert "moderation_queue_comments NaN" in client.get("/metrics").text
            assert client.get("/healthz").status_code == 200

    def test_metrics(self, reader: TestClient) -> None:
        reader.post("/v1/check", json={"text": WAIT})
        for text in ("fine", WAIT, BAD):
            reader.post("/v1/comments", json={"text": text, "article": "a"})
        reader.post("/v1/check", content=b"x")
        reader.get("/nowhere")
        answer = reader.get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain")
        for line in (
            'moderation_decisions_total{action="hold",language="en",rule="links.link",surface="check"} 1.0',
            'moderation_decisions_total{action="hold",language="en",rule="links.link",surface="comment"} 1.0',
            'moderation_decisions_total{action="allow",language="en",rule="none",surface="comment"} 1.0',
            'moderation_decisions_total{action="reject",language="en",rule="links.blocked",',
            "moderation_check_seconds_count 4.0",
            "moderation_held_total 1.0",
            "moderation_queue_comments 1.0",
            'moderation_problems_total{kind="comment-refused",status="422"} 1.0',
            'moderation_problems_total{kind="unsupported-media-type",status="415"} 1.0',
            'moderation_problems_total{kind="not-found",status="404"} 1.0',
        ):
            assert line in answer.text, line

    def test_skipped_checks_are_counted(self, store: Store) -> None:
        class Failing:
            name = "failing"

            def run(self, text: Any, context: Context) -> Any:
                raise ValueError

        with TestClient(create_app(moderator(Failing()), store, Settings())) as client:
            client.post("/v1/check", json={"text": "fine"})
            assert (
                'moderation_skipped_total{check="failing",reason="crashed"} 1.0'
                in client.get("/metrics").text
            )

    def test_two_services_count_apart(self, store: Store) -> None:
        for _ in range(2):
            with TestClient(create_app(moderator(), store, Settings())) as client:
                client.post("/v1/check", json={"text": "fine"})
                assert "moderation_check_seconds_count 1.0" in client.get("/metrics").text


class TestErrors:
    """AP-3: one shape, and nothing of the inside."""

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [("GET", "/nowhere", 404), ("DELETE", "/v1/check", 405), ("PUT", "/v1/comments", 405),
         ("GET", "/static/x", 404), ("GET", "/static/../app.py", 404), ("GET", "/static/%2e%2e/app.py", 404),
         ("TRACE", "/healthz", 405)],
    )  # fmt: skip
    def test_one_shape(self, client: TestClient, method: str, path: str, status: int) -> None:
        answer = client.request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(answer.json()) == {"type", "title", "status", "detail"}
        assert answer.json()["status"] == status

    def test_an_unforeseen_fault(self, store: Store, caplog: pytest.LogCaptureFixture) -> None:
        class Broken(Store):
            def published(self, *_: object, **__: object) -> Any:
                raise RuntimeError("canary /etc/passwd SELECT *")

        broken = Broken(store._connections)
        app = create_app(moderator(), broken, Settings())
        with TestClient(app) as client, caplog.at_level(logging.DEBUG):
            answer = client.get("/v1/comments", params={"article": "a"})
            assert answer.status_code == 500
            assert set(answer.json()) == {"type", "title", "status", "detail"}
            assert "canary" not in answer.text
            assert "canary" not in caplog.text
            assert "RuntimeError at" in caplog.text

    def test_every_answer_carries_its_guards(self, client: TestClient) -> None:
        for path in ("/healthz", "/openapi.json", "/nowhere", "/static/docs.css"):
            headers = client.get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert "default-src 'none'" in headers["content-security-policy"]


class TestDocs:
    def test_the_page_needs_nothing_from_elsewhere(self, client: TestClient) -> None:
        page = client.get("/docs")
        assert page.status_code == 200
        addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert addresses
        assert all(address.startswith(("/", "#")) for address in addresses)
        for address in set(addresses):
            if address.startswith("/"):
                assert client.get(address).status_code == 200, address
            else:
                assert f'id="{address[1:]}"' in page.text, address
        assert "<script" not in page.text
        assert "style=" not in page.text
        assert "unsafe-inline" not in page.headers["content-security-policy"]

    def test_every_operation_and_shape_is_on_it(self, client: TestClient) -> None:
        page = client.get("/docs").text
        document = client.get("/openapi.json").json()
        for path, methods in document["paths"].items():
            assert f"<code>{path}</code>" in page
            assert all(f'id="{operation["operationId"]}"' in page for operation in methods.values())
        for name in document["components"]["schemas"]:
            assert f'id="shape-{name}"' in page

    def test_headings_and_landmarks(self, client: TestClient) -> None:
        page = client.get("/docs").text
        assert page.count("<h1") == page.count("<main") == page.count("<nav") == 1
        levels = [int(level) for level in re.findall(r"<h(\d)", page)]
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert '<html lang="en">' in page
        identities = re.findall(r'id="([^"]+)"', page)
        assert len(identities) == len(set(identities))


def test_every_route_of_the_api_is_documented(store: Store) -> None:
    app = create_app(moderator(), store, Settings())
    with TestClient(app) as client:
        paths = client.get("/openapi.json").json()["paths"]
    about = {"/openapi.json", "/docs"}

    def described(route: BaseRoute) -> bool:
        if not isinstance(route, Route) or not route.include_in_schema or route.path in about:
            return True
        is_api = route.path.startswith("/v1/") or route.path in ("/healthz", "/readyz", "/metrics")
        methods = {method.lower() for method in route.methods or ()} - {"head"}
        return not is_api or methods == set(paths.get(route.path, {}))

    assert [route for route in app.routes if not described(route)] == []
    served = {route.path for route in app.routes if isinstance(route, Route)}
    assert set(paths) <= served


def test_the_shipped_parts_judge(store: Store) -> None:
    """The service as `moderation serve` builds it, over the shipped policy and whatever model there is."""
    with TestClient(create_app(None, store, Settings())) as client:
        verdict = client.post("/v1/check", json={"text": "제 주민번호는 900101-1234567 입니다"}).json()
        assert (verdict["action"], verdict["clauses"][0]) == ("reject", "privacy")
        ready = client.get("/readyz")
        assert ready.status_code == (200 if ready.json()["model"]["ready"] else 503)


def test_a_moderator_without_a_model_is_not_ready(store: Store) -> None:
    with TestClient(create_app(Moderator(POLICY, None, deadline=60.0), store, Settings())) as client:
        assert client.get("/readyz").status_code == 503
        assert client.post("/v1/check", json={"text": "fine"}).json()["skipped"] == [
            {"check": "toxicity", "reason": "unavailable"}
        ]
