"""The whole of a site's standards, frozen and named by a content hash."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from functools import cached_property

from pydantic import Field, model_validator

from moderation.policy.clauses import Appeals, Clause
from moderation.policy.conditions import Combination, Exemption
from moderation.policy.dates import Calendar
from moderation.policy.lexicon import Entry
from moderation.policy.patterns import Pattern, PatternName
from moderation.policy.references import Misfit, faults_in
from moderation.policy.rules import Rule
from moderation.policy.tables import (
    Flooding,
    Form,
    Limits,
    Links,
    Localised,
    Repetition,
    SkippedChecks,
    Table,
    WordListing,
)
from moderation.policy.weights import Group, Totals
from moderation.types import Language


class Policy(Table):
    """The whole of a site's standards, frozen.

    `version` names the content: two policies with the same version decide alike.
    """

    name: Localised
    calendar: Calendar
    limits: Limits
    clauses: dict[str, Clause]
    appeals: Appeals
    rules: dict[str, Rule]
    groups: dict[str, Group]
    totals: Totals
    combinations: dict[str, Combination]
    exceptions: dict[str, Exemption]
    skipped: SkippedChecks
    form: Form
    repetition: Repetition
    flooding: Flooding
    links: Links
    patterns: dict[PatternName, Pattern]
    lexicon: WordListing
    entries: tuple[Entry, ...]
    ordinary: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    messages: dict[str, Localised] = Field(description="what an author reads, by clause id")
    interface: dict[str, Localised] = Field(description="the texts of box and pages, by key")

    @model_validator(mode="after")
    def _whole(self) -> Policy:
        if faults := list(faults_in(self)):
            raise Misfit(faults)
        return self

    @cached_property
    def version(self) -> str:
        """First 12 hex digits of the SHA-256 over the canonical JSON of everything that decides."""
        content = self.model_dump(mode="json", by_alias=True, exclude={"interface"})
        for tried in (*content["clauses"].values(), *content["patterns"].values()):
            del tried["violates"], tried["allows"]
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]

    def message(self, clause: str, language: Language) -> str:
        """What the author of a comment reads when it breaks that clause."""
        return self._filled(self.messages[clause], language)

    def appeal_route(self, clause: str, language: Language) -> str:
        """How the author of a comment that breaks that clause asks for another look."""
        return self._filled(self.clauses[clause].appeal_route or self.appeals.route, language)

    def numbered(self, now: datetime | None = None) -> list[tuple[str, Clause]]:
        """The clauses in force at that time (all of them without one), in the order in which readers see them."""
        day = None if now is None else self.calendar.day(now)
        in_force = [item for item in self.clauses.items() if item[1].is_in_force(day)]
        return sorted(in_force, key=lambda item: item[1].number)

    def _filled(self, text: Localised, language: Language) -> str:
        contact = self.appeals.contact.in_language(language)
        values = {"limit": self.limits.graphemes, "days": self.appeals.days, "contact": contact}
        filled = text.in_language(language)
        for name, value in values.items():
            filled = filled.replace(f"{{{name}}}", str(value))
        return filled
