from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from moderation.settings import Settings
from moderation.store import Status, Store, StoredComment
from moderation.types import Action, Comment
from moderation.web.app import create_app
from moderation.web.review import PAGE

from .sites import WAIT, moderator

OURS = {"sec-fetch-site": "same-origin"}
JSON = OURS | {"accept": "application/json"}

Clients = Callable[..., TestClient]


@pytest.fixture
def clients(store: Store) -> Iterator[Clients]:
    opened: list[TestClient] = []

    def client(settings: Settings | None = None, url: str = "http://127.0.0.1:8000") -> TestClient:
        app = create_app(moderator(), store, settings or Settings())
        opened.append(TestClient(app, base_url=url, follow_redirects=False))
        return opened[-1].__enter__()

    yield client
    for client_ in opened:
        client_.__exit__(None, None, None)


def hold(store: Store, text: str = f"{WAIT} 댓글", author: str | None = "물결 1000") -> StoredComment:
    comment = Comment(text, author=author, article="night-library")
    return store.add(comment, moderator().judge(comment), Status.HELD)


def token(client: TestClient) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get("/review/").text)
    assert found
    return found[1]


def rule(client: TestClient, id: str, **fields: str) -> int:
    status: int = client.post(f"/review/{id}/ruling", headers=JSON, data=fields).status_code
    return status


def test_a_ruling_with_and_without_a_script(clients: Clients, store: Store) -> None:
    one, two, client = hold(store), hold(store), clients()
    answer = client.post(
        f"/review/{one.id}/ruling", headers=JSON, data={"token": token(client), "ruling": "approve"}
    )
    assert answer.json() == {"said": "approved", "left": 1}
    answer = client.post(
        f"/review/{two.id}/ruling?lang=en", headers=OURS, data={"token": token(client), "ruling": "reject"}
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/review/?lang=en&said=rejected"
    assert store.get(one.id).status is Status.PUBLISHED
    assert store.get(two.id).status is Status.REJECTED
    assert "Rejected." in client.get(answer.headers["location"]).text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
    ],
)
def test_another_site_rules_nothing_even_with_the_token(
    clients: Clients, store: Store, headers: dict[str, str]
) -> None:
    held, client = hold(store), clients()
    fields = {"token": token(client), "ruling": "approve"}
    answer = client.post(f"/review/{held.id}/ruling", headers=headers, data=fields)
    assert answer.status_code == 403
    assert store.get(held.id).status is Status.HELD


def test_only_the_token_of_this_browser_counts(clients: Clients, store: Store) -> None:
    settings = Settings(secret_key=SecretStr("k" * 32))  # one service, two browsers
    held, client, other = hold(store), clients(settings), clients(settings)
    mine, foreign = token(client), token(other)
    for wrong in ("", "x", foreign, mine[:-2], client.cookies["review"]):
        assert rule(client, held.id, token=wrong, ruling="approve") == 403
    assert rule(client, held.id, ruling="approve") == 403
    client.cookies.clear()
    assert rule(client, held.id, token=mine, ruling="approve") == 403
    assert store.get(held.id).status is Status.HELD


def test_reading_changes_nothing(clients: Clients, store: Store) -> None:
    held, client = hold(store), clients()
    assert client.get(f"/review/{held.id}/ruling?ruling=approve").status_code == 405
    body = '{"token": "x", "ruling": "approve"}'
    for media in ("text/plain", "application/json"):
        headers = OURS | {"content-type": media}
        assert client.post(f"/review/{held.id}/ruling", headers=headers, content=body).status_code == 415
    assert store.get(held.id).status is Status.HELD


def test_what_cannot_be_ruled(clients: Clients, store: Store) -> None:
    held, client = hold(store), clients()
    fields = {"token": token(client), "ruling": "approve"}
    assert rule(client, held.id, **(fields | {"ruling": "nudge"})) == 400
    assert rule(client, held.id, **fields) == 200
    assert rule(client, held.id, **fields) == 409
    assert rule(client, "nothing", **fields) == 404
    assert rule(client, "%00", **fields) == 400
    assert len(store.decisions(held.id)) == 2
    answer = client.post(f"/review/{held.id}/ruling?lang=ko", headers=OURS, data=fields)
    assert "다른 사람이 먼저" in client.get(answer.headers["location"]).text


@pytest.mark.parametrize(
    ("host", "url", "status"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", 200),
        ("127.0.0.1", "http://localhost:8000", 200),
        ("::1", "http://[::1]:8000", 200),
        ("127.0.0.1", "http://rebound.example:8000", 404),  # a name that somebody else points here
        ("127.0.0.1", "http://127.0.0.1.evil.example", 404),
        ("0.0.0.0", "http://127.0.0.1:8000", 404),
        ("192.0.2.7", "http://192.0.2.7", 404),
    ],
)
def test_without_a_password_it_opens_to_this_machine_alone(
    clients: Clients, host: str, url: str, status: int
) -> None:
    client = clients(Settings(host=host), url)
    assert client.get("/review/").status_code == status
    assert client.post("/review/x/ruling", headers=OURS).status_code == (403 if status == 200 else 404)


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip", "via"])
def test_a_proxy_before_it_needs_the_password(clients: Clients, header: str) -> None:
    assert clients().get("/review/", headers={header: "203.0.113.9"}).status_code == 404


def test_the_password_opens_it_anywhere(clients: Clients, store: Store) -> None:
    held = hold(store)
    client = clients(
        Settings(host="0.0.0.0", review_password=SecretStr("열려라 참깨")), "http://news.example"
    )
    refused = client.get("/review/")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Basic ")
    for wrong in ("Basic x", "Bearer y", _basic("한여울", "참깨"), _basic("한여울", ""), "Basic " + "="):
        assert client.get("/review/", headers={"authorization": wrong}).status_code == 401
    client.headers["authorization"] = _basic("한여울", "열려라 참깨")
    assert client.get("/review/").status_code == 200
    assert rule(client, held.id, token=token(client), ruling="approve") == 200
    decision = store.get(held.id).decision
    assert (decision.by, decision.action) == ("한여울", Action.ALLOW)


@pytest.mark.parametrize("name", ["", "policy", "  ", "a\nb"])
def test_who_gives_no_name_of_a_person_rules_as_moderator(clients: Clients, store: Store, name: str) -> None:
    held = hold(store)
    client = clients(Settings(review_password=SecretStr("pw")))
    client.headers["authorization"] = _basic(name, "pw")
    assert rule(client, held.id, token=token(client), ruling="reject") == 200
    assert store.get(held.id).decision.by == "moderator"


def _basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(clients: Clients) -> None:
    cookie = clients().get("/review/").headers["set-cookie"].lower()
    for part in ("httponly", "samesite=strict", "path=/"):
        assert part in cookie
    secure = clients(Settings(review_password=SecretStr("pw")), "https://news.example")
    answer = secure.get("/review/", headers={"authorization": _basic("a", "pw")})
    assert answer.headers["set-cookie"].startswith("__Host-review=")
    assert "; Secure" in answer.headers["set-cookie"]


def test_pages_follow_each_other(clients: Clients, store: Store) -> None:
    held = [hold(store, f"{WAIT} {number}번") for number in range(PAGE + 3)]
    client = clients()
    first = client.get("/review/")
    assert first.text.count('class="card"') == PAGE
    link = re.search(r'href="(/review/\?[^"]*after=[^"]+)"', first.text)
    assert link
    second = client.get(link[1].replace("&amp;", "&"))
    assert second.text.count('class="card"') == 3
    assert held[-1].id in second.text
    assert client.get("/review/?after=nothing").status_code == 303


def test_a_card_is_escaped_and_marked(clients: Clients, store: Store) -> None:
    hold(store, f"<b>😀</b> {WAIT}\u202e & 끝", author='"><script>')
    page = clients().get("/review/").text
    assert f'&lt;b&gt;😀&lt;/b&gt; <mark data-action="hold">{WAIT}</mark>' in page
    assert "U+202E" in page
    assert "\u202e" not in page
    assert "<script>" not in page
    assert "&#34;&gt;&lt;script&gt;" in page


def test_a_reason_whose_clause_is_gone_from_the_policy_is_still_shown(clients: Clients, store: Store) -> None:
    comment = Comment(f"{WAIT} 댓글", article="night-library")
    decision = moderator().judge(comment)
    reason = decision.reasons[0]
    store.add(
        comment,
        replace(decision, reasons=(replace(reason, clause="former"),), clauses=("former",)),
        Status.HELD,
    )
    answer = clients().get("/review/")
    assert answer.status_code == 200
    assert "<strong>former</strong>" in answer.text


def test_said_is_one_of_our_own_sentences(clients: Clients) -> None:
    page = clients().get("/review/?said=password&lang=en")
    assert page.status_code == 200
    assert 'data-rejected="Rejected."></p>' in page.text
