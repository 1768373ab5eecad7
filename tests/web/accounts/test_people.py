"""One's own account, and the administrators' page, in both languages."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from moderation.settings import Settings
from moderation.store import Store
from moderation.store.accounts import Role, Scope
from moderation.web.accounts import own, people
from moderation.web.accounts.throttle import PER_NAME
from moderation.web.app import create_app

from ..desk import OURS, sign_in, token
from ..sites import moderator

PASSWORD = "correct horse battery"
Post = Callable[..., tuple[int, str]]


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    app = create_app(moderator(), store, Settings())
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        yield sign_in(client, store, name="root")


@pytest.fixture
def post(client: TestClient) -> Post:
    proof = token(client, "/account")

    def post(path: str, **fields: str) -> tuple[int, str]:
        """Status, and where it leads or what it says."""
        answer = client.post(path, headers=OURS, data={"token": proof} | fields)
        return answer.status_code, answer.headers.get("location") or html.unescape(answer.text)

    return post


def test_a_first_password_and_another_one(client: TestClient, post: Post, store: Store) -> None:
    other = store.accounts.use_link(store.accounts.make_link("root", by="command-line"))
    assert other
    assert "current" not in client.get("/account").text
    assert post("/account/password", password=PASSWORD, again=PASSWORD) == (303, "/account?said=password")
    assert store.accounts.session(other.secret) is None
    assert client.get("/account").status_code == 200
    new = "another long password"
    for fields, said in [
        ({"current": "wrong", "password": new, "again": new}, "wrong"),
        ({"password": new, "again": new}, "wrong"),
        ({"current": PASSWORD, "password": new, "again": new + "."}, "repeated"),
        ({"current": PASSWORD, "password": "short", "again": "short"}, "weak"),
    ]:
        assert post("/account/password", **fields) == (303, f"/account?said={said}")
    assert store.accounts.sign_in("root", PASSWORD)
    assert post("/account/password", current=PASSWORD, password=new, again=new) == (
        303,
        "/account?said=password",
    )
    assert store.accounts.sign_in("root", new)


def test_one_s_own_password_is_guessed_no_faster_from_within(post: Post, store: Store) -> None:
    assert post("/account/password", password=PASSWORD, again=PASSWORD)[1] == "/account?said=password"
    guess = {"current": "x", "password": "y" * 12, "again": "y" * 12}
    told = [post("/account/password", **guess)[1].partition("=")[2] for _ in range(PER_NAME + 1)]
    assert told == ["wrong"] * PER_NAME + ["slow"]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("path", ["/account", "/accounts"])
def test_every_sentence_is_there_in_both_languages(client: TestClient, language: str, path: str) -> None:
    for said in (own if path == "/account" else people).SAID:
        page = client.get(f"{path}?said={said}&lang={language}")
        assert page.status_code == 200
        assert re.search(r'role="status">[^<]+</p>', page.text), said
    assert 'role="status"></p>' in client.get(f"{path}?said=nothing").text


def test_an_account_from_adding_to_disabling(client: TestClient, post: Post, store: Store) -> None:
    status, page = post("/accounts", name="seo", display="서 <기자>", role="lead", language="en")
    assert status == 200
    code = re.findall(r"/sign-in/link\?code=(\w+)", page)[0]
    session = store.accounts.use_link(code)
    assert session
    assert (session.account.name, session.account.role, session.account.language) == ("seo", Role.LEAD, "en")
    assert "서 &lt;기자&gt;" in client.get("/accounts").text
    assert post("/accounts/seo/role", role="editor") == (303, "/accounts?said=saved")
    assert store.accounts.get("seo").role is Role.EDITOR
    assert post("/accounts/seo/state", state="disabled")[0] == 303
    assert store.accounts.session(session.secret) is None
    assert post("/accounts/seo/link")[0] == 409
    assert post("/accounts/seo/state", state="enabled")[0] == 303
    assert "code=" in post("/accounts/seo/link")[1]


def test_what_cannot_be_done_changes_nothing(post: Post, store: Store) -> None:
    before = store.accounts.every()
    for path, fields, status, said in [
        ("/accounts", {"name": "root", "role": "lead"}, 409, "이미 쓰고 있는"),
        ("/accounts", {"name": "a b", "role": "lead"}, 422, "받아들일 수 없습니다"),
        ("/accounts", {"name": "seo", "role": "king"}, 422, "받아들일 수 없습니다"),
        ("/accounts", {}, 422, "받아들일 수 없습니다"),
        ("/accounts/nobody/role", {"role": "lead"}, 409, "그런 계정"),
        ("/accounts/root/role", {"role": "lead"}, 409, "한 명도 남지"),
        ("/accounts/root/state", {"state": "disabled"}, 409, "한 명도 남지"),
        ("/accounts/root/state", {"state": "gone"}, 422, "받아들일 수 없습니다"),
        ("/accounts/tokens", {"name": "cms", "per_minute": "5"}, 422, "받아들일 수 없습니다"),
        (
            "/accounts/tokens",
            {"name": "cms", "per_minute": "１", "scope-check": "yes"},
            422,
            "받아들일 수 없습니다",
        ),
        ("/accounts/tokens/nothing/revoke", {}, 409, "그런 계정"),
    ]:
        told = post(f"{path}?lang=ko", **fields)
        assert told[0] == status, path
        assert said in told[1], path
    assert store.accounts.every() == before
    assert store.accounts.tokens.every() == []


def test_a_key_is_shown_once_and_opens_what_was_ticked(client: TestClient, post: Post, store: Store) -> None:
    fields = {
        "name": "cms",
        "per_minute": "30",
        "scope-check": "yes",
        "scope-openai": "yes",
        "scope-king": "yes",
    }
    status, page = post("/accounts/tokens", **fields)
    assert status == 200
    key = re.findall(r'value="(sb_[^"]+)"', page)[0]
    token = store.accounts.tokens.find(key)
    assert token
    assert (token.name, token.per_minute) == ("cms", 30)
    assert token.scopes == frozenset({Scope.CHECK, Scope.OPENAI})
    assert key not in client.get("/accounts").text
    assert post("/accounts/tokens/cms/revoke")[0] == 303
    assert store.accounts.tokens.find(key) is None
