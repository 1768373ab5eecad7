from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from moderation.errors import InputError, NotFound
from moderation.store import Store, clock
from moderation.store.desk import Act, Filter, Ruling, View
from moderation.store.tables import Status, Waits
from moderation.types import Action
from tests.store.desk.held import hold, publish


@pytest.mark.parametrize(
    ("act", "status", "action", "clauses"),
    [
        (Act.APPROVE, Status.PUBLISHED, Action.ALLOW, ()),
        (Act.REJECT, Status.REJECTED, Action.REJECT, ("abuse",)),
        (Act.RETURN, Status.RETURNED, Action.NUDGE, ("abuse",)),
        (Act.ESCALATE, Status.HELD, Action.HOLD, ("abuse",)),
    ],
)
def test_a_ruling_is_a_decision_too(
    store: Store, act: Act, status: Status, action: Action, clauses: tuple[str, ...]
) -> None:
    hold(store, "a")

    batch = store.desk.decide(["a"], Ruling(act), "mina")

    assert batch.done == ("a",)
    after = store.get("a")
    assert after.status is status
    assert (after.decision.action, after.decision.clauses) == (action, clauses)
    assert (after.decision.by, after.decision.number, after.decision.at) == ("mina", 2, batch.at)


def test_a_clause_and_a_message_are_kept(store: Store) -> None:
    hold(store, "a")

    store.desk.decide(["a"], Ruling(Act.REJECT, clause="threat", message="위협으로 읽힙니다."), "mina")

    card = store.desk.item("a")
    assert card.comment.decision.clauses == ("threat",)
    assert card.ruling is not None
    assert card.ruling.message == "위협으로 읽힙니다."


def test_one_that_cannot_be_ruled_on_does_not_stop_the_others(store: Store) -> None:
    for id in "abcd":
        hold(store, id)
    publish(store, "shown")
    store.desk.decide(["a"], Ruling(Act.APPROVE), "jun")
    store.desk.claim(["b"], "jun")

    batch = store.desk.decide(["a", "b", "c", "d", "shown", "z"], Ruling(Act.REJECT), "mina")

    assert batch.done == ("c", "d")
    found = {
        outcome.id: (outcome.problem, outcome.winner and (outcome.winner.by, outcome.winner.did))
        for outcome in batch.outcomes
    }
    assert found == {
        "a": ("settled", ("jun", "approve")),
        "b": ("claimed", ("jun", "claim")),
        "c": (None, None),
        "d": (None, None),
        "shown": ("settled", ("policy", "allow")),
        "z": ("gone", None),
    }
    assert store.get("a").status is Status.PUBLISHED


def test_a_published_comment_is_taken_down_by_who_saw_the_decision_in_force(store: Store) -> None:
    publish(store, "a")

    assert store.desk.decide(["a"], Ruling(Act.REJECT, clause="abuse"), "mina", seen=1).done == ("a",)

    [late] = store.desk.decide(["a"], Ruling(Act.REJECT), "jun", seen=1).outcomes
    assert late.problem == "settled"
    assert late.winner is not None
    assert late.winner.by == "mina"
    assert len(store.decisions("a")) == 2


def test_undo_puts_a_batch_back_and_keeps_both_rows(store: Store) -> None:
    for id in "abc":
        hold(store, id)
    batch = store.desk.decide(["a", "b", "c"], Ruling(Act.REJECT), "mina")
    store.desk.decide(["b"], Ruling(Act.APPROVE), "jun", seen=2)

    undone = store.desk.undo(batch.id, "mina")

    assert undone.done == ("a", "c")
    [late] = [outcome for outcome in undone.outcomes if not outcome.done]
    assert (late.id, late.winner and late.winner.by) == ("b", "jun")
    kept = [(decision.action, decision.by) for decision in store.decisions("a")]
    assert kept == [(Action.HOLD, "policy"), (Action.REJECT, "mina"), (Action.HOLD, "mina")]
    card = store.desk.item("a")
    assert (card.comment.status, card.waits) == (Status.HELD, Waits.HELD)
    assert card.comment.decision.clauses == ("abuse",)
    assert card.claim is not None
    assert card.claim.by == "mina"
    assert list(store.rulings()) == [ruling for ruling in store.rulings() if ruling.comment == "b"]
    again = store.desk.undo(batch.id, "mina")
    assert again.done == ()
    assert store.desk.decide(["a"], Ruling(Act.APPROVE), "mina").done == ("a",)


def test_undo_restores_the_list_that_a_comment_was_in(store: Store) -> None:
    for n in range(5):
        hold(store, f"{n}", author="kim")
    store.desk.decide(["4"], Ruling(Act.ESCALATE), "mina")
    batch = store.desk.decide(["3", "4"], Ruling(Act.REJECT), "mina")

    store.desk.undo(batch.id, "mina")

    assert store.desk.item("3").waits is Waits.FOLDED
    assert store.desk.item("4").waits is Waits.ESCALATED
    assert len(store.desk.page(View.HELD, where=Filter(author="kim")).items) == 3


def test_undo_is_for_ones_own_and_for_ten_minutes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(store, "a")
    batch = store.desk.decide(["a"], Ruling(Act.REJECT), "mina")
    with pytest.raises(NotFound, match=f"^`jun` made no batch `{batch.id}`$"):
        store.desk.undo(batch.id, "jun")
    plain = clock.now

    def later(connection: Connection) -> datetime:
        return plain(connection) + timedelta(minutes=10, seconds=1)

    monkeypatch.setattr(clock, "now", later)

    with pytest.raises(InputError, match="was made more than 10 minutes ago; rule again instead"):
        store.desk.undo(batch.id, "mina")


def test_a_request_that_comes_again_is_answered_alike_and_done_once(store: Store) -> None:
    """DB-8"""
    hold(store, "a")
    hold(store, "b")
    store.desk.decide(["b"], Ruling(Act.APPROVE), "jun")

    first = store.desk.decide(["a", "b"], Ruling(Act.REJECT), "mina", key="k1")
    answers = {store.desk.decide(["a", "b"], Ruling(Act.REJECT), "mina", key="k1") for _ in range(50)}

    assert answers == {first}
    assert len(store.decisions("a")) == 2
    with pytest.raises(InputError, match=r"^key `k1` came with another request before"):
        store.desk.decide(["a"], Ruling(Act.APPROVE), "mina", key="k1")
    assert store.desk.decide(["a"], Ruling(Act.REJECT), "jun", key="k1").outcomes[0].problem == "settled"


def test_what_is_escalated_is_not_escalated_again(store: Store) -> None:
    hold(store, "a")
    store.desk.decide(["a"], Ruling(Act.ESCALATE), "mina")

    [outcome] = store.desk.decide(["a"], Ruling(Act.ESCALATE), "jun").outcomes

    assert (outcome.done, outcome.problem) == (False, "standing")


@pytest.mark.parametrize(
    ("ruling", "message"),
    [
        (Ruling(Act.UNDO), "`undo` is no ruling; use `undo` with the id of the batch"),
        (Ruling(Act.REJECT, clause=""), "`clause` is empty; give 1 to 128 bytes"),
        (Ruling(Act.REJECT, message="가" * 2_000), "`message` has 6000 bytes; at most 4000 are kept"),
        (Ruling(Act.REJECT, message="\0"), "`message` has a NUL character; leave it out"),
    ],
)
def test_what_is_no_ruling_is_refused(store: Store, ruling: Ruling, message: str) -> None:
    hold(store, "a")

    with pytest.raises(InputError, match=f"^{message}$"):
        store.desk.decide(["a"], ruling, "mina")
