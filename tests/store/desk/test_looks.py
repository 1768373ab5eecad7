from __future__ import annotations

import pytest

from moderation.errors import Conflict, NotFound
from moderation.store import Status, Store
from moderation.store.desk import Act, DeskRules, Ruling, View
from moderation.store.tables import Waits
from tests.store.desk.held import hold


@pytest.fixture
def always(store: Store) -> Store:
    """A desk where every ruling is made twice."""
    store.desk.rules = DeskRules(second_look_share=1.0)
    return store


def test_a_second_look_does_not_see_the_first(always: Store) -> None:
    hold(always, "a")
    always.desk.decide(["a"], Ruling(Act.REJECT, clause="threat", message="x"), "mina")

    assert always.desk.page(View.SECOND_LOOKS, by="mina").items == []
    [item] = always.desk.page(View.SECOND_LOOKS, by="jun").items

    assert (item.look, item.ruling) == (2, None)
    assert item.comment.decision == item.judged
    assert item.comment.status is Status.HELD
    assert always.desk.counts("jun").second_looks == 1
    assert always.desk.counts("mina").second_looks == 0


@pytest.mark.parametrize(
    ("second", "agreed", "waits"),
    [
        (Ruling(Act.REJECT, clause="abuse"), True, None),
        (Ruling(Act.REJECT, clause="threat"), False, None),
        (Ruling(Act.APPROVE), False, Waits.ESCALATED),
    ],
)
def test_both_sides_of_a_pair_are_kept(
    always: Store, second: Ruling, agreed: bool, waits: Waits | None
) -> None:
    hold(always, "a")
    always.desk.decide(["a"], Ruling(Act.REJECT), "mina")

    assert always.desk.second_look("a", 2, second, "jun") is agreed

    item = always.desk.item("a")
    assert (item.comment.status, item.waits) == (Status.REJECTED, waits)
    assert always.desk.page(View.SECOND_LOOKS, by="jun").items == []
    with pytest.raises(Conflict, match=r"^`jun` has taken the second look already$"):
        always.desk.second_look("a", 2, second, "sora")


def test_a_second_look_is_anothers(always: Store) -> None:
    hold(always, "a")
    always.desk.decide(["a"], Ruling(Act.APPROVE), "mina")

    with pytest.raises(Conflict, match="the first look was your own"):
        always.desk.second_look("a", 2, Ruling(Act.APPROVE), "mina")
    with pytest.raises(NotFound):
        always.desk.second_look("a", 1, Ruling(Act.APPROVE), "jun")


def test_what_was_taken_back_is_not_looked_at_again(always: Store) -> None:
    for id in "ab":
        hold(always, id)
    batch = always.desk.decide(["a", "b"], Ruling(Act.APPROVE), "mina")
    assert len(always.desk.page(View.SECOND_LOOKS, by="jun").items) == 2

    always.desk.undo(batch.id, "mina")

    assert always.desk.page(View.SECOND_LOOKS, by="jun").items == []


def test_only_a_share_and_only_rulings_of_the_two_kinds(store: Store) -> None:
    store.desk.rules = DeskRules(second_look_share=0.0)
    hold(store, "a")
    store.desk.decide(["a"], Ruling(Act.APPROVE), "mina")
    store.desk.rules = DeskRules(second_look_share=1.0)
    hold(store, "b")
    store.desk.decide(["b"], Ruling(Act.ESCALATE), "mina")
    store.desk.decide(["b"], Ruling(Act.RETURN), "mina")

    assert store.desk.page(View.SECOND_LOOKS, by="jun").items == []


def test_second_looks_are_read_page_by_page(always: Store) -> None:
    for id in "abc":
        hold(always, id)
        always.desk.decide([id], Ruling(Act.APPROVE), "mina")

    first = always.desk.page(View.SECOND_LOOKS, by="jun", limit=2)
    rest = always.desk.page(View.SECOND_LOOKS, by="jun", limit=2, after=first.next)

    assert [item.comment.id for item in [*first.items, *rest.items]] == ["a", "b", "c"]
