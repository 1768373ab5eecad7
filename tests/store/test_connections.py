from __future__ import annotations

import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from moderation.errors import StoreError
from moderation.store import Status, Store, connections
from moderation.store.connections import PRAGMAS
from moderation.types import Action, Comment, Decision

MIB = 1024 * 1024


def test_every_pooled_connection_is_durable_and_waits_its_turn(sqlite: Store) -> None:
    """DB-2, beyond the size of the pool: also the connections that overflow it."""
    with ExitStack() as stack:
        held = [stack.enter_context(sqlite._connections.reading()) for _ in range(20)]
        held.append(stack.enter_context(sqlite._connections.writing()))
        for connection in held:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in PRAGMAS}
            assert found == PRAGMAS
    assert (PRAGMAS["journal_mode"], PRAGMAS["synchronous"], PRAGMAS["foreign_keys"]) == ("wal", 2, 1)


def test_a_pragma_that_does_not_take_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRAGMAS, "synchronous", 7)

    with pytest.raises(StoreError, match=r"^SQLite pragma `synchronous` is `[0-3]`; it has to be `7`$"):
        Store.open(f"sqlite:///{file}")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("var/moderation.db", "the database URL cannot be read; write it like `sqlite:///var/moderation.db`"),
        ("mysql://localhost/x", "`mysql` is no database for comments; use sqlite or postgresql"),
        ("sqlite://", "`sqlite` in memory loses the comments; name a file: `sqlite:///var/moderation.db`"),
        (
            "sqlite:///:memory:",
            "`sqlite` in memory loses the comments; name a file: `sqlite:///var/moderation.db`",
        ),
        ("postgresql+pg8000://u:secret@h/d", "`postgresql+pg8000` needs the package `pg8000`; install it"),
    ],
)
def test_a_url_that_cannot_be_used_is_explained(url: str, message: str) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(url)

    assert str(caught.value) == message


def test_a_file_that_is_no_database_is_left_alone(file: Path) -> None:
    file.write_text("my novel, chapter one\n" * 100)

    with pytest.raises(
        StoreError, match=r"^the comment database is no SQLite file; give the path of another$"
    ):
        Store.open(f"sqlite:///{file}")

    assert file.read_text().startswith("my novel")


def test_writers_readers_and_a_backup_at_once(sqlite: Store, file: Path, hold: Decision) -> None:
    """DB-3 in small. Two stores, as in two processes, so that threads meet in SQLite, not only before it."""
    faults: list[Exception] = []

    def write(store: Store, name: str) -> None:
        try:
            for n in range(15):
                comment = store.add(Comment("글" * 500, id=f"{name}-{n}"), hold, Status.HELD)
                if n % 3 == 0:
                    store.rule(comment.id, Action.ALLOW, "mina")
        except Exception as error:
            faults.append(error)

    with Store.open(f"sqlite:///{file}") as other, sqlite._connections.reading() as reader:
        count = "SELECT count(*) FROM comments"
        assert reader.exec_driver_sql(count).scalar_one() == 0
        threads = [
            threading.Thread(target=write, args=(store, f"{place}-{n}"))
            for place, store in enumerate((sqlite, other))
            for n in range(10)
        ]
        for thread in threads:
            thread.start()
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(f"{file}.backup")) as target:
            source.backup(target, pages=16, sleep=0.01)
            assert target.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for thread in threads:
            thread.join()
        assert reader.exec_driver_sql(count).scalar_one() == 0  # still what it saw at first

    assert faults == []
    assert sqlite.held_count() == 20 * 10
    assert file.with_name(f"{file.name}-wal").stat().st_size <= 64 * MIB


def test_reads_do_not_wait_on_a_write(sqlite: Store, hold: Decision) -> None:
    comment = sqlite.add(Comment("글"), hold, Status.HELD)
    with sqlite._connections.writing() as connection:
        connection.exec_driver_sql("UPDATE comments SET status = 'rejected'")
        waiting = threading.Thread(target=sqlite.rule, args=(comment.id, Action.ALLOW, "mina"))
        waiting.start()
        begun = time.monotonic()
        assert sqlite.get(comment.id) == comment
        assert sqlite.held() == [comment]
        assert time.monotonic() - begun < 4  # a wait would last until the busy timeout
        connection.rollback()
    waiting.join()
    assert sqlite.get(comment.id).status is Status.PUBLISHED


def test_a_lock_that_is_never_released_is_reported(
    file: Path, hold: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.1)
    with Store.open(f"sqlite:///{file}") as store:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(
                StoreError, match=r"^the comment database was busy for 10 seconds; try again$"
            ):
                store.add(Comment("글"), hold, Status.HELD)
            assert store.held() == []
        store.add(Comment("글"), hold, Status.HELD)
        assert store.held_count() == 1
        assert _pragma(store, "busy_timeout") == [10_000]  # as it was before the wait


def test_waiting_for_a_writer_of_this_process_ends(
    file: Path, hold: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.1)
    with Store.open(f"sqlite:///{file}") as store:
        with (
            store._connections.writing(),
            pytest.raises(StoreError, match=r"^the comment database was busy"),
        ):
            store.add(Comment("글"), hold, Status.HELD)
        store.add(Comment("글"), hold, Status.HELD)


def _pragma(store: Store, pragma: str) -> list[object]:
    """Run it on the one connection that writes, outside a transaction."""
    connection = store._connections._writer.raw_connection()
    try:
        return [row[0] for row in connection.cursor().execute(f"PRAGMA {pragma}").fetchall()]
    finally:
        connection.close()


def _fill(store: Store, hold: Decision) -> None:
    while True:
        store.add(Comment("글" * 5_000), hold, Status.HELD)


@contextmanager
def _disk_full(store: Store) -> Iterator[None]:
    [pages] = _pragma(store, "page_count")
    _pragma(store, f"max_page_count = {pages}")
    yield
    _pragma(store, "max_page_count = 1073741823")


@contextmanager
def _quota_used_up(store: Store) -> Iterator[None]:
    """The kernel lets no file of this process grow: the write itself fails, as on a failing disk."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (_disk_full, "the disk of the comment database is full; free some space"),
        (_quota_used_up, "the disk of the comment database fails to read or write; look at the system's log"),
    ],
)
def test_a_disk_that_takes_no_more_is_named_and_forgiven(
    sqlite: Store,
    hold: Decision,
    broken: Callable[[Store], AbstractContextManager[None]],
    message: str,
) -> None:
    """DB-4: a clear error, nothing half-written, reading goes on, and so does writing, with no restart."""
    first = sqlite.add(Comment("앞"), hold, Status.HELD)

    with broken(sqlite):
        for _ in range(3):
            with pytest.raises(StoreError) as caught:
                _fill(sqlite, hold)
            assert str(caught.value) == message
            assert sqlite.get(first.id) == first

    lost = sqlite.held_count() - 1
    sqlite.add(Comment("뒤"), hold, Status.HELD)
    assert sqlite.held_count() == lost + 2
    with sqlite._connections.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        orphans = "SELECT count(*) FROM comments WHERE id NOT IN (SELECT comment_id FROM decisions)"
        assert connection.exec_driver_sql(orphans).scalar_one() == 0


def test_a_file_opened_read_only_is_read_and_not_written(file: Path, sqlite: Store, hold: Decision) -> None:
    comment = sqlite.add(Comment("글"), hold, Status.HELD)

    with Store.open(f"sqlite:///file:{file}?mode=ro&uri=true") as archive:
        assert archive.get(comment.id) == comment
        with pytest.raises(StoreError, match=r"^the comment database is read-only"):
            archive.add(Comment("글"), hold, Status.HELD)
    assert sqlite.held_count() == 1


def test_a_file_that_becomes_writable_again_is_written() -> None:
    """DB-4 with the rights of a real file: a connection opened while it was read-only would stay so."""
    script = Path(__file__).with_name("read_only_spell.py")
    with tempfile.TemporaryDirectory() as folder:  # reached by any user, other than those of pytest
        run = subprocess.run(
            [sys.executable, str(script), folder], capture_output=True, text=True, check=True, timeout=60
        )
    met = json.loads(run.stdout)
    readonly = "the comment database is read-only; make its files and their folder writable"
    assert met["faults"] == [readonly] * 3 + [""]
    assert met["kept"]
    assert met["count"] == 2


def test_a_new_file_that_another_process_is_making_is_waited_for(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.3, other.rollback)
        release.start()
        begun = time.monotonic()
        Store.open(f"sqlite:///{file}").close()
        assert time.monotonic() - begun > 0.2
        release.join()
