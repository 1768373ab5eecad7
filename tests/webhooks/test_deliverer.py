from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from moderation.errors import NotFound
from moderation.store import Status, Store
from moderation.store.outbox import Kind
from moderation.types import Action, Comment, Decision
from moderation.webhooks.schedule import Schedule
from moderation.webhooks.sending import Outcome

from .deliverers import deliverer
from .receivers import Answer, Request, receiving


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for it; only a hang takes as long as that."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def settled(store: Store) -> bool:
    return not any(counts.pending for counts in store.outbox.counts().values())


def add(store: Store, hold: Decision, *names: str) -> None:
    for name in names:
        store.add(Comment("바보 같은 글", id=name, author="kim", article="a1"), hold, Status.HELD)


def test_what_happened_is_told_with_what_is_known_of_the_comment(store: Store, hold: Decision) -> None:
    with receiving() as receiver:
        store.outbox.add(receiver.url, by="lee")
        add(store, hold, "c1")
        assert deliverer(store).deliver_due() == 1
        store.rule("c1", Action.ALLOW, "lee")
        assert deliverer(store).deliver_due() == 1
    held, decided = (request.json for request in receiver.got)
    assert held["type"] == "comment.held"
    assert decided["type"] == "comment.decided"
    assert held["data"]["comment"].keys() == decided["data"]["comment"].keys()
    assert held["data"]["comment"]["status"] == "held"
    assert decided["data"]["comment"] | {"received_at": ""} == {
        "id": "c1",
        "article": "a1",
        "author": "kim",
        "parent": None,
        "language": "ko",
        "status": "published",
        "received_at": "",
    }
    assert decided["data"]["decision"]["by"] == "lee"
    assert b"\xeb\xb0\x94\xeb\xb3\xb4" not in b"".join(request.body for request in receiver.got)


def test_the_text_goes_to_whoever_asked_for_it_alone(store: Store, hold: Decision) -> None:
    with receiving() as plain, receiving() as asking:
        store.outbox.add(plain.url, by="lee")
        store.outbox.add(asking.url, texts=True, by="lee")
        add(store, hold, "c1")
        deliverer(store).deliver_due()
    assert asking.got[0].json["data"]["comment"]["text"] == "바보 같은 글"
    assert "text" not in plain.got[0].json["data"]["comment"]
    assert plain.ids == asking.ids


def test_what_fails_is_tried_again_under_the_same_id_until_it_is_taken(store: Store, hold: Decision) -> None:
    answers = iter([500, 400, 302, 204])

    def moody(request: Request) -> Answer:
        return next(answers), {}, b""

    with receiving(moody) as receiver:
        store.outbox.add(receiver.url, by="lee")
        add(store, hold, "c1")
        delivering = deliverer(store)
        delivering.start()
        until(lambda: len(receiver.got) == 4 and settled(store))
        delivering.stop()
    assert len(set(receiver.ids)) == 1
    assert store.outbox.dead() == []
    assert store.outbox.endpoints()[0].failures == 0


def test_one_that_is_not_liked_does_not_hold_up_the_others(store: Store, hold: Decision) -> None:
    def picky(request: Request) -> Answer:
        return (422 if request.json["data"]["comment"]["id"] == "c1" else 204), {}, b""

    with receiving(picky) as receiver:
        store.outbox.add(receiver.url, by="lee")
        add(store, hold, "c1", "c2", "c3")
        deliverer(store).deliver_due()
    told = [request.json["data"]["comment"]["id"] for request in receiver.got]
    assert told[:3] == ["c1", "c2", "c3"]


def test_what_is_given_up_is_listed_and_sent_again_on_request(store: Store, hold: Decision) -> None:
    answers = [400, 204]
    with receiving(lambda request: (answers.pop(0), {}, b"")) as receiver:
        endpoint = store.outbox.add(receiver.url, by="lee")
        add(store, hold, "c1")
        delivering = deliverer(store)
        delivering._schedule = Schedule(give_up=0)
        delivering.deliver_due()
        (dead,) = store.outbox.dead()
        assert (dead.endpoint, dead.url, dead.attempts) == (endpoint.id, receiver.url, 1)
        assert (dead.status, dead.fault, dead.message.kind) == (400, "answered 400", Kind.COMMENT_HELD)
        assert store.outbox.counts()[endpoint.id].dead == 1
        assert delivering.deliver_due() == 0
        assert store.outbox.resend([dead.message.id], by="lee") == 1
        assert delivering.deliver_due() == 1
    assert store.outbox.dead() == []
    assert receiver.ids == [dead.message.id] * 2


def test_gone_for_good_is_believed_until_somebody_switches_it_on(store: Store, hold: Decision) -> None:
    answers = [410, 204, 204]
    with receiving(lambda request: (answers.pop(0), {}, b"")) as receiver:
        endpoint = store.outbox.add(receiver.url, by="lee")
        add(store, hold, "c1", "c2")
        assert deliverer(store).deliver_due() == 1
        assert store.outbox.endpoints()[0].disabled_why == "answered 410: it is gone for good"
        add(store, hold, "c3")  # nobody is told of this one
        assert deliverer(store).deliver_due() == 0
        disabled = [entry.by for entry in store.audit.entries() if entry.act == "webhook.disable"]
        assert disabled == ["system"]
        store.outbox.enable(endpoint.id, by="lee")
        until(lambda: deliverer(store).deliver_due() >= 0 and settled(store))
    assert sorted(request.json["data"]["comment"]["id"] for request in receiver.got) == ["c1", "c1", "c2"]


def test_it_rests_as_long_as_it_is_asked_to(store: Store, hold: Decision) -> None:
    with receiving(lambda request: (503, {"retry-after": "600"}, b"")) as receiver:
        store.outbox.add(receiver.url, by="lee")
        add(store, hold, "c1", "c2")
        delivering = deliverer(store)
        assert delivering.deliver_due() == 1
        assert delivering.deliver_due() == 0
    assert store.outbox.endpoints()[0].failures == 1


def test_one_at_a_time_to_each_whoever_delivers(url: str, store: Store, hold: Decision) -> None:
    def slow(request: Request) -> Answer:
        time.sleep(0.005)
        return 204, {}, b""

    with receiving(slow) as receiver, Store.open(url) as other:
        store.outbox.add(receiver.url, by="lee")
        add(store, hold, *(f"c{number}" for number in range(30)))
        both = [deliverer(each, threads=3) for each in (store, other)]
        for delivering in both:
            delivering.start()
        until(lambda: settled(store))
        for delivering in both:
            delivering.stop()
    assert receiver.most_at_once == 1
    assert sorted(receiver.ids) == sorted(set(receiver.ids))
    assert len(receiver.ids) == 30


def test_a_lease_that_ran_out_is_lost_to_whoever_took_it(store: Store, hold: Decision) -> None:
    store.outbox.add("https://news.example/", by="lee")
    add(store, hold, "c1")
    first = store.outbox.take(0.0)
    second = store.outbox.take(60.0)
    assert first is not None
    assert second is not None
    assert first.message == second.message
    assert store.outbox.take(60.0) is None
    plan = Schedule()
    assert store.outbox.settle(first, plan.settle(first, Outcome(500, "late")), 60.0) is None
    assert store.outbox.settle(second, plan.settle(second, Outcome(204)), 60.0) is None
    assert settled(store)
    assert store.outbox.counts() == {}


def test_an_endpoint_that_is_removed_under_way_is_no_fault(store: Store, hold: Decision) -> None:
    endpoint = store.outbox.add("https://news.example/", by="lee")
    add(store, hold, "c1")
    delivery = store.outbox.take(60.0)
    assert delivery is not None
    store.outbox.remove(endpoint.id, by="lee")
    assert store.outbox.settle(delivery, Schedule().settle(delivery, Outcome(204)), 60.0) is None
    assert store.outbox.take(60.0) is None


def test_what_arrived_is_forgotten_after_a_while_and_what_waits_never(
    store: Store, hold: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiving() as receiver:
        store.outbox.add(receiver.url, by="lee")
        add(store, hold, "c1")
        deliverer(store).deliver_due()
        add(store, hold, "c2")
        store.outbox.prune()
        assert store.outbox.resend([receiver.ids[0]], by="lee") == 1
        deliverer(store).deliver_due()
        monkeypatch.setattr("moderation.store.outbox.DELIVERED_KEPT", timedelta(0))
        add(store, hold, "c3")
        store.outbox.prune()
        deliverer(store).deliver_due()
    assert [request.json["data"]["comment"]["id"] for request in receiver.got] == ["c1", "c2", "c1", "c3"]
    with pytest.raises(NotFound):
        store.outbox.resend([receiver.ids[0]], by="lee")
    store.outbox.resend([receiver.ids[-1]], by="lee")


def test_a_start_after_a_stop_goes_on(store: Store, hold: Decision) -> None:
    with receiving() as receiver:
        store.outbox.add(receiver.url, by="lee")
        delivering = deliverer(store)
        for name in ("c1", "c2"):
            delivering.start()
            add(store, hold, name)
            until(partial(settled, store))
            delivering.stop()
    assert len(receiver.got) == 2


class TestKilled:
    """A real receiver in a process of its own, and two that deliver, killed again and again."""

    COMMENTS = 100
    KILLS = 5

    def test_none_is_lost(self, url: str, store: Store, hold: Decision, tmp_path: Path) -> None:
        log = tmp_path / "received"
        log.touch()
        receiver = self.started("tests.webhooks.receivers", str(log))
        assert receiver.stdout is not None
        store.outbox.add(f"http://127.0.0.1:{receiver.stdout.readline().strip()}/", by="lee")
        two = [self.started("tests.webhooks.deliverers", url) for _ in range(2)]
        try:
            for number in range(self.COMMENTS):
                add(store, hold, f"c{number}")
                if number % (self.COMMENTS // self.KILLS) == 0:
                    self.await_one(two, log)
                    killed = two.pop(random.randrange(2))
                    killed.kill()
                    killed.communicate()
                    two.append(self.started("tests.webhooks.deliverers", url))
            until(lambda: settled(store), 120)
        finally:
            for process in [*two, receiver]:
                process.kill()
                process.communicate()
        lines = [line.split() for line in log.read_text().splitlines()]
        assert {comment for _, comment in lines} == {f"c{number}" for number in range(self.COMMENTS)}
        assert len({message for message, _ in lines}) == self.COMMENTS
        # Twice is what a kill between the answer and its settling may cost, and not more.
        assert len(lines) <= self.COMMENTS + self.KILLS + 1

    def started(self, module: str, argument: str) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "-m", module, argument], stdout=subprocess.PIPE, text=True)

    def await_one(self, deliverers: list[subprocess.Popen[str]], log: Path) -> None:
        """Wait until one more has arrived, so that the kill falls among deliveries."""
        before = log.stat().st_size
        until(lambda: log.stat().st_size > before)
