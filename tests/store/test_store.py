from __future__ import annotations

import logging
import sqlite3
import subprocess
import sys
import traceback
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import moderation.store
from moderation.errors import InputError, NotFound, StoreError
from moderation.store import Status, Store
from moderation.types import Action, Comment, Decision, History


def test_public_names_are_the_store_and_what_it_returns() -> None:
    assert moderation.store.__all__ == ["KeyReused", "Status", "Store", "StoredComment", "StoredDecision"]


def test_a_comment_walks_from_held_to_published(store: Store, hold: Decision) -> None:
    comment = store.add(
        Comment("정말 바보 같은 글", author="kim", article="a1", parent="p1"), hold, Status.HELD
    )

    assert store.held_count() == 1
    assert store.held() == [comment] == [store.get(comment.id)]
    assert store.published("a1") == []

    ruled = store.rule(comment.id, Action.ALLOW, "mina")

    assert ruled.status is Status.PUBLISHED
    assert store.held() == []
    assert store.held_count() == 0
    assert store.published("a1") == [ruled] == [store.get(comment.id)]
    assert [decision.by for decision in store.decisions(comment.id)] == ["policy", "mina"]


def test_what_was_kept_outlives_the_store(url: str, hold: Decision) -> None:
    with Store.open(url) as store:
        comment = store.add(Comment("첫 번째", author="kim", article="a1"), hold, Status.HELD)
    with Store.open(url) as store:
        assert store.get(comment.id) == comment


def test_the_folder_is_made(tmp_path: Path) -> None:
    Store.open(f"sqlite:///{tmp_path}/var/lib/moderation.db").close()

    assert (tmp_path / "var/lib/moderation.db").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")

    with pytest.raises(StoreError, match=r"^folder `.*/var/lib` cannot be made: "):
        Store.open(f"sqlite:///{tmp_path}/var/lib/moderation.db")


def test_ping_answers(store: Store) -> None:
    store.ping()


def test_ping_fails_on_a_file_that_is_no_database(sqlite: Store, file: Path) -> None:
    sqlite._connections._reader.dispose()
    sqlite._connections._writer.dispose()
    for path in file.parent.glob("moderation.db*"):
        path.write_bytes(b"no database" * 1000)

    with pytest.raises(StoreError, match=r"no SQLite file"):
        sqlite.ping()


def test_a_closed_store_stays_closed(store: Store, hold: Decision) -> None:
    store.close()

    with pytest.raises(StoreError, match=r"^the store is closed; open it again$"):
        store.ping()
    with pytest.raises(StoreError, match=r"^the store is closed; open it again$"):
        store.add(Comment("글"), hold, Status.HELD)
    store.close()


def test_the_store_is_the_history_that_checks_ask(store: Store, hold: Decision) -> None:
    history: History = store
    start = datetime.now(UTC) - timedelta(minutes=1)
    first = store.add(Comment("지금 가입하세요", author="kim"), hold, Status.HELD)
    store.add(Comment("지금  가입하세요!!", author="kim"), hold, Status.REJECTED)
    store.add(Comment("지금 가입하세요", author="lee"), hold, Status.HELD)
    store.add(Comment("다른 이야기", author="kim"), hold, Status.PUBLISHED)

    assert history.count_same("kim", first.fingerprint, start) == 2
    assert history.count_same("kim", first.fingerprint, datetime.now(UTC) + timedelta(minutes=1)) == 0
    with pytest.raises(InputError, match=r"`since` has no time zone"):
        history.count_same("kim", first.fingerprint, datetime(2026, 11, 24))


def test_a_comment_that_cannot_be_folded_is_held_all_the_same(
    store: Store, hold: Decision, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(body: str) -> None:
        raise RuntimeError(body)

    monkeypatch.setattr("moderation.store.normalize", fail)

    comment = store.add(Comment("비밀 이야기", id="c1"), hold, Status.HELD)

    assert store.held() == [comment]
    assert comment.fingerprint == ""
    assert "no fingerprint for comment c1: RuntimeError" in caplog.text
    assert "비밀" not in caplog.text


@pytest.mark.parametrize("bad", ["a\0b", "a\ud800b", "\udfff"])
def test_text_that_no_database_keeps_is_refused_before_it_gets_there(
    store: Store, hold: Decision, bad: str
) -> None:
    for comment in (
        Comment(bad),
        Comment("ok", id=bad),
        Comment("ok", author=bad),
        Comment("ok", article=bad),
        Comment("ok", parent=bad),
    ):
        with pytest.raises(InputError, match=r"^`(text|id|author|article|parent)` has "):
            store.add(comment, hold, Status.HELD)
    for ask in (
        lambda: store.get(bad),
        lambda: store.decisions(bad),
        lambda: store.held(after=bad),
        lambda: store.published(bad),
        lambda: store.published("a1", before=bad),
        lambda: store.rule(bad, Action.ALLOW, "mina"),
        lambda: store.rule("c1", Action.ALLOW, bad),
        lambda: store.count_same(bad, "0", datetime.now(UTC)),
        lambda: store.count_same("kim", bad, datetime.now(UTC)),
    ):
        with pytest.raises(InputError):
            ask()
    assert store.held_count() == 0


def test_errors_and_logs_quote_no_comment(
    sqlite: Store, file: Path, hold: Decision, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    comment = Comment("secret-words", author="secret-name")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("ALTER TABLE comments RENAME TO gone")

    with pytest.raises(StoreError) as caught:
        sqlite.add(comment, hold, Status.HELD)

    told = "".join(traceback.format_exception(caught.value))
    assert "secret" not in told + caplog.text
    assert "INSERT" not in told + caplog.text
    assert "database: OperationalError SQLITE_ERROR" in caplog.text
    assert "secret" not in str(caught.value.__context__)  # what error trackers show, suppressed or not
    assert str(caught.value) == "the comment database cannot be reached or does not answer; try again"


def test_importing_the_store_opens_nothing_and_leaves_alembic_alone(tmp_path: Path) -> None:
    script = "import sys, moderation.store; print('alembic' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "False"


def test_unknown_comments_are_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match=r"^there is no comment `nobody`$"):
        store.get("nobody")
    with pytest.raises(NotFound, match=r"^there is no comment `nobody`$"):
        store.decisions("nobody")
    with pytest.raises(NotFound, match=r"^there is no comment `nobody`$"):
        store.rule("nobody", Action.ALLOW, "mina")
