"""Work off the loop: done on a thread, given up at the deadline, each in turn."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar

import anyio
import pytest

from moderation import off_loop
from moderation.off_loop import Threads, Work

pytestmark = pytest.mark.anyio

LONG = 60.0


class Elsewhere(Threads):
    """As it goes where the event loop is not asyncio's."""

    async def run(self, work: Work, seconds: float) -> None:
        await self._run_elsewhere(work, seconds)


@pytest.fixture(params=[Threads, Elsewhere])
def made(request: pytest.FixtureRequest) -> type[Threads]:
    kind: type[Threads] = request.param
    return kind


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def go_on() -> Iterator[threading.Event]:
    """What hangs in a test goes on when it ends."""
    event = threading.Event()
    yield event
    event.set()


async def test_work_is_done_on_another_thread_in_the_same_context(made: type[Threads]) -> None:
    named, seen = ContextVar("named", default=""), []
    named.set("here")
    await made(2).run(lambda: seen.append((named.get(), threading.get_ident())), LONG)
    assert [name for name, _ in seen] == ["here"]
    assert seen[0][1] != threading.get_ident()


async def test_what_goes_wrong_is_raised(made: type[Threads]) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await made(2).run(fail, LONG)


async def test_a_thread_that_hangs_is_not_waited_for_and_another_takes_its_place(
    made: type[Threads], go_on: threading.Event
) -> None:
    threads, done = made(1), []
    await threads.run(go_on.wait, 0.01)
    assert not go_on.is_set()
    await threads.run(lambda: done.append("by another"), LONG)
    assert done == ["by another"]


async def test_what_waits_for_its_turn_past_the_deadline_is_never_begun(go_on: threading.Event) -> None:
    threads, done = Threads(1), []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(threads.run, go_on.wait, LONG)
        await anyio.sleep(0)
        await threads.run(lambda: done.append("too late"), 0.01)
        go_on.set()
    await threads.run(lambda: done.append("in time"), LONG)
    assert done == ["in time"]


async def test_no_more_threads_than_allowed_and_each_has_its_turn(made: type[Threads]) -> None:
    threads, at_once, most, done = made(3), 0, 0, []
    lock = threading.Lock()

    def work(number: int) -> Callable[[], None]:
        def count() -> None:
            nonlocal at_once, most
            with lock:
                at_once += 1
                most = max(most, at_once)
            done.append(number)
            with lock:
                at_once -= 1

        return count

    async with anyio.create_task_group() as tasks:
        for number in range(50):
            tasks.start_soon(threads.run, work(number), LONG)
    assert sorted(done) == list(range(50))
    assert 1 <= most <= 3


async def test_whoever_is_cancelled_leaves_the_work_behind(
    made: type[Threads], go_on: threading.Event
) -> None:
    threads = made(1)
    with anyio.move_on_after(0.01) as scope:
        await threads.run(go_on.wait, LONG)
    assert scope.cancelled_caught


async def test_threads_that_are_idle_for_long_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(off_loop, "IDLE_SECONDS", 0.01)
    threads, used = Threads(2), []
    for _ in range(2):
        await threads.run(lambda: used.append(threading.current_thread()), LONG)
        await anyio.to_thread.run_sync(used[-1].join)
    assert not any(thread.is_alive() for thread in used)


def test_a_forked_process_has_threads_of_its_own() -> None:
    threads = Threads(1)
    anyio.run(threads.run, int, LONG)
    if child := os.fork():
        assert os.waitpid(child, 0)[1] == 0
        return
    done: list[int] = []  # pragma: no cover - in the child
    try:  # pragma: no cover
        anyio.run(threads.run, lambda: done.append(1), 5.0)
    finally:  # pragma: no cover
        os._exit(0 if done else 1)
