from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from sqlalchemy import func, select

from moderation.errors import Conflict
from moderation.store import Status, Store, outbox
from moderation.store.outbox import Kind
from moderation.store.outbox.tables import deliveries, messages
from moderation.types import Action, Comment, Decision

URL = "https://news.example/hooks"


def kept(store: Store) -> list[tuple[str, str, Any]]:
    with store._connections.reading() as connection:
        rows = connection.execute(select(messages).order_by(messages.c.id))
        return [(row.kind, row.subject, json.loads(row.data)) for row in rows]


def count_of(store: Store) -> int:
    with store._connections.reading() as connection:
        return connection.execute(select(func.count()).select_from(deliveries)).scalar_one()


def test_a_hold_and_the_ruling_on_it_are_told_in_order(store: Store, hold: Decision) -> None:
    store.outbox.add(URL, by="lee")

    held = store.add(Comment("글", id="c1", author="kim"), hold, Status.HELD)
    ruled = store.rule("c1", Action.REJECT, "lee")

    (first, second) = kept(store)
    assert first[:2] == ("comment.held", "c1")
    assert first[2]["decision"] == {
        "number": 1,
        "action": "hold",
        "rule": "words.insult",
        "clauses": ["abuse"],
        "skipped": ["links"],
        "by": "policy",
        "at": held.decision.at.isoformat(),
        "policy": "0123456789ab",
        "model": "2026-11-1",
    }
    assert second[:2] == ("comment.decided", "c1")
    decided = second[2]["decision"]
    assert (decided["number"], decided["action"], decided["by"]) == (2, "reject", "lee")
    assert decided["at"] == ruled.decision.at.isoformat()


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        (Action.ALLOW, Status.PUBLISHED, "comment.decided"),
        (Action.NUDGE, Status.PUBLISHED, "comment.decided"),
        (Action.HOLD, Status.HELD, "comment.held"),
    ],
)
def test_every_decision_is_told(
    store: Store, hold: Decision, action: Action, status: Status, kind: str
) -> None:
    store.outbox.add(URL, by="lee")
    store.add(Comment("글"), dataclasses.replace(hold, action=action), status)
    assert [told for told, _, _ in kept(store)] == [kind]


def test_no_text_and_no_evidence_is_kept_in_a_message(store: Store, hold: Decision) -> None:
    store.outbox.add(URL, texts=True, by="lee")
    store.add(Comment("바보 같은 글", author="kim", article="a1"), hold, Status.HELD)
    ((_, _, data),) = kept(store)
    assert "바보" not in json.dumps(data, ensure_ascii=False)
    assert "kim" not in json.dumps(data)


def test_nothing_is_written_where_nobody_asked(store: Store, hold: Decision) -> None:
    store.add(Comment("글"), hold, Status.HELD)
    gone = store.outbox.add(URL, by="lee")
    store.outbox.remove(gone.id, by="lee")
    store.outbox.add(URL, [Kind.APPEAL_FILED], by="lee")
    disabled = store.outbox.add(URL, by="lee")
    with store._connections.writing() as connection:
        outbox.endpoints.disable(connection, disabled.id, "gone")
    store.add(Comment("글"), hold, Status.HELD)
    assert kept(store) == []


def test_each_endpoint_is_told_what_it_asked_for(store: Store, hold: Decision) -> None:
    store.outbox.add(URL, [Kind.COMMENT_HELD], by="lee")
    store.outbox.add(URL, [Kind.COMMENT_HELD, Kind.COMMENT_DECIDED], by="lee")
    store.add(Comment("글", id="c1"), hold, Status.HELD)
    store.rule("c1", Action.ALLOW, "lee")
    assert [kind for kind, _, _ in kept(store)] == ["comment.held", "comment.decided"]
    assert count_of(store) == 3


def test_what_is_not_done_is_not_told(store: Store, hold: Decision) -> None:
    store.outbox.add(URL, by="lee")
    store.add(Comment("글", id="c1"), hold, Status.HELD)
    store.rule("c1", Action.ALLOW, "lee")
    with pytest.raises(Conflict):
        store.add(Comment("글", id="c1"), hold, Status.HELD)
    with pytest.raises(Conflict):
        store.rule("c1", Action.REJECT, "park")
    assert len(kept(store)) == 2


def test_a_new_policy_is_told_once_and_the_first_one_never(store: Store) -> None:
    store.outbox.add(URL, by="lee")
    for version in ("p1", "p2", "p2", "p3"):
        store.outbox.announce("policy", version)
    store.outbox.announce("model", "m1")
    store.outbox.announce("model", "m2")
    assert kept(store) == [
        ("policy.changed", "p2", {"policy": {"version": "p2"}}),
        ("policy.changed", "p3", {"policy": {"version": "p3"}}),
        ("model.changed", "m2", {"model": {"version": "m2"}}),
    ]


def test_of_two_processes_one_tells(url: str, store: Store) -> None:
    store.outbox.add(URL, by="lee")
    store.outbox.announce("policy", "p1")
    with Store.open(url) as other:
        for each in (store, other):
            each.outbox.announce("policy", "p2")
    assert len(kept(store)) == 1
