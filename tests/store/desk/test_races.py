"""DB-5, DB-7 and DB-8: moderators who are at the same comments at once.

At full size: MODERATION_RACE_MODERATORS=50 MODERATION_RACE_ITEMS=5000 MODERATION_RACE_ROUNDS=1000; with -s the times of
the claims are printed. Without MODERATION_RACE_PAUSE=1 nobody reads what they claimed, and the times are those of a queue
of fifty before a database that is never idle.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

from moderation.store import Status, Store
from moderation.store.desk import Act, Batch, Ruling, View
from moderation.types import Action
from tests.store.desk.held import hold

WORKERS = 3
MODERATORS = int(os.environ.get("MODERATION_RACE_MODERATORS", "6"))
ITEMS = int(os.environ.get("MODERATION_RACE_ITEMS", "60"))
ROUNDS = int(os.environ.get("MODERATION_RACE_ROUNDS", "10"))


def test_nothing_is_held_by_two_and_nothing_is_left(store: Store, url: str) -> None:
    """DB-5, in three processes."""
    ids = {hold(store, f"c{n}", risk=n % 7 / 10) for n in range(ITEMS)}

    said = _claim_all(url)

    claimed = Counter(name for one in said for name in one["claimed"])
    assert max(claimed.values()) == 1
    assert set(claimed) == ids
    assert store.desk.claim_next(View.HELD, 1, "late") == ()
    for one in said:
        assert store.desk.counts(one["by"]).mine == len(one["claimed"])
    seconds = sorted(second for one in said for second in one["seconds"])
    print(
        f"\n{store._connections.name[:12]}: {len(said)} moderators, {len(ids)} items, {len(seconds)} claims, "
        f"p50 {seconds[len(seconds) // 2] * 1000:.1f} ms, p99 {seconds[len(seconds) * 99 // 100] * 1000:.1f} ms"
    )


def _claim_all(url: str) -> list[dict[str, Any]]:
    script = Path(__file__).with_name("racing_moderators.py")
    shares = [MODERATORS // WORKERS + (worker < MODERATORS % WORKERS) for worker in range(WORKERS)]
    started = [
        subprocess.Popen(
            [sys.executable, str(script), url, f"w{worker}", str(share)], stdout=subprocess.PIPE, text=True
        )
        for worker, share in enumerate(shares)
    ]
    said = [line for process in started for line in process.communicate(timeout=600)[0].splitlines()]
    assert [process.returncode for process in started] == [0] * WORKERS
    return [json.loads(line) for line in said]


def test_of_two_moderators_one_wins_and_the_other_sees_the_winner(url: str, store: Store) -> None:
    """DB-7, with two stores, as in two processes: nothing but the database stands between them."""
    with Store.open(url) as other:
        for round_ in range(ROUNDS):
            id = hold(store, f"c{round_}", author="kim")
            before = store.audit.head().number
            batches = _at_once(
                lambda id=id: store.desk.decide([id], Ruling(Act.APPROVE), "mina"),
                lambda id=id: other.desk.decide([id], Ruling(Act.REJECT), "jun"),
            )

            [won] = [batch for batch in batches if batch.done]
            [lost] = [batch for batch in batches if not batch.done]
            [late] = lost.outcomes
            assert late.problem == "settled"
            assert late.winner is not None
            assert (late.winner.by, late.winner.did) == (won.by, won.act)
            assert [decision.by for decision in store.decisions(id)] == ["policy", won.by]
            assert store.audit.head().number == before + 1
            assert store.get(id).status is (Status.PUBLISHED if won.by == "mina" else Status.REJECTED)

            undone = _at_once(
                lambda won=won: store.desk.undo(won.id, won.by),
                lambda won=won: other.desk.undo(won.id, won.by),
            )
            assert sorted(len(batch.done) for batch in undone) == [0, 1]
            kept = [(decision.action, decision.by) for decision in store.decisions(id)]
            assert kept == [
                (Action.HOLD, "policy"),
                (Action.ALLOW if won.by == "mina" else Action.REJECT, won.by),
                (Action.HOLD, won.by),
            ]


def test_bulks_that_overlap_settle_each_comment_once(url: str, store: Store) -> None:
    """In opposite order, so that a database that locks rows as they are named would stand still."""
    ids = [hold(store, f"c{n}", author=f"a{n % 3}") for n in range(30)]
    with Store.open(url) as other:
        batches = _at_once(
            lambda: store.desk.decide(ids, Ruling(Act.APPROVE), "mina"),
            lambda: other.desk.decide(ids[::-1], Ruling(Act.REJECT), "jun"),
        )

    done = Counter(name for batch in batches for name in batch.done)
    assert set(done) == set(ids)
    assert max(done.values()) == 1
    assert store.held_count() == 0


def test_a_key_that_comes_fifty_times_at_once_has_one_effect(url: str, store: Store) -> None:
    """DB-8"""
    hold(store, "a")
    with Store.open(url) as other:
        asked = [store, other] * 25
        batches = _at_once(
            *(
                lambda desk=each.desk: desk.decide(["a"], Ruling(Act.REJECT), "mina", key="k")
                for each in asked
            )
        )

    assert len({batch.id for batch in batches}) == 1
    assert all(batch.done == ("a",) for batch in batches)
    assert len(store.decisions("a")) == 2


def test_an_answer_that_got_lost_is_given_again(url: str, store: Store) -> None:
    """DB-8: the process is gone after the commit, before anybody heard of it."""
    hold(store, "a")
    script = (
        "import os; from moderation.store import Store; from moderation.store.desk import Act, Ruling; "
        f"Store.open({url!r}).desk.decide(['a'], Ruling(Act.REJECT), 'mina', key='k'); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    assert store.get("a").status is Status.REJECTED

    batch = store.desk.decide(["a"], Ruling(Act.REJECT), "mina", key="k")

    assert batch.done == ("a",)
    assert len(store.decisions("a")) == 2


def _at_once(*asked: Any) -> list[Batch]:
    start = threading.Barrier(len(asked))
    found: list[Batch] = []

    def ask(call: Any) -> None:
        start.wait()
        found.append(call())

    threads = [threading.Thread(target=ask, args=(call,)) for call in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(asked)
    return found
