"""API tokens on both databases."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from moderation.errors import Conflict, InputError, NotFound
from moderation.store import Store
from moderation.store.accounts import Scope, Tokens
from moderation.store.accounts.tables import tokens as table


@pytest.fixture
def tokens(store: Store) -> Tokens:
    return store.accounts.tokens


def test_a_key_is_found_until_it_is_revoked(tokens: Tokens) -> None:
    made, key = tokens.add("CMS", [Scope.OPENAI, Scope.CHECK, Scope.CHECK], by="root", per_minute=3)
    assert key.startswith("sb_")
    assert re.fullmatch("[a-z0-9_]{50,63}", key)  # Akismet's clients put it before the name of the host
    found = tokens.find(key)
    assert found == made
    assert (found.name, found.per_minute) == ("cms", 3)
    assert found.scopes == frozenset({Scope.CHECK, Scope.OPENAI})
    _, other = tokens.add("other", [Scope.CORAL], by="root")
    assert other != key
    assert tokens.revoke("cms", by="root").revoked_at is not None
    assert tokens.find(key) is None
    assert tokens.find(other)
    assert [token.name for token in tokens.every()] == ["cms", "other"]


@pytest.mark.parametrize("wrong", ["", "sb_", "x", "\ud800", "sb_" + "a" * 43])
def test_what_is_nobody_s_key(tokens: Tokens, wrong: str) -> None:
    _, key = tokens.add("cms", [Scope.CHECK], by="root")
    assert tokens.find(wrong) is None
    assert tokens.find(key[:-1]) is None
    assert tokens.find(key + "a") is None


def test_the_key_is_not_kept(tokens: Tokens, store: Store) -> None:
    _, key = tokens.add("cms", [Scope.CHECK], by="root")
    with store._connections.reading() as connection:
        assert key not in str(connection.execute(select(table)).all())
    assert key not in str(list(store.audit.entries()))


def test_what_cannot_be_made(tokens: Tokens) -> None:
    with pytest.raises(InputError, match="`scopes` is empty"):
        tokens.add("cms", [], by="root")
    for number in (0, -1, 10**7):
        with pytest.raises(InputError, match="`per_minute`"):
            tokens.add("cms", [Scope.CHECK], by="root", per_minute=number)
    tokens.add("cms", [Scope.CHECK], by="root")
    tokens.revoke("cms", by="root")
    with pytest.raises(Conflict, match="or was, a token `cms`"):
        tokens.add("cms", [Scope.CHECK], by="root")
    with pytest.raises(NotFound, match="no token `nothing`"):
        tokens.revoke("nothing", by="root")


def test_last_use_is_written_down_and_not_at_every_use(tokens: Tokens, store: Store) -> None:
    made, key = tokens.add("cms", [Scope.CHECK], by="root")
    assert made.used_at is None
    tokens.find(key)
    [first] = tokens.every()
    assert first.used_at is not None
    tokens.find(key)
    assert tokens.every() == [first]
    with store._connections.writing() as connection:
        connection.execute(update(table).values(used_at=datetime.now(UTC) - timedelta(hours=1)))
    tokens.find(key)
    [later] = tokens.every()
    assert later.used_at is not None
    assert later.used_at >= first.used_at


def test_each_token_has_its_own_share_of_the_minute(tokens: Tokens) -> None:
    one, _ = tokens.add("one", [Scope.CHECK], by="root", per_minute=3)
    two, _ = tokens.add("two", [Scope.CHECK], by="root", per_minute=3)
    assert [tokens.take(one) is None for _ in range(5)] == [True] * 3 + [False] * 2
    wait = tokens.take(one)
    assert wait is not None
    assert 0 < wait <= 60
    assert tokens.take(two) is None


def test_tokens_are_on_record(tokens: Tokens, store: Store) -> None:
    """AU-2."""
    tokens.add("cms", [Scope.CHECK], by="root")
    tokens.revoke("cms", by="seo")
    tokens.revoke("cms", by="seo")  # nothing changes, nothing is written
    entries = list(store.audit.entries())[1:]
    assert [(entry.by, entry.act, entry.subject) for entry in entries] == [
        ("root", "token.add", "token:cms"),
        ("seo", "token.revoke", "token:cms"),
    ]
