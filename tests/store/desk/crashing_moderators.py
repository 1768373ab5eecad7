"""Run by test_desk_crash.py: moderators who claim, rule and undo for ever, and say what was acknowledged.

The same commands come again after a kill with the same keys, as a client does that heard no answer.
"""

from __future__ import annotations

import os
import sys
import threading

from moderation.store import Store
from moderation.store.desk import Act, Ruling, View
from tests.store.desk.held import hold


def work(store: Store, name: str) -> None:
    """Hold five comments, claim what is next, rule on it as one batch, and take every third batch back."""
    number = 0
    while True:
        number += 1
        for n in range(5):
            hold(store, f"{name}-{number}-{n}", author=f"{name}-{n}")
        claims = store.desk.claim_next(View.HELD, 4, name, 3600)
        ids = [claim.comment for claim in claims]
        if not ids:
            continue
        say("claimed", *ids)
        act = Act.REJECT if number % 2 else Act.APPROVE
        batch = store.desk.decide(ids, Ruling(act), name, key=f"{name}-{number}")
        say("ruled", batch.id, *batch.done)
        if number % 3 == 0:
            undone = store.desk.undo(batch.id, name)
            say("undone", batch.id, *undone.done)


def say(*words: str) -> None:
    """One write of a short line is whole or not at all."""
    os.write(1, (" ".join(words) + "\n").encode())


def main(url: str, name: str, moderators: int) -> None:
    """Begin."""
    store = Store.open(url)
    for n in range(moderators):
        threading.Thread(target=work, args=(store, f"{name}-{n}")).start()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
