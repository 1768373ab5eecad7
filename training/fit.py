"""Fit and calibrate: from labelled comments to the estimators of an artefact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from moderation.errors import InputError
from moderation.model.classifier import LANGUAGES, Fitted
from moderation.model.features import NgramVectorizer
from moderation.types import Label, Language
from training.corpus import Example, SourceFacts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Progress = Callable[[str], None]

FEWEST = 20
"""Positives and negatives that a label needs before it is fitted, and a language before it is calibrated."""


@dataclass(frozen=True)
class Recipe:
    """The choices behind a model; docs/experiments.md holds what each was chosen over.

    smoothing : see NgramVectorizer.
    strength : inverse of the regularisation (scikit-learn's C).
    max_features : n-grams kept after pruning by weight.
    folds : parts of the cross-validation whose held-out scores are calibrated on.
    steps : levels to which a label's weights are rounded, so that the file stays small.
    """

    min_df: int = 3
    slot_bits: int = 20
    smoothing: float = 1000.0
    strength: float = 4.0
    max_features: int = 400_000
    folds: int = 3
    steps: int = 255

    def as_dict(self) -> dict[str, Any]:
        """For the manifest."""
        return asdict(self)


@dataclass(frozen=True)
class _Problem:
    """One label's share of the data: which rows say something of it, what, and how much each counts."""

    rows: Ints
    truth: Ints
    weights: Floats
    stated: NDArray[np.bool_]


def fit(
    examples: Sequence[Example],
    facts: Mapping[str, SourceFacts],
    recipe: Recipe,
    *,
    seed: int = 0,
    jobs: int = 1,
    progress: Progress = lambda message: None,
) -> Fitted:
    """Fit all labels that the examples can teach. Raises InputError when they cannot teach even toxicity.

    The same examples in the same order, recipe and seed give the same estimators.
    """
    problems = {label: problem for label in Label if (problem := _problem(examples, label)) is not None}
    if Label.TOXICITY not in problems:
        raise InputError(
            f"the data has fewer than {FEWEST} toxic or {FEWEST} innocent comments; add labelled comments"
        )
    progress(f"reading n-grams of {len(examples):,} comments")
    texts = [example.folded for example in examples]
    vectorizer = NgramVectorizer(recipe.min_df, recipe.slot_bits, recipe.smoothing).fit(texts)
    features = vectorizer.transform(texts)
    intercepts = _source_columns(examples, facts)
    run = Parallel(n_jobs=jobs, prefer="threads")  # liblinear fits outside the interpreter lock

    if features.shape[1] > recipe.max_features:
        progress(f"weighing {features.shape[1]:,} n-grams")
        weights = _fit_all(run, features, intercepts, problems, recipe, seed)
        features = _prune(vectorizer, features, weights, recipe.max_features, texts)
    progress(f"fitting {len(problems)} labels on {features.shape[1]:,} n-grams")
    linear = _fit_all(run, features, intercepts, problems, recipe, seed)
    progress(f"calibrating by {recipe.folds}-fold cross-validation")
    languages = np.array([example.lang for example in examples])
    calibrators = dict(
        zip(
            problems,
            run(
                delayed(_calibrate)(features, intercepts, problem, languages, recipe, seed)
                for problem in problems.values()
            ),
            strict=True,
        )
    )
    # Plain names, not enumeration members: a saved model remembers where its classes were defined.
    return Fitted(
        vectorizer,
        {str(label): model for label, model in linear.items()},
        {str(label): by_language for label, by_language in calibrators.items()},
    )


def _problem(examples: Sequence[Example], label: Label) -> _Problem | None:
    rows = [index for index, example in enumerate(examples) if label in example.labels]
    truth = np.array([examples[row].labels[label] for row in rows], np.int64)
    if min((truth == value).sum() for value in (0, 1)) < FEWEST:
        return None
    weights = np.array([examples[row].weights.get(label, 1.0) for row in rows])
    stated = np.array([label not in examples[row].assumed for row in rows])
    return _Problem(np.array(rows), truth, weights, stated)


def _source_columns(examples: Sequence[Example], facts: Mapping[str, SourceFacts]) -> csr_matrix:
    """An indicator of the source for rows whose source gets an intercept of its own."""
    names = sorted({e.source for e in examples if facts.get(e.source, SourceFacts()).intercept})
    rows = [row for row, example in enumerate(examples) if example.source in names]
    columns = [names.index(examples[row].source) for row in rows]
    return csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), (len(examples), len(names)))


def _fit_all(
    run: Parallel,
    features: csr_matrix,
    intercepts: csr_matrix,
    problems: Mapping[Label, _Problem],
    recipe: Recipe,
    seed: int,
) -> dict[Label, LogisticRegression]:
    fitted = run(
        delayed(_fit_one)(features, intercepts, problem, recipe, seed) for problem in problems.values()
    )
    return dict(zip(problems, fitted, strict=True))


def _fit_one(
    features: csr_matrix, intercepts: csr_matrix, problem: _Problem, recipe: Recipe, seed: int
) -> LogisticRegression:
    """Fit one label, then drop the sources' intercepts and round the weights."""
    inputs = hstack([features[problem.rows], intercepts[problem.rows]], format="csr")
    model = LogisticRegression(C=recipe.strength, solver="liblinear", tol=1e-2, random_state=seed)
    model.fit(inputs, problem.truth, sample_weight=problem.weights)
    model.coef_ = _rounded(model.coef_[:, : features.shape[1]], recipe.steps)
    model.n_features_in_ = features.shape[1]
    return model


def _rounded(weights: Floats, steps: int) -> Floats:
    """Round to that many levels: the file compresses to a third and no score moves by 0.001."""
    step = np.abs(weights).max() * 2 / steps
    return (np.round(weights / step) * step).astype(np.float32) if step else weights


def _prune(
    vectorizer: NgramVectorizer,
    features: csr_matrix,
    linear: Mapping[Label, LogisticRegression],
    keep: int,
    texts: Sequence[str],
) -> csr_matrix:
    """Keep the n-grams that move scores most, over all labels; returns the features of what is left."""
    mass = np.sqrt(np.asarray(features.multiply(features).sum(axis=0)).ravel())
    importance = np.zeros(features.shape[1])
    for model in linear.values():
        moved = np.abs(model.coef_.ravel()) * mass
        importance = np.maximum(importance, moved / (np.sqrt(moved @ moved) or 1.0))
    kept = np.sort(np.argsort(-importance, kind="stable")[:keep])
    vectorizer.restrict(kept)
    return vectorizer.transform(texts)


def _calibrate(
    features: csr_matrix,
    intercepts: csr_matrix,
    problem: _Problem,
    languages: NDArray[np.str_],
    recipe: Recipe,
    seed: int,
) -> dict[Language, LogisticRegression]:
    """Platt scaling on scores of comments that the scoring model had not seen (Platt 1999)."""
    logits = np.empty(len(problem.rows))
    splitter = StratifiedKFold(recipe.folds, shuffle=True, random_state=seed)
    for train, held_out in splitter.split(problem.rows, problem.truth):
        part = _Problem(
            problem.rows[train], problem.truth[train], problem.weights[train], problem.stated[train]
        )
        model = _fit_one(features, intercepts, part, recipe, seed)
        logits[held_out] = model.decision_function(features[problem.rows[held_out]])
    spoken = languages[problem.rows]
    everything = _platt(logits, problem.truth, problem.weights)
    calibrators: dict[Language, LogisticRegression] = {}
    for language in LANGUAGES:
        mine = (spoken == language) & problem.stated
        enough = min((problem.truth[mine] == value).sum() for value in (0, 1)) >= FEWEST
        own = _platt(logits[mine], problem.truth[mine], np.ones(mine.sum())) if enough else None
        calibrators[language] = own or everything
    return calibrators


def _platt(logits: Floats, truth: Ints, weights: Floats) -> LogisticRegression | None:
    model = LogisticRegression(C=1e6).fit(logits.reshape(-1, 1), truth, sample_weight=weights)
    return model if model.coef_[0, 0] > 0 else None
