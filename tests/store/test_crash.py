"""DB-1: what was acknowledged is kept, whenever the process is killed.

MODERATION_CRASH_ROUNDS=200 and MODERATION_CRASH_WRITERS=20 run it at full length.
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from moderation.store import Store

ROUNDS = int(os.environ.get("MODERATION_CRASH_ROUNDS", "6"))
WRITERS = int(os.environ.get("MODERATION_CRASH_WRITERS", "8"))


def test_every_acknowledged_comment_outlives_kill_9(file: Path) -> None:
    chance = random.Random(20261124)
    held: set[str] = set()
    ruled: set[str] = set()
    for round_ in range(ROUNDS):
        for line in _write_and_kill(file, f"r{round_}", chance.uniform(0.0, 0.4)):
            event, name = line.split()
            (held if event == "held" else ruled).add(name)
        _verify(file, held, ruled)
    assert len(held) > ROUNDS
    assert ruled
    with Store.open(f"sqlite:///{file}") as store:  # and the service starts again as if nothing had been
        assert store.get(min(held)).decision.number == (2 if min(held) in ruled else 1)


def _write_and_kill(file: Path, name: str, seconds: float) -> list[str]:
    """What the writers acknowledged until they were killed, so many seconds after the first of it."""
    script = Path(__file__).with_name("crashing_writers.py")
    command = [sys.executable, str(script), f"sqlite:///{file}", name, str(WRITERS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        return [first, *process.stdout.read().splitlines()]


def _verify(file: Path, held: set[str], ruled: set[str]) -> None:
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        kept = database.execute(
            "SELECT c.id, c.status, c.decisions, count(d.number), max(d.number) FROM comments c "
            "LEFT JOIN decisions d ON d.comment_id = c.id GROUP BY c.rowid"
        ).fetchall()
    names = [row[0] for row in kept]
    assert len(names) == len(set(names))
    assert held <= set(names)
    for name, status, decisions, count, highest in kept:
        assert decisions == count == highest
        assert status == ("held" if count == 1 else "rejected")
        assert count == 2 or name not in ruled
