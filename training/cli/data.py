"""What several commands begin with: the labelled comments that they are given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.errors import InputError
from training.cli import show

if TYPE_CHECKING:
    from training.corpus import Example

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
REJECTS = Path("var/rejects.csv")


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
