"""Keeping held comments, in the store or by a callable of the site's own, each post once however often it is sent."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import anyio.to_thread

from moderation.policy import Policy
from moderation.store import Status, Store
from moderation.store.post_keys import named_by
from moderation.types import Comment, Decision
from moderation.web.archive import Archive

OnHold = Callable[[Comment, Decision], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A comment that is safe, and the decision that it was kept by.

    Where its key was faster, that is the decision of then, and the comment need not have been held.
    """

    id: str
    decision: Decision


class Keeper(Protocol):
    """Where held comments go."""

    async def posted(self, comment: Comment, key: str) -> Kept | None:
        """What an earlier request under that key came to, where that is known."""

    async def hold(self, comment: Comment, decision: Decision, policy: Policy, key: str | None) -> Kept:
        """Keep a held comment, with what the policy says that judged it; it is safe when this returns."""


class StoreKeeper:
    """Keeps held comments in the store. Raises what the store raises."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.archive = Archive(store)

    async def posted(self, comment: Comment, key: str) -> Kept | None:
        """The comment that was added under that key, by this middleware or by the application."""
        stored = await anyio.to_thread.run_sync(self.store.posted, comment, key)
        return None if stored is None else Kept(stored.id, stored.decision)

    async def hold(self, comment: Comment, decision: Decision, policy: Policy, key: str | None) -> Kept:
        """Add the comment, unless the key was faster."""
        await self.archive.keep(policy)
        add = partial(self.store.add, comment, decision, Status.HELD, key=key)
        stored = await anyio.to_thread.run_sync(add)
        return Kept(stored.id, stored.decision)


class SiteKeeper:
    """Keeps held comments as the site likes. The same post sent again comes with the same `comment.id`."""

    def __init__(self, on_hold: OnHold) -> None:
        self.on_hold = on_hold

    async def posted(self, comment: Comment, key: str) -> None:
        """Nothing is known of earlier requests; the site knows its own ids."""

    async def hold(self, comment: Comment, decision: Decision, policy: Policy, key: str | None) -> Kept:
        """Call the site."""
        if key is not None:
            comment = dataclasses.replace(comment, id=named_by(comment, key)[:32])
        return Kept(await self.on_hold(comment, decision), decision)
