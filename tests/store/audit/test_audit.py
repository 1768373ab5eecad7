"""What is put on record, by whom and when; and that two who write at once do not break the chain."""

from __future__ import annotations

import json
import threading
from contextlib import suppress

import pytest
from sqlalchemy import text

from moderation.errors import InputError, StoreError
from moderation.store import Status, Store, audit
from moderation.store.audit.verify import BEGIN
from moderation.types import Action, Comment, Decision

KEY, NEWER = b"k" * 32, b"n" * 32


def test_a_new_store_begins_its_audit(store: Store) -> None:
    [first] = store.audit.entries()

    assert (first.number, first.by, first.act, first.subject) == (1, "system", BEGIN, "audit")
    assert store.audit.verify().fault is None


def test_each_decision_is_on_record_with_who_what_and_which_version(store: Store, hold: Decision) -> None:
    kept = store.add(Comment("정말 바보 같은 글", author="kim"), hold, Status.HELD)
    store.rule(kept.id, Action.REJECT, "mina")

    _, policys, minas = store.audit.entries()

    assert (policys.by, policys.act, policys.subject) == ("policy", "decision", f"comment:{kept.id}")
    assert policys.facts == {
        "number": 1,
        "action": "hold",
        "rule": "words.insult",
        "clauses": ["abuse"],
        "skipped": ["links"],
        "policy": "0123456789ab",
        "model": "2026-11-1",
    }
    assert (minas.by, minas.subject) == ("mina", f"comment:{kept.id}")
    assert (minas.facts["number"], minas.facts["action"]) == (2, "reject")
    assert "바보" not in json.dumps([policys.detail, minas.detail], ensure_ascii=False)
    assert store.audit.verify().fault is None


def test_what_is_rolled_back_leaves_no_entry(store: Store) -> None:
    with suppress(RuntimeError), store._connections.writing() as connection:
        audit.append(connection, by="mina", act="export.decisions", subject="decisions")
        raise RuntimeError

    assert [entry.act for entry in store.audit.entries()] == [BEGIN]


def test_an_act_is_on_record_only_in_a_transaction_that_writes(store: Store) -> None:
    with (
        pytest.raises(StoreError, match="in the transaction of an act"),
        store._connections.reading() as reader,
    ):
        audit.append(reader, by="mina", act="export.decisions", subject="decisions")


def test_an_act_without_a_name_to_it_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match=r"^`by` is empty"):
        store.audit.record(by="", act="export.decisions", subject="decisions")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET act = 'nothing' WHERE number = 1",
        "DELETE FROM audit WHERE number = 1",
        "DELETE FROM audit_head",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(store: Store, statement: str) -> None:
    with pytest.raises(StoreError), store._connections.writing() as connection:
        connection.execute(text(statement))

    assert store.audit.verify().fault is None


def test_many_writers_at_once_make_one_chain(url: str, hold: Decision) -> None:
    with Store.open(url, [KEY]) as one, Store.open(url, [KEY]) as other:
        threads = [
            threading.Thread(target=_hold_and_rule, args=(store, hold, f"{place}-{number}"))
            for place, store in enumerate((one, other))
            for number in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        found = one.audit.verify()
        assert found.fault is None
        assert found.rows == 1 + 12 * 10


def _hold_and_rule(store: Store, hold: Decision, name: str) -> None:
    for number in range(5):
        kept = store.add(Comment("글", id=f"{name}-{number}"), hold, Status.HELD)
        store.rule(kept.id, Action.ALLOW, "mina")


def test_a_chain_with_a_key_does_not_go_on_without_it(url: str) -> None:
    with Store.open(url, [KEY]) as store:
        store.audit.record(by="mina", act="test", subject="nothing")
    with Store.open(url) as keyless, pytest.raises(StoreError, match="set `MODERATION_AUDIT_KEY`"):
        keyless.audit.record(by="mina", act="test", subject="nothing")
    with Store.open(url, [NEWER]) as other:
        with pytest.raises(StoreError, match="was written with another key"):
            other.audit.record(by="mina", act="test", subject="nothing")
        with pytest.raises(StoreError, match="was written with another key"):
            other.audit.check_key()


def test_a_key_is_changed_by_giving_both(url: str) -> None:
    with Store.open(url, [KEY]) as store:
        store.audit.record(by="mina", act="test", subject="nothing")
    with Store.open(url, [NEWER, KEY]) as store:
        store.audit.check_key()
        store.audit.record(by="mina", act="test", subject="nothing")

        assert len({entry.key for entry in store.audit.entries()}) == 2
        assert store.audit.verify().fault is None
        assert len(store.audit.names_of("kim")) == 2


def test_an_author_goes_by_a_digest_that_depends_on_the_key(url: str) -> None:
    with Store.open(url, [KEY]) as store, store._connections.writing() as connection:
        name = audit.author(connection, "kim@example.co.kr")

        assert name == audit.author(connection, "kim@example.co.kr") != audit.author(connection, "lee")
        assert name in store.audit.names_of("kim@example.co.kr")
        assert "kim" not in name
