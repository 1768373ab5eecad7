from __future__ import annotations

import pytest

from moderation.errors import InputError, NotFound
from moderation.store import Store
from moderation.store.desk import Act, Filter, Order, Ruling, View
from moderation.store.tables import Status, Waits
from tests.store.desk.held import hold, publish


def listed(store: Store, view: View = View.HELD, *, limit: int = 2, **asked: object) -> list[str]:
    """Every id of a list, read page by page."""
    found: list[str] = []
    after: str | None = None
    while True:
        page = store.desk.page(view, limit=limit, after=after, **asked)  # type: ignore[arg-type]
        assert len(page.items) <= limit
        found += [item.comment.id for item in page.items]
        after = page.next
        if after is None:
            return found


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        (Order.RISK, ["b", "d", "a", "e", "c"]),
        (Order.OLDEST, ["a", "b", "c", "d", "e"]),
        (Order.NEWEST, ["e", "d", "c", "b", "a"]),
    ],
)
def test_a_list_is_read_page_by_page_in_its_order(store: Store, order: Order, ids: list[str]) -> None:
    for id, risk in {"a": 0.5, "b": 0.9, "c": 0.1, "d": 0.9, "e": 0.5}.items():
        hold(store, id, risk=risk)
    publish(store, "shown")

    assert listed(store, order=order) == ids


def test_a_page_goes_on_from_what_has_left_the_list(store: Store) -> None:
    for id in "abc":
        hold(store, id)
    store.desk.decide(["a"], Ruling(Act.APPROVE), "mina")

    assert [item.comment.id for item in store.desk.page(View.HELD, after="a").items] == ["b", "c"]
    with pytest.raises(NotFound, match=r"^there is no comment `z` to go on from$"):
        store.desk.page(View.HELD, after="z")


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        (Filter(clause="threat"), ["b"]),
        (Filter(language="en"), ["c"]),
        (Filter(article="n1"), ["a", "c"]),
        (Filter(author="kim"), ["a", "b"]),
        (Filter(author="kim", article="n1"), ["a"]),
        (Filter(clause="no such"), []),
    ],
)
@pytest.mark.parametrize("order", [Order.RISK, Order.OLDEST])
def test_a_list_is_narrowed(store: Store, where: Filter, ids: list[str], order: Order) -> None:
    hold(store, "a", author="kim", article="n1")
    hold(store, "b", author="kim", article="n2", clause="threat")
    hold(store, "c", author="lee", article="n1", language="en")

    assert listed(store, order=order, where=where, limit=1) == ids


def test_a_page_is_capped_and_never_empty_by_its_size(store: Store) -> None:
    for id in "ab":
        hold(store, id)

    assert len(store.desk.page(View.HELD, limit=10**9).items) == 2
    assert len(store.desk.page(View.HELD, limit=-5).items) == 1


def test_a_flood_of_one_author_hides_nobody_else(store: Store) -> None:
    """RL-3: three of one author stand in the queue; the others move up as those are settled."""
    for n in range(6):
        hold(store, f"f{n}", author="flood", risk=0.9)
    hold(store, "x", author="kim", risk=0.2)

    page = store.desk.page(View.HELD)
    assert [item.comment.id for item in page.items] == ["f0", "f1", "f2", "x"]
    assert [item.folded for item in page.items] == [3, 3, 3, 0]
    behind = store.desk.page(View.FOLDED, where=Filter(author="flood"))
    assert [item.comment.id for item in behind.items] == ["f3", "f4", "f5"]
    counts = store.desk.counts()
    assert (counts.held, counts.folded) == (4, 3)

    store.desk.decide(["f0", "f2"], Ruling(Act.REJECT), "mina")

    assert listed(store) == ["f1", "f3", "f4", "x"]


def test_comments_without_an_author_are_never_folded(store: Store) -> None:
    for n in range(5):
        hold(store, f"{n}")

    assert len(listed(store)) == 5


def test_what_is_escalated_moves_to_a_list_of_its_own(store: Store) -> None:
    hold(store, "a")

    [outcome] = store.desk.decide(["a"], Ruling(Act.ESCALATE, message="법무팀 확인"), "mina").outcomes

    assert outcome.status is Status.HELD
    assert listed(store) == []
    [item] = store.desk.page(View.ESCALATED).items
    assert item.waits is Waits.ESCALATED
    assert item.ruling is not None
    assert (item.ruling.by, item.ruling.message) == ("mina", "법무팀 확인")
    assert store.desk.counts().escalated == 1


def test_a_card_keeps_what_the_policy_found(store: Store) -> None:
    hold(store, "a", risk=0.8)
    batch = store.desk.decide(["a"], Ruling(Act.REJECT), "mina")
    store.desk.undo(batch.id, "mina")

    card = store.desk.item("a")

    assert card.comment.decision.number == 3
    assert card.judged.number == 1
    assert card.judged.scores == {"insult": 0.8}
    assert (card.risk, card.clause) == (800, "abuse")


def test_cards_come_in_the_order_asked_for(store: Store) -> None:
    for id in "abc":
        hold(store, id)

    assert [item.comment.id for item in store.desk.items(["c", "a"])] == ["c", "a"]
    with pytest.raises(NotFound, match=r"^there is no comment `z`$"):
        store.desk.items(["a", "z"])


def test_recent_rulings_say_who_took_them_back(store: Store) -> None:
    for id in "abc":
        hold(store, id)
    first = store.desk.decide(["a"], Ruling(Act.REJECT), "mina")
    store.desk.decide(["b", "c"], Ruling(Act.APPROVE), "jun")
    store.desk.undo(first.id, "mina")

    rulings = [item.ruling for item in store.desk.page(View.DECIDED).items]

    assert [(r.comment, r.act, r.by, r.undone_by) for r in rulings if r] == [
        ("c", "approve", "jun", None),
        ("b", "approve", "jun", None),
        ("a", "reject", "mina", "mina"),
    ]
    assert listed(store, View.DECIDED, by="jun", limit=1) == ["c", "b"]
    with pytest.raises(InputError, match="is no place in the list"):
        store.desk.page(View.DECIDED, after="c")
    assert store.desk.pace("jun") == 2


def test_an_authors_history_counts_by_status(store: Store) -> None:
    for id in "abc":
        hold(store, id, author="kim")
    publish(store, "d", author="kim")
    publish(store, "e", author="lee")
    store.desk.decide(["a"], Ruling(Act.REJECT), "mina")

    history = store.desk.author("kim", limit=3)

    assert [item.comment.id for item in history.page.items] == ["d", "c", "b"]
    assert history.counts == {Status.REJECTED: 1, Status.HELD: 2, Status.PUBLISHED: 1}
    assert history.strikes == 1
    rest = store.desk.author("kim", limit=3, before=history.page.next)
    assert [item.comment.id for item in rest.page.items] == ["a"]


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("바보", ["b", "a"]),
        ("바보 기자", ["a"]),
        ("기자 바", ["a"]),
        ("IDIOT", ["c"]),
        ("idio", ["c"]),
        ("diot", []),
        ("%", []),
        ("b%", []),
        ("", []),
    ],
)
def test_comments_are_found_by_how_their_words_begin(store: Store, question: str, ids: list[str]) -> None:
    hold(store, "a", body="기자는 바보냐? 바보!")
    publish(store, "b", body="바보들이 많다")
    hold(store, "c", body="What an Ｉdiot")

    page = store.desk.search(question, limit=1)
    found = [item.comment.id for item in page.items]
    while page.next:
        page = store.desk.search(question, limit=1, before=page.next)
        found += [item.comment.id for item in page.items]

    assert found == ids
