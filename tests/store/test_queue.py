from __future__ import annotations

import threading

import pytest

from moderation.errors import Conflict, InputError, NotFound
from moderation.store import Status, Store
from moderation.types import Action, Comment, Decision

ROUNDS = 60


def test_the_queue_is_read_page_by_page_oldest_first(store: Store, hold: Decision) -> None:
    added = [store.add(Comment(f"{n}"), hold, Status.HELD).id for n in range(7)]
    store.add(Comment("shown"), hold, Status.PUBLISHED)

    read: list[str] = []
    while page := store.held(limit=3, after=read[-1] if read else None):
        assert len(page) <= 3
        read += [comment.id for comment in page]

    assert read == added


def test_a_page_goes_on_from_a_comment_that_was_settled_meanwhile(store: Store, hold: Decision) -> None:
    added = [store.add(Comment(f"{n}"), hold, Status.HELD).id for n in range(3)]
    store.rule(added[0], Action.REJECT, "mina")

    assert [comment.id for comment in store.held(after=added[0])] == added[1:]
    with pytest.raises(NotFound, match=r"^there is no comment `c9` to go on from$"):
        store.held(after="c9")


def test_a_page_of_the_queue_is_capped(store: Store, hold: Decision) -> None:
    for n in range(3):
        store.add(Comment(f"{n}"), hold, Status.HELD)

    assert len(store.held(limit=10**9)) == 3
    assert len(store.held(limit=-5)) == 1


@pytest.mark.parametrize(
    ("action", "status", "clauses"),
    [(Action.ALLOW, Status.PUBLISHED, ()), (Action.REJECT, Status.REJECTED, ("abuse",))],
)
def test_a_ruling_is_a_decision_too(
    store: Store, hold: Decision, action: Action, status: Status, clauses: tuple[str, ...]
) -> None:
    comment = store.add(Comment("글"), hold, Status.HELD)

    ruled = store.rule(comment.id, action, "mina")

    assert ruled.status is status
    assert (ruled.decision.action, ruled.decision.by, ruled.decision.number) == (action, "mina", 2)
    assert ruled.decision.clauses == clauses
    assert ruled.decision.versions == hold.versions
    assert ruled.decision.at >= comment.received_at
    assert ruled.received_at == comment.received_at


@pytest.mark.parametrize("action", [Action.NUDGE, Action.HOLD])
def test_a_moderator_allows_or_rejects(store: Store, hold: Decision, action: Action) -> None:
    comment = store.add(Comment("글"), hold, Status.HELD)

    with pytest.raises(InputError, match=f"^`{action}` is no ruling on a held comment; use allow or reject$"):
        store.rule(comment.id, action, "mina")

    assert store.get(comment.id) == comment


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ("", "`by` is empty; give 1 to 256 bytes"),
        ("policy", "`policy` is not the name of a moderator; give the name of a person"),
        ("m" * 257, "`by` has 257 bytes; at most 256 are kept"),
    ],
)
def test_a_ruling_has_a_name_to_it(store: Store, hold: Decision, by: str, message: str) -> None:
    comment = store.add(Comment("글"), hold, Status.HELD)

    with pytest.raises(InputError, match=f"^{message}$"):
        store.rule(comment.id, Action.ALLOW, by)


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.REJECTED])
def test_what_was_never_held_cannot_be_ruled_on(store: Store, hold: Decision, status: Status) -> None:
    comment = store.add(Comment("글"), hold, status)

    with pytest.raises(Conflict, match=f"is not held any more: {status} by `policy` at 20"):
        store.rule(comment.id, Action.ALLOW, "mina")


def test_of_two_moderators_one_wins_and_the_other_learns_who(url: str, store: Store, hold: Decision) -> None:
    """DB-7, with two stores, as in two processes: nothing but the database stands between them."""
    wins = {"mina": 0, "jun": 0}
    with Store.open(url) as other:
        for _ in range(ROUNDS):
            comment = store.add(Comment("글"), hold, Status.HELD)
            outcomes = _both(comment.id, {"mina": (store, Action.ALLOW), "jun": (other, Action.REJECT)})

            [winner] = [by for by, outcome in outcomes.items() if outcome is None]
            [conflict] = [outcome for outcome in outcomes.values() if outcome is not None]
            assert isinstance(conflict, Conflict)
            assert f" by `{winner}` at 20" in str(conflict)
            assert [decision.by for decision in store.decisions(comment.id)] == ["policy", winner]
            settled = Status.PUBLISHED if winner == "mina" else Status.REJECTED
            assert store.get(comment.id).status is settled
            wins[winner] += 1
    assert sum(wins.values()) == ROUNDS


def _both(comment_id: str, moderators: dict[str, tuple[Store, Action]]) -> dict[str, Exception | None]:
    start = threading.Barrier(len(moderators))
    outcomes: dict[str, Exception | None] = {}

    def rule(by: str, store: Store, action: Action) -> None:
        start.wait()
        try:
            store.rule(comment_id, action, by)
        except Exception as error:
            outcomes[by] = error
        else:
            outcomes[by] = None

    threads = [threading.Thread(target=rule, args=(by, *how)) for by, how in moderators.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
