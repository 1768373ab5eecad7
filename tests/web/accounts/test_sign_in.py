"""Signing in and out: UI-3, UI-4 for the way in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from moderation.settings import Settings
from moderation.store import Store
from moderation.store.accounts import Role
from moderation.web.accounts.guard import COOKIE, START, own_path
from moderation.web.accounts.sign_in import FORM_COOKIE
from moderation.web.app import create_app

from ..desk import OURS, sign_in, token
from ..sites import moderator

PASSWORD = "correct horse battery"
KEY = SecretStr("k" * 32)

Clients = Callable[..., TestClient]


@pytest.fixture
def clients(store: Store) -> Iterator[Clients]:
    store.accounts.add("seo", Role.MODERATOR, by="command-line", password=PASSWORD, language="en")
    opened: list[TestClient] = []

    def client(url: str = "http://127.0.0.1:8000") -> TestClient:
        app = create_app(moderator(), store, Settings(secret_key=KEY))
        opened.append(TestClient(app, base_url=url, follow_redirects=False))
        return opened[-1].__enter__()

    yield client
    for client_ in opened:
        client_.__exit__(None, None, None)


def fields(client: TestClient, **changed: str) -> dict[str, str]:
    return {"token": token(client, "/sign-in"), "name": "seo", "password": PASSWORD} | changed


def test_name_and_password_open_the_desk(clients: Clients) -> None:
    client = clients()
    asked = client.get("/review/?after=x&lang=en")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/sign-in?next=%2Freview%2F%3Fafter%3Dx%26lang%3Den"
    page = client.get(asked.headers["location"]).text
    onward = re.findall(r'name="next" value="([^"]*)"', page)[0].replace("&amp;", "&")
    answer = client.post("/sign-in", headers=OURS, data=fields(client, next=onward))
    assert (answer.status_code, answer.headers["location"]) == (303, "/review/?after=x&lang=en")
    shown = client.get("/review/")
    assert shown.status_code == 200
    assert shown.headers["content-language"] == "en"  # the account's own
    assert client.get("/sign-in").headers["location"] == START


@pytest.mark.parametrize(
    "wrong", [{"password": "x"}, {"name": "nobody"}, {"name": "", "password": ""}, {"name": "a\0b"}]
)
def test_what_was_wrong_is_not_said(clients: Clients, wrong: dict[str, str]) -> None:
    client = clients()
    answer = client.post("/sign-in?lang=en", headers=OURS, data=fields(client, **wrong))
    assert answer.status_code == 403
    assert "The name or the password is not right." in answer.text
    assert COOKIE not in client.cookies


def test_no_other_site_signs_anybody_in(clients: Clients, store: Store) -> None:
    client, other = clients(), clients()
    good, foreign = fields(client), fields(other)
    for headers in (
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "null"},
    ):
        assert client.post("/sign-in", headers=headers, data=good).status_code == 403
    for wrong in ("", "x", foreign["token"], good["token"][:-2]):
        assert client.post("/sign-in", headers=OURS, data=good | {"token": wrong}).status_code == 403
        code = store.accounts.make_link("seo", by="command-line")
        assert (
            client.post("/sign-in/link", headers=OURS, data={"token": wrong, "code": code}).status_code == 403
        )
    assert COOKIE not in client.cookies
    assert client.post("/sign-in", headers=OURS, data=good).status_code == 303


def test_the_session_is_another_after_every_sign_in(clients: Clients, store: Store) -> None:
    client = clients()
    good = fields(client)

    def brought(session: str) -> str:
        """The session that comes of signing in with one that the browser has already."""
        headers = OURS | {"cookie": f"{COOKIE}={session}; {FORM_COOKIE}={client.cookies[FORM_COOKIE]}"}
        answer = client.post("/sign-in", headers=headers, data=good)
        found = re.search(rf"{COOKIE}=([^;]+);", answer.headers["set-cookie"])
        assert found
        return found[1]

    first = brought("planted")
    second = brought(first)
    assert len({"planted", first, second}) == 3
    assert store.accounts.session(first) is None
    assert store.accounts.session(second)


def test_signing_out_ends_it_on_the_server(clients: Clients, store: Store) -> None:
    client = sign_in(clients(), store)
    secret = client.cookies[COOKIE]
    assert client.post("/sign-out", headers=OURS).status_code == 403
    assert client.get("/sign-out").status_code == 405
    answer = client.post("/sign-out", headers=OURS, data={"token": token(client)})
    assert answer.headers["location"] == "/sign-in?said=out"
    assert store.accounts.session(secret) is None
    client.cookies.set(COOKIE, secret)
    assert client.get("/review/").status_code == 303


def test_a_link_is_used_up_by_the_button_and_not_by_looking(clients: Clients, store: Store) -> None:
    client = clients()
    path = f"/sign-in/link?code={store.accounts.make_link('seo', by='command-line')}"
    for _ in range(3):
        page = client.get(path)
        assert page.status_code == 200
        assert COOKIE not in client.cookies
    filled = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
    assert client.post("/sign-in/link", headers=OURS, data=filled).headers["location"] == START
    assert client.get("/review/").status_code == 200
    again = client.post("/sign-in/link?lang=en", headers=OURS, data=filled)
    assert again.status_code == 403
    assert "This link has been used or is too old." in again.text


def test_the_cookie_is_kept_from_scripts_and_from_other_hosts(clients: Clients) -> None:
    client = clients("https://news.example")
    answer = client.post("/sign-in", headers=OURS, data=fields(client))
    [cookie] = [value for value in answer.headers.get_list("set-cookie") if "session" in value]
    assert cookie.startswith(f"__Host-{COOKIE}=")
    for part in ("httponly", "samesite=lax", "path=/", "secure", "max-age=43200"):
        assert part in cookie.lower().split("; ")
    assert "domain" not in cookie.lower()


@pytest.mark.parametrize(
    "path",
    ["https://a.example/", "//a.example", "/\\a.example", "\\/a", "/\t/a.example", "/\n/a", "javascript:alert(1)", "",
     "review/", "/sign-in?next=/x", "/sign-out"],
)  # fmt: skip
def test_nobody_is_led_to_another_site_after_signing_in(path: str) -> None:
    assert own_path(path) == START


@pytest.mark.parametrize("path", ["/review/", "/review/?after=1&lang=ko", "/desk/held#card-1", "/"])
def test_paths_of_our_own_are_gone_back_to(path: str) -> None:
    assert own_path(path) == path


def test_a_disabled_account_is_out_at_once(clients: Clients, store: Store) -> None:
    client = clients()
    client.post("/sign-in", headers=OURS, data=fields(client))
    assert client.get("/review/").status_code == 200
    store.accounts.add("root", Role.ADMINISTRATOR, by="command-line")
    store.accounts.disable("seo", by="root")
    assert client.get("/review/").status_code == 303
