"""Akismet's calls over HTTP, as its clients make them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from moderation.engine import Moderator
from moderation.model.artifact import load_shipped
from moderation.policy import load_policy
from moderation.reload import unwatched
from moderation.settings import Settings
from moderation.store import Store
from moderation.types import Label
from moderation.web.app import create_app
from moderation.web.dialects import akismet, akismet_operations
from moderation.web.dialects.door import Service
from moderation.web.keys import Client, KeyRing
from moderation.web.metrics import Metrics
from tests.web.sites import moderator

KEYS = {
    "k-site": Client("wordpress", frozenset({"akismet", "feedback"})),
    "k-check": Client("shop", frozenset({"akismet"})),
    "k-busy": Client("busy", frozenset({"akismet"})),
}
FORM = {"content-type": "application/x-www-form-urlencoded"}
SITE = {"api_key": "k-site", "blog": "https://news.example.kr", "user_ip": "192.0.2.7"}
SPAM = "무담보 대출 당일 입금, 카톡 주세요"
FAIR = "기사 잘 읽었습니다"
THANKS = "Thanks for making the web a better place."
POLICY, MODEL = load_policy(), load_shipped()


class Spent:
    def take(self, client: str) -> float | None:
        return 12.2 if client == "busy" else None


def served(store: Store, *, model: Any = MODEL, **changed: Any) -> TestClient:
    moderator = Moderator(POLICY, model, deadline=60)
    metrics = Metrics(unwatched(moderator))
    service = Service(
        moderator, store, Settings(body_limit=8192, **changed), metrics, KeyRing(KEYS.get, Spent())
    )
    return TestClient(Starlette(routes=akismet.dialect(service).routes(metrics)))


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    with served(store) as client:
        yield client


def kept(store: Store) -> list[tuple[str, float, str]]:
    return [(said.text, said.scores[Label.SPAM], said.client) for said in store.feedback.all()]


@pytest.mark.parametrize(
    ("fields", "host", "text", "help"),
    [
        ({"key": "k-site", "blog": SITE["blog"]}, "x.example", "valid", ""),
        ({"api_key": "k-check", "blog": SITE["blog"]}, "x.example", "valid", ""),
        ({"blog": SITE["blog"]}, "K-SITE.rest.example", "valid", ""),
        (
            {"key": "nobody", "blog": SITE["blog"]},
            "x.example",
            "invalid",
            "the key is not one that is in use",
        ),
        ({"blog": SITE["blog"]}, "x.example", "invalid", "the key is not one that is in use"),
        ({"blog": SITE["blog"]}, "localhost", "invalid", "send the key of a client with the request"),
        ({"key": "k-site"}, "x.example", "invalid", "missing required field: blog"),
        ({"key": "키", "blog": SITE["blog"]}, "x.example", "invalid", "the key is not one that is in use"),
    ],
)
def test_verify_key(client: TestClient, fields: dict[str, str], host: str, text: str, help: str) -> None:
    answer = client.post("/1.1/verify-key", data=fields, headers={"host": host})
    assert (answer.status_code, answer.text) == (200, text)
    assert answer.headers.get("x-akismet-debug-help", "") == help
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_the_demo_takes_any_key_and_verifies_none_that_is_missing(store: Store) -> None:
    with TestClient(create_app(moderator(), store, Settings())) as client:
        for key, text in (({"key": "any"}, "valid"), ({"key": ""}, "invalid"), ({}, "invalid")):
            answer = client.post("/1.1/verify-key", data=key | {"blog": SITE["blog"]})
            assert answer.text == text
        assert answer.headers["x-akismet-debug-help"] == "missing required field: key"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"comment_content": FAIR}, "false"),
        ({"comment_content": "Thanks, that explains the new bus lane."}, "false"),
        ({"comment_content": SPAM}, "true"),
        ({"comment_content": SPAM, "user_role": "administrator"}, "false"),
        ({"comment_content": FAIR, "comment_author": "akismet-guaranteed-spam"}, "true"),
        ({"comment_content": FAIR, "comment_author_email": "akismet-guaranteed-spam@example.com"}, "true"),
        ({"comment_content": FAIR, "honeypot_field_name": "hp", "hp": "x"}, "true"),
        ({"comment_content": "병신 같은 소리 하지 말고 꺼져라"}, "false"),
        ({}, "false"),
    ],
)
def test_comment_check(client: TestClient, store: Store, fields: dict[str, str], text: str) -> None:
    answer = client.post("/1.1/comment-check", data={**SITE, **fields})
    assert (answer.status_code, answer.text) == (200, text)
    assert "x-akismet-debug-help" not in answer.headers
    assert kept(store) == []


def test_the_published_examples(client: TestClient) -> None:
    published = {operation.path: operation for operation in akismet_operations.OPERATIONS}
    for path, operation in published.items():
        form = dict(operation.request_example)
        form |= {name: "k-site" for name in ("api_key", "key") if name in form}
        answer = client.post(path, data=form)
        said = answer.json() if path == "/1.2/usage-limit" else answer.text
        assert said == operation.answers[0].example


def test_a_site_that_wants_more_than_spam_to_be_true(store: Store) -> None:
    insult, link = (
        "병신 같은 소리 하지 말고 꺼져라",
        "시의회 자료(https://stats.example.com)를 보면 예산이 오히려 줄었습니다.",
    )
    told = {}
    for meaning in ("spam", "refused", "held"):
        with served(store, akismet_true=meaning) as client:
            told[meaning] = [
                client.post("/1.1/comment-check", data={**SITE, "comment_content": text}).text
                for text in (FAIR, link, insult)
            ]
    assert told["spam"] == ["false", "false", "false"]
    assert told["refused"] == ["false", "false", "true"]
    assert told["held"] == ["false", "true", "true"]


def test_a_check_in_euc_kr(client: TestClient) -> None:
    for text, said in ((SPAM, "true"), (FAIR, "false")):
        body = urlencode({**SITE, "blog_charset": "EUC-KR", "comment_content": text}, encoding="euc-kr")
        headers = {"content-type": "application/x-www-form-urlencoded; charset=EUC-KR"}
        assert client.post("/1.1/comment-check", content=body, headers=headers).text == said


def test_as_wordpress_sends_it(client: TestClient) -> None:
    """Its plugin sends the comment's columns, `POST_…` for each field of the page's form and the server's own."""
    fields = {
        "comment_post_ID": "17",
        "comment_author": "김지영",
        "comment_author_email": "reader@example.kr",
        "comment_author_url": "",
        "comment_content": f'{SPAM} <a href="https://a.example">&raquo;</a>',
        "comment_type": "comment",
        "comment_parent": "0",
        "user_ID": "0",
        "user_ip": "192.0.2.7",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
        "referrer": "https://news.example.kr/2026/11/25/?p=17",
        "blog": "https://news.example.kr",
        "blog_lang": "ko_KR",
        "blog_charset": "UTF-8",
        "permalink": "https://news.example.kr/2026/11/25/",
        "akismet_comment_nonce": "passed",
        "is_test": "",
        "POST_comment": f'{SPAM} <a href="https://a.example">&raquo;</a>',
        "POST_author": "김지영",
        "POST_submit": "댓글 작성",
        "POST_ak_js": "1764061234567",
        "SERVER_SOFTWARE": "nginx/1.27",
        "REQUEST_URI": "/wp-comments-post.php",
        "HTTP_HOST": "news.example.kr",
        "HTTP_ACCEPT": "text/html;q=0.9",
        "comment_post_modified_gmt": "2026-11-25 01:02:03",
    }
    headers = {
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        "host": "k-site.rest.example",
        "user-agent": "WordPress/6.9 | Akismet/5.6",
    }
    answer = client.post("/1.1/comment-check", content=urlencode(fields), headers=headers)
    assert (answer.status_code, answer.text) == (200, "true")


def test_what_cannot_be_judged_is_neither_true_nor_false(store: Store) -> None:
    with served(store, model=None) as client:
        answer = client.post("/1.1/comment-check", data={**SITE, "comment_content": FAIR})
        assert (answer.status_code, answer.text) == (503, "unavailable")
        assert answer.headers["retry-after"]
        assert client.post("/1.1/comment-check", data={**SITE, "comment_content": SPAM}).text == "true"


@pytest.mark.parametrize(
    ("fields", "help"),
    [
        ({"user_ip": ""}, "missing required field: user_ip"),
        ({"blog": ""}, "missing required field: blog"),
        ({"blog": "news.example.kr"}, "`blog` must be a whole address, with http:// or https://"),
        ({"api_key": "nobody"}, "the key is not one that is in use"),
        ({"comment_content": "a\0b"}, "the comment holds U+0000"),
        ({"comment_content": "a" * 9000}, "the body is larger than 8192 bytes"),
    ],
)
@pytest.mark.parametrize("call", ["comment-check", "submit-spam", "submit-ham"])
def test_what_is_wrong_stands_in_a_header(
    client: TestClient, store: Store, call: str, fields: dict[str, str], help: str
) -> None:
    answer = client.post(f"/1.1/{call}", data={**SITE, "comment_content": FAIR, **fields})
    assert (answer.status_code, answer.text) == (200, "invalid")
    assert answer.headers["x-akismet-debug-help"] == help
    assert kept(store) == []


def test_a_key_used_too_often(client: TestClient) -> None:
    answer = client.post("/1.1/comment-check", data={**SITE, "api_key": "k-busy", "comment_content": FAIR})
    assert (answer.status_code, answer.text) == (429, "unavailable")
    assert answer.headers["retry-after"] == "13"
    assert answer.headers["x-akismet-alert-code"] == "10005"
    assert "limit" in answer.headers["x-akismet-alert-msg"]


def test_what_moderators_say_becomes_a_label_once(client: TestClient, store: Store) -> None:
    fields = {**SITE, "comment_content": f"{SPAM} 010-1234-5678"}
    for _ in range(3):
        answer = client.post("/1.1/submit-spam", data=fields)
        assert (answer.status_code, answer.text) == (200, THANKS)
    masked = f"{SPAM} 000-0000-0000"
    assert kept(store) == [(masked, 1.0, "wordpress")]
    assert client.post("/1.1/submit-ham", data=fields).text == THANKS
    assert kept(store) == [(masked, 0.0, "wordpress")]


@pytest.mark.parametrize(
    "fields",
    [
        {"comment_content": SPAM, "is_test": "1"},
        {"comment_content": SPAM, "comment_author": "akismet-guaranteed-spam"},
        {"comment_content": " "},
        {},
    ],
)
def test_nothing_is_learned_from_trying_it_out(
    client: TestClient, store: Store, fields: dict[str, str]
) -> None:
    assert client.post("/1.1/submit-spam", data={**SITE, **fields}).text == THANKS
    assert kept(store) == []


def test_labels_take_a_scope_of_their_own(client: TestClient, store: Store) -> None:
    answer = client.post("/1.1/submit-spam", data={**SITE, "api_key": "k-check", "comment_content": SPAM})
    assert answer.text == "invalid"
    assert answer.headers["x-akismet-debug-help"] == "the key does not have the scope `feedback`"
    assert kept(store) == []


def test_usage_limit(client: TestClient) -> None:
    free = {"limit": "none", "usage": 0, "percentage": "0.00", "throttled": False}
    assert client.get("/1.2/usage-limit?api_key=k-site").json() == free
    for _ in range(2):
        client.post("/1.1/comment-check", data={**SITE, "comment_content": FAIR})
    assert client.post("/1.2/usage-limit", data={"api_key": "k-site"}).json() == {**free, "usage": 2}
    assert client.get("/1.2/usage-limit?api_key=k-check").json() == free
    assert client.get("/1.2/usage-limit?api_key=k-busy").json() == {**free, "throttled": True}
    assert client.get("/1.2/usage-limit?api_key=nobody").text == "invalid"


def test_usage_begins_anew_with_the_month() -> None:
    now = [datetime(2026, 11, 30, 23, 59, tzinfo=UTC)]
    calls = akismet.Calls(lambda: now[0])
    calls.add("site")
    calls.add("site")
    assert (calls["site"], calls["other"]) == (2, 0)
    now[0] += timedelta(minutes=1)
    assert calls["site"] == 0
    calls.add("site")
    assert calls["site"] == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/1.1/comment-check", 405),
        ("POST", "/1.1/comment-chec", 404),
        ("GET", "/1.1/", 404),
        ("PUT", "/1.2/usage-limit", 405),
        ("POST", "/1.2/key-sites", 404),
    ],
)
def test_other_addresses_are_refused_in_plain_text(
    client: TestClient, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.text) == (status, "invalid")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "content-type": st.sampled_from(
            [
                "application/x-www-form-urlencoded",
                "application/json",
                "multipart/form-data; boundary=x",
                "",
                "text/plain",
            ]
        ),
        "content-encoding": st.sampled_from(["gzip", "br", "identity"]),
        "host": st.sampled_from(["k-site.example.kr", "a@b", "a/?x", "[::1]", "x" * 300]),
    },
)
PATHS = ["/1.1/verify-key", "/1.1/comment-check", "/1.1/submit-spam", "/1.1/submit-ham", "/1.2/usage-limit"]
LIKELY = st.lists(
    st.tuples(
        st.sampled_from(
            ["api_key", "key", "blog", "user_ip", "comment_content", "comment_content[]", "user_role"]
        ),
        st.one_of(st.text(max_size=20), st.sampled_from(["k-site", "http://a", "a\0", "administrator"])),
    ),
    max_size=8,
).map(lambda pairs: urlencode(pairs, errors="surrogatepass").encode())


@given(path=st.sampled_from(PATHS), body=st.one_of(st.binary(max_size=200), LIKELY), headers=HEADERS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_request_is_answered_in_plain_words(
    client: TestClient, path: str, body: bytes, headers: dict[str, str]
) -> None:
    answer = client.post(path, content=body, headers=headers)
    assert answer.status_code == 200
    assert answer.text in ("valid", "invalid", "true", "false", THANKS) or answer.json()["limit"] == "none"
    assert "moderation" not in answer.text
