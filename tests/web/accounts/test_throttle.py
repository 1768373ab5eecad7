"""RL-2: guessing passwords is slowed, and tells nothing about which names exist."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from moderation.settings import Settings
from moderation.store import Store
from moderation.store.accounts import Role, passwords
from moderation.web.accounts.throttle import PER_ADDRESS, PER_NAME
from moderation.web.app import create_app

from ..desk import OURS, token
from ..sites import moderator

PASSWORD = "correct horse battery"


@pytest.fixture
def app(store: Store) -> Any:
    store.accounts.add("seo", Role.MODERATOR, by="command-line", password=PASSWORD)
    return create_app(moderator(), store, Settings(secret_key=SecretStr("k" * 32)))


class Browser:
    """A browser somewhere, with the form before it."""

    def __init__(self, app: Any, address: str = "198.51.100.7") -> None:
        self.client = TestClient(
            app, base_url="http://127.0.0.1:8000", follow_redirects=False, client=(address, 5)
        )
        self.token = token(self.client, "/sign-in")

    def guess(self, name: str, password: str, **headers: str) -> tuple[int, str]:
        """Status and page, the page without what differs from request to request."""
        data = {"token": self.token, "name": name, "password": password}
        answer = self.client.post("/sign-in?lang=en", headers=OURS | headers, data=data)
        if answer.status_code == 429:
            assert 0 < int(answer.headers["retry-after"]) <= 300
        text = re.sub(r'name="token" value="[^"]+"', "", answer.text).replace(f'value="{name}"', "")
        return answer.status_code, text


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """One entry for every password that was compared: whether there was one to compare with."""
    compared: list[bool] = []
    fits = passwords.fits

    def counted(kept: str | None, password: str) -> bool:
        compared.append(kept is not None)
        return fits(kept, password)

    monkeypatch.setattr(passwords, "fits", counted)
    return compared


def test_known_and_unknown_names_are_told_the_same(app: Any, hashed: list[bool]) -> None:
    """The same answers in the same order, and the same work before each of them."""
    told = {}
    for number, name in enumerate(("seo", "nobody")):
        browser = Browser(app, f"198.51.100.{number}")
        told[name] = [browser.guess(name, f"wrong {n}") for n in range(PER_NAME + 5)]
    assert told["seo"] == told["nobody"]
    assert [status for status, _ in told["seo"]] == [403] * PER_NAME + [429] * 5
    assert hashed == [True] * PER_NAME + [False] * PER_NAME


def test_the_right_password_is_not_heard_while_slowed_from_wherever(app: Any) -> None:
    for number in range(PER_NAME):
        Browser(app, f"198.51.100.{number}").guess("seo", "wrong")
    for name in ("seo", "SEO ", "ｓｅｏ"):
        assert Browser(app, "203.0.113.1").guess(name, PASSWORD)[0] == 429
    assert Browser(app).guess("somebody", "wrong")[0] == 403


def test_a_browser_that_is_known_is_not_locked_out_by_others(app: Any) -> None:
    mine = Browser(app)
    assert mine.guess("seo", PASSWORD)[0] == 303
    stranger = Browser(app, "203.0.113.1")
    for _ in range(PER_NAME + 1):
        stranger.guess("seo", "wrong")
    assert stranger.guess("seo", PASSWORD)[0] == 429
    mine.client.cookies.delete("session")
    assert mine.guess("seo", PASSWORD)[0] == 303
    statuses = [mine.guess("seo", "wrong")[0] for _ in range(PER_NAME + 1)]
    assert statuses == [403] * PER_NAME + [429]


def test_the_right_password_begins_to_count_anew(app: Any) -> None:
    browser = Browser(app)
    for _ in range(3):
        for _ in range(PER_NAME - 1):
            assert browser.guess("seo", "wrong")[0] == 403
        assert browser.guess("seo", PASSWORD)[0] == 303


def test_one_address_cannot_go_through_all_names(app: Any) -> None:
    browser = Browser(app)
    statuses = [
        browser.guess(f"name{n}", "wrong", **{"x-forwarded-for": f"203.0.113.{n}"})[0]
        for n in range(PER_ADDRESS + 2)
    ]
    assert statuses == [403] * PER_ADDRESS + [429] * 2
    assert Browser(app, "203.0.113.1").guess("seo", PASSWORD)[0] == 303


def test_behind_a_listed_proxy_each_client_counts_for_itself(app: Any) -> None:
    browser = Browser(app, "127.0.0.1")
    statuses = {
        browser.guess(f"name{n}", "wrong", **{"x-forwarded-for": f"203.0.113.{n}"})[0]
        for n in range(PER_ADDRESS + 2)
    }
    assert statuses == {403}
