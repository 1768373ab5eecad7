"""The demo's newspaper: four invented stories in two languages, each with its own comment thread."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict

from moderation.types import Language

_PARTICLE = re.compile("[”’](?=[가-힣])")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Paper(_Table):
    """What stands on every page of the paper."""

    name: str
    motto: str
    edition: str
    issue: str
    place: str
    readers: tuple[str, ...]
    fiction: str


class Story(_Table):
    """One article. `published` and `updated` are ISO 8601; the `shown` forms are the paper's own."""

    section: str
    kicker: str
    headline: str
    deck: str
    author: str
    role: str
    published: str
    shown: str
    updated: str | None = None
    updated_shown: str | None = None
    image: str
    alt: str
    caption: str
    credit: str
    body: tuple[str, ...]
    quote: str | None = None
    quote_by: str | None = None
    facts_title: str | None = None
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def paragraphs(self) -> list[str]:
        """The body; what follows a closing quotation mark in Korean stays on its line, as particles must."""
        return [_PARTICLE.sub("\\g<0>\u2060", paragraph) for paragraph in self.body]


class Edition(_Table):
    """The whole paper in one language; the first story is the front page."""

    paper: Paper
    sections: dict[str, str]
    stories: dict[str, Story]

    @property
    def front(self) -> str:
        """The id of the story on the front page."""
        return next(iter(self.stories))

    def first_of(self, section: str) -> str:
        """The id of the story that opens a section."""
        return next(id for id, story in self.stories.items() if story.section == section)


@cache
def edition(language: Language) -> Edition:
    """The paper in that language, read once."""
    file = resources.files("moderation.web") / "stories" / f"{language}.toml"
    return Edition.model_validate(tomllib.loads(file.read_text("utf-8")))
