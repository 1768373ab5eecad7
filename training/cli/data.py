"""What several commands begin with: the labelled comments that they are given."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.errors import InputError
from training.cli import show

if TYPE_CHECKING:
    from training.corpus import Example
    from training.rulings import Ruling

DataOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--data", help="CSV, JSONL or Parquet file, or folder of them; repeatable. Default: the seed corpus."
    ),
]
RejectsOption = Annotated[
    Path, typer.Option("--rejects", metavar="FILE", help="Where rows that cannot be used are listed, as CSV.")
]
GoldOption = Annotated[
    list[Path] | None,
    typer.Option("--gold", help="The gold set: comments that no model is ever fitted on; repeatable."),
]
ModelOption = Annotated[
    Path | None, typer.Option("--model", help="Folder of the artefact. Default: the shipped model.")
]
PolicyOption = Annotated[
    list[Path] | None,
    typer.Option("--policy", metavar="FILE", help="A policy file merged over the default; repeatable."),
]
REJECTS = Path("var/rejects.csv")
HELD_OUT = frozenset({"validation", "test"})


def read_data(paths: list[Path], rejects: Path) -> list[Example]:
    """All examples of those files; rows that cannot be used are listed in `rejects`, and the run goes on.

    Raises InputError where not one row can be used.
    """
    from training.corpus import gather
    from training.rejects import write_rejects

    gathered = gather(paths)
    if gathered.rejects:
        write_rejects(rejects, gathered.rejects)
        first = gathered.rejects[0]
        say = f"{len(gathered.rejects):,} rows cannot be used; `{rejects}` lists them. The first: {first}"
        if not gathered.examples:
            raise InputError(say)
        show.say.print(say, style="yellow", markup=False)
    return gathered.examples


def read_held_out(paths: list[Path], rejects: Path, splits: Collection[str] = HELD_OUT) -> list[Example]:
    """The held-out examples of those files.

    Where no file states splits, the eighth that `training fit` holds out.
    """
    from training.prepare import held_out_by_digest

    examples = read_data(paths, rejects)
    if all(example.split == "train" for example in examples):
        examples = [held_out_by_digest(example) for example in examples]
    return [example for example in examples if example.split in splits]


def read_labels(paths: list[Path], rejects: Path) -> list[Ruling]:
    """All rulings of those files, and on the terminal whose word counts for how much."""
    from training.rejects import write_rejects
    from training.rulings import MOST_OF_ONE, accounts, read_rulings

    rulings: list[Ruling] = []
    refused = []
    for path in paths:
        found = read_rulings(path)
        rulings += found.rulings
        refused += found.rejects
        if found.waiting:
            show.say.print(f"{found.waiting:,} sampled comments in `{path}` wait for a label", markup=False)
    if refused:
        write_rejects(rejects, refused)
        say = f"{len(refused):,} labels cannot be used; `{rejects}` lists them. The first: {refused[0]}"
        show.say.print(say, style="yellow", markup=False)
    heaviest = max(accounts(rulings).values(), default=0.0)
    if rulings:
        show.say.print(f"{len(rulings):,} labels; the heaviest account has {heaviest:.0%} of their weight")
    if heaviest > MOST_OF_ONE + 1e-9:
        say = "fewer than ten accounts gave these labels; each was cut to a tenth of what came in"
        show.say.print(say, style="yellow")
    return rulings
