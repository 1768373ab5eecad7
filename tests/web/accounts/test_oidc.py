"""Sign-in by an identity provider that really runs: code flow with PKCE, state, nonce, and what can go wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr
from starlette.testclient import TestClient

from moderation.settings import Settings
from moderation.store import Store
from moderation.store.accounts import Role
from moderation.web.accounts.guard import COOKIE
from moderation.web.app import create_app

from ..sites import moderator
from .openid import CLIENT, SECRET, OpenId, running

DESK = "http://127.0.0.1:8000"
BACK = f"{DESK}/sign-in/provider/back"
SEO = {"sub": "1", "email": "seo@news.example", "email_verified": True, "name": "서 기자", "locale": "ko-KR"}

Desks = Callable[..., TestClient]


@pytest.fixture(scope="module")
def running_provider() -> Iterator[OpenId]:
    with running(OpenId(BACK)) as provider:
        yield provider


@pytest.fixture
def provider(running_provider: OpenId) -> OpenId:
    running_provider.user, running_provider.bent, running_provider.document = dict(SEO), {}, {}
    running_provider.signing_key = running_provider.key
    running_provider.asked.clear()
    return running_provider


@pytest.fixture
def desks(provider: OpenId, store: Store) -> Iterator[Desks]:
    opened: list[TestClient] = []

    def desk(**changed: Any) -> TestClient:
        given: dict[str, Any] = {
            "secret_key": SecretStr("k" * 32),
            "oidc_issuer": provider.url,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SecretStr(SECRET),
            "oidc_accounts": "make",
        }
        settings = Settings(**given | changed)
        app = create_app(moderator(), store, settings)
        opened.append(TestClient(app, base_url=DESK, follow_redirects=False))
        return opened[-1].__enter__()

    yield desk
    for client in opened:
        client.__exit__(None, None, None)


def visit(client: TestClient, path: str = "/sign-in/provider?lang=en") -> str:
    """To the provider and through its page: the address that it sends the browser back to."""
    start = client.get(path)
    assert start.status_code == 303, start.text
    sent = httpx2.get(start.headers["location"], follow_redirects=False)
    assert sent.status_code == 302, sent.text
    return sent.headers["location"]


def sign_in(client: TestClient, path: str = "/sign-in/provider?lang=en") -> Any:
    address = visit(client, path)
    return client.get(f"{address}&lang=en")


def test_who_the_provider_knows_gets_in(desks: Desks, provider: OpenId, store: Store) -> None:
    client = desks()
    page = client.get("/sign-in?next=/account&lang=en").text
    link = re.findall(r'href="(/sign-in/provider\?[^"]+)"', page)[0].replace("&amp;", "&")
    answer = sign_in(client, link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert client.get("/review/").status_code == 200
    account = store.accounts.get("seo@news.example")
    assert (account.display, account.role, account.language) == ("서 기자", Role.MODERATOR, "ko")
    assert not account.has_password
    asked = provider.asked[0]
    assert asked["code_challenge_method"] == "S256"
    assert asked["response_type"] == "code"
    assert len(asked["state"]) >= 32
    assert len(asked["nonce"]) >= 32
    assert SECRET not in str(provider.asked)
    acts = [(entry.by, entry.act, entry.subject) for entry in store.audit.entries()][1:]
    assert acts == [
        ("system", "account.add", "account:seo@news.example"),
        ("seo@news.example", "sign-in", "account:seo@news.example"),
    ]


def test_the_second_time_it_is_the_same_account_whatever_its_name(
    desks: Desks, provider: OpenId, store: Store
) -> None:
    sign_in(desks())
    provider.user = SEO | {"email": "other@news.example"}
    client = desks()
    assert sign_in(client).status_code == 303
    session = store.accounts.session(client.cookies[COOKIE])
    assert session
    assert session.account.name == "seo@news.example"
    assert len(store.accounts.every()) == 1


def refused(answer: Any, sentence: str, status: int = 403) -> None:
    assert answer.status_code == status, answer.headers
    assert sentence in answer.text
    assert f"{COOKIE}=" not in str(answer.headers.get_list("set-cookie")).replace("provider=", "")


UNKNOWN = "there is no account for you here"
FAILED = "cannot be trusted"
STALE = "Please begin again"


def test_only_who_was_added_gets_in_where_it_is_set_so(desks: Desks, provider: OpenId, store: Store) -> None:
    client = desks(oidc_accounts="refuse")
    refused(sign_in(client), UNKNOWN)
    assert store.accounts.every() == []
    store.accounts.add("seo@news.example", Role.LEAD, by="root", display="서")
    assert sign_in(client).status_code == 303
    account = store.accounts.get("seo@news.example")
    assert (account.role, account.display, account.issuer) == (Role.LEAD, "서", provider.url)


def test_nobody_takes_the_account_of_another(desks: Desks, provider: OpenId, store: Store) -> None:
    sign_in(desks())
    provider.user = SEO | {"sub": "2"}
    refused(sign_in(desks()), UNKNOWN)
    store.accounts.add("root", Role.ADMINISTRATOR, by="command-line")
    for claims in (
        {"email_verified": False},
        {"email_verified": None},
        {"email": None},
        {"email": 7},
        {"email": "a b"},
    ):
        provider.user = SEO | {"sub": "3", "email": "kim@news.example"} | claims
        refused(sign_in(desks()), UNKNOWN)
    store.accounts.disable("seo@news.example", by="root")
    provider.user = dict(SEO)
    refused(sign_in(desks()), UNKNOWN)
    failed = [entry for entry in store.audit.entries() if entry.act == "sign-in.failed"]
    assert len(failed) == 7


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["desk", "admins"], Role.ADMINISTRATOR),
        (["desk"], Role.MODERATOR),
        ("desk", Role.MODERATOR),
        (["sports"], None),
        ([], None),
        (None, None),
        ({"desk": 1}, None),
    ],
)
def test_groups_are_roles(
    desks: Desks, provider: OpenId, store: Store, groups: object, role: Role | None
) -> None:
    provider.user = SEO | {"teams": groups}
    client = desks(oidc_role_claim="teams", oidc_roles=(("admins", "administrator"), ("desk", "moderator")))
    answer = sign_in(client)
    if role is None:
        refused(answer, "it is in no group that works here")
        assert store.accounts.every() == []
    else:
        assert answer.status_code == 303
        assert store.accounts.get("seo@news.example").role is role


def test_a_role_changes_with_the_group_but_an_administrator_stays(
    desks: Desks, provider: OpenId, store: Store
) -> None:
    client = desks(oidc_roles=(("admins", "administrator"), ("desk", "moderator")))
    provider.user = SEO | {"groups": ["admins"]}
    sign_in(client)
    provider.user = SEO | {"groups": ["desk"]}
    client.cookies.delete(COOKIE)
    assert sign_in(client).status_code == 303
    assert store.accounts.get("seo@news.example").role is Role.ADMINISTRATOR  # the only one
    store.accounts.add("root", Role.ADMINISTRATOR, by="command-line")
    assert sign_in(client).status_code == 303
    assert store.accounts.get("seo@news.example").role is Role.MODERATOR


def test_another_browser_cannot_finish_what_this_one_began(desks: Desks) -> None:
    mine, other = desks(), desks()
    address = visit(mine)
    refused(other.get(f"{address}&lang=en"), STALE)
    visit(other)
    refused(other.get(f"{address}&lang=en"), STALE)  # its own attempt has another state
    refused(mine.get("/sign-in/provider/back?code=x&state=&lang=en"), STALE)


def test_an_answer_counts_once(desks: Desks) -> None:
    client = desks()
    address = visit(client)
    assert client.get(address).status_code == 303
    refused(client.get(f"{address}&lang=en"), STALE)


@pytest.mark.parametrize(
    "bent",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"aud": "another client"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"exp": 1_000_000_000},
        {"iat": 99_999_999_999},
        {"sub": ""},
        {"sub": 7},
        {"at_hash": "bm90IGl0"},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_is_not_believed(
    desks: Desks, provider: OpenId, store: Store, bent: dict[str, Any]
) -> None:
    provider.bent = bent
    refused(sign_in(desks()), FAILED, 502)
    assert store.accounts.every() == []


def test_a_token_of_another_s_key_is_not_believed(desks: Desks, provider: OpenId) -> None:
    provider.signing_key = RSAKey.generate_key(2048, parameters={"kid": "one"})
    refused(sign_in(desks()), FAILED, 502)


def test_a_provider_may_change_its_keys(desks: Desks, provider: OpenId) -> None:
    client = desks()
    assert sign_in(client).status_code == 303
    provider.change_keys()
    assert sign_in(client).status_code == 303


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://news.example/authorize"},
        {"token_endpoint": None},
        {"jwks_uri": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_a_document_that_is_wrong_is_not_followed(
    desks: Desks, provider: OpenId, document: dict[str, Any]
) -> None:
    provider.document = document
    refused(desks().get("/sign-in/provider?lang=en"), FAILED, 502)


def test_a_provider_that_is_gone_is_said(desks: Desks) -> None:
    refused(desks(oidc_issuer="http://127.0.0.1:9").get("/sign-in/provider?lang=en"), FAILED, 502)
    korean = desks(oidc_issuer="http://127.0.0.1:9").get("/sign-in/provider?lang=ko")
    assert "로그인 서버와 연결하지 못했거나" in korean.text


def test_the_wrong_secret_gets_no_token(desks: Desks) -> None:
    refused(sign_in(desks(oidc_client_secret=SecretStr("another"))), FAILED, 502)


def test_who_does_not_finish_is_told_so(desks: Desks, provider: OpenId) -> None:
    provider.user = None
    client = desks()
    state = parse_qs(urlsplit(client.get("/sign-in/provider").headers["location"]).query)["state"][0]
    answer = client.get(f"/sign-in/provider/back?error=access_denied&state={state}&lang=en")
    refused(answer, "You did not finish signing in")


def test_an_answer_of_another_provider_is_refused(desks: Desks) -> None:
    """RFC 9207."""
    client = desks()
    refused(client.get(f"{visit(client)}&iss=https://evil.example&lang=en"), FAILED)


def test_the_code_is_bound_to_the_browser_by_pkce(desks: Desks, provider: OpenId) -> None:
    client = desks()
    address = visit(client)
    for code in provider.codes.values():
        code.data["code_challenge"] = "of another attempt"
    refused(client.get(f"{address}&lang=en"), FAILED, 502)


def test_nobody_is_led_elsewhere_afterwards(desks: Desks) -> None:
    client = desks()
    answer = sign_in(client, "/sign-in/provider?next=https://evil.example/")
    assert answer.headers["location"] == "/review/"


def test_without_a_provider_there_is_no_such_way(store: Store) -> None:
    with TestClient(create_app(moderator(), store, Settings()), base_url=DESK) as client:
        assert client.get("/sign-in/provider").status_code == 404
        assert "/sign-in/provider" not in client.get("/sign-in").text


def test_the_public_address_is_what_the_provider_hears(desks: Desks, provider: OpenId) -> None:
    client = desks(public_url="https://desk.news.example")
    start = client.get("/sign-in/provider")
    asked = parse_qs(urlsplit(start.headers["location"]).query)
    assert asked["redirect_uri"] == ["https://desk.news.example/sign-in/provider/back"]
