"""`training fit`: a model from labelled comments."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from training.cli import show
from training.cli.data import DataOption, held_out_by_digest


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
        examples = [held_out_by_digest(example) for example in examples]
    if with_templates:
        examples += generate(seed)
    held_out = [
        e for e in examples if e.split != "train" or not facts.get(e.source, corpus.SourceFacts()).train
    ]
    training = corpus.without_leaks(for_fitting([e for e in examples if e.split == "train"], facts), held_out)
    recipe = Recipe(max_features=max_features)
    show.say.print(f"{len(training):,} rows to fit on, {len(held_out):,} held out")
    fitted = fit_model(
        training, facts, recipe, seed=seed, jobs=jobs, progress=lambda step: show.say.print(f"· {step}")
    )
    measures = evaluate(Classifier(fitted, "candidate"), held_out)
    manifest = publish(
        fitted, out, recipe=recipe, seed=seed, learned_from=training, facts=facts, measures=measures
    )
    show.print_measures(measures)
    show.say.print(
        f"wrote `{out}`: version {manifest.version}, {manifest.size / 2**20:.1f} MiB, "
        f"{time.monotonic() - begun:.0f} s"
    )
