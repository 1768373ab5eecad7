"""Somebody signed in at the desk, for tests of what lies behind the guard."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from moderation.errors import Conflict
from moderation.store import Store
from moderation.store.accounts import Role
from moderation.web.accounts.guard import COOKIE

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


def token(client: TestClient, path: str = "/review/") -> str:
    """The token that the forms of a page carry."""
    found = re.search(r'name="token" value="([^"]+)"', client.get(path).text)
    assert found, path
    return found[1]
