"""What depends on more than one finding, on who writes, or on where: combinations and exceptions."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from moderation.policy.dates import Dated
from moderation.policy.rules import LanguageThresholds
from moderation.policy.tables import ActionName, Probability, Table
from moderation.types import Severity, Standing

EFFECTS = ("action", "at_most", "at_least", "thresholds")


class Target(Table):
    """Findings of one rule (`words.insult`) or of all rules of a check (`words.*`)."""

    rule: str = Field(min_length=1, description="a rule, or all rules of a check: `words.insult`, `words.*`")
    severity: tuple[Severity, ...] = Field(default=(), description="only listed words of these severities")


class Sign(Target):
    """A finding that a condition looks for, whatever it asks for by itself.

    A score counts from `score` on; without it, from where its own rule asks for something.
    """

    score: Probability | None = Field(default=None, description="only scores from this probability on")


def _spelled_out(value: Any) -> Any:
    return {"rule": value} if isinstance(value, str) else value


ASign = Annotated[Sign, BeforeValidator(_spelled_out)]
ATarget = Annotated[Target, BeforeValidator(_spelled_out)]


class Condition(Dated):
    """Everything named must hold: of whom, where, when, and what was found or not found."""

    standing: tuple[Standing, ...] = Field(default=(), description="only authors of one of these standings")
    section: tuple[str, ...] = Field(default=(), description="only in one of these sections of the site")
    all: tuple[ASign, ...] = Field(default=(), description="each of these was found")
    any: tuple[ASign, ...] = Field(default=(), description="at least one of these was found")
    none: tuple[ASign, ...] = Field(default=(), description="nothing of this was found")


class Combination(Condition):
    """Findings that together break a clause, or break it worse than each by itself."""

    clause: str = Field(description="the clause that they break together")
    action: ActionName = Field(description="what they ask for together; `allow` switches it off")

    @model_validator(mode="after")
    def _names_signs(self) -> Combination:
        if not self.all and not self.any:
            raise ValueError("looks for nothing; name rules under `all` or `any`")
        return self


class Exemption(Condition):
    """For some authors, sections or findings, rules ask for something else than for everybody."""

    rules: tuple[ATarget, ...] = Field(
        min_length=1, description="whose asking changes: rules, `combinations.NAME`, `totals.ACTION`"
    )
    action: ActionName | None = Field(default=None, description="what they ask for instead")
    at_most: ActionName | None = Field(default=None, description="they ask for no more than this")
    at_least: ActionName | None = Field(
        default=None, description="they ask for no less than this, where they ask for anything"
    )
    thresholds: LanguageThresholds | None = Field(
        default=None, description="the thresholds of these scores instead of those of their rules"
    )

    @model_validator(mode="after")
    def _one_effect(self) -> Exemption:
        if sum(getattr(self, effect) is not None for effect in EFFECTS) != 1:
            raise ValueError("needs exactly one of `action`, `at_most`, `at_least` and `thresholds`")
        named = (self.standing, self.section, self.first, self.until, self.all, self.any, self.none)
        if not any(named):
            raise ValueError(
                "holds for every comment; name `standing`, `section`, `from`, `until`, `all`, `any` or "
                "`none`, or change the rule itself"
            )
        return self
