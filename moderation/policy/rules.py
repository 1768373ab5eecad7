"""What each kind of finding means: an action, by itself, by severity or by score."""

from __future__ import annotations

from pydantic import model_validator

from moderation.policy.tables import ActionName, Probability, Table
from moderation.types import Action, Label


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


class Rule(Table):
    """What one kind of finding means: a fixed action, one by severity, or thresholds on its score."""

    clause: str
    action: ActionName | None = None
    by_severity: SeverityActions | None = None
    thresholds: LanguageThresholds | None = None
    confirm: Confirmation | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Rule:
        ways = [self.action is not None, self.by_severity is not None, self.thresholds is not None]
        if sum(ways) != 1:
            raise ValueError("needs exactly one of `action`, `by_severity` and `thresholds`")
        if self.confirm is not None and self.by_severity is None:
            raise ValueError("`confirm` goes with `by_severity` only")
        return self
