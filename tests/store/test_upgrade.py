"""DB-10: a process that is killed while it brings the schema up to date leaves the old one, whole; else all is filled in."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, select, text

from moderation.errors import StoreError
from moderation.store import Status, Store
from moderation.store.connections import Connections
from moderation.store.schema import _config
from moderation.store.tables import comments
from moderation.types import Action, Comment, Decision, Finding, Reason, Severity, Span

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


def test_what_waited_before_there_was_a_desk_stands_in_its_lists(url: str, hold: Decision) -> None:
    """What version 9 fills in for comments of before is what they would be kept with now."""
    with Store.open(url) as store:
        for id, decision in _decisions(hold).items():
            store.add(Comment(f"Straße 댓글입니다 {id}", id=id, author="lee"), decision, Status.HELD)
        for n in range(5):
            store.add(Comment("광고입니다", id=f"flood{n}", author="kim"), hold, Status.HELD)
            store.add(Comment("이름 없이", id=f"nameless{n}"), hold, Status.HELD)
        store.add(Comment("좋은 글", id="published", author="kim"), hold, Status.PUBLISHED)
        store.add(Comment("", id="empty", author="kim"), hold, Status.REJECTED)
        store.rule("flood0", Action.REJECT, "mina")
        before = _placed(store)
        found = [item.comment.id for item in store.desk.search("strasse 댓글").items]
    _downgrade(url, "0008")

    with Store.open(url) as store:
        after = _placed(store)
        assert [item.comment.id for item in store.desk.search("strasse 댓글").items] == found
        assert store.desk.counts().held == sum(waits == "held" for _, _, waits in after.values())
        assert store.check() == []

    assert {id: after[id][:2] for id in after} == {id: before[id][:2] for id in before}
    folded = [id for id, (_, _, waits) in after.items() if waits == "folded"]
    assert folded == ["flood4", "mild"]  # the fourth that waits of each author; who has no name is not folded
    assert {id for id, (_, _, waits) in after.items() if waits is None} == {"flood0", "published", "empty"}


def _decisions(hold: Decision) -> dict[str, Decision]:
    """One for each way in which a reason has its weight."""
    score = Finding("toxicity.insult", Span(0, 1), score=0.815)
    mild = Finding("words.insult", Span(0, 1), severity=Severity.MILD)
    other = Finding("links.link", Span(0, 1))
    return {
        "both": hold,
        "bare": replace(
            hold,
            findings=(other,),
            reasons=(Reason(other, "links", Action.HOLD),),
            clauses=("links",),
            skipped=(),
        ),
        "high": replace(
            hold, findings=(score, mild), reasons=(Reason(score, "abuse", Action.HOLD),), skipped=()
        ),
        "mild": replace(
            hold, findings=(mild,), reasons=(Reason(mild, "abuse", Action.HOLD),), clauses=(), skipped=()
        ),
    }


def _placed(store: Store) -> dict[str, tuple[int, str | None, str | None]]:
    columns = (comments.c.calm, comments.c.clause, comments.c.waits)
    with store._connections.reading() as connection:
        rows = connection.execute(select(comments.c.id, *columns).order_by(comments.c.id)).all()
    return {id: (calm, clause, waits) for id, calm, clause, waits in rows}


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


def _downgrade(url: str, revision: str = ALREADY) -> None:
    connections = Connections.to(url)
    with connections.writing() as connection:
        command.downgrade(_config(connection), revision)
    connections.close()


def _head() -> str:
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory.from_config(_config()).get_current_head())
