"""What a policy's tables say of each other: every name must exist, and fit where it is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

from moderation.policy.conditions import Condition, Sign, Target
from moderation.types import Action

if TYPE_CHECKING:
    from moderation.policy.standards import Policy

TOTALS = tuple(f"totals.{action}" for action in Action if action > Action.ALLOW)

Fault = tuple[tuple[str, ...], str]
"""Where in the policy, and what is wrong there."""


class Misfit(ValueError):
    """Raised with everything in a policy that does not fit together."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"`{'.'.join(place)}`: {what}" for place, what in faults))
        self.faults = faults


def matching(pattern: str, names: Iterable[str]) -> frozenset[str]:
    """The names that a pattern such as `words.*` stands for.

    >>> sorted(matching("words.*", ["words.insult", "words.threat", "links.link"]))
    ['words.insult', 'words.threat']
    """
    if pattern.endswith(".*"):
        return frozenset(name for name in names if name.startswith(pattern[:-1]))
    return frozenset(name for name in names if name == pattern)


def faults_in(policy: Policy) -> Iterator[Fault]:
    """Everything that does not fit together."""
    yield from _clauses(policy)
    for name, rule in policy.rules.items():
        yield from _known(rule.clause, policy.clauses, "clause", ("rules", name, "clause"))
        if rule.group is not None:
            yield from _known(rule.group, policy.groups, "group", ("rules", name, "group"))
    yield from _patterns(policy)
    for name, combination in policy.combinations.items():
        place = ("combinations", name)
        yield from _known(combination.clause, policy.clauses, "clause", (*place, "clause"))
        yield from _signs(combination, policy, place)
    changeable = [*policy.rules, *(f"combinations.{name}" for name in policy.combinations), *TOTALS]
    for name, exemption in policy.exceptions.items():
        place = ("exceptions", name)
        yield from _signs(exemption, policy, place)
        for index, target in enumerate(exemption.rules):
            where = (*place, "rules", str(index))
            found = matching(target.rule, changeable)
            yield from _rule(target.rule, found, changeable, where)
            yield from _severity(target, found, policy, where)
            if exemption.thresholds and any(not _is_scored(policy, rule) for rule in found):
                yield where, f"`{target.rule}` goes by no thresholds; use `action`, `at_most` or `at_least`"


def _clauses(policy: Policy) -> Iterator[Fault]:
    by_number: dict[int, str] = {}
    for name, clause in policy.clauses.items():
        if name not in policy.messages:
            yield (
                ("clauses", name),
                (
                    "has no author message; write one under `[messages.ko.clauses]` "
                    "and one under `[messages.en.clauses]`"
                ),
            )
        other = by_number.setdefault(clause.number, name)
        if other != name:
            yield (
                ("clauses",),
                f"`{other}` and `{name}` share the number {clause.number}; each clause needs its own",
            )


def _patterns(policy: Policy) -> Iterator[Fault]:
    """Each pattern has its rule, and each rule of a pattern has that."""
    for name in policy.patterns:
        if f"patterns.{name}" not in policy.rules:
            yield (
                ("patterns", name),
                f"has no rule; write `[rules.patterns.{name}]` with a clause and an action",
            )
    for rule in policy.rules:
        check, _, name = rule.partition(".")
        if check == "patterns" and name not in policy.patterns:
            names = list(policy.patterns)
            yield ("rules", rule), f"there is no pattern `{name}`{_nearest(name, names)}"


def _signs(condition: Condition, policy: Policy, place: tuple[str, ...]) -> Iterator[Fault]:
    for key, signs in (("all", condition.all), ("any", condition.any), ("none", condition.none)):
        for index, sign in enumerate(signs):
            where = (*place, key, str(index))
            found = matching(sign.rule, policy.rules)
            yield from _rule(sign.rule, found, policy.rules, where)
            yield from _severity(sign, found, policy, where)
            yield from _score(sign, found, policy, where)


def _rule(
    pattern: str, found: frozenset[str], names: Iterable[str], where: tuple[str, ...]
) -> Iterator[Fault]:
    if not found:
        checks = {f"{name.partition('.')[0]}.*" for name in names}
        yield where, f"there is no rule `{pattern}`{_nearest(pattern, [*names, *checks])}"


def _severity(
    target: Target, found: frozenset[str], policy: Policy, where: tuple[str, ...]
) -> Iterator[Fault]:
    listed = any(rule in policy.rules and policy.rules[rule].by_severity for rule in found)
    if target.severity and found and not listed:
        yield where, f"`severity` is for listed words, and `{target.rule}` stands for none"


def _score(sign: Sign, found: frozenset[str], policy: Policy, where: tuple[str, ...]) -> Iterator[Fault]:
    scored = {name.partition(".")[0] for name in policy.rules if _is_scored(policy, name)}
    if sign.score is not None and found and sign.rule.partition(".")[0] not in scored:
        yield where, f"`score` is for rules that go by thresholds, and `{sign.rule}` stands for none"


def _is_scored(policy: Policy, rule: str) -> bool:
    return rule in policy.rules and policy.rules[rule].thresholds is not None


def _known(name: str, names: Iterable[str], kind: str, where: tuple[str, ...]) -> Iterator[Fault]:
    if name not in names:
        yield (
            where,
            f"{kind} `{name}` does not exist; use one of {', '.join(names) or 'none: there is none yet'}",
        )


def _nearest(name: str, names: list[str]) -> str:
    close = get_close_matches(name, names, n=1)
    return f"; did you mean `{close[0]}`?" if close else "; `moderation policy show` lists them"
