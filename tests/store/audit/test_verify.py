"""AU-1: whatever somebody does to the tables behind the service's back, `verify` names the first bad row."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, insert, select, text, update

from moderation.store import Store
from moderation.store.audit.chain import UNKEYED, Entry, Head, Keys
from moderation.store.audit.tables import audit, audit_head
from moderation.store.audit.verify import entries

KEY = b"k" * 32
ROWS = 40
EDITS = int(os.environ.get("MODERATION_AUDIT_EDITS", "500"))

Edit = Callable[[Connection, random.Random], int]
"""Does something to the tables and says which row `verify` has to name."""


def change(connection: Connection, chance: random.Random) -> int:
    """One field of one row, by as little as a character."""
    number = chance.randint(1, ROWS)
    row = _row(connection, number)
    field = chance.choice(["by", "act", "subject", "detail", "mac", "key", "at"])
    value = row[field]
    if field == "at":
        changed: Any = value.replace(microsecond=(value.microsecond + 1) % 1_000_000)
    else:
        place = chance.randrange(len(value))
        changed = value[:place] + ("0" if value[place] != "0" else "1") + value[place + 1 :]
    connection.execute(update(audit).where(audit.c.number == number).values({field: changed}))
    return number


def remove(connection: Connection, chance: random.Random) -> int:
    """One row in the middle."""
    number = chance.randint(1, ROWS - 1)
    connection.execute(delete(audit).where(audit.c.number == number))
    return number


def remove_and_close_up(connection: Connection, chance: random.Random) -> int:
    """One row, with every later one moved up and the head set back."""
    number = chance.randint(1, ROWS - 1)
    connection.execute(delete(audit).where(audit.c.number == number))
    for later in range(number + 1, ROWS + 1):
        connection.execute(update(audit).where(audit.c.number == later).values(number=later - 1))
    connection.execute(update(audit_head).values(number=ROWS - 1))
    return number


def insert_between(connection: Connection, chance: random.Random) -> int:
    """A row that never was, with every later one moved down."""
    number = chance.randint(1, ROWS)
    for later in range(ROWS, number - 1, -1):
        connection.execute(update(audit).where(audit.c.number == later).values(number=later + 1))
    copied = _row(connection, chance.choice([n for n in range(1, ROWS + 2) if n != number]))
    connection.execute(insert(audit).values(copied | {"number": number, "by": "mallory"}))
    connection.execute(update(audit_head).values(number=ROWS + 1))
    return number


def swap(connection: Connection, chance: random.Random) -> int:
    """Two rows, each in the other's place."""
    first, second = sorted(chance.sample(range(1, ROWS + 1), 2))
    one, two = _row(connection, first), _row(connection, second)
    connection.execute(update(audit).where(audit.c.number == first).values(two | {"number": first}))
    connection.execute(update(audit).where(audit.c.number == second).values(one | {"number": second}))
    return first


def cut_the_tail(connection: Connection, chance: random.Random) -> int:
    """The last rows, with the head set back as well as can be done without the key."""
    last = chance.randint(0, ROWS - 1)
    connection.execute(delete(audit).where(audit.c.number > last))
    how = chance.choice(["leave the head", "set its number", "set number and hash"])
    if how == "set its number":
        connection.execute(update(audit_head).values(number=last))
    elif how == "set number and hash":
        mac = _row(connection, last)["mac"] if last else ""
        connection.execute(update(audit_head).values(number=last, mac=mac))
    return last + 1


def rebuild(connection: Connection, chance: random.Random) -> int:
    """Every row from one on, changed and chained anew with another key, with none, or under the old one's name."""
    start = chance.randint(1, ROWS)
    forger = Keys(chance.choice([[], [b"guessed" * 8]]))
    name = chance.choice([forger.current, Keys([KEY]).current])
    mac = _row(connection, start - 1)["mac"] if start > 1 else ""
    for entry in [*entries(connection, after=start - 1)]:
        changed = Entry(
            entry.number, entry.at, "mallory", entry.act, entry.subject, entry.detail, forger.current
        )
        mac = forger.mac(mac, changed)
        connection.execute(
            update(audit).where(audit.c.number == entry.number).values(by="mallory", key=name, mac=mac)
        )
    head = Head(ROWS, mac, forger.current)
    connection.execute(update(audit_head).values(mac=mac, key=name, seal=forger.seal(head)))
    return start


def forge_the_head(connection: Connection, chance: random.Random) -> int:
    """The head alone; the rows are whole, so that the end is what cannot be told."""
    field, value = chance.choice(
        [("mac", "0" * 64), ("seal", "0" * 64), ("key", UNKEYED), ("number", ROWS + 5)]
    )
    connection.execute(update(audit_head).values({field: value}))
    return ROWS + 1


def add_behind_the_head(connection: Connection, chance: random.Random) -> int:
    """A row after the last one, with or without moving the head."""
    copied = _row(connection, chance.randint(1, ROWS))
    connection.execute(insert(audit).values(copied | {"number": ROWS + 1}))
    if chance.random() < 0.5:
        connection.execute(update(audit_head).values(number=ROWS + 1, mac=copied["mac"]))
    return ROWS + 1


KINDS: list[Edit] = [
    change,
    remove,
    remove_and_close_up,
    insert_between,
    swap,
    cut_the_tail,
    rebuild,
    forge_the_head,
    add_behind_the_head,
]


@pytest.fixture
def written(url: str) -> Iterator[Store]:
    """A store with an audit of forty rows, whose triggers somebody with enough rights has taken away."""
    with Store.open(url, [KEY]) as store:
        for number in range(ROWS - 1):
            store.audit.record(
                by=f"mina{number}", act="test", subject=f"comment:{number}", detail={"count": number}
            )
        with store._connections.writing() as connection:
            _drop_triggers(connection)
        yield store


def test_every_edit_is_found_and_the_first_bad_row_named(written: Store) -> None:
    for seed in range(EDITS):
        chance = random.Random(seed)
        edit = KINDS[seed % len(KINDS)]
        with _undone(written) as connection:
            row = edit(connection, chance)
            fault = _verify(connection)
            assert fault is not None, (seed, edit.__name__)
            assert fault.row == row, (seed, edit.__name__, fault)
    assert written.audit.verify().fault is None


def test_an_older_copy_of_everything_is_found_by_a_head_noted_elsewhere(written: Store) -> None:
    head = written.audit.head()
    noted = (head.number, head.mac)
    assert written.audit.verify(anchor=noted).fault is None
    written.audit.record(by="mina", act="test", subject="nothing")
    assert written.audit.verify(anchor=noted).fault is None

    other = written.audit.verify(anchor=(head.number, "0" * 64)).fault
    assert other is not None
    assert (other.row, other.reason) == (ROWS, "is another than was noted elsewhere")
    later = written.audit.verify(anchor=(head.number + 9, head.mac)).fault
    assert later is not None
    assert later.row == ROWS + 2


def test_rows_from_before_there_was_a_key_have_to_be_named(url: str) -> None:
    with Store.open(url) as store:
        store.audit.record(by="mina", act="test", subject="nothing")
    with Store.open(url, [KEY]) as store:
        store.audit.record(by="mina", act="test", subject="nothing")

        fault = store.audit.verify().fault
        assert fault is not None
        assert (fault.row, fault.reason) == (1, "was written without a key")
        assert store.audit.verify(unkeyed_until=2).fault is None
        assert store.audit.verify(unkeyed_until=1).fault is not None


def test_without_the_key_nothing_is_vouched_for(url: str) -> None:
    with Store.open(url, [KEY]):
        pass
    with Store.open(url) as store:
        fault = store.audit.verify().fault
        assert fault is not None
        assert "which is not given" in fault.reason


def _verify(connection: Connection) -> Any:
    from moderation.store.audit.verify import verify

    return verify(connection, Keys([KEY])).fault


@contextmanager
def _undone(store: Store) -> Iterator[Connection]:
    """A connection whose changes are taken back at the end."""
    with store._connections._writer.connect() as connection:
        yield connection
        connection.rollback()


def _row(connection: Connection, number: int) -> dict[str, Any]:
    return dict(connection.execute(select(audit).where(audit.c.number == number)).one()._mapping)


def _drop_triggers(connection: Connection) -> None:
    assert connection.execute(select(func.count()).select_from(audit)).scalar_one() == ROWS
    if connection.dialect.name == "sqlite":
        for name in ("no_update", "no_delete", "no_replace"):
            connection.execute(text(f"DROP TRIGGER audit_{name}"))
    else:
        connection.execute(text("DROP TRIGGER audit_no_change ON audit"))
