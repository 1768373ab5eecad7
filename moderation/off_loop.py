"""Work off the event loop, waited for until a deadline.

On threads of our own: to go through `anyio.to_thread` takes nearly as long as to judge a short comment. It is used where
another event loop than asyncio's runs.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from queue import Empty, SimpleQueue

import anyio
import anyio.to_thread

IDLE_SECONDS = 10.0
"""How long a thread waits for more to do."""

Work = Callable[[], object]


class Threads:
    """Up to so many threads; who comes when all are busy waits in turn. Whoever was idle last works first.

    A thread that is not done by the deadline may hang for good, so another takes its place.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._limiter: anyio.CapacityLimiter | None = None
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._count = 0
        self._idle: list[_Thread] = []
        self._waiting: deque[_Job] = deque()

    async def run(self, work: Work, seconds: float) -> None:
        """Return when the work is done, or after that many seconds: it then goes on unheeded, or never begins.

        Raises what the work raises.
        """
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            await self._run_elsewhere(work, seconds)
            return
        job = _Job(work, loop)
        self._hand_out(job)
        timer = loop.call_later(seconds, job.end)
        try:
            await job.ended
        finally:
            timer.cancel()
            if not job.is_done:
                self._give_up(job)

    async def _run_elsewhere(self, work: Work, seconds: float) -> None:
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(self._most)
        with anyio.move_on_after(seconds):
            await anyio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=self._limiter)

    def _hand_out(self, job: _Job) -> None:
        if self._process != os.getpid():  # a fork has no threads but the one that forked
            self._begin()
        with self._lock:
            if self._idle:
                self._idle.pop().jobs.put(job)
            elif self._count < self._most:
                self._start(job)
            else:
                self._waiting.append(job)

    def _start(self, job: _Job) -> None:
        self._count += 1
        _Thread(self, job).start()

    def _give_up(self, job: _Job) -> None:
        with self._lock:
            if job in self._waiting:
                self._waiting.remove(job)
            elif not job.is_done:
                job.is_given_up = True
                self._count -= 1
                if self._waiting:
                    self._start(self._waiting.popleft())

    def after(self, job: _Job, thread: _Thread) -> _Job | None:
        """What a thread has to do next: what has waited longest; else it is idle, or not needed any more."""
        with self._lock:
            job.is_done = True
            if job.is_given_up:
                return None
            if self._waiting:
                return self._waiting.popleft()
            self._idle.append(thread)
            return None

    def let_go(self, thread: _Thread) -> bool:
        """Whether an idle thread may end; not when a job is on its way to it."""
        with self._lock:
            if thread not in self._idle:
                return False
            self._idle.remove(thread)
            self._count -= 1
            return True


class _Job:
    """Work, and the future that tells the loop of its end."""

    def __init__(self, work: Work, loop: asyncio.AbstractEventLoop) -> None:
        self.work, self.loop = work, loop
        self.context = copy_context()
        self.ended: asyncio.Future[None] = loop.create_future()
        self.is_done = self.is_given_up = False
        self.failed: BaseException | None = None

    def do(self) -> None:
        """In a thread; what goes wrong is for who waits."""
        try:
            self.context.run(self.work)
        except BaseException as error:
            self.failed = error

    def tell(self) -> None:
        """In a thread: have the loop told."""
        with suppress(RuntimeError):  # where the loop has ended meanwhile, nobody waits
            self.loop.call_soon_threadsafe(self.end)

    def end(self) -> None:
        """In the loop: whoever waits goes on."""
        if self.ended.done():
            return
        if self.failed is None:
            self.ended.set_result(None)
        else:
            self.ended.set_exception(self.failed)


class _Thread(threading.Thread):
    """Does one job after the other, and ends when there has been none for a while."""

    def __init__(self, threads: Threads, first: _Job) -> None:
        super().__init__(name="judging", daemon=True)  # a check that hangs must not keep the process alive
        self.jobs: SimpleQueue[_Job] = SimpleQueue()
        self._threads = threads
        self.jobs.put(first)

    def run(self) -> None:
        """Until there is nothing to do."""
        job = self._await()
        while job is not None:
            job.do()
            following = self._threads.after(job, self)
            job.tell()  # only now: who is told may come with more at once, and finds this thread idle
            if job.is_given_up:
                return
            job = following or self._await()

    def _await(self) -> _Job | None:
        try:
            return self.jobs.get(timeout=IDLE_SECONDS)
        except Empty:
            return None if self._threads.let_go(self) else self.jobs.get()
