"""`moderation migrate`: what a site brings along from the service that it used before."""

from __future__ import annotations

import typer

from moderation.cli.migrate.perspective import carry_thresholds
from moderation.cli.migrate.wordlist import import_words

__all__ = ["app"]

app = typer.Typer(help="Bring thresholds and word lists along from another service.", no_args_is_help=True)
app.command("perspective")(carry_thresholds)
app.command("wordlist")(import_words)
