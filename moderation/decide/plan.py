"""A policy laid out for deciding: what is in force on a day, with every pattern resolved to rules."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from moderation.policy import LANGUAGES, Condition, Exemption, Policy, Rule, Sign, Target
from moderation.policy.dates import Dated
from moderation.policy.references import TOTALS, matching
from moderation.policy.weights import Totals
from moderation.types import Action, Language, Severity, Standing

KEPT_POLICIES, KEPT_DAYS = 8, 400


@dataclass(frozen=True, slots=True)
class Pattern:
    """A target or sign with its rules written out; no severities stands for all of them."""

    names: frozenset[str]
    severities: frozenset[Severity]
    score: float | None = None

    def fits(self, name: str, severity: Severity | None = None) -> bool:
        """Whether that rule, found with that severity, is meant."""
        return name in self.names and (not self.severities or severity in self.severities)


@dataclass(frozen=True, slots=True)
class Case:
    """A condition with its patterns resolved."""

    standing: frozenset[Standing]
    section: frozenset[str]
    all: tuple[Pattern, ...]
    any: tuple[Pattern, ...]
    none: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class CombinationCase:
    """A combination that is in force."""

    name: str
    clause: str
    action: Action
    case: Case


@dataclass(frozen=True, slots=True)
class ExemptionCase:
    """An exception that is in force."""

    exemption: Exemption
    targets: tuple[Pattern, ...]
    case: Case

    def covers(self, name: str, severity: Severity | None) -> bool:
        """Whether it changes what that rule, combination or total asks for."""
        return any(target.fits(name, severity) for target in self.targets)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is in force.

    quiet : by language and rule, the score below which a finding asks for nothing and weighs nothing.
    """

    rules: Mapping[str, Rule]
    quiet: Mapping[Language, Mapping[str, float]]
    combinations: Sequence[CombinationCase]
    exemptions: Sequence[ExemptionCase]
    caps: Mapping[str, float]
    totals: Totals


def plan_for(policy: Policy, now: datetime | None) -> Plan:
    """The plan of that policy at that time; kept, because laying it out takes longer than deciding."""
    plans = _PLANS.get(policy.version)
    if plans is None:
        if len(_PLANS) >= KEPT_POLICIES:
            _PLANS.clear()
        plans = _PLANS[policy.version] = _Plans(policy)
    return plans.at(now)


class _Plans:
    """The plans of one policy, by day where days make a difference."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._is_dated = any(item.first or item.until for item in _dated(policy))
        self._by_day: dict[date | None, Plan] = {}

    def at(self, now: datetime | None) -> Plan:
        day = self._policy.calendar.day(now) if self._is_dated and now is not None else None
        plan = self._by_day.get(day)
        if plan is None:
            if len(self._by_day) >= KEPT_DAYS:
                self._by_day.clear()
            plan = self._by_day[day] = _lay_out(self._policy, day)
        return plan


_PLANS: dict[str, _Plans] = {}


def _dated(policy: Policy) -> Iterator[Dated]:
    yield from policy.rules.values()
    yield from policy.combinations.values()
    yield from policy.exceptions.values()
    yield from policy.clauses.values()


def _lay_out(policy: Policy, day: date | None) -> Plan:
    def in_force(clause: str) -> bool:
        return policy.clauses[clause].is_in_force(day)

    rules = {
        name: rule for name, rule in policy.rules.items() if rule.is_in_force(day) and in_force(rule.clause)
    }
    combinations = [
        CombinationCase(f"combinations.{name}", each.clause, each.action, _case(each, rules))
        for name, each in policy.combinations.items()
        if each.is_in_force(day) and in_force(each.clause) and each.action > Action.ALLOW
    ]
    changeable = [*rules, *(each.name for each in combinations), *TOTALS]
    exemptions = [
        ExemptionCase(each, tuple(_pattern(target, changeable) for target in each.rules), _case(each, rules))
        for each in policy.exceptions.values()
        if each.is_in_force(day)
    ]
    return Plan(
        rules=rules,
        quiet={language: _quiet(language, rules, policy, combinations, exemptions) for language in LANGUAGES},
        combinations=combinations,
        exemptions=exemptions,
        caps={name: group.cap for name, group in policy.groups.items()},
        totals=policy.totals,
    )


def _case(condition: Condition, rules: Iterable[str]) -> Case:
    names = list(rules)
    return Case(
        standing=frozenset(condition.standing),
        section=frozenset(condition.section),
        all=tuple(_pattern(sign, names) for sign in condition.all),
        any=tuple(_pattern(sign, names) for sign in condition.any),
        none=tuple(_pattern(sign, names) for sign in condition.none),
    )


def _pattern(target: Target, names: Iterable[str]) -> Pattern:
    score = target.score if isinstance(target, Sign) else None
    return Pattern(matching(target.rule, names), frozenset(target.severity), score)


def _quiet(
    language: Language,
    rules: Mapping[str, Rule],
    policy: Policy,
    combinations: Sequence[CombinationCase],
    exemptions: Sequence[ExemptionCase],
) -> dict[str, float]:
    quiet = {}
    for name, rule in rules.items():
        if rule.thresholds is None:
            quiet[name] = -math.inf
            continue
        bars = [rule.thresholds.in_language(language).lowest]
        if rule.weight:
            bars.append(policy.totals.scores_from)
        for case in (*(each.case for each in combinations), *(each.case for each in exemptions)):
            signs = (*case.all, *case.any, *case.none)
            bars += [sign.score for sign in signs if sign.score is not None and name in sign.names]
        for each in exemptions:
            if each.exemption.thresholds and any(name in target.names for target in each.targets):
                bars.append(each.exemption.thresholds.in_language(language).lowest)
        quiet[name] = min(bars)
    return quiet
