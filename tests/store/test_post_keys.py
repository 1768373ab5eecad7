from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from moderation.errors import InputError
from moderation.store import KeyReused, Status, Store
from moderation.store.post_keys import KEPT_FOR, LONGEST, post_keys
from moderation.types import Action, Comment, Decision

POST = Comment("도서관이 밤에도 열려서 좋습니다.", author="지영", article="library")


def test_a_post_sent_again_is_kept_once(store: Store, hold: Decision) -> None:
    first = store.add(POST, hold, Status.HELD, key="a")

    assert store.add(POST, hold, Status.HELD, key="a") == first
    assert store.posted(POST, "a") == first
    assert store.held_count() == 1


def test_what_it_came_to_the_first_time_holds(store: Store, hold: Decision) -> None:
    allowed = replace(hold, action=Action.ALLOW, rule=None, reasons=(), clauses=())
    first = store.add(POST, allowed, Status.PUBLISHED, key="a")

    again = store.add(POST, hold, Status.HELD, key="a")

    assert (again.id, again.status, again.decision.action) == (first.id, Status.PUBLISHED, Action.ALLOW)
    assert store.held_count() == 0


def test_the_first_decision_is_told_also_when_a_moderator_has_ruled(store: Store, hold: Decision) -> None:
    kept = store.add(POST, hold, Status.HELD, key="a")
    store.rule(kept.id, Action.ALLOW, by="desk")

    again = store.posted(POST, "a")

    assert again is not None
    assert (again.status, again.decision) == (Status.PUBLISHED, kept.decision)


@pytest.mark.parametrize(
    "other",
    [replace(POST, body=POST.body + "!"), replace(POST, article="other"), replace(POST, parent="1")],
    ids=["body", "article", "parent"],
)
def test_a_key_is_for_one_comment(store: Store, hold: Decision, other: Comment) -> None:
    store.add(POST, hold, Status.HELD, key="a")

    with pytest.raises(KeyReused):
        store.posted(other, "a")
    with pytest.raises(KeyReused):
        store.add(other, hold, Status.HELD, key="a")

    assert store.held_count() == 1
    store.add(other, hold, Status.HELD, key="b")
    assert store.held_count() == 2


def test_the_same_key_of_another_author_is_another_key(store: Store, hold: Decision) -> None:
    store.add(POST, hold, Status.HELD, key="a")

    assert store.posted(replace(POST, author="민수"), "a") is None
    store.add(replace(POST, author="민수"), hold, Status.HELD, key="a")
    assert store.held_count() == 2


def test_without_a_key_the_same_comment_is_kept_again(store: Store, hold: Decision) -> None:
    for _ in range(2):
        store.add(POST, hold, Status.HELD)

    assert store.held_count() == 2


def test_fifty_at_once_have_one_effect(store: Store, hold: Decision) -> None:
    with ThreadPoolExecutor(10) as pool:
        kept = list(pool.map(lambda _: store.add(POST, hold, Status.HELD, key="a"), range(50)))

    assert len({comment.id for comment in kept}) == 1
    assert store.held_count() == 1


def test_a_comment_that_cannot_be_kept_leaves_its_key_free(store: Store, hold: Decision) -> None:
    too_long = replace(hold, section="x" * 1000)
    with pytest.raises(InputError):
        store.add(POST, too_long, Status.HELD, key="a")

    assert store.posted(POST, "a") is None
    store.add(POST, hold, Status.HELD, key="a")


def test_a_key_is_forgotten_after_its_time_and_swept_out(store: Store, hold: Decision) -> None:
    for number in range(250):
        store.add(replace(POST, body=str(number)), hold, Status.HELD, key=str(number))
    _age(store, KEPT_FOR + timedelta(seconds=1))

    assert store.posted(replace(POST, body="0"), "0") is None
    store.add(POST, hold, Status.HELD, key="249")  # with another comment, as if it were new
    assert _count(store) <= 151
    for number in range(2):
        store.add(replace(POST, body=f"new {number}"), hold, Status.HELD, key=f"new {number}")
    assert _count(store) == 3


def test_a_key_lives_until_then(store: Store, hold: Decision) -> None:
    kept = store.add(POST, hold, Status.HELD, key="a")
    _age(store, KEPT_FOR - timedelta(minutes=5))

    assert store.add(POST, hold, Status.HELD, key="a") == kept


def test_neither_key_nor_text_can_be_read_from_the_table(store: Store, hold: Decision) -> None:
    store.add(POST, hold, Status.HELD, key="secret-key")

    with store._connections.reading() as connection:
        row = connection.execute(select(post_keys)).one()

    assert "secret-key" not in str(row)
    assert "도서관" not in str(row)


@pytest.mark.parametrize("key", ["", "a\0", "\ud800", "가" * LONGEST])
def test_a_key_that_is_none(store: Store, hold: Decision, key: str) -> None:
    with pytest.raises(InputError):
        store.add(POST, hold, Status.HELD, key=key)


def _age(store: Store, by: timedelta) -> None:
    with store._connections.writing() as connection:
        connection.execute(update(post_keys).values(at=datetime.now(UTC) - by))


def _count(store: Store) -> int:
    with store._connections.reading() as connection:
        return connection.execute(select(func.count()).select_from(post_keys)).scalar_one()
