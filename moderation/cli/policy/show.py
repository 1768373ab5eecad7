"""`moderation policy show`: the standards in force, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.markup import escape

from moderation.cli import show
from moderation.cli.load import PolicyFiles, load_settings

if TYPE_CHECKING:
    from rich.console import Console

    from moderation.policy import Condition, Exemption, Policy, Rule, SeverityScores, Target
    from moderation.policy.dates import Dated
    from moderation.types import Language


def show_policy(
    language: Annotated[Literal["ko", "en"], typer.Option(help="Language of the standards.")] = "en",
    full: Annotated[
        bool, typer.Option("--full", help="Also each clause's text, rationale and way to appeal.")
    ] = False,
    policy: PolicyFiles = None,
) -> None:
    """List clauses and rules as they are in force: the default with the site's own files over it."""
    from moderation.policy import load_policy

    loaded = load_policy(*load_settings(policy=policy).policy_files)
    out = show.console()
    out.print(escape(f"{loaded.name.in_language(language)}, version {loaded.version}"), style="bold")
    limits = loaded.limits
    out.print(
        f"at most {limits.graphemes} characters, {limits.bytes} bytes, {limits.marks} marks on a character"
    )
    out.print(f"days begin at midnight, UTC{loaded.calendar.utc_offset}\n")
    _clauses(out, loaded, language, full)
    _section(
        out, "rules", (f"{name:<30}  {rule.clause:<14}  {_rule(rule)}" for name, rule in loaded.rules.items())
    )
    _section(out, "groups", (f"{name:<14}  {_group(loaded, name)}" for name in loaded.groups))
    _section(out, "totals", _totals(loaded))
    _section(
        out,
        "combinations",
        (
            f"{name:<20}  {each.clause:<14}  {each.action}{_when(each)}"
            for name, each in loaded.combinations.items()
        ),
    )
    _section(
        out,
        "exceptions",
        (f"{name:<20}  {_effect(each)}{_when(each)}" for name, each in loaded.exceptions.items()),
    )


def asks(rule: Rule) -> str:
    """What a rule asks for, on one line."""
    if rule.action is not None:
        return str(rule.action)
    if rule.by_severity is not None:
        levels = ", ".join(f"{level} {action}" for level, action in rule.by_severity)
        if rule.confirm is None:
            return levels
        otherwise = ", ".join(f"{level} {action}" for level, action in rule.confirm.otherwise)
        return f"{levels}; below {rule.confirm.label} {_levels(rule.confirm.at_least)}: {otherwise}"
    assert rule.thresholds is not None
    return _thresholds(rule.thresholds)


def _clauses(out: Console, policy: Policy, language: Language, full: bool) -> None:
    for identity, clause in policy.numbered():
        dated = _dates(clause)
        out.print(escape(f"{clause.number:>3}. {clause.title.in_language(language)} (`{identity}`{dated})"))
        if full:
            texts = (clause.text, clause.rationale)
            for text in (
                *(text.in_language(language) for text in texts),
                policy.appeal_route(identity, language),
            ):
                out.print(f"     {escape(text)}")


def _section(out: Console, title: str, lines: Iterator[str]) -> None:
    shown = list(lines)
    if shown:
        out.print(f"\n{title}", style="bold")
    for line in shown:
        out.print(escape(line))


def _rule(rule: Rule) -> str:
    weight = ""
    if rule.weights is not None:
        weight = f"; weighs {'/'.join(f'{value:g}' for _, value in rule.weights)}"
    elif rule.weight is not None:
        weight = f"; weighs {rule.weight:g}"
    group = f" in {rule.group}" if rule.group else ""
    return asks(rule) + weight + group + _dates(rule)


def _group(policy: Policy, name: str) -> str:
    rules = [rule for rule, each in policy.rules.items() if each.group == name]
    return f"at most {policy.groups[name].cap:g}: {', '.join(rules) or 'no rule'}"


def _totals(policy: Policy) -> Iterator[str]:
    totals = policy.totals
    for action in ("nudge", "hold", "reject"):
        points = getattr(totals, action)
        if points is not None:
            yield f"{action} from {points:g} points on"
    yield f"scores weigh from {totals.scores_from:g} on"


def _effect(exemption: Exemption) -> str:
    rules = _names(exemption.rules, " and ")
    if exemption.thresholds is not None:
        return f"{rules}: {_thresholds(exemption.thresholds)}"
    for word, action in (
        ("", exemption.action),
        ("at most ", exemption.at_most),
        ("at least ", exemption.at_least),
    ):
        if action is not None:
            return f"{rules}: {word}{action}"
    raise AssertionError("an exception has one effect")


def _when(condition: Condition) -> str:
    parts = [
        f"authors who are {' or '.join(condition.standing)}" if condition.standing else "",
        f"in {' or '.join(condition.section)}" if condition.section else "",
        f"with {_names(condition.all, ' and ')}" if condition.all else "",
        f"with any of {_names(condition.any, ', ')}" if condition.any else "",
        f"without {_names(condition.none, ', ')}" if condition.none else "",
    ]
    return "".join(f"; {part}" for part in parts if part) + _dates(condition)


def _names(targets: Sequence[Target], between: str) -> str:
    return between.join(_name(target) for target in targets)


def _name(target: Target) -> str:
    score = getattr(target, "score", None)
    severity = f" ({'/'.join(target.severity)})" if target.severity else ""
    return f"{target.rule}{severity}" + (f" ≥ {score:g}" if score is not None else "")


def _dates(dated: Dated) -> str:
    first = f", from {dated.first}" if dated.first else ""
    return first + (f", until {dated.until}" if dated.until else "")


def _thresholds(thresholds: object) -> str:
    return "; ".join(
        f"{language} " + ", ".join(f"{name} ≥ {value}" for name, value in levels if value is not None)
        for language, levels in thresholds  # type: ignore[attr-defined]  # a pydantic table yields its fields
    )


def _levels(scores: SeverityScores) -> str:
    """`0.6`, or `0.6/0.6/0.9` where the severities differ."""
    values = [f"{value:g}" for _, value in scores]
    return values[0] if len(set(values)) == 1 else "/".join(values)
