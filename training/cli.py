"""The command `training`: make a model from labelled comments, and measure one."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from moderation.errors import ModerationError

if TYPE_CHECKING:  # the real imports wait inside the commands, so that --help is quick
    from training.corpus import Example
    from training.evaluate import Measure

app = typer.Typer(help="Make and measure the classifier.", no_args_is_help=True, add_completion=False)
_say = Console(stderr=True, highlight=False)

DataOption = Annotated[
    list[Path] | None,
    typer.Option("--data", help="JSONL file, or folder of them; repeatable. Default: the seed corpus."),
]


@app.command()
def fit(
    data: DataOption = None,
    out: Annotated[Path, typer.Option(help="Folder to write model, manifest and card to.")] = Path(
        "var/model"
    ),
    seed: Annotated[int, typer.Option(help="Same data and seed give the same model.")] = 0,
    jobs: Annotated[int, typer.Option(help="Processors to use; -1 for all.")] = -1,
    with_seed_corpus: Annotated[bool, typer.Option(help="Add the seed corpus to the data given.")] = True,
    with_templates: Annotated[
        bool, typer.Option("--templates/--no-templates", help="Add the template families; for fitting only.")
    ] = True,
    max_features: Annotated[int, typer.Option(help="N-grams to keep.")] = 400_000,
) -> None:
    """Fit and calibrate a classifier, measure it on held-out rows and write the artefact."""
    from moderation.model.classifier import Classifier
    from training import corpus
    from training.evaluate import evaluate
    from training.fit import Recipe
    from training.fit import fit as fit_model
    from training.labels import for_fitting
    from training.publish import publish
    from training.templates import generate

    begun = time.monotonic()
    facts = corpus.sources()
    paths = list(data or [])
    if with_seed_corpus or not paths:
        paths.append(corpus.seed_file())
    examples = [example for path in paths for example in corpus.read(path)]
    if all(example.split == "train" for example in examples):
        examples = [_held_out(example) for example in examples]
    if with_templates:
        examples += generate(seed)
    held_out = [
        e for e in examples if e.split != "train" or not facts.get(e.source, corpus.SourceFacts()).train
    ]
    training = corpus.without_leaks(for_fitting([e for e in examples if e.split == "train"], facts), held_out)
    recipe = Recipe(max_features=max_features)
    _say.print(f"{len(training):,} rows to fit on, {len(held_out):,} held out")
    fitted = fit_model(
        training, facts, recipe, seed=seed, jobs=jobs, progress=lambda step: _say.print(f"· {step}")
    )
    measures = evaluate(Classifier(fitted, "candidate"), held_out)
    manifest = publish(
        fitted, out, recipe=recipe, seed=seed, learned_from=training, facts=facts, measures=measures
    )
    _print(measures)
    _say.print(
        f"wrote `{out}`: version {manifest.version}, {manifest.size / 2**20:.1f} MiB, "
        f"{time.monotonic() - begun:.0f} s"
    )


@app.command()
def evaluate(
    data: DataOption = None,
    model: Annotated[
        Path | None, typer.Option(help="Folder of the artefact. Default: the shipped model.")
    ] = None,
    split: Annotated[
        list[str] | None, typer.Option(help="Splits to measure on; repeatable. Default: validation and test.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Print ROC-AUC and F1 per data set and label."""
    from moderation.model.artifact import load, load_shipped
    from training import corpus
    from training.evaluate import evaluate as measure_all

    classifier = load(model) if model else load_shipped()
    paths = data or [corpus.seed_file()]
    wanted = set(split or ["validation", "test"])
    examples = [example for path in paths for example in corpus.read(path)]
    if not data:
        examples = [_held_out(example) for example in examples]
    measures = measure_all(classifier, [example for example in examples if example.split in wanted])
    if as_json:
        json.dump([measure.as_dict() for measure in measures], sys.stdout, ensure_ascii=False, indent=2)
        print()
    else:
        _print(measures)


def _held_out(example: Example) -> Example:
    """Hold out every eighth row of a corpus that comes without splits, by the digest of its id."""
    eighth = hashlib.sha256(example.id.encode()).digest()[0] % 8 == 0
    return replace(example, split="validation") if eighth else example


def _print(measures: Sequence[Measure]) -> None:
    table = Table("data set", "split", "language", "label", box=None)
    for column in ("rows", "positive", "ROC-AUC", "F1", "ECE"):
        table.add_column(column, justify="right")
    for m in measures:
        auc = "–" if m.roc_auc is None else f"{m.roc_auc:.3f}"
        counts = (f"{m.rows:,}", f"{m.positives:,}")
        table.add_row(m.source, m.split, m.language, m.label, *counts, auc, f"{m.f1:.3f}", f"{m.ece:.3f}")
    Console(width=max(_say.width, 110)).print(table)


def main() -> None:
    """Run the command; a known fault is one line, not a trace."""
    try:
        app()
    except ModerationError as error:
        _say.print(f"error: {error}", style="red", markup=False)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        _say.print("stopped; nothing was written")
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
