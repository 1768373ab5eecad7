"""UI-3, UI-5, UI-6 for every route of the service: the table is read from the application, so none is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from moderation.settings import Settings
from moderation.store import Store
from moderation.store.accounts import RIGHTS, Right, Role
from moderation.web.accounts.guard import ActionDoor, Door
from moderation.web.app import create_app

from ..desk import JSON, OURS, sign_in, token
from ..sites import moderator

# What is open to everybody, and what protects it instead. A route that is neither here nor behind the guard fails.
OPEN = {
    r"/v1/(check|policy|appeals|comments.*)": "a reader's: the demo's cookie with its origin check, or nothing to change",
    r"/v1/moderations.*|/v1alpha1/.*|/\$discovery/.*": "a service's key, or reading alone",
    r"/1\.[12]/.*|/coral/.*": "a service's key or signature",
    r"/healthz|/readyz|/metrics|/openapi\.json|/docs|/static": "reading alone",
    r"/|/articles/\{story\}": "reading alone",
    r"/demo/.*": "the demo's readers: origin check",
    r"/sign-in(/.*)?": "the way in: a token of its own, tested in test_sign_in.py",
    r"/out/.*|/appeal.*|/reports?.*": "a reader's: signed links, tested beside them",
}

# Which right each part of the desk asks for; None: any account.
ASKED: dict[str, set[Right | None]] = {
    r"/sign-out|/account(/.*)?": {None},
    r"/accounts(/.*)?": {Right.ADMINISTER},
    r"/review/webhooks": {Right.LEAD, Right.ADMINISTER},
    r"/review/.*": {Right.REVIEW, Right.LEAD},
    r"/(dashboard|exports?)(/.*)?": {Right.LEAD},
    r"/(policy|model)(/.*)?": {Right.EDIT},
}

STREAMS = {"/review/events"}


@dataclass(frozen=True)
class Entry:
    path: str
    method: str
    door: Door

    @property
    def filled(self) -> str:
        return re.sub(r"\{[^}]*\}", "nothing", self.path)


def doors(app: Starlette) -> Iterator[Entry]:
    for route in app.routes:
        if isinstance(route, Route):
            door = getattr(route.endpoint, "__self__", None)
            if isinstance(door, Door):
                methods = (route.methods or set()) - {"HEAD"}
                assert len(methods) == 1, f"{route.path}: one method for each door"
                yield Entry(route.path, methods.pop(), door)


@pytest.fixture
def app(store: Store) -> Starlette:
    return create_app(moderator(), store, Settings())


@pytest.fixture
def entries(app: Starlette) -> list[Entry]:
    found = list(doors(app))
    assert len(found) > 10
    return found


class Behind:
    """The same doors, with nothing behind them but a note of who came through."""

    def __init__(self, app: Starlette, entries: list[Entry]) -> None:
        self.passed: list[str] = []
        routes = [
            Route(entry.path, replace(entry.door, handler=self.note).answer, methods=[entry.method])
            for entry in entries
        ]
        self.app = Starlette(routes=routes, exception_handlers=app.exception_handlers)

    async def note(self, request: Request) -> Response:
        self.passed.append(request.state.visitor.account.name)
        return PlainTextResponse("in")

    def client(self) -> TestClient:
        return TestClient(self.app, base_url="http://127.0.0.1:8000", follow_redirects=False)


@pytest.fixture
def behind(app: Starlette, entries: list[Entry]) -> Behind:
    return Behind(app, entries)


def csrf(store: Store, client: TestClient) -> str:
    session = store.accounts.session(client.cookies["session"])
    assert session
    return session.csrf


def send(client: TestClient, entry: Entry, **options: Any) -> Response:
    options.setdefault("headers", OURS)
    answer: Any = client.request(entry.method, entry.filled, **options)
    return answer  # type: ignore[no-any-return]


def test_every_route_is_behind_the_guard_or_declared_open(app: Starlette) -> None:
    for route in app.routes:
        assert isinstance(route, Route | Mount), route
        if isinstance(getattr(getattr(route, "endpoint", None), "__self__", None), Door):
            continue
        assert any(re.fullmatch(pattern, route.path) for pattern in OPEN), (
            f"{route.path}: put it behind `guard.page` or `guard.action`, or say in OPEN what protects it"
        )


def test_each_part_of_the_desk_asks_for_its_right(entries: list[Entry]) -> None:
    for entry in entries:
        rights = [asked for pattern, asked in ASKED.items() if re.fullmatch(pattern, entry.path)]
        assert rights, f"{entry.path}: say in ASKED which right it is to ask for"
        assert entry.door.right in rights[0], entry


def test_only_actions_change_something(entries: list[Entry]) -> None:
    for entry in entries:
        assert isinstance(entry.door, ActionDoor) == (entry.method != "GET"), entry


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_where_its_rights_lead(
    behind: Behind, entries: list[Entry], store: Store, role: Role
) -> None:
    """UI-6."""
    client = sign_in(behind.client(), store, role, name=str(role))
    proof = csrf(store, client)
    for entry in entries:
        behind.passed.clear()
        may = entry.door.right is None or entry.door.right in RIGHTS[role]
        for headers in (OURS, JSON):
            answer = send(
                client, entry, headers=headers, data={"token": proof} if entry.method != "GET" else None
            )
            assert answer.status_code == (200 if may else 403), (entry, role)
        assert behind.passed == ([str(role)] * 2 if may else []), (entry, role)


def test_a_refusal_is_the_same_whatever_is_asked_for(
    behind: Behind, entries: list[Entry], store: Store
) -> None:
    client = sign_in(behind.client(), store, Role.MODERATOR)
    proof = csrf(store, client)
    for entry in entries:
        if entry.path != entry.filled and entry.door.right is Right.ADMINISTER:
            answers = [
                client.request(
                    entry.method, re.sub(r"\{[^}]*\}", name, entry.path), headers=OURS, data={"token": proof}
                )
                for name in ("hanyeoul", "nothing")
            ]
            assert answers[0].status_code == answers[1].status_code == 403
            assert answers[0].text == answers[1].text


def test_nobody_gets_in_without_a_session(behind: Behind, entries: list[Entry], store: Store) -> None:
    sign_in(behind.client(), store)
    for cookie in ("", "session=x", "session=", "session=\x7f"):
        client = behind.client()
        for entry in entries:
            sent = send(client, entry, headers=OURS | {"cookie": cookie})
            assert sent.status_code == 303
            assert sent.headers["location"].startswith("/sign-in?next=%2F")
            assert send(client, entry, headers=JSON | {"cookie": cookie}).status_code == 401
    assert behind.passed == []


FOREIGN: list[dict[str, str]] = [
    {},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"origin": "http://evil.example"},
    {"origin": "http://127.0.0.1:8000.evil.example"},
    {"origin": "null"},
]


def test_no_other_site_gets_anything_done(behind: Behind, entries: list[Entry], store: Store) -> None:
    """UI-3: without a token, with another session's, from another origin, as text/plain."""
    client = sign_in(behind.client(), store)
    other = sign_in(behind.client(), store)
    mine, foreign = csrf(store, client), csrf(store, other)
    actions = [entry for entry in entries if isinstance(entry.door, ActionDoor)]
    assert actions
    for entry in actions:
        for headers in FOREIGN:
            assert send(client, entry, headers=headers, data={"token": mine}).status_code == 403, entry
            assert send(client, entry, headers=headers | {"x-csrf-token": mine}).status_code == 403, entry
        for wrong in ("", "x", foreign, mine[:-1], mine + "a", client.cookies["session"], "é"):
            assert send(client, entry, data={"token": wrong}).status_code == 403, entry
        assert send(client, entry).status_code == 403, entry
        for media in ("text/plain", "application/json", "multipart/form-data; boundary=x"):
            body = f'{{"token": "{mine}"}}'
            headers = OURS | {"content-type": media}
            assert send(client, entry, headers=headers, content=body).status_code == 403, entry
        assert client.get(entry.filled, params={"token": mine}, headers=OURS).status_code in (200, 405)
    got = {entry.path for entry in entries if entry.method == "GET"}
    assert behind.passed == ["hanyeoul"] * len([entry for entry in actions if entry.path in got])
    behind.passed.clear()
    for entry in actions:
        assert send(client, entry, data={"token": mine}).status_code == 200
        assert send(client, entry, headers=OURS | {"x-csrf-token": mine}, json={"a": 1}).status_code == 200
    assert len(behind.passed) == 2 * len(actions)


def test_a_token_is_worth_nothing_after_signing_out(
    behind: Behind, entries: list[Entry], store: Store
) -> None:
    client = sign_in(behind.client(), store)
    mine = csrf(store, client)
    store.accounts.sign_out(client.cookies["session"])
    for entry in entries:
        assert send(client, entry, headers=JSON, data={"token": mine}).status_code == 401
    assert behind.passed == []


def test_every_page_refuses_to_be_framed(app: Starlette, entries: list[Entry], store: Store) -> None:
    """UI-5."""
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        stranger = dict(client.cookies)
        sign_in(client, store)
        pages = [entry.filled for entry in entries if entry.method == "GET" and entry.path not in STREAMS]
        for path in [*pages, "/sign-in", "/sign-in/link", "/nothing"]:
            for cookies in (dict(client.cookies), stranger):
                headers = client.get(
                    path, headers={"cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
                ).headers
                policy = headers["content-security-policy"]
                assert "frame-ancestors 'none'" in policy, path
                assert "unsafe" not in policy, path
                assert headers["x-content-type-options"] == "nosniff", path
                assert headers["referrer-policy"] == "same-origin", path


def test_what_a_form_does_not_ask_for_is_not_taken(app: Starlette, store: Store) -> None:
    """UI-7."""
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        sign_in(client, store, Role.MODERATOR, "seo")
        proof = token(client, "/account")
        extra = {
            "role": "administrator",
            "name": "root",
            "status": "x",
            "version": "9",
            "issuer": "x",
            "disabled_at": "",
        }
        sent = client.post(
            "/account", headers=OURS, data={"token": proof, "display": "서", "language": "en"} | extra
        )
        assert sent.headers["location"] == "/account?said=saved"
        account = store.accounts.get("seo")
        assert (account.role, account.display, account.language) == (Role.MODERATOR, "서", "en")
        assert [account.name for account in store.accounts.every()] == ["seo"]
        sign_in(client, store, Role.ADMINISTRATOR, "root")
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        sign_in(client, store, Role.ADMINISTRATOR, "root")
        proof = token(client, "/accounts")
        added = {
            "token": proof,
            "name": "kim",
            "role": "moderator",
            "password": "a password of mine",
            "by": "seo",
        }
        assert client.post("/accounts", headers=OURS, data=added | {"name": "kim"}).status_code == 200
        assert not store.accounts.get("kim").has_password
        assert list(store.audit.entries())[-1].by == "root"
