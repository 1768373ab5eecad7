"""DB-10: a process that is killed while it brings the schema up to date leaves the old one, whole."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, text

from moderation.errors import StoreError
from moderation.store import Status, Store
from moderation.store.connections import Connections
from moderation.store.schema import _config
from moderation.types import Action, Comment, Decision

ALREADY = "0003"
"""The version before the tables that were added since; the comments below were kept by it."""


def test_killed_at_any_moment_it_rolls_back_and_the_next_start_goes_through(url: str, hold: Decision) -> None:
    with Store.open(url) as store:
        kept = [store.add(Comment(f"글 {number}"), hold, Status.HELD) for number in range(20)]
    _downgrade(url)

    outcomes = [_upgrade_and_die(url, after) for after in (1, 12, 25, 40, 60)]

    assert set(outcomes) == {-signal.SIGKILL}
    with Store.open(url) as store:
        assert [store.get(comment.id).body for comment in kept] == [comment.body for comment in kept]
        assert store.rule(kept[0].id, Action.ALLOW, "mina").status is Status.PUBLISHED
        assert store.check() == []
        assert store.audit.verify().fault is None


def test_a_program_of_before_refuses_the_new_schema_and_changes_nothing(url: str, hold: Decision) -> None:
    with Store.open(url) as store:
        store.add(Comment("글"), hold, Status.HELD)
        counts = store.counts()
        with store._connections.writing() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StoreError, match="newer than this program"):
        Store.open(url)

    connections = Connections.to(url)
    with connections.writing() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{_head()}'"))
    connections.close()
    with Store.open(url) as store:
        assert store.counts() == counts


def _upgrade_and_die(url: str, after: int) -> int:
    """Start it, have it killed before the statement after that many, and look at what is left."""
    script = Path(__file__).with_name("killed_upgrade.py")
    code = subprocess.run([sys.executable, str(script), url, str(after)], check=False, timeout=120).returncode
    connections = Connections.to(url)
    with connections.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == ALREADY
        assert connection.execute(text("SELECT count(*) FROM comments")).scalar_one() == 20
        assert not inspect(connection).has_table("audit")
    connections.close()
    return code


def _downgrade(url: str) -> None:
    connections = Connections.to(url)
    with connections.writing() as connection:
        command.downgrade(_config(connection), ALREADY)
    connections.close()


def _head() -> str:
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory.from_config(_config()).get_current_head())
