from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from moderation.settings import Settings
from moderation.store import Status, Store, StoredComment
from moderation.types import Action, Comment
from moderation.web.app import create_app
from moderation.web.review import PAGE

from .desk import JSON, OURS, sign_in, token
from .sites import WAIT, moderator

Clients = Callable[..., TestClient]


@pytest.fixture
def clients(store: Store) -> Iterator[Clients]:
    opened: list[TestClient] = []

    def client(name: str = "hanyeoul") -> TestClient:
        app = create_app(moderator(), store, Settings())
        opened.append(TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False))
        return sign_in(opened[-1].__enter__(), store, name=name)

    yield client
    for client_ in opened:
        client_.__exit__(None, None, None)


def hold(store: Store, text: str = f"{WAIT} 댓글", author: str | None = "물결 1000") -> StoredComment:
    comment = Comment(text, author=author, article="night-library")
    return store.add(comment, moderator().judge(comment), Status.HELD)


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


def test_reading_changes_nothing(clients: Clients, store: Store) -> None:
    held, client = hold(store), clients()
    assert client.get(f"/review/{held.id}/ruling?ruling=approve").status_code == 405
    body = '{"token": "x", "ruling": "approve"}'
    for media in ("text/plain", "application/json"):
        headers = OURS | {"content-type": media}
        assert client.post(f"/review/{held.id}/ruling", headers=headers, content=body).status_code == 403
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


def test_who_has_ruled_is_the_account(clients: Clients, store: Store) -> None:
    held, client = hold(store), clients(name="seo")
    assert rule(client, held.id, token=token(client), ruling="approve", by="kim", status="rejected") == 200
    decision = store.get(held.id).decision
    assert (decision.by, decision.action) == ("seo", Action.ALLOW)


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
