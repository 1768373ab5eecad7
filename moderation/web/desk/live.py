"""Live updates: what colleagues claim and decide, and how many wait, sent to open pages as it happens.

One look at the database every two seconds serves every page of the process, and none is made while no page is open.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from moderation.errors import StoreError
from moderation.store import Store
from moderation.store.desk import Counts
from moderation.web.accounts.guard import visitor_of
from moderation.web.desk.surroundings import in_thread

EVERY = 2.0
"""Seconds between two looks at the database."""
LASTS = 55.0
"""Seconds that a stream lasts; the browser opens the next one. A session that has ended gets none."""
WAITING = 100
"""Messages that may wait for a slow browser; it then starts anew."""


class Live:
    """Looks at the database for all open pages, and hands on what has changed."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.is_over: Callable[[], bool] = lambda: False
        """Whether the service is about to end, and every stream with it."""
        self._listeners: set[asyncio.Queue[str | None]] = set()
        self._watch: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._since: datetime | None = None
        self._claims: dict[str, str] = {}
        self._waiting: Counts | None = None

    async def events(self, request: Request) -> Response:
        """A stream of server-sent events (WHATWG HTML, section 9.2): `counts`, `settled`, `claims`."""
        by = visitor_of(request).account.name
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self.listen(by), media_type="text/event-stream", headers=headers)

    def close(self) -> None:
        """End every stream; browsers that are still there open the next one."""
        for listener in list(self._listeners):
            _put(listener, None)

    async def listen(self, by: str) -> AsyncIterator[str]:
        """What happens from now on, as events for that moderator."""
        listener: asyncio.Queue[str | None] = asyncio.Queue(WAITING)
        self._listeners.add(listener)
        try:
            if self._watch is None or self._watch.done():
                self._since, self._claims, self._ready = None, {}, asyncio.Event()
                self._watch = asyncio.create_task(self._look_again_and_again())
            await self._ready.wait()
            yield "retry: 2000\n\n"
            yield await self._counts(by)
            loop = asyncio.get_running_loop()
            ends = loop.time() + LASTS
            while (text := await asyncio.wait_for(listener.get(), ends - loop.time())) is not None:
                yield text
                if listener.empty():
                    yield await self._counts(by)
        except TimeoutError:
            return
        finally:
            self._listeners.discard(listener)

    async def _counts(self, by: str) -> str:
        try:
            return message("counts", await in_thread(lambda: counts(self.store, by)))
        except StoreError:
            return ": the store is not available\n\n"

    async def _look_again_and_again(self) -> None:
        while self._listeners and not self.is_over():
            with contextlib.suppress(StoreError):  # the next look may find it there again
                for text in await self._look():
                    for listener in list(self._listeners):
                        _put(listener, text)
            self._ready.set()
            await asyncio.sleep(EVERY)
        self.close()

    def _names(self) -> dict[str, str]:
        return {account.name: account.display for account in self.store.accounts.every()}

    async def _look(self) -> list[str]:
        since, before = self._since, self._waiting
        news = await in_thread(lambda: self.store.desk.news(since))
        self._waiting = await in_thread(self.store.desk.counts)
        self._since = news.at
        claims = {claim.comment: claim.by for claim in news.claims}
        changed = {name: by for name, by in claims.items() if self._claims.get(name) != by}
        free = [name for name in self._claims if name not in claims]
        is_first, self._claims = since is None, claims
        names = await in_thread(self._names) if changed or news.settled else {}
        told = []
        if news.settled and not is_first:
            rulings = [
                {
                    "id": ruling.comment,
                    "act": ruling.act,
                    "by": ruling.by,
                    "name": names.get(ruling.by, ruling.by),
                    "at": ruling.at.isoformat(),
                }
                for ruling in reversed(news.settled)
            ]
            told.append(message("settled", rulings))
        if (changed or free) and not is_first:
            held = {name: {"by": by, "name": names.get(by, by)} for name, by in changed.items()}
            told.append(message("claims", {"held": held, "free": free}))
        if not told and self._waiting != before:
            told.append(": there are more or fewer\n\n")  # the counts follow
        return told


def counts(store: Store, by: str) -> dict[str, int]:
    """How many wait in each list, and how many that moderator has settled within the hour."""
    return asdict(store.desk.counts(by)) | {"pace": store.desk.pace(by)}


def message(event: str, data: Any) -> str:
    """One event; JSON has no line breaks of its own, so it cannot end before its time."""
    return f"event: {event}\ndata: {json.dumps(data, ensure_ascii=True)}\n\n"


def _put(listener: asyncio.Queue[str | None], text: str | None) -> None:
    if listener.full():  # too slow a reader: it starts anew
        while not listener.empty():
            listener.get_nowait()
        text = None
    listener.put_nowait(text)
