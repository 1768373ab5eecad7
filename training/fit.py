"""Fit and calibrate: from labelled comments to the estimators of an artefact."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from moderation.errors import InputError
from moderation.model.classifier import LANGUAGES, Fitted
from moderation.model.features import LEVELS, NgramVectorizer
from moderation.types import Label, Language
from training.corpus import Example, SourceFacts
from training.evidence import log_ratios, trust
from training.problems import FEWEST, Floats, Ints, Problem, problem_of

Progress = Callable[[str], None]
Parts = dict[str, NDArray[Any]]

REPRESENTATIVE = 1000
"""Rows with a stated label that a language needs to be calibrated by them alone."""

ENOUGH = 60_000
"""Held-out rows on which a label is calibrated, where there are so many."""


@dataclass(frozen=True)
class Recipe:
    """The choices behind a model; docs/experiments.md holds what each was chosen over.

    slot_bits, smoothing : see NgramVectorizer.
    strength : inverse of the regularisation (scikit-learn's C).
    trust_ko, trust_en : what an n-gram found mostly in comments of that language is trusted with before there is
        evidence for it (see training/evidence.py); the more, the less the evidence counts.
    max_features : n-grams kept after pruning by weight.
    folds : parts of the cross-validation whose held-out scores are calibrated on, only so many as hold ENOUGH rows.
    passes : how often the solver (dual coordinate descent) goes through the rows.
    """

    min_df: int = 3
    slot_bits: int = 19
    smoothing: float = 1000.0
    strength: float = 3.0
    trust_ko: float = 0.1
    trust_en: float = 0.6
    max_features: int = 400_000
    folds: int = 5
    passes: int = 12

    def as_dict(self) -> dict[str, Any]:
        """For the manifest."""
        return asdict(self)


@dataclass(frozen=True)
class _Inputs:
    """What all labels are fitted on: TF-IDF rows, the number of each row's source, an indicator of those sources that
    get an intercept, the idf of each feature, and what it is trusted with.
    """

    features: csr_matrix
    sources: Ints
    intercepts: csr_matrix
    idf: Floats
    trust: Floats


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
    problems = {label: problem for label in Label if (problem := problem_of(examples, label)) is not None}
    if Label.TOXICITY not in problems:
        raise InputError(
            f"the data has fewer than {FEWEST} toxic or {FEWEST} innocent comments; add labelled comments"
        )
    progress(f"reading n-grams of {len(examples):,} comments")
    texts = [example.folded for example in examples]
    vectorizer = NgramVectorizer(recipe.min_df, smoothing=recipe.smoothing).fit(texts)
    counts = vectorizer.count(texts)
    _, sources = np.unique([example.source for example in examples], return_inverse=True)
    intercepts = _source_columns(examples, facts)
    languages = np.array([example.lang for example in examples])
    trusted = _trust(counts, languages == "en", recipe)
    inputs = _Inputs(vectorizer.weigh(counts), sources, intercepts, vectorizer.idf_, trusted)
    # Processes: all threads of one share the random numbers of liblinear. Without shared files of arrays, which
    # joblib's tracker reports as lost when one worker is done with them before the other.
    run = Parallel(n_jobs=jobs, max_nbytes=None)

    def fit_all() -> dict[Label, Parts]:
        tasks = (delayed(_fit_parts)(inputs, problem, recipe, seed) for problem in problems.values())
        return dict(zip(problems, run(tasks), strict=True))

    progress(f"weighing {len(inputs.idf):,} n-grams")
    ranked = _by_importance(inputs.features, fit_all())
    kept = vectorizer.restrict(ranked, recipe.max_features, recipe.slot_bits)
    inputs = _Inputs(vectorizer.weigh(counts[:, kept]), sources, intercepts, vectorizer.idf_, trusted[kept])
    progress(f"fitting {len(problems)} labels on {len(inputs.idf):,} n-grams")
    linear = fit_all()
    progress(f"calibrating by {recipe.folds}-fold cross-validation")
    tasks = (delayed(_calibrate)(inputs, problem, languages, recipe, seed) for problem in problems.values())
    calibrators = dict(zip(problems, run(tasks), strict=True))
    # Plain names, not enumeration members: a saved model remembers where its classes were defined.
    return Fitted(
        vectorizer,
        {str(label): _whole(_blank(recipe, seed), parts) for label, parts in linear.items()},
        {
            str(label): {spoken: _whole(_blank_platt(), by_language[spoken]) for spoken in LANGUAGES}
            for label, by_language in calibrators.items()
        },
    )


def _parts(model: LogisticRegression) -> Parts:
    """What fitting gave an estimator. Only arrays come back from other processes: the bytes of a file depend on
    which objects are shared in it, down to the letters of a name, and estimators made elsewhere share none.
    """
    return {name: getattr(model, name) for name in ("classes_", "coef_", "intercept_", "n_iter_")}


def _whole(blank: LogisticRegression, parts: Parts) -> LogisticRegression:
    """The estimator again."""
    for name, value in parts.items():
        here = np.empty(value.shape, value.dtype.type)  # an array from elsewhere has a type object of its own
        here[...] = value
        setattr(blank, name, here)
    blank.n_features_in_ = parts["coef_"].shape[1]
    return blank


def _source_columns(examples: Sequence[Example], facts: Mapping[str, SourceFacts]) -> csr_matrix:
    """An indicator of the source for rows whose source gets an intercept of its own."""
    names = sorted({e.source for e in examples if facts.get(e.source, SourceFacts()).intercept})
    rows = [row for row, example in enumerate(examples) if example.source in names]
    columns = [names.index(examples[row].source) for row in rows]
    return csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), (len(examples), len(names)))


def _trust(counts: csr_matrix, english: NDArray[np.bool_], recipe: Recipe) -> Floats:
    """What each n-gram is trusted with beforehand, by the language in which it is found most."""
    mostly_english = counts.T @ np.where(english, 1.0, -1.0) > 0
    trusted: Floats = np.where(mostly_english, recipe.trust_en, recipe.trust_ko)
    return trusted


def _fit_one(inputs: _Inputs, problem: Problem, recipe: Recipe, seed: int) -> LogisticRegression:
    """Fit one label, then drop the sources' intercepts and round the weights."""
    features = inputs.features[problem.rows]
    ratios = log_ratios(features, problem.truth, problem.weights, inputs.sources[problem.rows])
    trusted = trust(features, ratios, inputs.trust)
    features.data *= trusted[features.indices].astype(np.float32)
    rows = hstack([features, inputs.intercepts[problem.rows]], format="csr")
    model = _blank(recipe, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopping early is part of the recipe
        model.fit(rows, problem.truth, sample_weight=problem.weights)
    model.coef_ = _rounded(model.coef_[:, : len(inputs.idf)] * trusted, inputs.idf)
    model.n_features_in_ = len(inputs.idf)
    return model


def _fit_parts(inputs: _Inputs, problem: Problem, recipe: Recipe, seed: int) -> Parts:
    return _parts(_fit_one(inputs, problem, recipe, seed))


def _blank(recipe: Recipe, seed: int) -> LogisticRegression:
    return LogisticRegression(
        C=recipe.strength, solver="liblinear", dual=True, tol=1e-4, max_iter=recipe.passes, random_state=seed
    )


def _blank_platt() -> LogisticRegression:
    return LogisticRegression(C=1e6)


def _rounded(weights: Floats, idf: Floats) -> Floats:
    """Round weights times idf to whole numbers of one step, as Classifier serves them."""
    steps = weights * idf
    step = np.abs(steps).max() / LEVELS
    return (np.round(steps / step) * step / idf).astype(np.float32) if step else weights


def _by_importance(features: csr_matrix, linear: Mapping[Label, Parts]) -> Ints:
    """The n-grams in the order of how much they move scores, over all labels."""
    mass = np.sqrt(np.asarray(features.multiply(features).sum(axis=0)).ravel())
    importance = np.zeros(features.shape[1])
    for parts in linear.values():
        moved = np.abs(parts["coef_"].ravel()) * mass
        importance = np.maximum(importance, moved / (np.sqrt(moved @ moved) or 1.0))
    return np.argsort(-importance, kind="stable")


def _calibrate(
    inputs: _Inputs, problem: Problem, languages: NDArray[np.str_], recipe: Recipe, seed: int
) -> dict[Language, Parts]:
    """Platt scaling on scores of comments that the scoring model had not seen (Platt 1999).

    Of much data some parts are enough for the two numbers of a language. A part is small, so that the scoring model
    has seen nearly as much as the one that serves: with less, it scores lower, and the one that serves too high.
    """
    logits = np.full(len(problem.rows), np.nan)
    splitter = StratifiedKFold(recipe.folds, shuffle=True, random_state=seed)
    for train, held_out in splitter.split(problem.rows, problem.truth):
        model = _fit_one(inputs, problem.part(train), recipe, seed)
        logits[held_out] = model.decision_function(inputs.features[problem.rows[held_out]])
        if np.count_nonzero(~np.isnan(logits)) >= ENOUGH:
            break
    scored = np.flatnonzero(~np.isnan(logits))
    logits, problem = logits[scored], problem.part(scored)
    spoken = languages[problem.rows]
    everything = _platt(logits, problem.truth, problem.weights)
    calibrators: dict[Language, Parts] = {}
    for language in LANGUAGES:
        mine = spoken == language
        stated = mine & problem.stated
        if stated.sum() >= REPRESENTATIVE:
            own = _calibrator(logits, problem, stated, np.ones(len(logits)))
        else:  # a few hundred rows that were written or sought out say nothing of how often a label holds
            own = _calibrator(logits, problem, mine, problem.weights)
        calibrators[language] = _parts(own or everything)
    return calibrators


def _calibrator(
    logits: Floats, problem: Problem, rows: NDArray[np.bool_], weights: Floats
) -> LogisticRegression | None:
    """Platt scaling by those rows, or None where they are too few of either kind."""
    if min((problem.truth[rows] == value).sum() for value in (0, 1)) < FEWEST:
        return None
    return _platt(logits[rows], problem.truth[rows], weights[rows])


def _platt(logits: Floats, truth: Ints, weights: Floats) -> LogisticRegression | None:
    model = _blank_platt().fit(logits.reshape(-1, 1), truth, sample_weight=weights)
    return model if model.coef_[0, 0] > 0 else None
