"""`training evaluate`: how good a model is on labelled comments."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.errors import InputError
from training.cli import show
from training.cli.data import (
    HELD_OUT,
    REJECTS,
    DataOption,
    ModelOption,
    PolicyOption,
    RejectsOption,
    read_data,
    read_held_out,
)

if TYPE_CHECKING:
    from moderation.model.classifier import Classifier
    from training.example import Example


def evaluate(
    data: DataOption = None,
    model: ModelOption = None,
    split: Annotated[
        list[str] | None, typer.Option(help="Splits to measure on; repeatable. Default: validation and test.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Measure on every row, whatever its split.")] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a report in Korean and English, one HTML file.")
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(help="Folder of the model in service to compare with. Default: the shipped."),
    ] = None,
    policy: PolicyOption = None,
    toxic_share: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Share of abusive comments on the site, for the report."),
    ] = None,
    volume: Annotated[float | None, typer.Option(min=1, help="Comments a day, for the report.")] = None,
    rejects: RejectsOption = REJECTS,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Print ROC-AUC and F1 per data set and label, or write the whole report."""
    from moderation.model.artifact import load, load_shipped
    from training.corpus import seed_file
    from training.evaluate import evaluate as measure_all

    classifier = load(model) if model else load_shipped()
    paths = data or [seed_file()]
    examples = read_data(paths, rejects) if every else read_held_out(paths, rejects, split or HELD_OUT)
    if not examples:
        raise InputError("no comment is in the splits to measure on; give `--all` to measure on every row")
    if report is not None:
        _write_report(report, classifier, against, examples, policy, toxic_share, volume)
        return
    measures = measure_all(classifier, examples)
    if as_json:
        json.dump([measure.as_dict() for measure in measures], sys.stdout, ensure_ascii=False, indent=2)
        print()
    else:
        show.print_measures(measures)


def _write_report(
    path: Path,
    classifier: Classifier,
    against: Path | None,
    examples: list[Example],
    policy: list[Path] | None,
    toxic_share: float | None,
    volume: float | None,
) -> None:
    from moderation.model.artifact import load, load_shipped
    from moderation.policy import load_policy
    from training.inspection import inspect
    from training.masking import mask_all
    from training.page import render
    from training.staging import write_whole

    now = load(against) if against else load_shipped()
    with show.steps() as step:
        inspection = inspect(
            classifier,
            now if now.version != classifier.version else None,
            mask_all(examples),
            load_policy(*(policy or [])),
            toxic_share=toxic_share,
            volume=volume,
            progress=step,
        )
        step("writing the report")
        write_whole(path, render(inspection, datetime.now(UTC)))
    show.say.print(f"wrote `{path}`", markup=False)
