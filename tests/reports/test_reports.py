"""The figures of the leads' dashboard, over both databases, and the statistics by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from moderation.reports import forecast, report
from moderation.reports.quality import Agreement, Overturned, agreements, kappa
from moderation.store import Status, Store
from moderation.store.desk.tables import second_looks
from moderation.store.figures import Look, Pace
from moderation.store.tables import comments
from moderation.types import Action, Comment, Decision, Length, Versions
from tests.sqlite import upgraded

PLAIN = Decision(
    Action.ALLOW, None, (), (), (), Length(2, 250), "ko", Versions(policy="aaa", model="m1", normaliser="1")
)
HOLD = replace(PLAIN, action=Action.HOLD, rule="words.insult", clauses=("abuse",))
REJECT = replace(
    PLAIN, action=Action.REJECT, rule="links.blocked", clauses=("links", "advertising"), language="en"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = upgraded(tmp_path / "m.db")
    url = sqlite if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    with Store.open(url) as store:
        yield store


def test_the_figures_of_a_small_desk(store: Store) -> None:
    since = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=2)
    store.add(Comment("글"), PLAIN, Status.PUBLISHED)
    store.add(Comment("글", id="r"), REJECT, Status.REJECTED)
    for number in range(4):
        store.add(Comment("글", id=f"h{number}"), HOLD, Status.HELD)
    for number in range(3):
        store.rule(f"h{number}", Action.REJECT if number else Action.ALLOW, "mina")
    with store._connections.writing() as connection:  # one of them waited for a day
        connection.execute(
            update(comments)
            .where(comments.c.id == "h1")
            .values(received_at=datetime.now(UTC) - timedelta(days=1))
        )

    found = report(store, since)

    assert [day.total for day in found.days][-2:] == [1, 5]
    assert len(found.days) == 3
    assert {volume.name: dict(volume.counts) for volume in found.clauses} == {
        "abuse": {"hold": 4},
        "advertising": {"reject": 1},
        "links": {"reject": 1},
    }
    assert {volume.name: volume.total for volume in found.languages} == {"en": 1, "ko": 5}
    assert [(row.name, row.count) for row in found.waiting] == [("abuse", 3)]
    assert found.waiting[0].median < 60
    assert 86_000 < found.waiting[0].ninetieth < 87_000
    assert found.rules == [Overturned("words.insult", 3, 1)]
    assert found.policies == [Overturned("aaa", 3, 1)]
    assert found.models == [Overturned("m1", 3, 1)]
    assert found.forecast.pace.held == 1
    assert (found.forecast.pace.came, found.forecast.pace.ruled) == (3, 3)


def test_what_is_older_is_no_part_of_it(store: Store) -> None:
    store.add(Comment("글", id="h"), HOLD, Status.HELD)
    store.rule("h", Action.ALLOW, "mina")

    found = report(store, datetime.now(UTC) + timedelta(minutes=1))

    assert (found.clauses, found.languages, found.waiting, found.rules, found.agreements) == (
        [],
        [],
        [],
        [],
        [],
    )


def test_second_looks_are_counted_by_clause(store: Store) -> None:
    now = datetime.now(UTC)
    for number, (first, second) in enumerate([("allow", "allow"), ("reject", "reject"), ("reject", "allow")]):
        store.add(Comment("글", id=f"h{number}"), HOLD, Status.HELD)
        row = {
            "comment_id": f"h{number}",
            "number": 1,
            "chosen_at": now,
            "first_by": "mina",
            "first_action": first,
            "first_clause": "abuse",
            "second_by": "jun",
            "second_action": second,
            "second_at": now,
            "agreed": first == second,
        }
        with store._connections.writing() as connection:
            connection.execute(insert(second_looks).values(row))

    [found] = report(store, now - timedelta(days=1)).agreements

    assert (found.clause, found.pairs, found.same) == ("abuse", 3, 2)
    assert found.kappa == pytest.approx(0.4)


def test_kappa_by_hand() -> None:
    """The example of the English Wikipedia's article (read 2026-11-25), and the edges."""
    assert kappa(Counter({("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15})) == pytest.approx(
        0.4
    )
    assert kappa(Counter({("y", "y"): 5, ("n", "n"): 5})) == 1.0
    assert kappa(Counter({("y", "n"): 5, ("n", "y"): 5})) == -1.0
    assert kappa(Counter({("y", "y"): 5})) is None
    assert kappa(Counter()) is None


def test_agreements_begin_with_the_clause_of_most_pairs() -> None:
    looks = [
        Look("links", "allow", "allow", 2),
        Look("abuse", "allow", "reject", 3),
        Look(None, "allow", "allow", 1),
    ]

    assert agreements(looks) == [
        Agreement("abuse", 3, 0, 0.0),
        Agreement("links", 2, 2, None),
        Agreement(None, 1, 1, None),
    ]


def test_an_interval_is_wide_where_there_are_few() -> None:
    """Wilson's interval of 1 in 10 is 1.8 % to 40.4 % (R, prop.test without correction)."""
    assert Overturned("rule", 10, 1).interval == pytest.approx((0.0179, 0.4042), abs=0.0001)
    assert Overturned("rule", 0, 0).interval == (0.0, 1.0)
    low, high = Overturned("rule", 1000, 100).interval
    assert high - low < 0.04


@pytest.mark.parametrize(
    ("held", "came", "ruled", "hours"),
    [(50, 50, 100, 1.0), (50, 0, 100, 0.5), (0, 9, 3, 0.0), (50, 10, 10, None), (50, 20, 10, None)],
)
def test_when_the_queue_will_be_empty(held: int, came: int, ruled: int, hours: float | None) -> None:
    at = datetime(2026, 11, 25, 13, 20, tzinfo=UTC)

    found = forecast(Pace(at, held, came, ruled))

    assert found.empty_at == (None if hours is None else at + timedelta(hours=hours))
    assert found.growth == came - ruled


def test_exports_tell_the_reasons_and_are_on_record(store: Store) -> None:
    store.add(Comment("=1+1", id="h", author="kim", article="a1"), HOLD, Status.HELD)
    store.add(Comment("글", id="r"), REJECT, Status.REJECTED)
    store.rule("h", Action.REJECT, "mina")
    store.add(Comment("글", id="w", author="lee"), HOLD, Status.HELD)

    rows = list(store.rows.decisions("lead"))
    held = list(store.rows.held("lead"))

    assert [(row["id"], row["number"], row["automated"]) for row in rows] == [
        ("h", 1, True),
        ("r", 1, True),
        ("h", 2, False),
        ("w", 1, True),
    ]
    assert rows[2] == rows[2] | {
        "decided_by": "mina",
        "action": "reject",
        "clauses": "abuse",
        "status": "rejected",
    }
    assert rows[1]["clauses"] == "links advertising"
    assert "=1+1" not in str(rows)
    assert [(row["id"], row["author"], row["text"]) for row in held] == [("w", "lee", "글")]
    assert [entry.act for entry in store.audit.entries()][-2:] == ["export.decisions", "export.held"]
    assert list(store.rows.decisions("lead", datetime.now(UTC) + timedelta(minutes=1))) == []
