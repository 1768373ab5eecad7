"""The clauses: what readers agree to, why, with examples, and where to turn when a clause was misread."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from moderation.policy.dates import Dated
from moderation.policy.tables import Localised, Table
from moderation.types import Language


class Examples(Table):
    """Comments that show what a clause means, by language. `moderation policy test` judges each of them."""

    ko: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    def in_language(self, language: Language) -> tuple[str, ...]:
        """The comments in that language."""
        return self.ko if language == "ko" else self.en


RejectionCode = Literal[
    "OFFENSIVE",
    "ABUSIVE",
    "SPAM",
    "BANNED_WORD",
    "AD",
    "ILLEGAL_CONTENT",
    "HARASSMENT_BULLYING",
    "MISINFORMATION",
    "HATE_SPEECH",
    "IRRELEVANT_CONTENT",
    "OTHER",
]
"""The reasons for a refusal that Coral knows (its `REJECTION_REASON_CODE`)."""


class Clause(Dated):
    """One numbered standard that readers agree to when they comment."""

    number: int = Field(ge=1, description="under which readers and moderators know it; each has its own")
    title: Localised
    text: Localised = Field(description="what readers agree to")
    rationale: Localised = Field(description="why the site has this clause")
    appeal: bool = Field(default=True, description="may the author ask for another look")
    appeal_route: Localised | None = Field(
        default=None,
        description="how to ask for one; `{contact}` and `{days}` are filled in from [appeals]. "
        "Without it, the route of [appeals] holds.",
    )
    spam: bool = Field(default=False, description="whether systems that know nothing but spam call it spam")
    coral: RejectionCode = Field(
        default="OTHER", description="the reason that Coral keeps for a refusal and tells the author"
    )
    violates: Examples = Field(default=Examples(), description="comments that break it")
    allows: Examples = Field(default=Examples(), description="comments that come close and are published")


class Appeals(Table):
    """Where authors turn who think that their comment was misread."""

    contact: Localised = Field(description="whom to write to: a desk, a page or an address")
    days: int = Field(ge=1, le=365, description="within how many days")
    route: Localised = Field(description="how, where a clause names no way of its own")
