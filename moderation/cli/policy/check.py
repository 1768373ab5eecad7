"""`moderation policy check`: whether a policy file is right, and what it changes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from moderation.cli import show


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
    changes = _changes(default.model_dump(by_alias=True), own.model_dump(by_alias=True))
    for place, was, now in changes:
        out.print(f"  `{place}`: {was} → {now}", markup=False)
    if not changes:
        out.print("  nothing differs from the default")
    for rule in own.rules.keys() - default.rules.keys():
        # Not an error: a site may bring a check of its own. Far more often it is a slip of the pen.
        out.print(f"  rule `{rule}` is new: no shipped check reports it", style="yellow")


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
