"""Patterns of a site's own: what they look for, and the examples that they must catch and spare."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from moderation.policy.tables import Table
from moderation.text.expressions import Expression, Over, compile_pattern
from moderation.text.normalize import normalize
from moderation.types import Language


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _sound(patterns: tuple[str, ...]) -> tuple[str, ...]:
    for pattern in patterns:
        compile_pattern(pattern)
    return patterns


def _stated(patterns: tuple[str, ...]) -> tuple[str, ...]:
    if not patterns:
        raise ValueError("names no pattern; write at least one")
    return patterns


Patterns = Annotated[tuple[str, ...], BeforeValidator(_listed), AfterValidator(_sound)]
"""One pattern, or a list of which any may match."""


class Pattern(Table):
    """One thing to look for; the finding is `patterns.NAME`, and `[rules.patterns.NAME]` says what follows.

    violates, allows : examples that it must catch and spare; a policy in which it does not is refused.
    """

    pattern: Annotated[Patterns, AfterValidator(_stated)] = Field(description="RE2, over folded text")
    beside: Patterns = Field(default=(), description="has to stand somewhere in the comment as well")
    unless: Patterns = Field(default=(), description="cancels a hit within 40 characters of it")
    over: Over = Field(default="text", description="`letters`: also spaced and disguised, without digits")
    language: Language | None = Field(default=None, description="only in comments in this language")
    meaning: str = Field(default="", description="what a moderator reads of it")
    violates: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()

    @cached_property
    def expression(self) -> Expression:
        """The pattern made ready to search."""
        return Expression(self.pattern, self.beside, self.unless, self.over)

    @model_validator(mode="after")
    def _keeps_its_examples(self) -> Pattern:
        for example in self.violates:
            if not self.finds(example):
                raise ValueError(
                    f"does not match `{example}` under `violates`; widen the pattern or drop the example"
                )
        for example in self.allows:
            if self.finds(example):
                raise ValueError(
                    f"matches `{example}` under `allows`; narrow the pattern or drop the example"
                )
        return self

    def finds(self, body: str) -> bool:
        """Whether a comment of these words is a hit."""
        text = normalize(body)
        return self.language in (None, text.language) and bool(self.expression.find(text))


def _is_name(name: str) -> str:
    if not (name.isascii() and name.isidentifier() and name == name.lower()):
        raise ValueError(f"`{name}` is no name of a rule; use small letters, digits and _")
    return name


PatternName = Annotated[str, AfterValidator(_is_name)]
