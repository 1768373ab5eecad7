"""The whole of a site's standards, frozen and named by a content hash."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property

from pydantic import Field, model_validator

from moderation.policy.lexicon import Entry
from moderation.policy.rules import Rule
from moderation.policy.tables import Limits, Links, Localised, Repetition, SkippedChecks, Table, WordListing
from moderation.types import Language


class Clause(Table):
    """One numbered standard that readers agree to when they comment."""

    number: int = Field(ge=1)
    title: Localised
    text: Localised
    rationale: Localised
    appeal: bool = Field(default=True, description="may the author ask for another look")


class Policy(Table):
    """The whole of a site's standards, frozen.

    `version` names the content: two policies with the same version decide alike.
    """

    name: Localised
    limits: Limits
    clauses: dict[str, Clause]
    rules: dict[str, Rule]
    skipped: SkippedChecks
    repetition: Repetition
    links: Links
    lexicon: WordListing
    entries: tuple[Entry, ...]
    ordinary: tuple[str, ...] = ()
    messages: dict[str, Localised] = Field(description="what an author reads, by clause id")
    interface: dict[str, Localised] = Field(description="the texts of box and pages, by key")

    @model_validator(mode="after")
    def _whole(self) -> Policy:
        for name, rule in self.rules.items():
            if rule.clause not in self.clauses:
                raise ValueError(
                    f"rule `{name}`: clause `{rule.clause}` does not exist; "
                    f"use one of {', '.join(self.clauses)}"
                )
        for name in self.clauses:
            if name not in self.messages:
                raise ValueError(
                    f"clause `{name}` has no author message; write one under `[messages.ko.clauses]` "
                    "and one under `[messages.en.clauses]`"
                )
        by_number: dict[int, str] = {}
        for name, clause in self.clauses.items():
            other = by_number.setdefault(clause.number, name)
            if other != name:
                raise ValueError(
                    f"clauses `{other}` and `{name}` share the number {clause.number}; each needs its own"
                )
        return self

    @cached_property
    def version(self) -> str:
        """First 12 hex digits of the SHA-256 over the canonical JSON of everything that decides."""
        content = self.model_dump(mode="json", exclude={"interface"})
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]

    def message(self, clause: str, language: Language) -> str:
        """What the author of a comment reads when it breaks that clause."""
        return self.messages[clause].in_language(language).replace("{limit}", str(self.limits.graphemes))

    def numbered(self) -> list[tuple[str, Clause]]:
        """The clauses with their ids, in the order in which readers see them."""
        return sorted(self.clauses.items(), key=lambda item: item[1].number)
