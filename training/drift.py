"""How far the comments of today are from those that a model learned from.

Scores: population stability index over ten equal bins; below 0.1 little has changed, above 0.25 much (Siddiqi 2006,
"Credit Risk Scorecards", chapter 7). Words: Jensen-Shannon divergence in bits, 0 for the same words as often, 1 for none
in common (Lin 1991, "Divergence Measures Based on the Shannon Entropy"), beside what as many comments drawn from the
training data would show by chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from moderation.model.classifier import LANGUAGES, Classifier
from moderation.text.normalize import normalize
from moderation.types import Label, Language
from training.example import Example
from training.masking import mask
from training.scoring import score
from training.templates import SOURCE as TEMPLATES

BINS = 10
MOST_WORDS, FEWEST_ROWS = 500, 20
"""Words that a reference keeps for each language, and comments that a word must be in to be kept."""
STABLE, SHIFTED = 0.1, 0.25
LEAST_SHARE = 1e-4
"""A bin that no comment fell into counts as this share, so that the index stays finite."""
DRAWS = 50


class Reference(BaseModel):
    """What held-out comments scored and which words training comments had, kept in a model's manifest.

    scores : share of held-out comments in each tenth of the toxicity score.
    words : share of all words, for each of the commonest.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: int
    scores: list[float] = Field(min_length=BINS, max_length=BINS)
    words: dict[str, float]


@dataclass(frozen=True)
class Drift:
    """The shift in one language.

    by_chance : the divergence that 95 % of samples of this size stay below when nothing has changed.
    risen : words that now make up more of the text, with their share before and now.
    """

    language: Language
    comments: int
    psi: float
    divergence: float
    by_chance: float
    risen: list[tuple[str, float, float]]

    @property
    def verdict(self) -> str:
        """`steady`, `moving` or `shifted`."""
        if self.psi > SHIFTED:
            return "shifted"
        return "moving" if self.psi > STABLE or self.divergence > self.by_chance else "steady"


def reference(
    classifier: Classifier, learned_from: Iterable[Example], held_out: Sequence[Example]
) -> dict[str, Reference]:
    """What to keep of the training data, by language: shares only, and no word of fewer than 20 comments."""
    lessons = [example for example in learned_from if example.source != TEMPLATES]
    found: dict[str, Reference] = {}
    for language in LANGUAGES:
        texts = [example.text for example in lessons if example.lang == language]
        unseen = [example.text for example in held_out if example.lang == language]
        if texts and unseen:
            rows, times = _counted(texts)
            whole = sum(times.values())
            kept = [word for word, _ in times.most_common() if rows[word] >= FEWEST_ROWS][:MOST_WORDS]
            found[language] = Reference(
                rows=len(texts),
                scores=[round(share, 6) for share in _histogram(classifier, unseen).tolist()],
                words={word: round(times[word] / whole, 8) for word in sorted(kept)},
            )
    return found


def drift(
    classifier: Classifier, references: Mapping[str, Reference], texts: Sequence[str], seed: int = 0
) -> list[Drift]:
    """The shift of these comments, in each language that the model has a reference for."""
    spoken: dict[str, list[str]] = {}
    for text in texts:
        spoken.setdefault(normalize(text).language, []).append(mask(text))
    return [
        _drift(classifier, language, references[language], spoken[language], seed)
        for language in LANGUAGES
        if language in references and language in spoken
    ]


def _drift(
    classifier: Classifier, language: Language, before: Reference, texts: Sequence[str], seed: int
) -> Drift:
    _, times = _counted(texts)
    whole = sum(times.values()) or 1
    words = list(before.words)
    was = _with_rest(np.array([before.words[word] for word in words]))
    now = _with_rest(np.array([times[word] / whole for word in words]))
    drawn = np.random.default_rng(seed).multinomial(whole, was, DRAWS) / whole
    risen = sorted(
        (
            (word, before.words.get(word, 0.0), count / whole)
            for word, count in times.items()
            if count >= FEWEST_ROWS
        ),
        key=lambda row: row[1] - row[2],
    )
    return Drift(
        language,
        len(texts),
        psi(np.array(before.scores), _histogram(classifier, texts)),
        divergence(was, now),
        float(np.quantile([divergence(was, one) for one in drawn], 0.95)),
        [row for row in risen[:10] if row[2] > row[1]],
    )


def psi(before: NDArray[np.float64], now: NDArray[np.float64]) -> float:
    """Population stability index of two lists of shares."""
    was, is_ = np.maximum(before, LEAST_SHARE), np.maximum(now, LEAST_SHARE)
    return float(np.sum((is_ - was) * np.log(is_ / was)))


def divergence(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Jensen-Shannon divergence in bits of two lists of shares."""
    middle = (one + other) / 2

    def towards_middle(shares: NDArray[np.float64]) -> float:
        some = shares > 0
        return float(np.sum(shares[some] * np.log2(shares[some] / middle[some])))

    return max((towards_middle(one) + towards_middle(other)) / 2, 0.0)


def _counted(texts: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    """In how many comments each word is, and how often."""
    rows: Counter[str] = Counter()
    times: Counter[str] = Counter()
    for text in texts:
        words = normalize(text).folded.split()
        times.update(words)
        rows.update(set(words))
    return rows, times


def _histogram(classifier: Classifier, texts: Sequence[str]) -> NDArray[np.float64]:
    scores = score(classifier, texts)[:, classifier.labels.index(Label.TOXICITY)]
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    shares: NDArray[np.float64] = np.bincount(bins, minlength=BINS) / len(texts)
    return shares


def _with_rest(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Every other word together as the last share, so that all add up to one."""
    return np.append(shares, max(1.0 - shares.sum(), 0.0))
