"""Thresholds as a promise: so many wrong refusals in a thousand comments, so many comments held a day, no more.

The policy's own thresholds are moved up or down together, by one step on the scale of log odds for refusing and one
for holding, in each language. From the strictest step on, each looser one is taken as long as the upper confidence
bound of what it costs keeps the promise; the first that does not ends it. Tested in that fixed order, the promise
holds at the stated confidence although many steps were looked at (Angelopoulos, Bates, Candès, Jordan and Lei 2021,
"Learn then Test", section 2.3). The bounds are those of Clopper and Pearson 1934, exact for counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import beta

from moderation.errors import InputError
from moderation.model.classifier import LANGUAGES
from moderation.policy import Policy
from moderation.types import Label, Language
from training.example import Example
from training.scoring import Scores

Flags = NDArray[np.bool_]

STEPS = np.round(np.arange(9.0, -8.01, -0.05), 2)
"""Shifts in log odds from the policy's thresholds, strictest first."""
HIGHEST = 0.9999


@dataclass(frozen=True)
class Promise:
    """What the site wants kept, in each language.

    wrong_refusals : innocent comments refused, as a share of all comments; None: refusals stay as the policy has them.
    held : comments held for a moderator, as a share of all comments; None: likewise.
    toxic_share : share of abusive comments in the site's traffic; None: that of the data.
    """

    wrong_refusals: float | None = None
    held: float | None = None
    toxic_share: float | None = None
    confidence: float = 0.95


@dataclass(frozen=True)
class Bound:
    """A share of all comments: as counted, and what it is at most at the stated confidence."""

    seen: float
    at_most: float


@dataclass(frozen=True)
class Kept:
    """The thresholds that keep the promise in one language, and what they cost there.

    caught : share of abusive comments that are held or refused.
    """

    language: Language
    thresholds: Mapping[Label, Mapping[str, float]]
    wrong_refusals: Bound
    held: Bound
    caught: float
    innocent: int
    abusive: int


@dataclass(frozen=True)
class Point:
    """One step of the ladder, for the report's curve."""

    step: float
    threshold: float
    wrong_refusals: Bound
    held: Bound
    caught: float


class Ladder:
    """The comments of one language, and what each step of the thresholds would do with them."""

    def __init__(
        self,
        policy: Policy,
        labels: Sequence[Label],
        examples: Sequence[Example],
        scores: Scores,
        language: Language,
        promise: Promise,
    ) -> None:
        self.language: Language = language
        self._promise = promise
        rows = [i for i, e in enumerate(examples) if e.lang == language and Label.TOXICITY in e.labels]
        self._scores = logit(np.clip(scores[rows], 1e-9, 1 - 1e-9))
        self._abusive = np.array([any(examples[row].labels.values()) for row in rows], bool)
        self._labels = list(labels)
        self._base = {
            label: {
                name: value
                for name in ("nudge", "hold", "reject")
                if (value := getattr(rule.thresholds.in_language(language), name)) is not None
            }
            for label in labels
            if (rule := policy.rules.get(f"toxicity.{label}")) is not None and rule.thresholds is not None
        }
        self.innocent = int((~self._abusive).sum())
        self.abusive = int(self._abusive.sum())
        if not self.innocent or not self.abusive:
            raise InputError(
                f"no {'innocent' if not self.innocent else 'abusive'} held-out comments in `{language}`; "
                "add labelled comments, some of them in the validation split"
            )

    def keep(self) -> Kept:
        """The loosest thresholds that keep the promise. Raises InputError where even the strictest do not."""
        promise = self._promise
        reject = self._loosest("reject", promise.wrong_refusals, self.wrong_refusals)
        hold = self._loosest("hold", promise.held, lambda step: self.held(step, reject))
        point = self.point(hold, reject)
        return Kept(
            self.language,
            self.thresholds(hold, reject),
            point.wrong_refusals,
            point.held,
            point.caught,
            self.innocent,
            self.abusive,
        )

    def _loosest(self, action: str, limit: float | None, cost: Callable[[float], Bound]) -> float:
        if limit is None:
            return 0.0
        kept: float | None = None
        for step in STEPS.tolist():
            if cost(step).at_most > limit:
                break
            kept = step
        if kept is None:
            least = cost(float(STEPS[0])).at_most
            raise InputError(
                f"`{self.language}`: {self.innocent:,} innocent and {self.abusive:,} abusive held-out comments "
                f"cannot vouch for {limit:.2%} ({action}); they bear out {least:.2%} at best: "
                "label more comments or promise less"
            )
        return kept

    def curve(self) -> list[Point]:
        """Refusing and holding moved together, strictest first, in steps of a quarter."""
        return [self.point(step, step) for step in STEPS.tolist() if (step * 4) % 1 == 0]

    def point(self, hold: float, reject: float) -> Point:
        """What these two steps do."""
        stopped = self._reached("reject", reject) | self._reached("hold", hold)
        return Point(
            hold,
            self.thresholds(hold, reject)[Label.TOXICITY].get("hold", 1.0),
            self.wrong_refusals(reject),
            self.held(hold, reject),
            float(stopped[self._abusive].mean()),
        )

    def wrong_refusals(self, step: float) -> Bound:
        """Innocent comments refused, as a share of all."""
        wrong = self._reached("reject", step)[~self._abusive]
        innocent = 1 - self._toxic_share()
        return Bound(innocent * float(wrong.mean()), innocent * _upper(wrong, 1 - self._promise.confidence))

    def held(self, hold: float, reject: float) -> Bound:
        """Comments held, as a share of all; the error is divided between innocent and abusive ones."""
        held = self._reached("hold", hold) & ~self._reached("reject", reject)
        error = (1 - self._promise.confidence) / 2
        toxic = self._toxic_share()
        parts = ((toxic, held[self._abusive]), (1 - toxic, held[~self._abusive]))
        return Bound(
            sum(share * float(part.mean()) for share, part in parts),
            sum(share * _upper(part, error) for share, part in parts),
        )

    def thresholds(self, hold: float, reject: float) -> dict[Label, dict[str, float]]:
        """The policy's thresholds moved by these steps, rising from nudge over hold to reject."""
        moved = {}
        for label, base in self._base.items():
            values = dict(base)
            if "reject" in base:
                values["reject"] = _moved(base["reject"], reject)
            if "hold" in base:
                values["hold"] = min(_moved(base["hold"], hold), values.get("reject", 1.0))
            if "nudge" in base:
                values["nudge"] = min(base["nudge"], values.get("hold", 1.0), values.get("reject", 1.0))
            moved[label] = values
        return moved

    def _reached(self, action: str, step: float) -> Flags:
        """Whether any label's score reaches the threshold of that action, moved by that step."""
        reached = np.zeros(len(self._scores), bool)
        for label, base in self._base.items():
            if action in base:
                limit = logit(_moved(base[action], step))
                reached |= self._scores[:, self._labels.index(label)] >= limit
        return reached

    def _toxic_share(self) -> float:
        stated = self._promise.toxic_share
        return self.abusive / (self.abusive + self.innocent) if stated is None else stated


def _moved(threshold: float, step: float) -> float:
    if not step:
        return threshold
    moved = float(expit(logit(min(max(threshold, 1e-6), 1 - 1e-6)) + step))
    return min(max(math.ceil(moved * 1e4) / 1e4, 1e-4), HIGHEST)  # rounded to the strict side


def _upper(flags: Flags, error: float) -> float:
    """The upper bound of Clopper and Pearson for the share of flags."""
    count, size = int(flags.sum()), len(flags)
    return 1.0 if count == size else float(beta.ppf(1 - error, count + 1, size - count))


def ladders(
    policy: Policy,
    labels: Sequence[Label],
    examples: Sequence[Example],
    scores: Scores,
    promise: Promise,
) -> list[Ladder]:
    """One for each language that the examples hold."""
    spoken = {example.lang for example in examples}
    return [
        Ladder(policy, labels, examples, scores, language, promise)
        for language in LANGUAGES
        if language in spoken
    ]


def overlay(kept: Sequence[Kept], said: str) -> str:
    """A policy file with these thresholds, to be merged over the site's own; `said` is its first comment."""
    lines = [f"# {line}" for line in said.splitlines()]
    lines += [
        f"# {language.language}: wrong refusals {language.wrong_refusals.seen:.3%}, at most "
        f"{language.wrong_refusals.at_most:.3%} of all comments; held {language.held.seen:.2%}, at most "
        f"{language.held.at_most:.2%}; {language.caught:.1%} of abuse stopped; "
        f"{language.innocent:,} innocent and {language.abusive:,} abusive comments"
        for language in kept
    ]
    for label in kept[0].thresholds:
        lines += ["", f"[rules.toxicity.{label}.thresholds]"]
        for language in kept:
            values = ", ".join(f"{name} = {value:g}" for name, value in language.thresholds[label].items())
            lines.append(f"{language.language} = {{ {values} }}")
    return "\n".join(lines) + "\n"
