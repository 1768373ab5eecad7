"""AU-2: each kind of act leaves one entry with who, when and what version, in the transaction of the act."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text

from moderation.errors import StoreError
from moderation.store import Status, Store
from moderation.store.accounts import Role
from moderation.types import Action, Comment, Decision
from tests.postgresql import Server

KEY = b"k" * 32


def acts(store: Store) -> list[tuple[str, str]]:
    return [(entry.by, entry.act) for entry in store.audit.entries()]


def test_each_kind_of_act_is_on_record_once(store: Store, hold: Decision) -> None:
    begin = len(acts(store))
    store.accounts.add("mina", Role.LEAD, by="admin", display="미나")
    session = store.accounts.use_link(store.accounts.make_link("mina", by="admin"))
    assert session is not None
    kept = store.add(Comment("글", author="kim"), hold, Status.HELD)
    store.rule(kept.id, Action.REJECT, "mina")
    list(store.rows.decisions("mina"))
    store.outbox.announce("policy", "aaa")  # the version of the first start is no change
    store.outbox.announce("policy", "bbb")
    store.outbox.announce("policy", "bbb")
    store.outbox.announce("model", "m1")
    store.outbox.announce("model", "m2")
    store.erasure.author("kim", by="admin")

    found = acts(store)[begin:]

    assert found[0][0] == "admin"
    assert found[0][1].startswith("account.")
    for act in (
        ("policy", "decision"),
        ("mina", "decision"),
        ("mina", "export.decisions"),
        ("system", "policy.change"),
        ("system", "model.change"),
        ("admin", "author.erase"),
    ):
        assert found.count(act) == 1, act
    assert any(by == "mina" and "sign" in act for by, act in found), found
    [changed] = [entry for entry in store.audit.entries() if entry.act == "policy.change"]
    assert changed.subject == "policy:bbb"
    assert store.audit.verify().fault is None


def test_what_cannot_be_put_on_record_is_not_done(url: str, hold: Decision) -> None:
    with Store.open(url, [b"k" * 32]) as store:
        kept = store.add(Comment("글", author="kim"), hold, Status.HELD)
    with Store.open(url) as keyless:
        with pytest.raises(StoreError, match="kept with a key"):
            keyless.rule(kept.id, Action.REJECT, "mina")
        with pytest.raises(StoreError, match="kept with a key"):
            keyless.erasure.author("kim", by="mina")
        with pytest.raises(StoreError, match="kept with a key"):
            next(keyless.rows.decisions("mina"))
        assert keyless.get(kept.id) == kept


def test_postgresql_is_backed_up_by_its_own_program(
    postgresql: Server, postgresql_url: str, hold: Decision, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.dump"
    with Store.open(postgresql_url) as store:
        store.add(Comment("글"), hold, Status.HELD)
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(StoreError, match="`pg_dump` is not there"):
            store.backup(file, by="admin")
        assert not file.exists()
        monkeypatch.setenv("PATH", str(postgresql._binaries))
        store.backup(file, by="admin")
        assert file.read_bytes().startswith(b"PGDMP")
        assert acts(store)[-1] == ("admin", "db.backup")


def test_a_backup_of_postgresql_is_restored_into_an_empty_database(
    postgresql: Server, postgresql_url: str, hold: Decision, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DB-11: by `pg_restore`, as docs/records.md says."""
    monkeypatch.setenv("PATH", str(postgresql._binaries))
    file = tmp_path / "backup.dump"
    with Store.open(postgresql_url, [KEY]) as store:
        kept = [store.add(Comment(f"글 {n}", author="kim"), hold, Status.HELD) for n in range(3)]
        store.rule(kept[0].id, Action.REJECT, "mina")
        counts, head = store.counts(), store.audit.head()
        store.backup(file, by="admin")
        store.rule(kept[1].id, Action.ALLOW, "mina")  # after the copy, so not in it

    with postgresql.database() as empty:
        command = ["pg_restore", "--exit-on-error", "--no-owner", f"--dbname={empty}", str(file)]
        subprocess.run(command, check=True)
        with Store.open(empty, [KEY]) as restored:
            assert restored.counts() == counts
            assert restored.audit.head() == head
            assert restored.audit.verify().fault is None
            assert restored.check() == []
            assert [restored.get(comment.id).status for comment in kept] == [
                Status.REJECTED,
                Status.HELD,
                Status.HELD,
            ]
            restored.rule(kept[1].id, Action.ALLOW, "jun")  # and work goes on
            with pytest.raises(StoreError), restored._connections.writing() as connection:
                connection.execute(text("DELETE FROM decisions"))  # what guards the records came along
