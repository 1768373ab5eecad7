"""`training evaluate`: how good a model is on labelled comments."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from training.cli import show
from training.cli.data import REJECTS, DataOption, RejectsOption, read_data


def evaluate(
    data: DataOption = None,
    model: Annotated[
        Path | None, typer.Option(help="Folder of the artefact. Default: the shipped model.")
    ] = None,
    split: Annotated[
        list[str] | None, typer.Option(help="Splits to measure on; repeatable. Default: validation and test.")
    ] = None,
    rejects: RejectsOption = REJECTS,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Print ROC-AUC and F1 per data set and label."""
    from moderation.model.artifact import load, load_shipped
    from training import corpus
    from training.evaluate import evaluate as measure_all
    from training.prepare import held_out_by_digest

    classifier = load(model) if model else load_shipped()
    paths = data or [corpus.seed_file()]
    wanted = set(split or ["validation", "test"])
    examples = read_data(paths, rejects)
    if not data:
        examples = [held_out_by_digest(example) for example in examples]
    measures = measure_all(classifier, [example for example in examples if example.split in wanted])
    if as_json:
        json.dump([measure.as_dict() for measure in measures], sys.stdout, ensure_ascii=False, indent=2)
        print()
    else:
        show.print_measures(measures)
