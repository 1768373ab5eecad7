"""`moderation policy diff`: which decisions would change if another policy were in force."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from moderation.cli import show
from moderation.cli.load import ModelFolder, load_settings

if TYPE_CHECKING:
    from rich.console import Console

    from moderation.cli.policy.compare import Change, Comparison
    from moderation.model.classifier import Classifier
    from moderation.policy import Policy
    from moderation.types import Decision

SNIPPET = 100


def diff_policies(
    before: Annotated[
        str,
        typer.Argument(metavar="A", help="A policy file (several: separated like a PATH), or `default`."),
    ],
    after: Annotated[str, typer.Argument(metavar="B", help="The policy to compare with it, likewise.")],
    on: Annotated[
        str | None, typer.Option("--on", metavar="FILE", help="JSON lines (.gz too); `-`: standard input.")
    ] = None,
    store: Annotated[
        str | None, typer.Option("--store", metavar="URL", help="The database of a service; see --days.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="With --store: how many days back.")] = 30,
    limit: Annotated[int, typer.Option(min=0, help="How many changed decisions to list.")] = 20,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], metavar="DATE", help="Decide as on that day, for rules with dates."
        ),
    ] = None,
    model: ModelFolder = None,
) -> None:
    """List the decisions that change from policy A to policy B, with rule and reason.

    A line with `text` is judged, so every difference shows: words, limits, thresholds. A line that
    `moderation check --jsonl FILE --replayable` wrote, and a comment in the store, is decided again on what
    was found in it then. That shows what clauses, rules, thresholds, groups, totals, combinations and
    exceptions do, but not what other word lists, limits or link lists would find; where A and B differ
    there, the command says so.

    Exit code 0: compared. 2: a line could not be read.
    """
    if (on is None) == (store is None):
        raise typer.BadParameter("give either --on FILE or --store URL")
    from moderation.cli.policy.compare import Comparison
    from moderation.cli.replay import in_store

    noon = None if as_of is None else as_of.replace(tzinfo=UTC) + timedelta(hours=12)
    comparison = Comparison(_policy(before), _policy(after), lambda: _classifier(model), noon)
    if on is not None:
        comparison.read_lines(on)
    elif store is not None:
        comparison.replay(in_store(store, days))
    _report(show.console(), comparison, (before, after), limit)
    raise typer.Exit(2 if comparison.faults else 0)


def _classifier(model: Path | None) -> Classifier | None:
    """What scores the texts; lines with findings need none."""
    from moderation.reload import Reloader

    loaded = Reloader.of(load_settings(model=model))
    if loaded.model.fault:
        show.warn(f"no model, so nothing is known of scores: {loaded.model.fault}")
    return loaded.moderator.classifier


def _policy(named: str) -> Policy:
    from moderation.policy import load_policy

    return load_policy() if named == "default" else load_policy(*named.split(os.pathsep))


def _report(out: Console, comparison: Comparison, names: tuple[str, str], limit: int) -> None:
    for side, name, policy in zip("AB", names, (comparison.before, comparison.after), strict=True):
        out.print(escape(f"{side}  {name}, version {policy.version}"))
    changes = comparison.changes
    out.print(f"{comparison.compared:,} comments, {len(changes):,} decided otherwise by B", style="bold")
    for (was, now), count in sorted(comparison.counts.items()):
        other = "  (other clauses)" if was is now else ""
        out.print(f"  {was!s:>6} → {now!s:<6}  {count:>7,}{other}")
    for change in changes[:limit]:
        _show(out, change)
    if len(changes) > limit:
        out.print(f"\n… and {len(changes) - limit:,} more; --limit {len(changes)} lists all")
    if comparison.replayed and comparison.found_differently:
        tables = ", ".join(f"`{name}`" for name in comparison.found_differently)
        show.warn(
            f"A and B differ in {tables}, and {comparison.replayed:,} comments were decided on what was found "
            "in them earlier: what they would find differently is not in these figures; give lines with `text`"
        )
    for fault in comparison.faults:
        show.warn(fault)


def _show(out: Console, change: Change) -> None:
    name = "(no id)" if change.id is None else show.visible(str(change.id))
    out.print(escape(f"\n{name}  {change.before.action} → {change.after.action}"), style="bold")
    if change.text is not None:
        text = show.visible(change.text)
        out.print(escape(f"  {text[:SNIPPET]}{'…' if len(text) > SNIPPET else ''}"))
    out.print(escape(f"  A  {_why(change.before)}"))
    out.print(escape(f"  B  {_why(change.after)}"))


def _why(decision: Decision) -> str:
    """What settled a decision, and the reasons that asked for as much."""
    if decision.rule is None:
        return "nothing asks for anything"
    in_sum = decision.rule.startswith("totals.")  # then weaker reasons count too
    reasons = [reason for reason in decision.reasons if in_sum or reason.action is decision.action]
    told = "; ".join(f"{show.reason_line(reason)} (`{reason.clause}`)" for reason in reasons[:3])
    return f"{decision.rule}: {told}" if told else decision.rule
