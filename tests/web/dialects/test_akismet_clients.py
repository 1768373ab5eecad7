"""Akismet's public clients, from npm and PyPI, against this service on a socket, with a key of the database."""

from __future__ import annotations

from collections.abc import Iterator

import akismet
import httpx
import pytest
from pydantic import SecretStr

from moderation import Moderator
from moderation.settings import Settings
from moderation.store import Store
from moderation.store.accounts import Scope
from moderation.types import Label
from moderation.web.app import create_app

from .listening import listening, node

SPAM, FAIR = "무담보 대출 당일 입금, 카톡 주세요", "기사 잘 읽었습니다"
SITE = "https://news.example.kr"


@pytest.fixture
def base(shipped: Moderator, store: Store) -> Iterator[str]:
    settings = Settings(demo=False, secret_key=SecretStr("k" * 32))
    with listening(create_app(shipped, store, settings)) as address:
        yield address


@pytest.fixture
def key(store: Store) -> str:
    return store.accounts.tokens.add("wordpress", [Scope.AKISMET, Scope.FEEDBACK], by="test")[1]


def kept(store: Store) -> dict[str, tuple[float, str]]:
    return {said.text: (said.scores[Label.SPAM], said.client) for said in store.feedback.all()}


def test_the_npm_client(base: str, key: str, store: Store) -> None:
    assert node("akismet.cjs", base, key) == {
        "keys": [True, False],
        "spam": True,
        "fair": False,
        "guaranteed": True,
        "administrator": False,
        "trapped": True,
        "stranger": "Invalid API key",
        "submitted": ["Thanks for making the web a better place."] * 2,
    }
    assert kept(store) == {SPAM: (1.0, "wordpress"), FAIR: (0.0, "wordpress")}


class TestPythonClient:
    """`akismet` knows Akismet's address only, and takes an HTTP client that knows another."""

    @pytest.fixture
    def http(self, base: str) -> Iterator[httpx.Client]:
        here = httpx.URL(base)

        def redirect(request: httpx.Request) -> None:
            request.url = request.url.copy_with(scheme="http", host=here.host, port=here.port)
            request.headers["host"] = f"{here.host}:{here.port}"

        with httpx.Client(event_hooks={"request": [redirect]}) as client:
            yield client

    def test_its_calls(self, http: httpx.Client, key: str, store: Store) -> None:
        client = akismet.SyncClient(akismet.Config(key, SITE), http_client=http)
        assert client.verify_key(key, SITE)
        assert not client.verify_key("nobody", SITE)
        said = {text: client.comment_check("192.0.2.7", comment_content=text) for text in (SPAM, FAIR)}
        assert said == {SPAM: akismet.CheckResponse.SPAM, FAIR: akismet.CheckResponse.HAM}
        assert client.submit_spam("192.0.2.7", comment_content=SPAM)
        assert client.submit_ham("192.0.2.7", comment_content=FAIR)
        assert kept(store) == {SPAM: (1.0, "wordpress"), FAIR: (0.0, "wordpress")}
        assert client.usage_limit()["throttled"] is False

    def test_a_wrong_key(self, http: httpx.Client) -> None:
        client = akismet.SyncClient(akismet.Config("nobody", SITE), http_client=http)
        with pytest.raises(akismet.APIKeyError):
            client.comment_check("192.0.2.7", comment_content=FAIR)
