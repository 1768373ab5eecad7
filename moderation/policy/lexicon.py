"""Word lists: the listed words and the innocent ones beside them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from moderation.policy.tables import Table
from moderation.types import Language, Severity


class Entry(Table):
    """One listed word or phrase.

    at : where the folded term must stand. `word`: a whole word, particles or plural endings aside;
        `start`: at the start of a word; `anywhere`: also inside one.
    allow : innocent phrases around the term; a hit that one of them covers is cancelled.
    beside : words that make the term innocent where one stands within 24 characters of it: a litter beside a bitch.
    """

    term: str = Field(min_length=1)
    category: Literal[
        "insult", "hatred", "threat", "sexual", "profanity", "advertising", "illegal", "impersonation"
    ]
    severity: Severity
    at: Literal["word", "start", "anywhere"] = "word"
    allow: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    shorthand: bool = False
    source: str
    added: date
    language: Language = "en"


class Lexicon(Table):
    """One word list.

    ordinary : innocent words that sound or look like a listed one in disguise.
    nouns : innocent words that meet others without a space, so that a listed word stands across the seam.
    """

    language: Language
    entries: tuple[Entry, ...]
    ordinary: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
