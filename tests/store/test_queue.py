from __future__ import annotations

import pytest

from moderation.errors import Conflict, InputError, NotFound
from moderation.store import Status, Store
from moderation.types import Action, Comment, Decision


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
