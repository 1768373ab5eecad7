"""What authors are shown of their own comments, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from moderation.errors import NotFound
from moderation.store import Status, Store, own
from moderation.store.desk import Act, Ruling
from moderation.store.own import MOST, NEWS_FOR
from moderation.store.tables import comments
from moderation.types import Action, Comment, Decision

AGES_AGO = datetime(2020, 1, 1, tzinfo=UTC)
POST = Comment("글", author="지영", article="library")


def test_held_returned_and_refused_ones_with_what_the_moderator_wrote(store: Store, hold: Decision) -> None:
    waiting, returned, refused = (store.add(POST, hold, Status.HELD).id for _ in range(3))
    store.desk.settle(returned, Ruling(Act.RETURN, clause="links", message="링크를 빼 주세요."), "desk")
    store.desk.settle(refused, Ruling(Act.REJECT), "desk")

    found = store.own("지영", "library", AGES_AGO)

    assert [(own.comment.id, own.comment.status, own.message) for own in found] == [
        (refused, Status.REJECTED, None),
        (returned, Status.RETURNED, "링크를 빼 주세요."),
        (waiting, Status.HELD, None),
    ]
    assert [own.comment.decision.clauses for own in found] == [("abuse",), ("links",), ("abuse",)]


def test_nobody_else_s_and_nothing_of_another_article(store: Store, hold: Decision) -> None:
    own = store.add(POST, hold, Status.HELD).id
    other = store.add(replace(POST, author="민수"), hold, Status.HELD).id
    store.add(replace(POST, article="market"), hold, Status.HELD)
    store.add(replace(POST, author=None), hold, Status.HELD)

    assert [each.comment.id for each in store.own("지영", "library", AGES_AGO)] == [own]
    assert store.own_comment("지영", own).comment.id == own
    for name in (other, "no-such-comment"):
        with pytest.raises(NotFound):
            store.own_comment("지영", name)


def test_a_published_one_only_for_a_while_after_a_moderator_s_ruling(store: Store, hold: Decision) -> None:
    allowed = replace(hold, action=Action.ALLOW, rule=None, reasons=(), clauses=())
    store.add(POST, allowed, Status.PUBLISHED)
    approved = store.add(POST, hold, Status.HELD).id
    store.rule(approved, Action.ALLOW, by="desk")

    assert [each.comment.id for each in store.own("지영", "library", AGES_AGO)] == [approved]
    with store._connections.reading() as connection:
        later = datetime.now(UTC) + NEWS_FOR + timedelta(minutes=1)
        assert own.under(connection, "지영", "library", AGES_AGO, later) == []


def test_old_ones_and_very_many_are_left_out(store: Store, hold: Decision) -> None:
    for _ in range(MOST + 2):
        store.add(POST, hold, Status.HELD)
    found = store.own("지영", "library", AGES_AGO)
    assert len(found) == MOST

    with store._connections.writing() as connection:
        connection.execute(update(comments).values(received_at=datetime.now(UTC) - timedelta(days=31)))
    assert store.own("지영", "library", datetime.now(UTC) - timedelta(days=30)) == []
