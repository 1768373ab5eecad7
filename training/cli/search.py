"""`training search`: which recipe fits this data best."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from training.cli import show
from training.cli.data import REJECTS, DataOption, RejectsOption, read_data


def search(
    data: DataOption = None,
    choices: Annotated[
        list[str] | None,
        typer.Option("--try", metavar="NAME=VALUE,…", help="Values of a recipe's field to try; repeatable."),
    ] = None,
    folds: Annotated[int, typer.Option(min=2, help="Parts of the cross-validation.")] = 3,
    seed: Annotated[int, typer.Option(help="Same data and seed give the same order.")] = 0,
    jobs: Annotated[int, typer.Option(help="Processors to use; -1 for all.")] = -1,
    backend: Annotated[
        str, typer.Option(help="joblib's backend: loky for this machine, dask for a cluster.")
    ] = "loky",
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="The Dask cluster's scheduler.")
    ] = None,
    out: Annotated[
        Path, typer.Option(help="Where to write the best recipe, for `training fit --recipe`.")
    ] = Path("var/recipe.json"),
    rejects: RejectsOption = REJECTS,
) -> None:
    """Try recipes by cross-validation and write the best."""
    from training import search as searching
    from training.corpus import seed_file, sources
    from training.fit import Recipe
    from training.staging import write_whole

    recipes = searching.grid(Recipe(), choices or ["strength=2,4,8"])
    with show.steps() as step:
        step("reading comments")
        examples = read_data(data or [seed_file()], rejects)
        step(f"fitting {len(recipes)} recipes {folds} times each on {len(examples):,} comments")
        with searching.running_on(backend, scheduler, jobs):
            trials = searching.search(examples, sources(), recipes, folds=folds, seed=seed)
        step("writing the best")
        write_whole(out, json.dumps(trials[0].recipe.as_dict(), indent=2) + "\n")
    varied = [choice.partition("=")[0] for choice in choices or ["strength="]]
    table = Table(*varied, "ROC-AUC", "±", box=None)
    for trial in trials:
        values = [str(trial.recipe.as_dict()[name]) for name in varied]
        table.add_row(*values, f"{trial.roc_auc:.4f}", f"{trial.spread:.4f}")
    Console().print(table)
    show.say.print(f"wrote `{out}`; use it: training fit --recipe {out}", markup=False)
