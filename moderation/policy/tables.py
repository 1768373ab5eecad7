"""What the tables of a policy file hold, apart from clauses, rules and words."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from moderation.text.domains import is_suffix
from moderation.text.hosts import canonical
from moderation.types import Action, Language

LANGUAGES: tuple[Language, ...] = ("ko", "en")


def _read_action(value: object) -> object:
    if isinstance(value, str):
        try:
            return Action[value.upper()]
        except KeyError:
            raise ValueError(f"`{value}` is no action; use allow, nudge, hold or reject") from None
    return value


ActionName = Annotated[Action, BeforeValidator(_read_action)]


Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class Table(BaseModel):
    """One table of a policy file: frozen, and without fields that nobody reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Localised(Table):
    """One text in both of the site's languages."""

    ko: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_language(self, language: Language) -> str:
        """The text for that reader."""
        return self.ko if language == "ko" else self.en


class Limits(Table):
    """How large a comment may be."""

    graphemes: int = Field(ge=1, le=100_000, description="characters as a reader counts them")
    bytes: int = Field(ge=256, le=1_048_576, description="UTF-8 bytes of the whole text")
    marks: int = Field(ge=1, le=64, description="combining marks on one character")


class SkippedChecks(Table):
    """What happens to a comment when a check could not run."""

    action: ActionName
    checks: dict[str, ActionName] = Field(default_factory=dict)


class Repetition(Table):
    """When repeating and shouting within a comment count as flooding the thread."""

    run: int = Field(ge=3, description="the same character in a row; laughter and tears are exempt")
    words: int = Field(ge=2, description="the same word in a row")
    sentences: int = Field(ge=2, description="the same sentence anywhere in the comment")
    shouting_letters: int = Field(ge=4, description="shortest text, in letters, that can be shouting")
    shouting_share: Probability = Field(description="share of capitals that makes it shouting")
    emoji: int = Field(ge=2, description="emoji in one comment")


class Flooding(Table):
    """When an author's comments, or those of many, count as flooding the thread."""

    window_minutes: int = Field(ge=1, le=10_080, description="how far back copies count")
    copies: int = Field(ge=1, description="earlier copies by the same author")
    copy_letters: int = Field(
        ge=1, description="shortest comment that can be a copy; a syllable counts as two"
    )
    near_copies: int = Field(ge=1, description="earlier near copies by the same author")
    near_letters: int = Field(ge=8, description="shortest comment that can be a near copy")
    similarity: float = Field(
        ge=0.3, le=1.0, description="share of the text in common that makes a near copy"
    )
    per_minute: int = Field(ge=1, description="comments of one author in a minute")
    per_hour: int = Field(ge=1, description="comments of one author in an hour")
    campaign_authors: int = Field(
        ge=1, description="other authors with nearly the same text within the window"
    )
    campaign_letters: int = Field(ge=8, description="shortest comment that can be part of a campaign")
    formulas: tuple[str, ...] = Field(default=(), description="what everybody writes alike, and is no copy")


class Form(Table):
    """From how many symbols on a comment is a wall of them."""

    symbols: int = Field(
        ge=4, description="punctuation and symbols, emoji aside, in a comment without a letter"
    )
    strokes: int = Field(ge=4, description="box-drawing, block and braille characters in any comment")


def _as_domain(value: str) -> str:
    bare = value.partition("://")[2] or value
    host = bare.partition("/")[0].rpartition("@")[2].partition(":")[0]
    if host != value or not canonical(value) or any(char.isspace() for char in value):
        raise ValueError(
            f"`{value}` is no domain; write its name alone, such as `{host.strip() or 'example.com'}`"
        )
    return value


def _owned(value: str) -> str:
    if is_suffix(canonical(value)):
        raise ValueError(
            f"`{value}` would allow whatever is registered below it; write a site such as `news.{value}`"
        )
    return value


Domain = Annotated[str, AfterValidator(_as_domain)]


class Links(Table):
    """Which domains a comment may link to, and which never; each stands for all below it."""

    allow: tuple[Annotated[Domain, AfterValidator(_owned)], ...] = ()
    block: tuple[Domain, ...] = ()
    shorteners: tuple[Domain, ...] = Field(default=(), description="hosts that hide where a link leads")


class WordListing(Table):
    """Which word lists are in force. `remove` takes single terms out of the shipped lists."""

    files: tuple[str, ...]
    remove: tuple[str, ...] = ()


class MessageTable(Table):
    """Texts in one language: `clauses` for authors, `interface` for box and pages."""

    clauses: dict[str, object] = Field(default_factory=dict)
    interface: dict[str, object] = Field(default_factory=dict)


class MessageTables(Table):
    """The texts that a site changes, by language."""

    ko: MessageTable = MessageTable()
    en: MessageTable = MessageTable()
