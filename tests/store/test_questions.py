"""Questions that go past SQLAlchemy: answered alike by both databases, by values of the right types, faults named."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import bindparam, func, literal_column, select

from moderation.errors import StoreError
from moderation.store import Status, Store
from moderation.store.questions import KEPT_OPEN, Question
from moderation.store.tables import UtcDateTime, comments
from moderation.types import Comment, Decision

SINCE = Question(
    select(comments.c.id, comments.c.received_at)
    .where(comments.c.received_at >= bindparam("since", type_=UtcDateTime))
    .limit(5)
)
BROKEN = Question(select(literal_column("nowhere")).select_from(comments))


def test_times_come_and_go_in_utc(store: Store, hold: Decision) -> None:
    comment = store.add(Comment("글"), hold, Status.HELD)
    seoul = comment.received_at.astimezone().replace(tzinfo=None).astimezone()
    assert store._connections.ask(SINCE, {"since": seoul}) == [(comment.id, comment.received_at)]
    assert store._connections.ask(SINCE, {"since": seoul + timedelta(microseconds=1)}) == []


def test_a_question_that_fails_is_named_and_the_next_one_answered(
    store: Store, hold: Decision, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(KEPT_OPEN + 1):
        with pytest.raises(StoreError, match=r"^the comment database (refused|cannot be reached)") as caught:
            store._connections.ask(BROKEN, {})
        assert caught.value.__cause__ is None
    assert "nowhere" not in caplog.text
    assert store._connections.ask(SINCE, {"since": datetime.now(UTC)}) == []


def test_what_is_written_after_a_question_is_one_transaction_all_the_same(
    store: Store, hold: Decision
) -> None:
    """The connection that PostgreSQL answered on commits nothing by itself any more."""
    comment = store.add(Comment("글"), hold, Status.HELD)
    for _ in range(3):
        assert len(store._connections.ask(SINCE, {"since": comment.received_at})) == 1
        with suppress(ZeroDivisionError), store._connections.writing() as connection:
            connection.execute(comments.update().values(body="다른 글"))
            raise ZeroDivisionError
    assert store.get(comment.id).body == "글"


def test_a_question_holds_no_view_of_the_past(store: Store, hold: Decision) -> None:
    count = Question(select(func.count()).select_from(comments))
    for number in range(3):
        assert store._connections.ask(count, {}) == [(number,)]
        store.add(Comment("글"), hold, Status.HELD)


def test_a_closed_store_answers_nothing(store: Store) -> None:
    store._connections.ask(SINCE, {"since": datetime.now(UTC)})
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store._connections.ask(SINCE, {"since": datetime.now(UTC)})
