"""Accounts on both databases: who gets in, and until when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec, module_from_spec

import pytest
from sqlalchemy import select

from moderation.errors import Conflict, InputError, NotFound
from moderation.store import Store
from moderation.store import accounts as room
from moderation.store.accounts import RIGHTS, Accounts, Right, Role, passwords
from moderation.store.accounts.sessions import IDLE, LIFE, LINK_LIFE
from moderation.store.accounts.tables import links, people, sessions

PASSWORD = "다섯 마리 고양이가 산다"
START = datetime(2026, 11, 25, 9, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(room, "_now", clock)
    return clock


@pytest.fixture
def accounts(store: Store) -> Accounts:
    store.accounts.add("root", Role.ADMINISTRATOR, by="command-line")
    store.accounts.add("Seo", Role.MODERATOR, by="root", display="서 기자", password=PASSWORD)
    return store.accounts


def secret(accounts: Accounts, name: str = "seo") -> str:
    session = accounts.use_link(accounts.make_link(name, by="root"))
    assert session
    return session.secret


def test_an_account_is_what_was_given(accounts: Accounts) -> None:
    account = accounts.get("SEO ")
    assert (account.name, account.display, account.role, account.language) == (
        "seo", "서 기자", Role.MODERATOR, "ko",
    )  # fmt: skip
    assert account.has_password
    assert not accounts.get("root").has_password
    assert [account.name for account in accounts.every()] == ["root", "seo"]


def test_a_name_is_given_once_however_it_is_written(accounts: Accounts) -> None:
    for name in ("seo", "ＳＥＯ", " Seo"):
        with pytest.raises(Conflict, match="`seo` already"):
            accounts.add(name, Role.LEAD, by="root")
    assert accounts.get("seo").role is Role.MODERATOR


@pytest.mark.parametrize(
    "name", ["", " ", "policy", "system", "a b", "a\nb", "a\0b", "<b>", "a" * 65, "\u202ea"]
)
def test_names_that_are_not_taken(accounts: Accounts, name: str) -> None:
    with pytest.raises(InputError, match="`name`"):
        accounts.add(name, Role.MODERATOR, by="root")


@pytest.mark.parametrize("name", ["한여울", "kim.j", "a@news.example", "o-1_2+3"])
def test_names_that_are_taken(accounts: Accounts, name: str) -> None:
    assert accounts.add(name, Role.MODERATOR, by="root").display == name


@pytest.mark.parametrize(
    "password", ["", "short", "a" * 12, "abab" * 5, "longenough" + "longenough", "x" * 257, "한강" * 6]
)
def test_passwords_that_are_not_taken(accounts: Accounts, password: str) -> None:
    with pytest.raises(InputError, match="password"):
        accounts.add("longenough", Role.MODERATOR, by="root", password=password)
    with pytest.raises(NotFound):
        accounts.get("longenough")


def test_who_knows_the_password_gets_in(accounts: Accounts) -> None:
    session = accounts.sign_in("Seo", PASSWORD)
    assert session
    assert session.account.name == "seo"
    assert accounts.get("seo").signed_in_at is not None
    found = accounts.session(session.secret)
    assert found == session
    for name, password in [("seo", PASSWORD + "."), ("seo", ""), ("nobody", PASSWORD), ("", ""), ("root", ""),
                           ("a\0", PASSWORD), ("\ud800", "\ud800")]:  # fmt: skip
        assert accounts.sign_in(name, password) is None


def test_a_password_is_the_same_from_every_keyboard(accounts: Accounts) -> None:
    import unicodedata

    assert accounts.sign_in("seo", unicodedata.normalize("NFD", PASSWORD))


def test_no_secret_is_kept(accounts: Accounts, store: Store) -> None:
    given = [secret(accounts), accounts.make_link("root", by="command-line"), PASSWORD]
    with store._connections.reading() as connection:
        rows = [connection.execute(select(table)).all() for table in (people, sessions, links)]
    assert all(rows)
    assert not [kept for kept in given if kept in str(rows)]
    assert "$argon2id$" in str(rows)


def test_a_hash_costs_what_owasp_asks_for() -> None:
    """The module as it is imported anywhere else: the tests hash at a lower cost."""
    spec = find_spec("moderation.store.accounts.passwords")
    assert spec
    assert spec.loader
    shipped = module_from_spec(spec)
    spec.loader.exec_module(shipped)
    kept = shipped.hashed(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert shipped.fits(kept, PASSWORD)
    assert not shipped.is_outdated(kept)
    assert shipped.is_outdated(passwords.hashed(PASSWORD))


def test_a_session_of_another_s_making_is_none(accounts: Accounts, store: Store) -> None:
    with store._connections.reading() as connection:
        kept = connection.execute(select(sessions.c.digest)).scalars().all()
    for wrong in ("", "x", "\ud800", *kept, secret(accounts)[:-1]):
        assert accounts.session(wrong) is None


def test_sessions_end_by_themselves(accounts: Accounts, clock: Clock) -> None:
    idle = secret(accounts)
    clock.now = START + IDLE
    assert accounts.session(idle) is None
    busy = secret(accounts)
    while clock.now < START + IDLE + LIFE - timedelta(hours=1):
        clock.now += timedelta(hours=1)
        assert accounts.session(busy)
    clock.now += timedelta(hours=1)
    assert accounts.session(busy) is None


def test_what_ends_sessions_at_once(accounts: Accounts) -> None:
    """UI-4, ASVS 5.0: 7.4.1 and 7.4.2."""
    one, other = secret(accounts), secret(accounts)
    accounts.sign_out(one)
    assert accounts.session(one) is None
    assert accounts.session(other)
    accounts.disable("seo", by="root")
    assert accounts.session(other) is None
    assert accounts.sign_in("seo", PASSWORD) is None
    with pytest.raises(NotFound, match="disabled"):
        accounts.make_link("seo", by="root")
    accounts.enable("seo", by="root")
    assert accounts.session(other) is None
    one, kept, bystander = secret(accounts), secret(accounts), secret(accounts, "root")
    link = accounts.make_link("seo", by="root")
    accounts.set_password("seo", "another, longer one", by="seo", keep=kept)
    assert accounts.session(one) is None
    assert accounts.use_link(link) is None
    assert accounts.session(kept)
    assert accounts.session(bystander)
    assert accounts.sign_in("seo", PASSWORD) is None
    assert accounts.sign_in("seo", "another, longer one")


def test_a_link_signs_in_once_and_within_the_hour(accounts: Accounts, clock: Clock) -> None:
    code = accounts.make_link("seo", by="root")
    session = accounts.use_link(code)
    assert session
    assert session.account.name == "seo"
    assert accounts.use_link(code) is None
    late = accounts.make_link("seo", by="root")
    clock.now += LINK_LIFE
    assert accounts.use_link(late) is None
    first = accounts.make_link("seo", by="root")
    second = accounts.make_link("seo", by="root")
    assert accounts.use_link(first) is None
    assert accounts.use_link(second)


def test_of_many_who_use_a_link_at_once_one_gets_in(accounts: Accounts) -> None:
    code = accounts.make_link("seo", by="root")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(accounts.use_link, [code] * 8))
    assert len([session for session in found if session]) == 1


def test_a_role_holds_from_the_next_look_on(accounts: Accounts) -> None:
    kept = secret(accounts)
    accounts.set_role("seo", Role.LEAD, by="root")
    session = accounts.session(kept)
    assert session
    assert session.account.may(Right.LEAD)


def test_the_last_administrator_stays(accounts: Accounts) -> None:
    with pytest.raises(Conflict, match="no administrator"):
        accounts.disable("root", by="root")
    with pytest.raises(Conflict, match="no administrator"):
        accounts.set_role("root", Role.LEAD, by="root")
    assert accounts.get("root").disabled_at is None
    accounts.set_role("seo", Role.ADMINISTRATOR, by="root")
    accounts.disable("root", by="seo")
    with pytest.raises(Conflict):
        accounts.set_role("seo", Role.MODERATOR, by="seo")


def test_everything_is_on_record_and_no_secret_with_it(accounts: Accounts, store: Store) -> None:
    """AU-2: who let whom in, and who failed to get in."""
    kept = secret(accounts)
    accounts.sign_in("seo", "wrong password")
    accounts.sign_in("my secret in the wrong field", "seo")
    accounts.set_role("seo", Role.LEAD, by="root")
    accounts.set_password("seo", "another, longer one", by="seo", keep=kept)
    accounts.sign_out(kept)
    accounts.disable("seo", by="root")
    accounts.enable("seo", by="root")
    entries = list(store.audit.entries())[1:]
    assert [(entry.by, entry.act, entry.subject) for entry in entries] == [
        ("command-line", "account.add", "account:root"),
        ("root", "account.add", "account:seo"),
        ("root", "account.link", "account:seo"),
        ("seo", "sign-in", "account:seo"),
        ("system", "sign-in.failed", "account:seo"),
        ("system", "sign-in.failed", "account:"),
        ("root", "account.role", "account:seo"),
        ("seo", "account.password", "account:seo"),
        ("seo", "sign-out", "account:seo"),
        ("root", "account.disable", "account:seo"),
        ("root", "account.enable", "account:seo"),
    ]
    assert entries[6].facts == {"role": "lead", "before": "moderator"}
    assert not [text for text in (kept, "secret", "longer") if text in str(entries)]
    assert store.audit.verify().fault is None


def test_every_role_may_review_and_only_administrators_everything() -> None:
    assert set(RIGHTS) == set(Role)
    assert all(Right.REVIEW in rights for rights in RIGHTS.values())
    assert [role for role, rights in RIGHTS.items() if rights == set(Right)] == [Role.ADMINISTRATOR]
