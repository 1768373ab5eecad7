"""`training review`: labels that deserve a second look."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from training.cli import show
from training.cli.data import REJECTS, DataOption, RejectsOption, read_data


def review(
    data: DataOption = None,
    out: Annotated[Path, typer.Option(help="The list to write: .csv for Excel, or .jsonl.")] = Path(
        "var/review.csv"
    ),
    most: Annotated[int, typer.Option(min=1, help="Doubtful labels to list at most.")] = 500,
    folds: Annotated[int, typer.Option(min=2, help="Parts of the cross-validation.")] = 4,
    seed: Annotated[int, typer.Option(help="Same data and seed give the same list.")] = 0,
    jobs: Annotated[int, typer.Option(help="Processors to use; -1 for all.")] = -1,
    rejects: RejectsOption = REJECTS,
) -> None:
    """List copies that were labelled differently, and labels that a model does not believe."""
    from training.corpus import seed_file, sources
    from training.fit import Recipe
    from training.folds import out_of_fold
    from training.review import conflicts, mislabels, write_doubts

    with show.steps() as step:
        step("reading comments")
        examples = read_data(data or [seed_file()], rejects)
        step(f"looking for copies among {len(examples):,} comments")
        disputed = conflicts(examples)
        step(f"fitting {folds} times, each on all but one part")
        scores = out_of_fold(examples, sources(), Recipe(), folds=folds, seed=seed, jobs=jobs)
        doubted = mislabels(examples, scores)
        step("writing the list")
        write_doubts(out, [*disputed, *doubted][:most])
    show.say.print(
        f"wrote `{out}`: {len(disputed):,} labels on which copies differ, "
        f"{len(doubted):,} that the model does not believe; at most {most:,} are listed",
        markup=False,
    )
