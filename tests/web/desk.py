"""Somebody signed in at the desk, for tests of what lies behind the guard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from starlette.testclient import TestClient

from moderation.errors import Conflict
from moderation.settings import Settings
from moderation.store import Store
from moderation.store.accounts import Role
from moderation.web.accounts.guard import COOKIE
from moderation.web.app import create_app

from .sites import moderator

OURS = {"sec-fetch-site": "same-origin"}
JSON = OURS | {"accept": "application/json"}


def sign_in(
    client: TestClient, store: Store, role: Role = Role.ADMINISTRATOR, name: str = "hanyeoul"
) -> TestClient:
    """That client with a session of its own, from a one-time link as `users link` makes them."""
    try:
        store.accounts.add(name, role, by="command-line", display="한여울")
    except Conflict:
        store.accounts.set_role(name, role, by="command-line")
    session = store.accounts.use_link(store.accounts.make_link(name, by="command-line"))
    assert session is not None
    secure = client.base_url.scheme == "https"
    client.cookies.set(f"__Host-{COOKIE}" if secure else COOKIE, session.secret)
    return client


@contextmanager
def signed_in_clients(store: Store) -> Iterator[Callable[[Role, str], TestClient]]:
    """Gives each person who is named a service of their own over that store, signed in."""
    with ExitStack() as opened:

        def client(role: Role, name: str) -> TestClient:
            app = create_app(moderator(), store, Settings())
            new = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
            return sign_in(opened.enter_context(new), store, role, name)

        yield client


def token(client: TestClient, path: str = "/review/") -> str:
    """The token that the forms of a page carry."""
    found = re.search(r'name="token" value="([^"]+)"', client.get(path).text)
    assert found, path
    return found[1]
