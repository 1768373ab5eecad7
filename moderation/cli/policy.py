"""`moderation policy`: the standards in force, and whether a file of one's own is right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from moderation.cli import show
from moderation.cli.load import PolicyFiles, load_settings

if TYPE_CHECKING:
    from moderation.policy import Rule, SeverityScores

app = typer.Typer(help="Look at the standards and try out a file of your own.", no_args_is_help=True)


@app.command("show")
def show_policy(
    language: Annotated[Literal["ko", "en"], typer.Option(help="Language of the titles.")] = "en",
    policy: PolicyFiles = None,
) -> None:
    """List clauses and rules as they are in force: the default with the site's own files over it."""
    from moderation.policy import load_policy

    loaded = load_policy(*load_settings(policy=policy).policy_files)
    out = show.console()
    out.print(f"{loaded.name.in_language(language)}, version {loaded.version}", style="bold")
    limits = loaded.limits
    out.print(
        f"at most {limits.graphemes} characters, {limits.bytes} bytes, {limits.marks} marks on a character\n"
    )
    for identity, clause in loaded.numbered():
        out.print(f"{clause.number:>3}. {clause.title.in_language(language)} (`{identity}`)")
    out.print()
    for name, rule in loaded.rules.items():
        out.print(f"{name:<30}  {rule.clause:<14}  {_asks(rule)}")


@app.command("check")
def check_policy(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Merged over the default, in order.")],
) -> None:
    """Read policy files as the service would, and say what is wrong with them or what they change."""
    from moderation.policy import load_policy

    default, own = load_policy(), load_policy(*files)
    out = show.console()
    names = ", ".join(str(file) for file in files)
    out.print(
        f"{names}: right; {len(own.clauses)} clauses, {len(own.rules)} rules, {len(own.entries)} words, "
        f"version {own.version}"
    )
    changes = _changes(default.model_dump(), own.model_dump())
    for place, was, now in changes:
        out.print(f"  `{place}`: {was} → {now}", markup=False)
    if not changes:
        out.print("  nothing differs from the default")
    for rule in own.rules.keys() - default.rules.keys():
        # Not an error: a site may bring a check of its own. Far more often it is a slip of the pen.
        out.print(f"  rule `{rule}` is new: no shipped check reports it", style="yellow")


def _asks(rule: Rule) -> str:
    if rule.action is not None:
        return str(rule.action)
    if rule.by_severity is not None:
        levels = ", ".join(f"{level} {action}" for level, action in rule.by_severity)
        if rule.confirm is None:
            return levels
        return f"{levels}; with {rule.confirm.label} from {_levels(rule.confirm.at_least)}"
    assert rule.thresholds is not None
    return "; ".join(
        f"{language} " + ", ".join(f"{name} ≥ {value}" for name, value in thresholds if value is not None)
        for language, thresholds in rule.thresholds
    )


def _levels(scores: SeverityScores) -> str:
    """`0.6`, or `0.6/0.6/0.9` where the severities differ."""
    values = [f"{value:g}" for _, value in scores]
    return values[0] if len(set(values)) == 1 else "/".join(values)


def _changes(before: object, after: object, place: str = "") -> list[tuple[str, str, str]]:
    """What differs, one row for each value: where, what it was, what it is."""
    if isinstance(before, dict) and isinstance(after, dict):
        rows = []
        for key in {**before, **after}:
            where = f"{place}.{key}" if place else str(key)
            rows += _changes(before.get(key), after.get(key), where)
        return rows
    if before == after:
        return []
    if isinstance(before, tuple) and isinstance(after, tuple):
        gone = sum(item not in after for item in before)
        new = sum(item not in before for item in after)
        return [(place, f"{len(before)} entries", f"{len(after)} ({new} new, {gone} gone)")]
    return [(place, _value(before), _value(after))]


def _value(value: object) -> str:
    if value is None:
        return "nothing"
    return "a table" if isinstance(value, dict) else show.visible(str(value))
