"""DB-1 for the desk: claims, rulings and undoing outlive kill -9, whole or not at all, on both databases.

MODERATION_CRASH_ROUNDS=200 and MODERATION_CRASH_WRITERS=20 run it at full length.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import select

from moderation.store import Status, Store
from moderation.store.desk.tables import rulings
from moderation.store.tables import Waits, comments, decisions

ROUNDS = int(os.environ.get("MODERATION_CRASH_ROUNDS", "3"))
WRITERS = int(os.environ.get("MODERATION_CRASH_WRITERS", "4"))
WAITING = {Waits.HELD, Waits.FOLDED}


def test_every_acknowledged_ruling_outlives_kill_9(store: Store, url: str) -> None:
    chance = random.Random(20261125)
    ruled: set[tuple[str, str]] = set()
    undone: set[tuple[str, str]] = set()
    for round_ in range(ROUNDS):
        for line in _work_and_kill(url, f"r{round_}", chance.uniform(0.0, 0.5)):
            event, *words = line.split()
            if event != "claimed":
                batch, *ids = words
                (ruled if event == "ruled" else undone).update((batch, id) for id in ids)
        _verify(store, ruled, undone)
    assert ruled
    assert store.audit.verify().fault is None


def _work_and_kill(url: str, name: str, seconds: float) -> list[str]:
    """What was acknowledged until all were killed, so many seconds after the first ruling."""
    command = [sys.executable, "-m", "tests.store.desk.crashing_moderators", url, name, str(WRITERS)]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        said = [process.stdout.readline()]
        while not said[-1].startswith("ruled"):
            assert said[-1], "the moderators have ended by themselves"
            said.append(process.stdout.readline())
        time.sleep(seconds)
        process.kill()
        return [*said, *process.stdout.read().splitlines()]


def _verify(store: Store, ruled: set[tuple[str, str]], undone: set[tuple[str, str]]) -> None:
    with store._connections.reading() as connection:
        made = connection.execute(select(rulings)).all()
        kept = connection.execute(
            select(comments.c.id, comments.c.status, comments.c.waits, comments.c.decisions)
        ).all()
        pairs = connection.execute(select(decisions.c.comment_id, decisions.c.number)).all()
    by_comment: dict[str, set[int]] = {}
    for id, number in pairs:
        by_comment.setdefault(id, set()).add(number)
    acts = {(row.batch, row.comment_id): row for row in made}
    taken_back = {(row.comment_id, row.undoes) for row in made if row.undoes is not None}
    assert ruled <= set(acts)
    assert {(acts[pair].comment_id, acts[pair].number) for pair in undone} <= taken_back
    last = {row.comment_id: row for row in sorted(made, key=lambda row: row.number)}
    for id, status, waits, count in kept:
        assert by_comment[id] == set(range(1, count + 1))
        settled = id in last and last[id].undoes is None
        assert (status != Status.HELD) == settled, id
        assert (waits in WAITING) == (not settled), id
