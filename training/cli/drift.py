"""`training drift`: how far today's comments are from those that the model learned from."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from moderation.errors import InputError
from training.cli import show
from training.cli.data import ModelOption


def drift(
    comments: Annotated[
        list[Path],
        typer.Option("--data", help="Recent comments, such as `moderation labels export` gives; repeatable."),
    ],
    model: ModelOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Show the shift of scores and words since the last fit, its age, and the rulings since then."""
    from importlib import resources

    from moderation.model.artifact import load, load_shipped, read_manifest
    from training.corpus import read_texts
    from training.drift import Reference
    from training.drift import drift as measure
    from training.rulings import read_rulings

    folder = model or resources.files("moderation.model") / "shipped"
    manifest = read_manifest(folder)
    classifier = load(model) if model else load_shipped()
    kept = {
        key: Reference.model_validate(value) for key, value in manifest.metrics.get("reference", {}).items()
    }
    if not kept:
        raise InputError(
            f"`{manifest.version}` keeps no reference of its training data; fit it again with `training fit`"
        )
    texts = [text for path in comments for text in read_texts(path)]
    rulings = [ruling for path in comments for ruling in read_rulings(path).rulings]
    since = sum(ruling.at is not None and ruling.at > manifest.created for ruling in rulings)
    found = measure(classifier, kept, texts)
    if not found:
        raise InputError("no comment in a language that the model has a reference for")
    age = (datetime.now(UTC) - manifest.created).days
    if as_json:
        rows: list[dict[str, Any]] = [vars(row) | {"verdict": row.verdict} for row in found]
        whole = {"model": manifest.version, "days": age, "rulings": since, "languages": rows}
        print(json.dumps(whole, ensure_ascii=False, indent=2))
        return
    table = Table("language", "comments", "scores (PSI)", "words (JS)", "by chance", "verdict", box=None)
    for row in found:
        table.add_row(
            row.language,
            f"{row.comments:,}",
            f"{row.psi:.3f}",
            f"{row.divergence:.4f}",
            f"{row.by_chance:.4f}",
            row.verdict,
        )
    Console(width=max(show.say.width, 90)).print(table)
    for row in found:
        risen = ", ".join(f"{word} {before:.2%} → {now:.2%}" for word, before, now in row.risen[:5])
        Console().print(f"{row.language}: more often now: {escape(risen) or 'nothing'}")
    Console().print(f"{manifest.version} was fitted {age} days ago; {since:,} rulings since then")
