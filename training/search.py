"""Search of the recipe: every combination is judged by cross-validation, each fold a task of its own for joblib."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from pydantic import TypeAdapter, ValidationError
from sklearn.metrics import roc_auc_score

from moderation.errors import InputError
from moderation.model.classifier import LANGUAGES
from moderation.types import Label
from training.corpus import SourceFacts
from training.example import Example
from training.fit import Recipe
from training.folds import LABELS, Rows, parts, score_fold


@dataclass(frozen=True)
class Trial:
    """One recipe with its mean ROC-AUC of toxicity over languages and folds, and how far folds differ."""

    recipe: Recipe
    roc_auc: float
    spread: float


def grid(base: Recipe, choices: Sequence[str]) -> list[Recipe]:
    """All combinations of `name=value,value` over the base recipe. Raises InputError for what it does not know."""
    known = {field.name: type(getattr(base, field.name)) for field in fields(Recipe)}
    options: list[list[tuple[str, Any]]] = []
    for choice in choices:
        name, _, values = choice.partition("=")
        if name not in known or not values:
            raise InputError(f"`{choice}`: write NAME=VALUE,VALUE with one of {', '.join(known)}")
        try:
            options.append([(name, known[name](value)) for value in values.split(",")])
        except ValueError:
            raise InputError(f"`{choice}`: every value must be a {known[name].__name__}") from None
    return [replace(base, **dict(chosen)) for chosen in itertools.product(*options)]


def read_recipe(path: Path) -> Recipe:
    """The recipe that `training search` wrote. Raises InputError for what is none."""
    try:
        return TypeAdapter(Recipe).validate_json(path.read_bytes(), extra="forbid")
    except OSError as error:
        raise InputError(f"`{path}` cannot be read: {error.strerror}") from None
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, fault["loc"])) or "the file"
        raise InputError(f"{path}: `{place}`: {fault['msg'].lower()}") from None


def search(
    examples: Sequence[Example],
    facts: Mapping[str, SourceFacts],
    recipes: Sequence[Recipe],
    *,
    folds: int = 3,
    seed: int = 0,
) -> list[Trial]:
    """Judge every recipe, the best first. Where it runs is joblib's current backend; see `running_on`."""
    held_out = parts(examples, folds, seed)
    tasks = [(recipe, rows) for recipe in recipes for rows in held_out]
    found = joblib.Parallel()(
        joblib.delayed(judge)(examples, rows, facts, recipe, seed) for recipe, rows in tasks
    )
    trials = [
        Trial(recipe, float(np.mean(marks)), float(np.std(marks)))
        for place, recipe in enumerate(recipes)
        for marks in [found[place * folds : (place + 1) * folds]]
    ]
    return sorted(trials, key=lambda trial: -trial.roc_auc)


def judge(
    examples: Sequence[Example], rows: Rows, facts: Mapping[str, SourceFacts], recipe: Recipe, seed: int
) -> float:
    """The mean over languages of the ROC-AUC of toxicity on one fold; 0.5 where there is nothing to tell apart."""
    scores = score_fold(examples, rows, facts, recipe, seed)[:, LABELS.index(Label.TOXICITY)]
    marks = []
    for language in LANGUAGES:
        mine = [
            (examples[row].labels[Label.TOXICITY], score)
            for row, score in zip(rows, scores, strict=True)
            if examples[row].lang == language and Label.TOXICITY in examples[row].labels
        ]
        if len({truth for truth, _ in mine}) == 2:
            marks.append(float(roc_auc_score(*zip(*mine, strict=True))))
    return float(np.mean(marks)) if marks else 0.5


@contextmanager
def running_on(backend: str, scheduler: str | None, jobs: int) -> Iterator[None]:
    """Run joblib's tasks in processes of this machine (`loky`), or on the workers of a Dask cluster (`dask`).

    scheduler : address of the cluster's scheduler. Raises InputError where Dask is not installed or not there.
    """
    if backend != "dask":
        with joblib.parallel_config(backend=backend, n_jobs=jobs):
            yield
        return
    try:
        from distributed import Client
    except ImportError:
        raise InputError(
            "`--backend dask` needs distributed; run `pip install 'standards-board[dask]'`"
        ) from None
    if scheduler is None:
        raise InputError("`--backend dask` needs `--scheduler`, such as tcp://10.0.0.5:8786")
    try:
        client = Client(scheduler, timeout="10s")  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(f"no Dask scheduler answers at `{scheduler}`: {error}") from None
    with client, joblib.parallel_config(backend="dask", n_jobs=-1):
        yield
