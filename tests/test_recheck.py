"""What was held because a check could not run is judged once it can, once each (FM-4)."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from alembic import command
from sqlalchemy import func, select

from moderation.checks.toxicity import Unavailable
from moderation.engine import Moderator
from moderation.recheck import Recheck
from moderation.store import Status, Store, clock, rechecks
from moderation.store.desk import Act, Ruling
from moderation.store.schema import _config, upgrade
from moderation.store.unchecked import unchecked
from moderation.text.normalize import Text
from moderation.types import Action, Comment, Context, Decision, Finding, Standing
from tests.store.conftest import file, hold, sqlite, sqlite_url, store, url
from tests.web.sites import BAD, HMM, WAIT, MarkedWords, moderator

__all__ = ["file", "hold", "sqlite", "sqlite_url", "store", "url"]


class Frail(MarkedWords):
    """The three words, as long as it is up; remembers of whom it was asked."""

    name = "frail"

    def __init__(self) -> None:
        self.is_up = False
        self.poison = ""
        self.seen: list[Context] = []

    def run(self, text: Text, context: Context) -> list[Finding]:
        if not self.is_up or (self.poison and self.poison in text.folded):
            raise Unavailable("down")
        self.seen.append(context)
        if (
            context.author
            and context.history
            and context.history.count_same(context.author, text.fingerprint, context.now - timedelta(hours=1))
        ):
            return [Finding("links.link", text.span(0, 1), evidence="a copy")]
        return super().run(text, context)


@pytest.fixture
def frail() -> Frail:
    return Frail()


@pytest.fixture
def judge(frail: Frail) -> Moderator:
    return moderator(frail)


def post(store: Store, judge: Moderator, *texts: str, author: str | None = None) -> list[str]:
    """Post comments as the middleware does; their ids."""
    ids = []
    for text in texts:
        context = Context(author=author, standing=Standing.NEW, section="sport")
        decision = judge.judge(Comment(text, author=author), context)
        assert decision.rule == "skipped.frail"
        ids.append(store.add(Comment(text, author=author, article="a1"), decision, Status.HELD).id)
    return ids


def again(store: Store) -> None:
    """Let what was put off be due."""
    with store._connections.writing() as connection:
        at = clock.now(connection) - timedelta(seconds=1)
        connection.execute(unchecked.update().values(due_at=at))


def waiting(store: Store) -> int:
    with store._connections.reading() as connection:
        return connection.execute(select(func.count()).select_from(unchecked)).scalar_one()


def test_what_the_check_says_then_is_done(store: Store, frail: Frail, judge: Moderator) -> None:
    good, hmm, wait, bad = post(store, judge, "좋은 글", HMM, WAIT, BAD)
    frail.is_up = True
    assert Recheck(judge, store).round() == 4
    for name, status, action, rule in [
        (good, Status.PUBLISHED, Action.ALLOW, None),
        (hmm, Status.HELD, Action.HOLD, "repetition.shouting"),  # of a new author; a nudge for others
        (wait, Status.HELD, Action.HOLD, "links.link"),
        (bad, Status.REJECTED, Action.REJECT, "links.blocked"),
    ]:
        comment = store.get(name)
        assert (comment.status, comment.decision.action, comment.decision.rule) == (status, action, rule)
        first, second = store.decisions(name)
        assert (first.rule, second.by, second.number) == ("skipped.frail", "policy", 2)
    assert waiting(store) == 0
    assert {comment.id for comment in store.held()} == {hmm, wait}


def test_it_is_judged_as_it_would_have_been_when_it_came_in(
    store: Store, frail: Frail, judge: Moderator
) -> None:
    first, second = post(store, judge, "같은 글", "같은 글", author="kim")
    frail.is_up = True
    Recheck(judge, store).round()
    # No comment is a copy of itself, nor of one that came later.
    assert store.get(first).status is Status.PUBLISHED
    assert store.get(second).decision.rule == "links.link"
    for context, name in zip(frail.seen, (first, second), strict=True):
        assert (context.standing, context.section) == (Standing.NEW, "sport")
        assert context.now == store.get(name).received_at


def test_as_long_as_the_part_is_down_nothing_changes(store: Store, frail: Frail, judge: Moderator) -> None:
    ids = post(store, judge, *(f"글 {number}" for number in range(30)))
    recheck = Recheck(judge, store)
    for _ in range(3):
        assert recheck.round() == 0
        again(store)
    assert all(len(store.decisions(name)) == 1 for name in ids)
    frail.is_up = True
    assert recheck.round() == 30
    assert recheck.round() == 0


def test_one_that_never_can_be_judged_does_not_hold_up_the_others(
    store: Store, frail: Frail, judge: Moderator
) -> None:
    poisoned = post(store, judge, *(f"poison {number}" for number in range(5)))
    others = post(store, judge, *(f"글 {number}" for number in range(5)))
    frail.is_up, frail.poison = True, "poison"
    recheck = Recheck(judge, store)
    for _ in range(4):
        recheck.round()
        again(store)
    assert {store.get(name).status for name in others} == {Status.PUBLISHED}
    assert {store.get(name).status for name in poisoned} == {Status.HELD}


def test_waits_stay_well_below_five_minutes(store: Store, judge: Moderator) -> None:
    (name,) = post(store, judge, "글")
    for _ in range(12):
        store.rechecks.put_off(name)
    with store._connections.reading() as connection:
        due = connection.execute(select(unchecked.c.due_at)).scalar_one()
        assert due - clock.now(connection) <= timedelta(seconds=rechecks.LONGEST_WAIT)
    assert rechecks.LONGEST_WAIT + rechecks.LEASE < 300


def test_what_was_held_for_something_else_is_left_to_a_moderator(
    store: Store, frail: Frail, judge: Moderator, hold: Decision
) -> None:
    store.add(Comment("글"), hold, Status.HELD)
    frail.is_up = True
    assert Recheck(judge, store).round() == 0
    assert store.held_count() == 1


def test_a_moderator_was_faster_or_is_looking(store: Store, frail: Frail, judge: Moderator) -> None:
    ruled, claimed = post(store, judge, "글 하나", "글 둘")
    taken = store.rechecks.take(10)
    store.rule(ruled, Action.REJECT, "lee")
    store.desk.claim([claimed], "lee")
    frail.is_up = True
    for comment in taken:
        assert store.rechecks.settle(comment, judge.judge(Comment(comment.body))) is None
    assert store.get(ruled).status is Status.REJECTED
    assert store.get(claimed).status is Status.HELD
    store.desk.decide([claimed], Ruling(Act.APPROVE), "lee")
    assert waiting(store) == 0


def test_of_two_processes_each_judges_its_own(url: str, store: Store, frail: Frail, judge: Moderator) -> None:
    ids = post(store, judge, *(f"글 {number}" for number in range(40)))
    frail.is_up = True
    with Store.open(url) as other:
        both = [Recheck(judge, each) for each in (store, other)]
        threads = [threading.Thread(target=recheck.round) for recheck in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(frail.seen) == 40
    assert all(len(store.decisions(name)) == 2 for name in ids)


def test_what_a_process_took_before_it_died_is_taken_by_another(
    store: Store, frail: Frail, judge: Moderator, monkeypatch: pytest.MonkeyPatch
) -> None:
    (name,) = post(store, judge, "글")
    monkeypatch.setattr(rechecks, "LEASE", 0.0)
    assert [comment.id for comment in store.rechecks.take(10)] == [name]
    frail.is_up = True
    assert Recheck(judge, store).round() == 1


def test_the_site_is_told(store: Store, frail: Frail, judge: Moderator) -> None:
    endpoint = store.outbox.add("https://news.example/", ["comment.decided"], by="lee")
    post(store, judge, "글")
    assert store.outbox.counts() == {}
    frail.is_up = True
    Recheck(judge, store).round()
    assert store.outbox.counts()[endpoint.id].pending == 1


def test_it_runs_by_itself_and_stops_even_when_a_check_never_returns(store: Store, frail: Frail) -> None:
    class Stuck(Frail):
        def run(self, text: Text, context: Context) -> list[Finding]:
            if self.is_up:
                threading.Event().wait(30)
            return super().run(text, context)

    stuck = Stuck()
    slow = moderator(stuck, deadline=0.05)
    (name,) = post(store, slow, "글")
    recheck = Recheck(slow, store, interval=0.01)
    stuck.is_up = True
    recheck.start()
    recheck.stop()
    assert store.get(name).status is Status.HELD

    judge = moderator(frail)
    frail.is_up = True
    running = Recheck(judge, store, interval=0.01)
    again(store)
    running.start()
    end = time.monotonic() + 30
    while store.get(name).status is Status.HELD and time.monotonic() < end:
        time.sleep(0.01)
    running.stop()
    assert store.get(name).status is Status.PUBLISHED


def test_comments_from_before_are_found_by_the_migration(sqlite: Store, judge: Moderator) -> None:
    (name,) = post(sqlite, judge, "글")
    with sqlite._connections.writing() as connection:
        command.downgrade(_config(connection), "0012")
    upgrade(sqlite._connections)
    assert [comment.id for comment in sqlite.rechecks.take(10)] == [name]


def test_a_comment_is_not_judged_twice_by_processes_that_are_killed(url: str, store: Store) -> None:
    program = f"""
import threading, time
from tests.test_recheck import Frail, Recheck, moderator, Store
frail = Frail(); frail.is_up = True
print("up", flush=True)
Recheck(moderator(frail), Store.open({url!r}), interval=0.01).start()
time.sleep(600)
"""
    frail = Frail()
    ids = post(store, moderator(frail), *(f"글 {number}" for number in range(24)))
    started = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for _ in range(2)]
    try:
        end = time.monotonic() + 600
        while store.held_count() > 12 and time.monotonic() < end:
            time.sleep(0.01)
        started[0].kill()
        started[0].wait()
        again(store)
        while store.held_count() and time.monotonic() < end:
            time.sleep(0.05)
    finally:
        for process in started:
            process.kill()
            with process:
                pass
    assert [len(store.decisions(name)) for name in ids] == [2] * 24
