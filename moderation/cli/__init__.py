"""The command line, `moderation`: for each file here a command or a group of them.

Exit codes: 0 done (`check`: the comment would be published); 1 something is wrong, and standard error says
what; 2 the command line is wrong, or a line of a JSONL file was; 3 `check`: the comment would be held or
rejected.

What takes long to import (scikit-learn above all) is imported by the command that needs it.
"""

from __future__ import annotations

import logging
import sys

import typer

from moderation.cli import (
    audit,
    db,
    erase,
    export,
    labels,
    lexicon,
    migrate,
    policy,
    queue,
    tokens,
    users,
    webhooks,
)
from moderation.cli.check import check
from moderation.cli.explain import explain
from moderation.cli.serve import serve
from moderation.errors import ModerationError

__all__ = ["app", "main"]

app = typer.Typer(
    name="moderation",
    help="Comment moderation for Korean and English news sites.",
    epilog="Settings come from MODERATION_* environment variables; README.md lists them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serve)
app.command()(check)
app.command()(explain)
app.command()(export.report)
app.add_typer(queue.app, name="queue")
app.add_typer(policy.app, name="policy")
app.add_typer(labels.app, name="labels")
app.add_typer(lexicon.app, name="lexicon")
app.add_typer(migrate.app, name="migrate")
app.add_typer(users.app, name="users")
app.add_typer(tokens.app, name="tokens")
app.add_typer(audit.app, name="audit")
app.add_typer(db.app, name="db")
app.add_typer(webhooks.app, name="webhooks")
app.add_typer(erase.app, name="erase")
app.add_typer(erase.retention, name="retention")
app.add_typer(export.app, name="export")


@app.callback()
def _prepare() -> None:
    # Commands other than `serve` say what matters themselves, so the log stays silent in them.
    logging.getLogger("moderation").addHandler(logging.NullHandler())


def main() -> None:
    """Run the command line; an error of ours is one message, not a traceback."""
    try:
        app()
    except ModerationError as error:
        print(f"moderation: {error}", file=sys.stderr)
        sys.exit(1)
