"""`moderation users`: the command line over a real file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from moderation.cli import app
from moderation.errors import Conflict, InputError, ModerationError
from moderation.store import Store
from moderation.store.accounts import Role
from tests.sqlite import upgraded


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = upgraded(tmp_path / "moderation.db")
    monkeypatch.setenv("MODERATION_DATABASE_URL", url)
    return url


def users(*arguments: str, given: str = "") -> str:
    result = CliRunner().invoke(app, ["users", *arguments], input=given)
    if isinstance(result.exception, ModerationError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_from_the_first_administrator_to_the_last_moderator(url: str) -> None:
    assert "no account yet" in users("list")
    said = users(
        "add", "Root", "--role", "administrator", "--password-stdin", given="correct horse battery\n"
    )
    assert said == "root: added as administrator\n"
    code = re.findall(r"/sign-in/link\?code=(\S+)", users("add", "seo", "--display", "서 기자", "--link"))[0]
    with Store.open(url) as store:
        assert store.accounts.sign_in("root", "correct horse battery")
        assert store.accounts.use_link(code)
    listed = users("list")
    assert re.search(r"root +root +administrator +\d{4}-\d\d-\d\d", listed)
    assert "서 기자" in listed
    assert users("role", "seo", "lead") == "seo: lead from now on\n"
    assert users("disable", "seo") == "seo: disabled; its sessions have ended\n"
    assert "disabled" in users("list")
    users("disable", "seo", "--undo")
    users("password", "seo", "--password-stdin", given="another long word\n")
    code = users("link", "seo").split("code=")[1].split()[0]
    with Store.open(url) as store:
        session = store.accounts.use_link(code)
        assert session
        assert session.account.role is Role.LEAD
        assert store.accounts.sign_in("seo", "another long word")


def test_what_cannot_be_done_says_why(url: str) -> None:
    with pytest.raises(InputError, match="no terminal to ask"):
        users("add", "root")
    with pytest.raises(InputError, match="at least 12"):
        users("add", "root", "--password-stdin", given="short\n")
    users("add", "root", "--role", "administrator", "--link")
    with pytest.raises(Conflict, match="no administrator would be left"):
        users("disable", "root")
