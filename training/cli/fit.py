"""`training fit`: a model from labelled comments."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from training.cli import show
from training.cli.data import REJECTS, DataOption, GoldOption, RejectsOption, read_data, read_labels


def fit(
    data: DataOption = None,
    out: Annotated[Path, typer.Option(help="Folder to write model, manifest and card to.")] = Path(
        "var/model"
    ),
    gold: GoldOption = None,
    labels: Annotated[
        list[Path] | None,
        typer.Option(
            "--labels", help="Labels from `moderation labels export` to learn from too; repeatable."
        ),
    ] = None,
    rejects: RejectsOption = REJECTS,
    seed: Annotated[int, typer.Option(help="Same data and seed give the same model.")] = 0,
    jobs: Annotated[int, typer.Option(help="Processors to use; -1 for all.")] = -1,
    with_seed_corpus: Annotated[bool, typer.Option(help="Add the seed corpus to the data given.")] = True,
    with_templates: Annotated[
        bool, typer.Option("--templates/--no-templates", help="Add the template families; for fitting only.")
    ] = True,
    max_features: Annotated[
        int | None, typer.Option(min=1, help="N-grams to keep; default: as the recipe has it.")
    ] = None,
    recipe_file: Annotated[
        Path | None, typer.Option("--recipe", metavar="FILE", help="A recipe from `training search`.")
    ] = None,
    created: Annotated[
        datetime | None,
        typer.Option(help="Time to write in manifest and card (UTC), so that these come out the same too."),
    ] = None,
) -> None:
    """Fit and calibrate a classifier, measure it on held-out rows and write the artefact."""
    from moderation.model.classifier import Classifier
    from training import corpus
    from training.drift import reference
    from training.evaluate import evaluate
    from training.fit import Recipe
    from training.fit import fit as fit_model
    from training.prepare import prepare
    from training.publish import check_out, publish
    from training.rulings import suspects, weigh
    from training.search import read_recipe
    from training.templates import generate

    check_out(out)
    begun = time.monotonic()
    facts = corpus.sources()
    paths = list(data or [])
    if with_seed_corpus or not paths:
        paths.append(corpus.seed_file())
    recipe = read_recipe(recipe_file) if recipe_file else Recipe()
    if max_features is not None:
        recipe = replace(recipe, max_features=max_features)
    with show.steps() as step:
        step("reading comments")
        examples = read_data(paths, rejects)
        rulings = read_labels(labels or [], rejects.with_stem(f"{rejects.stem}-labels"))
        gold_set = read_data(gold, rejects.with_stem(f"{rejects.stem}-gold")) if gold else []
        step(f"masking personal data in {len(examples):,} comments and setting copies aside")
        ready = prepare(
            examples,
            facts,
            gold=gold_set,
            made_up=generate(seed) if with_templates else [],
            rulings=weigh(rulings),
        )
        step(
            f"{len(ready.training):,} rows to fit on, {len(ready.held_out):,} held out, "
            f"{ready.copies:,} copies left out"
        )
        fitted = fit_model(ready.training, facts, recipe, seed=seed, jobs=jobs, progress=step)
        step("measuring on held-out rows")
        candidate = Classifier(fitted, "candidate")
        measures = evaluate(candidate, ready.held_out)
        references = reference(candidate, ready.training, ready.held_out)
        step("writing the artefact")
        manifest = publish(
            fitted,
            out,
            recipe=recipe,
            seed=seed,
            learned_from=ready.training,
            facts=facts,
            measures=measures,
            kept={
                "gold": corpus.digest(gold_set) if gold_set else None,
                "suspects": suspects(rulings, examples),
                "reference": {language: kept.model_dump() for language, kept in references.items()},
            },
            created=created,
        )
    show.print_measures(measures)
    show.say.print(
        f"wrote `{out}`: version {manifest.version}, {manifest.size / 2**20:.1f} MiB, "
        f"{time.monotonic() - begun:.0f} s"
    )
