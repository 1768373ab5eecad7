"""`moderation check`: one comment for a person to read, or a JSONL file for a program."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Literal

import typer

from moderation.cli import show
from moderation.cli.load import ModelFolder, PolicyFiles, load_settings
from moderation.types import Action, Comment


def check(
    text: Annotated[str | None, typer.Argument(help="The comment; `-` reads it from standard input.")] = None,
    jsonl: Annotated[
        str | None,
        typer.Option(
            "--jsonl",
            metavar="FILE",
            help='Judge every line {"id", "text", …} of a file (.gz too) or of standard input (`-`), '
            "and write one JSON line for each, in order.",
        ),
    ] = None,
    replayable: Annotated[
        bool,
        typer.Option(
            "--replayable",
            help="With --jsonl: also write severities, language, standing and section, for `policy diff`.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write TEXT's result as a JSON line too.")] = False,
    language: Annotated[
        Literal["ko", "en"] | None,
        typer.Option(help="Language of the messages; default: that of the comment."),
    ] = None,
    policy: PolicyFiles = None,
    model: ModelFolder = None,
) -> None:
    """Judge a comment as the service would, without saving it.

    Exit code 0: allow or nudge. 3: hold or reject. 2: the command line or a line of the JSONL file was wrong.
    """
    if (text is None) == (jsonl is None):
        raise typer.BadParameter("give either TEXT or --jsonl FILE")

    from moderation.reload import Reloader

    loaded = Reloader.of(load_settings(policy=policy, model=model))
    moderator, model_error = loaded.moderator, loaded.model.fault
    if model_error:
        show.warn(f"no model, so every comment is held: {model_error}")
    if jsonl is not None:
        from moderation.cli.jsonl import judge_lines

        raise typer.Exit(2 if judge_lines(moderator, jsonl, replayable=replayable) else 0)
    assert text is not None
    body = sys.stdin.buffer.read().decode("utf-8", "replace").removesuffix("\n") if text == "-" else text
    decision = moderator.judge(Comment(body))
    if as_json:
        from moderation.cli.jsonl import rendered

        print(json.dumps(rendered(None, decision)))
    else:
        show.show_decision(show.console(), body, decision, moderator.policy, language)
    raise typer.Exit(3 if decision.action >= Action.HOLD else 0)
