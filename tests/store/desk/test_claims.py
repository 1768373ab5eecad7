from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from moderation.errors import InputError
from moderation.store import Store, clock
from moderation.store.desk import Act, Filter, Ruling, View
from tests.store.desk.held import hold


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """How far the clock of the database is put forward; a test changes it."""
    shift = [timedelta()]
    plain = clock.now

    def now(connection: Connection) -> datetime:
        return plain(connection) + shift[0]

    monkeypatch.setattr(clock, "now", now)
    return shift


def test_what_one_holds_another_does_not_get(store: Store) -> None:
    for id in "abc":
        hold(store, id)

    mine = store.desk.claim(["a", "b"], "mina")
    theirs = store.desk.claim(["b", "c"], "jun")

    assert [claim.comment for claim in mine.granted] == ["a", "b"]
    assert [claim.comment for claim in theirs.granted] == ["c"]
    assert [(claim.comment, claim.by) for claim in theirs.refused] == [("b", "mina")]
    assert [item.comment.id for item in store.desk.mine("mina")] == ["a", "b"]
    assert store.desk.counts("mina").mine == 2
    card = store.desk.item("b")
    assert card.claim is not None
    assert card.claim.by == "mina"


def test_the_next_of_a_list_are_those_nobody_holds(store: Store) -> None:
    for number, id in enumerate("abcde"):
        hold(store, id, risk=0.9 - number / 10, clause="threat" if id in "bd" else "abuse")

    assert [claim.comment for claim in store.desk.claim_next(View.HELD, 2, "mina")] == ["a", "b"]
    threats = Filter(clause="threat")
    assert [claim.comment for claim in store.desk.claim_next(View.HELD, 2, "jun", where=threats)] == ["d"]
    assert [claim.comment for claim in store.desk.claim_next(View.HELD, 9, "sora")] == ["c", "e"]
    assert store.desk.claim_next(View.HELD, 9, "sora") == ()


def test_a_lease_that_has_run_out_is_anybodys(store: Store, later: list[timedelta]) -> None:
    hold(store, "a")
    store.desk.claim(["a"], "mina", 60)
    later[0] = timedelta(seconds=59)
    assert store.desk.claim_next(View.HELD, 1, "jun") == ()
    later[0] = timedelta(seconds=61)

    assert [claim.comment for claim in store.desk.claim_next(View.HELD, 1, "jun")] == ["a"]

    [late] = store.desk.decide(["a"], Ruling(Act.REJECT), "mina").outcomes
    assert (late.done, late.problem) == (False, "claimed")
    assert late.winner is not None
    assert late.winner.by == "jun"


def test_a_lease_counts_by_the_database_when_its_clock_is_put_back(
    store: Store, later: list[timedelta]
) -> None:
    hold(store, "a")
    store.desk.claim(["a"], "mina", 60)
    later[0] = timedelta(hours=-1)

    assert store.desk.claim_next(View.HELD, 1, "jun") == ()
    assert [claim.comment for claim in store.desk.renew("mina", seconds=60)] == ["a"]
    later[0] = timedelta()
    assert [claim.comment for claim in store.desk.claim_next(View.HELD, 1, "jun")] == ["a"]


def test_who_is_late_but_alone_may_still_decide(store: Store, later: list[timedelta]) -> None:
    hold(store, "a")
    store.desk.claim(["a"], "mina", 60)
    later[0] = timedelta(hours=1)

    assert store.desk.decide(["a"], Ruling(Act.REJECT), "mina").done == ("a",)


def test_a_lease_is_renewed_unless_somebody_has_it(store: Store, later: list[timedelta]) -> None:
    for id in "ab":
        hold(store, id)
    store.desk.claim(["a", "b"], "mina", 60)
    later[0] = timedelta(seconds=50)
    assert len(store.desk.renew("mina", seconds=60)) == 2
    later[0] = timedelta(seconds=100)
    assert store.desk.claim(["a"], "jun").granted == ()
    later[0] = timedelta(seconds=200)
    assert store.desk.claim(["a"], "jun").refused == ()

    assert store.desk.renew("mina") == ()
    assert [claim.comment for claim in store.desk.renew("mina", ["a", "b"])] == ["b"]


def test_what_is_given_back_is_free(store: Store) -> None:
    for id in "abc":
        hold(store, id)
    store.desk.claim(["a", "b", "c"], "mina")

    assert store.desk.release("jun") == 0
    assert store.desk.release("mina", ["a"]) == 1
    assert [claim.comment for claim in store.desk.claim_next(View.HELD, 9, "jun")] == ["a"]
    assert store.desk.release("mina") == 2


@pytest.mark.parametrize("seconds", [0, -1, 12 * 3600 + 1])
def test_a_lease_has_an_end(store: Store, seconds: int) -> None:
    hold(store, "a")

    with pytest.raises(InputError, match=f"^`seconds` is {seconds}; a lease lasts from 1 to 43200 seconds$"):
        store.desk.claim(["a"], "mina", seconds)


def test_only_so_many_at_once(store: Store) -> None:
    with pytest.raises(InputError, match=r"^`ids` names 501 comments; give 1 to 500$"):
        store.desk.claim([str(n) for n in range(501)], "mina")
    with pytest.raises(InputError, match=r"^`ids` names 0 comments; give 1 to 500$"):
        store.desk.claim([], "mina")


def test_what_one_escalated_is_leased_to_others_only(store: Store) -> None:
    for id in "abc":
        hold(store, id)
    store.desk.decide(["a", "b"], Ruling(Act.ESCALATE), "mina")
    batch = store.desk.decide(["c"], Ruling(Act.ESCALATE), "jun")

    assert [claim.comment for claim in store.desk.claim_next(View.ESCALATED, 5, "mina")] == ["c"]
    assert [item.comment.id for item in store.desk.escalated_by("mina")] == ["a", "b"]
    assert store.desk.release("mina") == 1
    assert [claim.comment for claim in store.desk.claim_next(View.ESCALATED, 5, "jun")] == ["a", "b"]
    assert store.desk.escalated_by("mina", where=Filter(author="kim")) == []

    store.desk.undo(batch.id, "jun")
    store.desk.decide(["a"], Ruling(Act.APPROVE), "jun")
    assert [item.comment.id for item in store.desk.escalated_by("mina")] == ["b"]
    assert store.desk.escalated_by("jun") == []
