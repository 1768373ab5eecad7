"""Run by test_crash.py: threads that write for ever and say each name on standard output once it is kept."""

from __future__ import annotations

import os
import sys
import threading

from moderation.store import Status, Store
from moderation.types import Action, Comment, Decision, Finding, Length, Severity, Span, Versions

HOLD = Decision(
    action=Action.HOLD,
    rule="words.insult",
    findings=(Finding("words.insult", Span(0, 2), severity=Severity.MILD, evidence="바보"),),
    reasons=(),
    clauses=("abuse",),
    length=Length(2, 250),
    language="ko",
    versions=Versions("0", None, "1"),
)


def write(store: Store, name: str) -> None:
    """Hold comments of many sizes, and rule on every other one."""
    number = 0
    while True:
        number += 1
        kept = store.add(Comment("바보" * (number * 37 % 1500), id=f"{name}-{number}"), HOLD, Status.HELD)
        os.write(1, f"held {kept.id}\n".encode())  # one write of a short line is whole or not at all
        if number % 2:
            store.rule(kept.id, Action.REJECT, "mina")
            os.write(1, f"ruled {kept.id}\n".encode())


def main(url: str, name: str, writers: int) -> None:
    store = Store.open(url)
    for n in range(writers):
        threading.Thread(target=write, args=(store, f"{name}-{n}")).start()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
