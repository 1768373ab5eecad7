"""What is about PostgreSQL alone; the rest of the store's tests run on it as on SQLite."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from moderation.errors import StoreError
from moderation.store import Status, Store, connections
from moderation.types import Action, Comment, Decision
from tests.postgresql import Server, running


@pytest.fixture
def store(postgresql_url: str) -> Iterator[Store]:
    with Store.open(postgresql_url) as store:
        yield store


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def test_the_short_form_of_hosting_services_will_do(postgresql_url: str) -> None:
    with Store.open(postgresql_url.replace("postgresql://", "postgres://")) as store:
        store.ping()


def test_a_reading_sees_one_state_throughout(store: Store, hold: Decision) -> None:
    store.add(Comment("앞"), hold, Status.HELD)
    with store._connections.reading() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM comments").scalar_one()
        store.add(Comment("뒤"), hold, Status.HELD)
        assert connection.exec_driver_sql("SELECT count(*) FROM comments").scalar_one() == before == 1
    assert store.held_count() == 2


def test_a_reading_cannot_write(store: Store) -> None:
    with (
        pytest.raises(StoreError, match=r"^the comment database is read-only"),
        store._connections.reading() as connection,
    ):
        connection.exec_driver_sql("DELETE FROM comments")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE decisions SET action = 'allow'",
        "DELETE FROM decisions",
        "TRUNCATE decisions",
        "TRUNCATE comments CASCADE",
        "INSERT INTO decisions SELECT * FROM decisions ON CONFLICT (comment_id, number) DO UPDATE SET action = 'allow'",
        "DELETE FROM comments",
    ],
)
def test_decisions_are_not_changed_by_other_programs_either(
    store: Store, postgresql_url: str, hold: Decision, change: str
) -> None:
    comment = store.add(Comment("글"), hold, Status.HELD)

    with pytest.raises(psycopg.Error, match=r"append-only|foreign key"):
        execute(postgresql_url, change)

    assert store.decisions(comment.id) == [comment.decision]


def test_several_processes_open_a_new_database_at_once(empty_postgresql_url: str) -> None:
    script = f"from moderation.store import Store; Store.open({empty_postgresql_url!r}).ping()"
    started = [
        subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]

    assert [process.communicate(timeout=120)[1] for process in started] == [""] * 3
    assert len(execute(empty_postgresql_url, "SELECT version_num FROM alembic_version")) == 1


def test_a_newer_schema_is_refused(store: Store, postgresql_url: str) -> None:
    store.close()
    execute(postgresql_url, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StoreError, match=r"schema version `9999` is newer than this program"):
        Store.open(postgresql_url)


def test_a_migration_that_fails_leaves_nothing_behind(empty_postgresql_url: str) -> None:
    execute(empty_postgresql_url, "CREATE TABLE decisions (somebody_elses TEXT)")

    with pytest.raises(StoreError):
        Store.open(empty_postgresql_url)

    tables = execute(empty_postgresql_url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert tables == [("decisions",)]


def test_another_encoding_is_refused(postgresql: Server) -> None:
    with (
        postgresql.database(encoding="EUC_KR") as url,
        pytest.raises(StoreError, match=r"^the comment database is kept in `EUC_KR`; it has to be `UTF8`"),
    ):
        Store.open(url)


def test_a_lock_is_not_waited_for_for_ever(
    store: Store, postgresql_url: str, hold: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = store.add(Comment("글"), hold, Status.HELD)
    monkeypatch.setattr(connections, "BUSY_SECONDS", 1)
    with Store.open(postgresql_url) as hasty, psycopg.connect(postgresql_url) as other:
        other.execute("SELECT 1 FROM comments FOR UPDATE")
        with pytest.raises(StoreError, match=r"^the comment database was busy"):
            hasty.rule(comment.id, Action.ALLOW, "mina")
    assert store.rule(comment.id, Action.ALLOW, "mina").status is Status.PUBLISHED


def test_a_password_is_never_said(postgresql_url: str) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open("postgresql://desk:canary@/no_such_database?host=/nowhere")

    assert str(caught.value) == "the comment database cannot be reached or does not answer; try again"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_the_store_recovers_when_the_server_does(how: signal.Signals, hold: Decision) -> None:
    with running() as server, server.database() as url, Store.open(url) as store:
        comment = store.add(Comment("글"), hold, Status.HELD)
        server.stop(how)
        for call in (store.ping, store.held_count, lambda: store.add(Comment("글"), hold, Status.HELD)):
            with pytest.raises(StoreError, match="cannot be reached"):
                call()
        server.start()
        assert store.held() == [comment]
        store.add(Comment("글"), hold, Status.HELD)
        assert store.held_count() == 2
