"""What each kind of finding means: an action, by itself, by severity or by score."""

from __future__ import annotations

from pydantic import Field, model_validator

from moderation.policy.dates import Dated
from moderation.policy.tables import ActionName, Probability, Table
from moderation.policy.weights import Points, SeverityWeights
from moderation.types import Action, Label, Language, Severity

WAYS = ("action", "by_severity", "thresholds")
"""How a rule may turn a finding into an action; it uses one of them."""


class Thresholds(Table):
    """From which probability on a score asks for an action; an absent one is never asked for."""

    nudge: Probability | None = None
    hold: Probability | None = None
    reject: Probability | None = None

    @model_validator(mode="after")
    def _ascend(self) -> Thresholds:
        given = [value for value in (self.nudge, self.hold, self.reject) if value is not None]
        if not given:
            raise ValueError("gives no threshold; name at least one of nudge, hold, reject")
        if given != sorted(given):
            raise ValueError("thresholds must rise from nudge over hold to reject")
        return self

    @property
    def lowest(self) -> float:
        """The score from which on anything is asked for."""
        return min(value for value in (self.nudge, self.hold, self.reject) if value is not None)

    def action(self, score: float) -> Action:
        """The strongest action that this score reaches."""
        for threshold, action in (
            (self.reject, Action.REJECT),
            (self.hold, Action.HOLD),
            (self.nudge, Action.NUDGE),
        ):
            if threshold is not None and score >= threshold:
                return action
        return Action.ALLOW


class LanguageThresholds(Table):
    """Thresholds by the language of the comment: the score of one says nothing about the other."""

    ko: Thresholds
    en: Thresholds

    def in_language(self, language: Language) -> Thresholds:
        """Those for a comment in that language."""
        return self.ko if language == "ko" else self.en


class SeverityActions(Table):
    """What a listed word asks for, by its severity."""

    mild: ActionName
    strong: ActionName
    severe: ActionName


class SeverityScores(Table):
    """A probability by severity."""

    mild: Probability
    strong: Probability
    severe: Probability


class Confirmation(Table):
    """A classifier score that a word of each severity needs beside it; without it, `otherwise` holds.

    So a quotation, a negation or a word used of things yields to the classifier's reading.
    """

    label: Label
    at_least: SeverityScores
    otherwise: SeverityActions


class Rule(Dated):
    """What one kind of finding means: a fixed action, one by severity, or thresholds on its score.

    What it weighs beside others is told apart from that: see `Totals`.
    """

    clause: str = Field(description="the clause that such a finding breaks")
    action: ActionName | None = Field(default=None, description="always the same")
    by_severity: SeverityActions | None = Field(default=None, description="for listed words")
    thresholds: LanguageThresholds | None = Field(default=None, description="for scores, by language")
    confirm: Confirmation | None = Field(default=None, description="a score that the word needs beside it")
    group: str | None = Field(default=None, description="the group whose cap holds for its points")
    weight: Points | None = Field(
        default=None, description="points that one finding adds to the total; a score adds its share of them"
    )
    weights: SeverityWeights | None = Field(
        default=None, description="the same by severity, for listed words"
    )

    @model_validator(mode="after")
    def _one_way(self) -> Rule:
        if sum(getattr(self, way) is not None for way in WAYS) != 1:
            raise ValueError("needs exactly one of `action`, `by_severity` and `thresholds`")
        if self.confirm is not None and self.by_severity is None:
            raise ValueError("`confirm` goes with `by_severity` only")
        if self.weights is not None and self.by_severity is None:
            raise ValueError("`weights` goes with `by_severity` only; use `weight`")
        if self.weight is not None and self.weights is not None:
            raise ValueError("needs one of `weight` and `weights`, not both")
        if self.group is not None and self.weight is None and self.weights is None:
            raise ValueError("`group` alone weighs nothing; name a `weight`, or `weights` by severity")
        return self

    def points(self, severity: Severity | None) -> float:
        """Points that a finding of this rule adds; a score adds its share of them.

        What a site lets pass for good (`action = "allow"`) adds nothing.
        """
        if self.action is Action.ALLOW:
            return 0.0
        if self.weights is not None:
            points: float = getattr(self.weights, severity or Severity.STRONG)
            return points
        return self.weight or 0.0
