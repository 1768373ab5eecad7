"""The words in which policies explain themselves to authors, also those of policies that are no longer in force."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import anyio.to_thread

from moderation.policy import LANGUAGES, Policy
from moderation.store import Store
from moderation.store.wordings import Clauses, Wording


class Archive:
    """What the store knows of policies' words; it is told of each policy once in this process."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._kept: set[str] = set()

    async def keep(self, policy: Policy) -> None:
        """Keep what that policy says, before a comment is kept that it judged. Raises StoreError."""
        if policy.version in self._kept:
            return
        await anyio.to_thread.run_sync(self.store.wordings.keep, policy.version, clauses_of(policy))
        self._kept.add(policy.version)

    async def clauses(self, versions: Collection[str], now: Policy) -> Mapping[str, Clauses]:
        """The clauses of these policies by version, each with what only the policy in force says beneath."""
        found = await anyio.to_thread.run_sync(self.store.wordings.of, versions)
        current = clauses_of(now)
        return {version: {**current, **found.get(version, {})} for version in versions}


def clauses_of(policy: Policy) -> Clauses:
    """What that policy says of its clauses."""
    return {
        id: Wording(
            number=clause.number,
            title={language: clause.title.in_language(language) for language in LANGUAGES},
            message={language: policy.message(id, language) for language in LANGUAGES},
            may_appeal=clause.appeal,
        )
        for id, clause in policy.clauses.items()
    }
