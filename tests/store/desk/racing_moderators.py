"""Run by test_races.py: moderators of one process, each a thread, who claim until nothing is left.

What each was given goes to standard output, one JSON line a moderator, with the seconds that each claim took.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time

from moderation.store import Store
from moderation.store.desk import View

AT_ONCE = 10
PAUSE = float(os.environ.get("MODERATION_RACE_PAUSE", "0"))
"""Seconds that a moderator reads before claiming more, drawn from 0.5 to 1.5 times this."""


def work(store: Store, by: str, start: threading.Barrier) -> None:
    """Claim ten at a time, for longer than the test lasts."""
    claimed: list[str] = []
    seconds: list[float] = []
    store.desk.counts(by)  # connected, as whoever has the page open is
    start.wait()
    time.sleep(PAUSE * random.random())
    while True:
        began = time.perf_counter()
        claims = store.desk.claim_next(View.HELD, AT_ONCE, by, 3600)
        seconds.append(time.perf_counter() - began)
        if not claims:
            break
        claimed += [claim.comment for claim in claims]
        time.sleep(PAUSE * random.uniform(0.5, 1.5))
    os.write(1, (json.dumps({"by": by, "claimed": claimed, "seconds": seconds}) + "\n").encode())


def main(url: str, name: str, moderators: int) -> None:
    """Work until the queue is empty."""
    start = threading.Barrier(moderators)
    with Store.open(url) as store:
        threads = [
            threading.Thread(target=work, args=(store, f"{name}-{n}", start)) for n in range(moderators)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
