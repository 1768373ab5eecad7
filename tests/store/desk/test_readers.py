from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from moderation.errors import Conflict, InputError, NotFound
from moderation.store import Status, Store, clock
from moderation.store.desk import Act, DeskRules, Ruling, View
from tests.store.desk.held import hold, publish


def rejected(store: Store, id: str = "a", by: str = "mina") -> None:
    hold(store, id, author="kim")
    store.desk.decide([id], Ruling(Act.REJECT), by)


def test_an_appeal_goes_to_another_moderator(store: Store) -> None:
    rejected(store)

    appeal = store.desk.appeal("a", "kim", "욕이 아닙니다")

    assert (appeal.number, appeal.ruled_by, appeal.outcome) == (2, "mina", None)
    assert store.desk.page(View.APPEALS, by="mina").items == []
    assert store.desk.counts("mina").appeals == 0
    [item] = store.desk.page(View.APPEALS, by="jun").items
    assert item.appeal == appeal
    assert store.desk.counts("jun").appeals == 1
    assert store.desk.item("a").appeal == appeal
    with pytest.raises(Conflict, match="another moderator has to look at it"):
        store.desk.settle_appeal(appeal.id, "upheld", "그대로입니다", "mina")


@pytest.mark.parametrize(
    ("outcome", "status", "decisions"),
    [("upheld", Status.REJECTED, 2), ("overturned", Status.PUBLISHED, 3)],
)
def test_an_appeal_is_settled_once_with_a_reason(
    store: Store, outcome: str, status: Status, decisions: int
) -> None:
    rejected(store)
    appeal = store.desk.appeal("a", "kim", "욕이 아닙니다")

    settled = store.desk.settle_appeal(appeal.id, outcome, "다시 보았습니다", "jun")  # type: ignore[arg-type]

    assert (settled.outcome, settled.settled_by, settled.reason) == (outcome, "jun", "다시 보았습니다")
    assert store.get("a").status is status
    assert len(store.decisions("a")) == decisions
    assert store.desk.page(View.APPEALS, by="jun").items == []
    with pytest.raises(Conflict, match=f"settled already: {outcome} by `jun` at 20"):
        store.desk.settle_appeal(appeal.id, "upheld", "x", "sora")


def test_an_appeal_is_for_ones_own_comment_and_once_for_each_decision(store: Store) -> None:
    rejected(store)
    publish(store, "shown", author="kim")
    with pytest.raises(NotFound, match=r"^there is no comment `a`$"):
        store.desk.appeal("a", "lee", "x")
    with pytest.raises(Conflict, match="there is nothing to appeal against"):
        store.desk.appeal("shown", "kim", "x")
    store.desk.appeal("a", "kim", "x")

    with pytest.raises(Conflict, match=r"^an appeal against this decision on comment `a` is filed already$"):
        store.desk.appeal("a", "kim", "y")


def test_an_appeal_waits_while_another_holds_the_comment(store: Store) -> None:
    rejected(store)
    appeal = store.desk.appeal("a", "kim", "x")
    store.desk.claim(["a"], "sora")

    with pytest.raises(Conflict, match="in the hands of `sora`"):
        store.desk.settle_appeal(appeal.id, "upheld", "x", "jun")
    assert store.desk.settle_appeal(appeal.id, "upheld", "x", "sora").outcome == "upheld"


def test_a_ruling_settles_an_appeal_against_the_hold(store: Store) -> None:
    hold(store, "a", author="kim")
    appeal = store.desk.appeal("a", "kim", "급합니다")

    store.desk.decide(["a"], Ruling(Act.REJECT), "mina")

    with pytest.raises(Conflict, match="settled already: upheld by `mina`"):
        store.desk.settle_appeal(appeal.id, "overturned", "x", "jun")


def test_appeals_are_read_page_by_page(store: Store) -> None:
    for id in "abc":
        rejected(store, id)
        store.desk.appeal(id, "kim", "x")

    first = store.desk.page(View.APPEALS, by="jun", limit=2)
    rest = store.desk.page(View.APPEALS, by="jun", limit=2, after=first.next)

    assert [item.comment.id for item in [*first.items, *rest.items]] == ["a", "b", "c"]
    assert rest.next is None


def test_so_many_readers_put_a_comment_before_a_moderator_and_do_nothing_else(store: Store) -> None:
    """PO-2"""
    publish(store, "a", author="kim")

    assert store.desk.report("a", "r1", "abuse", "심하다")
    assert not store.desk.report("a", "r1", "abuse", "또")
    assert store.desk.report("a", "r2")
    assert store.desk.page(View.REPORTED).items == []
    for n in range(3, 30):
        store.desk.report("a", f"r{n}")

    [item] = store.desk.page(View.REPORTED).items
    assert item.reports == 29
    assert store.get("a").status is Status.PUBLISHED
    assert len(store.decisions("a")) == 1
    assert list(store.rulings()) == []
    assert [report.reader for report in store.desk.reports("a")][-1] == "r1"


def test_reports_from_before_a_moderators_look_do_not_count_again(store: Store) -> None:
    publish(store, "a")
    for n in range(3):
        store.desk.report("a", f"r{n}")
    assert store.desk.decide(["a"], Ruling(Act.APPROVE), "mina").done == ("a",)

    store.desk.report("a", "r4")

    assert store.desk.page(View.REPORTED).items == []
    store.desk.report("a", "r5")
    store.desk.report("a", "r6")
    assert len(store.desk.page(View.REPORTED).items) == 1
    assert store.desk.decide(["a"], Ruling(Act.REJECT, clause="abuse"), "mina").done == ("a",)
    assert store.get("a").status is Status.REJECTED


def test_reports_count_within_a_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(store, "a")
    store.desk.rules = DeskRules(report_readers=2, report_hours=1)
    store.desk.report("a", "r1")
    plain = clock.now

    def later(connection: Connection) -> datetime:
        return plain(connection) + timedelta(hours=1, seconds=1)

    monkeypatch.setattr(clock, "now", later)
    store.desk.report("a", "r2")
    assert store.desk.page(View.REPORTED).items == []
    store.desk.report("a", "r3")
    assert len(store.desk.page(View.REPORTED).items) == 1


def test_only_what_is_shown_can_be_reported_and_not_by_its_author(store: Store) -> None:
    hold(store, "h")
    publish(store, "a", author="kim")

    for id in ("h", "z"):
        with pytest.raises(NotFound, match=f"^there is no comment `{id}`$"):
            store.desk.report(id, "r1")
    with pytest.raises(Conflict, match="your own"):
        store.desk.report("a", "kim")
    with pytest.raises(InputError):
        store.desk.report("a", "")
