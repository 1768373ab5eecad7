"""What small signs amount to together: points by rule, capped by group, added up against the totals."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from moderation.policy.tables import Probability, Table
from moderation.types import Action

Points = Annotated[float, Field(ge=0.0, le=1_000.0)]


class SeverityWeights(Table):
    """Points that a listed word adds, by its severity."""

    mild: Points
    strong: Points
    severe: Points


class Group(Table):
    """Rules that see the same thing in different ways: together they add no more than `cap`."""

    cap: Points = Field(description="points that the rules of this group add at most")


class Totals(Table):
    """From how many points on a comment asks for an action, whatever its findings ask for one by one."""

    scores_from: Probability = Field(
        description="a score below this adds nothing; one from here on adds the weight of its rule times itself"
    )
    nudge: Points | None = None
    hold: Points | None = None
    reject: Points | None = None

    @model_validator(mode="after")
    def _ascend(self) -> Totals:
        given = [value for value in (self.nudge, self.hold, self.reject) if value is not None]
        if given != sorted(given):
            raise ValueError("totals must rise from nudge over hold to reject")
        if 0 in given:
            raise ValueError("a total of 0 is reached by every comment; name more points")
        return self

    def action(self, points: float) -> Action:
        """The strongest action that so many points reach."""
        for total, action in (
            (self.reject, Action.REJECT),
            (self.hold, Action.HOLD),
            (self.nudge, Action.NUDGE),
        ):
            if total is not None and points >= total:
                return action
        return Action.ALLOW
