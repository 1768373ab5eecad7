"""The command line: `training fit | evaluate | thresholds | review | search | drift | promote | rollback | …`.

What takes long to import is imported by the command itself.
"""

from __future__ import annotations

import typer

from moderation.errors import ModerationError
from training.cli import show
from training.cli.drift import drift
from training.cli.evaluate import evaluate
from training.cli.fit import fit
from training.cli.registry import key, promote, rollback, sign, versions
from training.cli.review import review
from training.cli.search import search
from training.cli.thresholds import thresholds

__all__ = ["app", "main"]

app = typer.Typer(help="Make and measure the classifier.", no_args_is_help=True, add_completion=False)
app.command()(fit)
app.command()(evaluate)
app.command()(thresholds)
app.command()(review)
app.command()(search)
app.command()(drift)
app.command()(promote)
app.command()(rollback)
app.command()(versions)
app.command()(key)
app.command()(sign)


def main() -> None:
    """Run the command; a known fault is one line, not a trace."""
    try:
        app()
    except ModerationError as error:
        show.say.print(f"error: {error}", style="red", markup=False)
        raise SystemExit(1) from None
