"""What the service answers to the text that breaks others: sizes, counts, NUL, half surrogates (AP-9 to AP-11)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from starlette.testclient import TestClient

from moderation.settings import Settings
from moderation.store import Store
from moderation.web.app import create_app
from moderation.web.middleware import ModerationMiddleware
from tests.sqlite import upgraded
from tests.unhurried import rules_alone

from .sites import BAD, FORM_ROUTE, JSON_ROUTE, WAIT, Site, call, moderator, scope_of

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "length.json").read_text("utf-8"))
ORIGIN = {"origin": "http://testserver", "accept": "application/json"}
URLENCODED = b"application/x-www-form-urlencoded"
MULTIPART = b"multipart/form-data; boundary=XyZ"

# As they stand in a JSON document.
BROKEN = {
    "NUL": r"a\u0000b",
    "only NUL": r"\u0000",
    "high half": r"a\ud83d",
    "low half": r"\ude00b",
    "halves the wrong way round": r"\ude00\ud83d",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """AP-11 asks for both databases."""
    file = upgraded(tmp_path / "moderation.db")
    url = file if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    with Store.open(url) as store:
        yield store


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    """The service with the shipped rules, without a model."""
    with TestClient(create_app(rules_alone(), store, Settings(check_limit=0))) as client:
        assert client.post("/demo/sign-in", data={"name": "지영"}, headers=ORIGIN).status_code == 200
        yield client


@pytest.fixture
def any_client(any_store: Store) -> Iterator[TestClient]:
    """The same over both databases."""
    with TestClient(create_app(rules_alone(), any_store, Settings(check_limit=0))) as client:
        assert client.post("/demo/sign-in", data={"name": "지영"}, headers=ORIGIN).status_code == 200
        yield client


def check(client: TestClient, text: str) -> Any:
    answer = client.post("/v1/check", json={"text": text})
    assert answer.status_code == 200
    return answer.json()


class TestCounting:
    """AP-9. Python and node count the same vectors in tests/text/test_graphemes.py."""

    def test_the_service_counts_every_vector_alike(self, client: TestClient) -> None:
        counted = {
            vector["name"]: check(client, vector["text"])["length"]["graphemes"]
            for vector in VECTORS
            if "\0" not in vector["text"]  # refused before it is counted
        }
        assert len(counted) >= 120
        assert counted == {v["name"]: v["graphemes"] for v in VECTORS if v["name"] in counted}


class TestSizes:
    """AP-10: a limit on graphemes alone would let these in."""

    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("a" + "\u0301" * 5_000, "length.stacked_marks"),
            ("가" + "\u0301" * 5_000, "length.stacked_marks"),
            ("\u200b" * 20_000, "length.empty"),
            (("👨" + "\u200d👩🏽" * 9 + "\u200d👧") * 250, "length.too_large"),
        ],
    )
    def test_refused(self, client: TestClient, text: str, rule: str) -> None:
        answer = check(client, text)
        assert (answer["action"], rule in [reason["rule"] for reason in answer["reasons"]]) == (
            "reject",
            True,
        )

    @pytest.mark.parametrize(
        "text",
        [
            "가\u200b" * 250,
            "a\u0301" * 250,
            "👩\u200d👩\u200d👧 " * 3,
            "บ้ำ ก็ดี",  # two marks on a letter are how Thai is written
        ],
    )
    def test_not_for_its_size(self, client: TestClient, text: str) -> None:
        rules = [reason["rule"] for reason in check(client, text)["reasons"]]
        assert not [rule for rule in rules if rule.startswith("length.")]


class TestNoText:
    """AP-11: what a database cannot keep is refused, and nothing of it is kept; never a 500."""

    @pytest.mark.parametrize("escaped", BROKEN.values(), ids=BROKEN)
    @pytest.mark.parametrize("path", ["/v1/check", "/v1/comments"])
    def test_the_service_refuses_it(
        self, any_client: TestClient, any_store: Store, path: str, escaped: str
    ) -> None:
        for member in ("text", "article", "author"):
            parts = {"text": "a fine comment", "article": "a1", member: escaped}
            if path == "/v1/comments" and member == "author":
                continue  # the author is who is signed in
            body = "{" + ",".join(f'"{name}": "{value}"' for name, value in parts.items()) + "}"
            answer = any_client.post(
                path, content=body.encode(), headers={**ORIGIN, "content-type": "application/json"}
            )
            assert answer.status_code in (400, 422), (member, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["title"]
        assert (any_store.held_count(), any_store.published("a1")) == (0, [])

    @pytest.mark.parametrize("query", ["article=%00", "article=a1&before=%00", "article=%ED%A0%BD"])
    def test_a_query_with_it(self, any_client: TestClient, query: str) -> None:
        assert any_client.get(f"/v1/comments?{query}").status_code in (200, 400, 404)

    def test_a_name_with_it(self, any_client: TestClient) -> None:
        for name in ("%00", "a%00b", "%ED%A0%BD"):
            answer = any_client.post(
                "/demo/sign-in",
                content=f"name={name}",
                headers={**ORIGIN, "content-type": URLENCODED.decode()},
            )
            assert answer.status_code in (200, 400)
            assert "\0" not in answer.json().get("name", "")  # cleaned where it is not refused

    @pytest.mark.parametrize("escaped", BROKEN.values(), ids=BROKEN)
    def test_the_middleware_refuses_it_as_json(self, any_store: Store, escaped: str) -> None:
        site = Site()
        app = ModerationMiddleware(site, moderator=moderator(), store=any_store, routes=[JSON_ROUTE])
        for text in (escaped, f"{WAIT} {escaped}", f"{BAD} {escaped}"):
            answer = call(app, scope_of(), f'{{"text": "{text}"}}'.encode())
            assert answer.status == 400
        assert (site.bodies, any_store.held_count()) == ([], 0)

    @pytest.mark.parametrize(
        "raw", [b"a\x00b", b"\x00", b"\xed\xa0\xbd", b"\xed\xb8\x80b", b"\xff"], ids=repr
    )
    @pytest.mark.parametrize("kind", [URLENCODED, MULTIPART], ids=["urlencoded", "multipart"])
    def test_the_middleware_refuses_it_as_a_form(self, any_store: Store, kind: bytes, raw: bytes) -> None:
        site = Site()
        app = ModerationMiddleware(site, moderator=moderator(), store=any_store, routes=[FORM_ROUTE])
        for text in (raw, WAIT.encode() + raw):
            body = b"text=" + quote_plus(text).encode() if kind == URLENCODED else multipart(text)
            answer = call(app, scope_of(headers=[(b"content-type", kind)]), body)
            assert answer.status == 400
        assert (site.bodies, any_store.held_count()) == ([], 0)

    def test_the_controls_around_nul_are_kept_as_they_are(self, any_store: Store) -> None:
        """Near misses: what merely looks broken is text like any other."""
        app = ModerationMiddleware(Site(), moderator=moderator(), store=any_store, routes=[JSON_ROUTE])
        for text in ("\x01\x7f\x85", "\ufffd", "\ufffe", "\U0010ffff", "😀", "\ufeff가"):
            answer = call(app, scope_of(), json.dumps({"text": f"{WAIT} {text}"}).encode())
            assert answer.status == 202
            assert any_store.get(answer.json["id"]).body == f"{WAIT} {text}"


def multipart(text: bytes) -> bytes:
    return b'--XyZ\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + text + b"\r\n--XyZ--\r\n"
