"""`moderation policy`: the standards in force, whether a file of one's own is right, and what it would change."""

from __future__ import annotations

import typer

from moderation.cli.policy.check import check_policy
from moderation.cli.policy.diff import diff_policies
from moderation.cli.policy.examples import judge_examples
from moderation.cli.policy.schema import print_schema
from moderation.cli.policy.show import show_policy

__all__ = ["app"]

app = typer.Typer(help="Look at the standards and try out a file of your own.", no_args_is_help=True)
app.command("show")(show_policy)
app.command("check")(check_policy)
app.command("test")(judge_examples)
app.command("diff")(diff_policies)
app.command("schema")(print_schema)
