from __future__ import annotations

import threading

from moderation.store.turns import Turns

LONG = 60.0


def test_turns_come_in_the_order_of_asking() -> None:
    turns = Turns()
    assert turns.take(0)
    had: list[int] = []

    def ask(number: int) -> None:
        for _ in range(2):  # again at once, which puts it behind all who wait
            assert turns.take(LONG)
            had.append(number)
            turns.give()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for count, thread in enumerate(threads, 1):
        thread.start()
        while len(turns._waiting) < count:
            pass
    turns.give()
    for thread in threads:
        thread.join()

    assert had[:4] == [0, 1, 2, 3]
    assert sorted(had) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert turns.take(0)  # and nobody is left


def test_whoever_gives_up_is_passed_over() -> None:
    turns = Turns()
    assert turns.take(0)
    assert not turns.take(0.01)
    turns.give()
    assert turns.take(0)
