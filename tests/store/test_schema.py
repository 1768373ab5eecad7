from __future__ import annotations

import dataclasses
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import moderation.store
from moderation.errors import StoreError
from moderation.store import Status, Store
from moderation.store.connections import Connections
from moderation.store.schema import _config
from moderation.store.tables import metadata
from moderation.text.normalize import normalize
from moderation.text.sketch import sketch
from moderation.types import Comment, Decision, Standing

HEAD = ScriptDirectory.from_config(_config()).get_current_head()


def test_the_migrations_make_what_the_code_expects(store: Store) -> None:
    with store._connections.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == HEAD


def test_opening_again_changes_nothing(sqlite: Store, file: Path) -> None:
    sqlite.close()
    before = file.read_bytes()

    Store.open(f"sqlite:///{file}").close()

    assert file.read_bytes() == before


def test_a_newer_schema_is_refused(sqlite: Store, file: Path, hold: Decision) -> None:
    sqlite.add(Comment("글"), hold, Status.HELD)
    sqlite.close()
    _execute(file, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StoreError) as caught:
        Store.open(f"sqlite:///{file}")

    assert str(caught.value) == (
        f"`{file}`: schema version `9999` is newer than this program, which knows up to `{HEAD}`; "
        "install the release that wrote it, or restore a backup from before"
    )
    assert _execute(file, "SELECT count(*) FROM comments") == [(1,)]


def test_a_migration_that_fails_leaves_nothing_behind(file: Path) -> None:
    _execute(file, "CREATE TABLE decisions (somebody_elses TEXT)")

    with pytest.raises(StoreError):
        Store.open(f"sqlite:///{file}")

    assert _execute(file, "SELECT name FROM sqlite_master") == [("decisions",)]
    _execute(file, "DROP TABLE decisions")
    Store.open(f"sqlite:///{file}").close()


def test_several_processes_open_a_new_file_at_once(file: Path) -> None:
    script = f"from moderation.store import Store; Store.open('sqlite:///{file}').ping()"
    started = [
        subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True) for _ in range(4)
    ]

    assert [process.communicate(timeout=60)[1] for process in started] == [""] * 4
    assert _execute(file, "SELECT version_num FROM alembic_version") == [(HEAD,)]


def test_decisions_from_before_standings_are_read_as_of_known_authors(
    sqlite: Store, file: Path, hold: Decision
) -> None:
    plain = dataclasses.replace(hold, standing=Standing.KNOWN, section=None)
    kept = sqlite.add(Comment("글"), plain, Status.HELD)
    sqlite.close()
    _downgrade(file, "0002")
    _execute(file, "ALTER TABLE decisions DROP COLUMN standing")
    _execute(file, "ALTER TABLE decisions DROP COLUMN section")
    _execute(file, "UPDATE alembic_version SET version_num = '0001'")

    with Store.open(f"sqlite:///{file}") as store:
        assert store.get(kept.id) == kept


def test_comments_from_before_sketches_are_kept_and_never_near_copies(
    sqlite: Store, file: Path, hold: Decision
) -> None:
    body = "이 정책은 서민을 죽이는 정책입니다. 당장 철회하십시오"
    kept = sqlite.add(Comment(body, author="kim"), hold, Status.HELD)
    sketched = sketch(normalize(body))
    assert sketched is not None
    since = kept.received_at - timedelta(hours=1)
    assert [copy.author for copy in sqlite.find_near(sketched, since)] == ["kim"]
    sqlite.close()
    _downgrade(file, "0002")
    assert ("sketch_bands",) not in _execute(file, "SELECT name FROM sqlite_master")

    with Store.open(f"sqlite:///{file}") as store:
        assert store.get(kept.id) == kept
        assert store.find_near(sketched, since) == []
        assert store.count_same("kim", kept.fingerprint, since) == 1
        store.add(Comment(body, author="lee"), hold, Status.HELD)
        assert [copy.author for copy in store.find_near(sketched, since)] == ["lee"]


def test_the_migrations_lie_in_packages_so_that_the_wheel_carries_them() -> None:
    folder = Path(moderation.store.__file__).parent / "migrations"

    for package in (folder, folder / "versions"):
        assert (package / "__init__.py").exists()


def _downgrade(file: Path, revision: str) -> None:
    connections = Connections.to(f"sqlite:///{file}")
    with connections.writing() as connection:
        command.downgrade(_config(connection), revision)
    connections.close()


def _execute(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection, connection:
        return connection.execute(sql).fetchall()
