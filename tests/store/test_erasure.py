"""PR-3, PR-4: what an author wrote is gone from every table and from the files, and the audit still verifies."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, DateTime, Float, Integer, Table, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from moderation.errors import NotFound, StoreError
from moderation.masking import mask
from moderation.store import Status, Store
from moderation.store.erasure import (
    BATCH,
    NOBODYS,
    Erased,
    Periods,
    columns_of_comments,
    columns_of_people,
)
from moderation.store.tables import comments, decisions, metadata
from moderation.types import Action, Comment, Decision, Finding, Label, Span
from tests.postgresql import Server
from tests.store.audit.conftest import postgresql_url, sqlite_url

__all__ = ["postgresql_url", "sqlite_url"]

KEY = b"k" * 32
CANARY = "kanarienvogel7f3"
AUTHOR = f"{CANARY}autorin"
BODY = f"제 번호는 010-2345-6789 {CANARY} 입니다. 이 정책은 서민을 죽이는 정책입니다. 당장 철회하십시오"
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url, [KEY]) as store:
        yield store


def test_every_table_says_how_it_is_erased_or_why_not() -> None:
    """A new table has to refer to comments, to have a column `author` or `reader`, or to be listed with a reason."""
    covered = {
        table.name
        for table in metadata.sorted_tables
        if columns_of_comments(table) or columns_of_people(table)
    }
    for table in metadata.sorted_tables:
        assert (table.name in covered) != (table.name in NOBODYS), (
            f"`{table.name}`: give it a reference to `comments.id` or a column `author` or `reader`, "
            "name its column in NAMED_BY, or say in NOBODYS why nothing of an author stands in it"
        )


def test_an_author_is_gone_from_every_table_and_the_others_stay(store: Store, hold: Decision) -> None:
    mine = _add(store, hold, AUTHOR)
    other = store.add(Comment(f"{BODY} 남의 글", author="lee", parent=mine), hold, Status.HELD)
    before = {table.name: _rows(store, table) for table in metadata.sorted_tables}
    assert all(before[table.name] for table in metadata.sorted_tables if _is_covered(table)), before

    done = store.erasure.author(AUTHOR, by="admin", mask=mask)

    assert done.comments == 1
    assert done.rows > len(before)
    for table in metadata.sorted_tables:
        left = [row for row in _rows(store, table) if other.id not in row and "lee" not in row]
        assert AUTHOR not in str(left), table.name
        if table.name not in ("audit", "erased", "desk_requests"):
            assert mine not in str(left), table.name
    with pytest.raises(NotFound):
        store.get(mine)
    assert store.get(other.id) == other
    assert store.decisions(other.id) == [other.decision]
    assert list(store.erasure.ids()) == [mine]
    assert store.erasure.author(AUTHOR, by="admin") == Erased(0, 0)  # and again does no harm
    assert store.check() == []


def test_the_audit_keeps_a_digest_only_and_still_verifies(store: Store, hold: Decision) -> None:
    _add(store, hold, AUTHOR)

    store.erasure.author(AUTHOR, by="admin")

    entries = list(store.audit.entries())
    assert store.audit.verify().fault is None
    assert CANARY not in str(entries)
    assert (entries[-1].by, entries[-1].act) == ("admin", "author.erase")
    assert entries[-1].subject in store.audit.names_of(AUTHOR)
    assert entries[-1].facts["comments"] == 1


def test_nothing_is_left_in_the_file_or_its_log(sqlite: Store, file: Path, hold: Decision) -> None:
    for number in range(300):  # of many sizes, among others' comments, so that pages fill, split and merge
        author = AUTHOR if number % 3 else "lee"
        body = f"{CANARY if number % 3 else '남의'} {'글 ' * (number * 37 % 900)}"
        sqlite.add(Comment(body, id=f"c{number}", author=author), hold, Status.HELD)
    _add(sqlite, hold, AUTHOR)
    assert CANARY.encode() in b"".join(path.read_bytes() for path in _files(file))

    sqlite.erasure.author(AUTHOR, by="admin", mask=mask)

    assert [path.name for path in _files(file) if CANARY.encode() in path.read_bytes()] == []
    assert sqlite.held_count() == 100
    assert sqlite.check() == []


def test_nothing_is_left_in_the_files_of_postgresql(
    postgresql: Server, postgresql_url: str, hold: Decision
) -> None:
    with Store.open(postgresql_url, [KEY]) as store:
        with (
            store._connections.apart() as connection
        ):  # so that its own old log is deleted, not kept for reuse
            connection.execute(text("ALTER SYSTEM SET wal_recycle = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        for number in range(60):
            body = f"{CANARY} {'글 ' * (number * 37 % 900)}"
            store.add(Comment(body, id=f"c{number}", author=AUTHOR), hold, Status.HELD)
        _add(store, hold, AUTHOR)
        _settle_on_disk(store)
        assert _found(postgresql._folder, CANARY)

        store.erasure.author(AUTHOR, by="admin", mask=mask)
        _settle_on_disk(store)

        assert _found(postgresql._folder, CANARY) == []
        assert store.check() == []


def test_erasing_waits_for_no_one_and_loses_nobody_elses_ruling(url: str, hold: Decision) -> None:
    with Store.open(url, [KEY]) as store, Store.open(url, [KEY]) as other:
        for number in range(20):
            store.add(Comment("글", id=f"mine-{number}", author=AUTHOR), hold, Status.HELD)
            store.add(Comment("글", id=f"lee-{number}", author="lee"), hold, Status.HELD)
        ruled: list[str] = []
        thread = threading.Thread(target=_rule_all, args=(other, ruled))
        thread.start()
        store.erasure.author(AUTHOR, by="admin")
        thread.join()

        assert {name for name in ruled if name.startswith("lee")} == {f"lee-{number}" for number in range(20)}
        assert store.erasure.count(AUTHOR) == 0
        assert store.check() == []


def test_more_than_a_batch_goes(store: Store, hold: Decision) -> None:
    kept = store.add(Comment("글", author=AUTHOR), hold, Status.REJECTED)
    with store._connections.writing() as connection:
        row = dict(connection.execute(select(comments)).one()._mapping)
        decided = dict(connection.execute(select(decisions)).one()._mapping)
        names = [f"c{number}" for number in range(BATCH)]
        connection.execute(insert(comments), [row | {"id": name} for name in names])
        connection.execute(insert(decisions), [decided | {"comment_id": name} for name in names])

    assert store.erasure.author(AUTHOR, by="admin").comments == BATCH + 1
    with pytest.raises(NotFound):
        store.get(kept.id)


def test_decisions_stay_where_no_erasure_is_under_way(store: Store, hold: Decision) -> None:
    kept = store.add(Comment("글"), hold, Status.HELD)

    with pytest.raises(StoreError), store._connections.writing() as connection:
        connection.execute(text("DELETE FROM decisions"))

    assert store.decisions(kept.id) == [kept.decision]


@pytest.mark.parametrize(
    ("status", "periods", "days"),
    [
        (Status.REJECTED, Periods(rejected=180), 180),
        (Status.PUBLISHED, Periods(published=30), 30),
    ],
)
def test_what_was_settled_goes_when_its_time_is_over(
    store: Store, hold: Decision, status: Status, periods: Periods, days: int
) -> None:
    old = store.add(Comment(BODY, author="kim"), hold, status)
    waiting = store.add(Comment("글", author="kim"), hold, Status.HELD)

    assert store.erasure.expired(periods, old.received_at + timedelta(days=days, seconds=-5)) == Erased()
    done = store.erasure.expired(periods, waiting.received_at + timedelta(days=days, seconds=5))

    assert done.comments == 1
    with pytest.raises(NotFound):
        store.get(old.id)
    assert store.get(waiting.id) == waiting
    assert [*store.audit.entries()][-1].act == "retention.run"
    assert store.check() == []


def test_a_period_begins_with_the_last_decision(store: Store, hold: Decision) -> None:
    kept = store.add(Comment(BODY), hold, Status.HELD)
    with store._connections.writing() as connection:
        connection.execute(update(comments).values(received_at=NOW - timedelta(days=400)))
    ruled = store.rule(kept.id, Action.REJECT, "mina")

    assert store.erasure.expired(Periods(), ruled.decision.at + timedelta(days=179)) == Erased()
    assert store.erasure.expired(Periods(), ruled.decision.at + timedelta(days=181)).comments == 1


def test_labels_from_outside_go_when_their_time_is_over(store: Store) -> None:
    store.feedback.add("나쁜 글", {Label.TOXICITY: 1.0}, source="perspective", client="desk", language="ko")
    now = datetime.now(UTC)

    assert store.erasure.expired(Periods(labels=730), now + timedelta(days=729)) == Erased()
    assert store.erasure.expired(Periods(labels=730), now + timedelta(days=731)) == Erased(rows=1)


def test_nothing_goes_where_no_period_is_set(store: Store, hold: Decision) -> None:
    store.add(Comment(BODY), hold, Status.REJECTED)

    assert store.erasure.expired(Periods(0, 0, 0), NOW + timedelta(days=9_999)) == Erased()


def test_it_runs_once_a_day_whoever_asks(url: str, hold: Decision) -> None:
    with Store.open(url, [KEY]) as one, Store.open(url, [KEY]) as other:
        one.add(Comment(BODY), hold, Status.REJECTED)
        now = datetime.now(UTC) + timedelta(days=200)

        done = one.erasure.daily(Periods(), now)
        assert done is not None
        assert done.comments == 1
        assert other.erasure.daily(Periods(), now) is None
        assert other.erasure.daily(Periods(), now + timedelta(days=1)) == Erased()


def _rule_all(store: Store, ruled: list[str]) -> None:
    for number in range(20):
        for who in ("mine", "lee"):
            try:
                store.rule(f"{who}-{number}", Action.ALLOW, "mina")
            except NotFound:
                continue
            ruled.append(f"{who}-{number}")


def _is_covered(table: Table) -> bool:
    return bool(columns_of_comments(table) or columns_of_people(table))


def _add(store: Store, hold: Decision, author: str) -> str:
    """A comment that has left its traces in every table there is."""
    seen = Finding("words.insult", Span(0, 3), evidence=CANARY)
    kept = store.add(
        Comment(BODY, author=author), replace(hold, findings=(*hold.findings, seen)), Status.HELD
    )
    store.feedback.add(mask(BODY), {Label.TOXICITY: 1.0}, source="perspective", client="desk", language="ko")
    with store._connections.writing() as connection:
        for table in metadata.sorted_tables:
            if _is_covered(table) and kept.id not in str(_read(connection, table)):
                for row in _filled(table, kept.id, author):
                    _insert(connection, table, row)
    return kept.id


def _filled(table: Table, comment_id: str, author: str) -> Iterator[dict[str, Any]]:
    """A row for that table, of the comment or of its author, with the canary wherever text is kept."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column in columns_of_comments(table):
            row[column.name] = comment_id
        elif column in columns_of_people(table):
            row[column.name] = author
        elif isinstance(column.type, Integer):
            row[column.name] = 1
        elif isinstance(column.type, Float):
            row[column.name] = 0.5
        elif isinstance(column.type, DateTime) or "at" in column.name.split("_") or column.name == "until":
            row[column.name] = NOW
        elif column.type.__class__.__name__ == "Boolean":
            row[column.name] = True
        else:
            row[column.name] = CANARY[: getattr(column.type, "length", None) or None]
    if table.name == "notes":
        yield row | {"author": None}
        yield row | {"comment_id": None, "id": "note-on-author"}
    elif table.name == "feedback":
        return
    else:
        yield row


def _insert(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    try:
        connection.execute(insert(table).values(row))
    except DBAPIError as error:
        raise AssertionError(f"{table.name}: {error.orig}; give it a row in `_filled`") from None


def _rows(store: Store, table: Table) -> list[str]:
    with store._connections.reading() as connection:
        return _read(connection, table)


def _read(connection: Connection, table: Table) -> list[str]:
    return [
        json.dumps(list(row), default=str, ensure_ascii=False) for row in connection.execute(select(table))
    ]


def _files(file: Path) -> list[Path]:
    return sorted(file.parent.glob(f"{file.name}*"))


def _settle_on_disk(store: Store) -> None:
    with store._connections.apart() as connection:
        for statement in ("ANALYZE", "CHECKPOINT", "SELECT pg_switch_wal()", "CHECKPOINT"):
            connection.execute(text(statement))


def _found(folder: Path, canary: str) -> list[str]:
    return [
        str(path.relative_to(folder))
        for path in (folder / "data").rglob("*")
        if path.is_file() and canary.encode() in path.read_bytes()
    ]
