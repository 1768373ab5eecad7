"""`moderation tokens`: the command line over a real file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from moderation.cli import app
from moderation.cli.tokens import SCOPES
from moderation.cli.users import RoleName
from moderation.store import Store
from moderation.store.accounts import Role, Scope
from tests.sqlite import upgraded


def test_a_key_from_making_to_revoking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = upgraded(tmp_path / "moderation.db")
    monkeypatch.setenv("MODERATION_DATABASE_URL", url)

    def tokens(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["tokens", *arguments])
        assert result.exit_code == 0, result.output
        return result.stdout

    assert "no token yet" in tokens("list")
    key = tokens("add", "cms", "--scope", "check", "--scope", "openai", "--per-minute", "60").strip()
    with Store.open(url) as store:
        token = store.accounts.tokens.find(key)
        assert token
        assert token.scopes == frozenset({Scope.CHECK, Scope.OPENAI})
        assert token.per_minute == 60
    assert re.search(r"cms +check openai +60 +\d{4}-\d\d-\d\d .*active", tokens("list"))
    assert tokens("revoke", "cms") == "cms: revoked\n"
    assert "revoked" in tokens("list")
    with Store.open(url) as store:
        assert store.accounts.tokens.find(key) is None


def test_a_scope_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATION_DATABASE_URL", f"sqlite:///{tmp_path / 'moderation.db'}")
    result = CliRunner().invoke(app, ["tokens", "add", "cms", "--scope", "everything"])
    assert result.exit_code == 2


def test_the_command_line_knows_every_scope_and_role() -> None:
    assert ", ".join(Scope) == SCOPES
    assert get_args(RoleName) == tuple(Role)
