"""Everything that the HTML report shows, as values: curves, confusion, slices, mistakes, cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve

from moderation.model.classifier import LANGUAGES, Classifier
from moderation.policy import Policy
from moderation.text.normalize import normalize
from moderation.types import Action, Label, Language
from training.evaluate import Measure, measure
from training.exam import Report, examine
from training.example import Example
from training.gate import Reason, gate
from training.scoring import Scores, score
from training.thresholds import Ladder, Promise, ladders

RECALLS = tuple(round(0.1 * n, 1) for n in range(1, 11))
BINS = 10
LENGTHS = ((0, 20), (20, 60), (60, 120), (120, 100_000))
MISTAKES = 8
MOST_WORDS = 6
TIMED = 300


@dataclass(frozen=True)
class Curve:
    """One model on one language: precision at each tenth of recall, and score against observed share.

    recall_precision : all points of the curve; at_recalls : for the table, None where never reached.
    reliability : mean score, observed share and number of comments in each tenth of scores that has any.
    """

    recall_precision: list[tuple[float, float]]
    at_recalls: list[tuple[float, float]]
    reliability: list[tuple[float, float, int]]


@dataclass(frozen=True)
class Slice:
    """One part of the comments, named for the table."""

    kind: str
    name: str
    measure: Measure


@dataclass(frozen=True)
class Word:
    """A stretch of the author's text and what it added to the log odds."""

    text: str
    weight: float


@dataclass(frozen=True)
class Mistake:
    """A comment that the model is most wrong about, in pieces; `weight` 0 where a piece says nothing."""

    language: Language
    abusive: bool
    score: float
    source: str
    pieces: list[Word]
    heaviest: list[Word]


@dataclass(frozen=True)
class Inspection:
    """All that one page shows. `now` is the model in service, absent when there is none to compare with."""

    candidate: Report
    now: Report | None
    reasons: list[Reason]
    curves: dict[Language, dict[str, Curve]]
    confusion: dict[Language, dict[bool, dict[Action, int]]]
    slices: list[Slice]
    mistakes: list[Mistake]
    ladders: list[Ladder]
    microseconds: dict[str, float]
    volume: float | None


def inspect(
    candidate: Classifier,
    now: Classifier | None,
    examples: Sequence[Example],
    policy: Policy,
    *,
    triggers: Sequence[str] = (),
    toxic_share: float | None = None,
    volume: float | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Inspection:
    """Measure a candidate on held-out comments, beside the model in service."""
    texts = [example.text for example in examples]
    models = {"candidate": candidate} | ({"now": now} if now is not None else {})
    reports, scores, cost = {}, {}, {}
    for name, model in models.items():
        progress(f"measuring {model.version}")
        reports[name] = examine(model, examples, policy=policy, triggers=triggers)
        scores[name] = score(model, texts)
        cost[name] = microseconds(model, texts)
    progress("looking for the worst mistakes")
    known = {label.value: column for column, label in enumerate(candidate.labels)}
    return Inspection(
        candidate=reports["candidate"],
        now=reports.get("now"),
        reasons=gate(reports["candidate"], reports["now"]) if "now" in reports else [],
        curves={
            language: {
                name: curve
                for name, model in models.items()
                if (curve := _curve(model, examples, scores[name], language)) is not None
            }
            for language in LANGUAGES
        },
        confusion=_confusion(policy, candidate, examples, scores["candidate"]),
        slices=_slices(examples, scores["candidate"][:, known[Label.TOXICITY]]),
        mistakes=_mistakes(candidate, examples, scores["candidate"][:, known[Label.TOXICITY]]),
        ladders=_ladders(candidate, examples, scores["candidate"], policy, Promise(toxic_share=toxic_share)),
        microseconds=cost,
        volume=volume,
    )


def _ladders(
    model: Classifier, examples: Sequence[Example], scores: Scores, policy: Policy, promise: Promise
) -> list[Ladder]:
    """Of the languages that have comments of both kinds."""
    kinds = {(e.lang, any(e.labels.values())): None for e in examples if Label.TOXICITY in e.labels}
    whole = {language for language in LANGUAGES if {(language, False), (language, True)} <= kinds.keys()}
    rows = [i for i, e in enumerate(examples) if e.lang in whole]
    return ladders(policy, model.labels, [examples[row] for row in rows], scores[rows], promise)


def microseconds(classifier: Classifier, texts: Sequence[str]) -> float:
    """The median time that scoring one comment takes, folded text in hand, in microseconds."""
    ready = [normalize(text) for text in texts[:TIMED]]
    times = []
    for text in ready:
        begun = time.perf_counter()
        classifier.scores([text.folded], [text.language])
        times.append(time.perf_counter() - begun)
    return float(np.median(times) * 1e6) if times else 0.0


def _curve(
    model: Classifier, examples: Sequence[Example], scores: Scores, language: Language
) -> Curve | None:
    rows = [i for i, e in enumerate(examples) if e.lang == language and Label.TOXICITY in e.labels]
    truth = np.array([examples[row].labels[Label.TOXICITY] for row in rows])
    if not 0 < truth.sum() < len(truth):
        return None
    mine = scores[rows, model.labels.index(Label.TOXICITY)]
    precision, recall, _ = precision_recall_curve(truth, mine)
    points = [(float(r), float(p)) for r, p in zip(recall[::-1], precision[::-1], strict=True)]
    thin = points[:: max(len(points) // 200, 1)]
    at = [(r, max(p for found, p in points if found >= r - 1e-9)) for r in RECALLS]
    return Curve([*thin, points[-1]], at, _reliability(truth, mine))


def _reliability(truth: NDArray[np.int64], scores: NDArray[np.float64]) -> list[tuple[float, float, int]]:
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    return [
        (float(scores[bins == b].mean()), float(truth[bins == b].mean()), int((bins == b).sum()))
        for b in range(BINS)
        if (bins == b).any()
    ]


def _confusion(
    policy: Policy, model: Classifier, examples: Sequence[Example], scores: Scores
) -> dict[Language, dict[bool, dict[Action, int]]]:
    """What the classifier's rules alone would do, by language, to innocent and abusive comments."""
    rules = {
        column: rule.thresholds
        for column, label in enumerate(model.labels)
        if (rule := policy.rules.get(f"toxicity.{label}")) is not None and rule.thresholds is not None
    }
    counts: dict[Language, dict[bool, dict[Action, int]]] = {
        language: {abusive: dict.fromkeys(Action, 0) for abusive in (False, True)} for language in LANGUAGES
    }
    for example, row in zip(examples, scores.tolist(), strict=True):
        if Label.TOXICITY in example.labels:
            asked = (rules[column].in_language(example.lang).action(row[column]) for column in rules)
            counts[example.lang][any(example.labels.values())][max(asked, default=Action.ALLOW)] += 1
    return counts


def _slices(examples: Sequence[Example], scores: NDArray[np.float64]) -> list[Slice]:
    stated = [i for i, e in enumerate(examples) if Label.TOXICITY in e.labels]
    parts: list[tuple[str, str, Language, list[int]]] = []
    for language in LANGUAGES:
        mine = [i for i in stated if examples[i].lang == language]
        parts.append(("language", language, language, mine))
        parts += [
            ("source", source, language, [i for i in mine if examples[i].source == source])
            for source in sorted({examples[i].source for i in mine})
        ]
        for low, high in LENGTHS:
            name = f"{low}–{high - 1}" if high < LENGTHS[-1][1] else f"{low}+"
            parts.append(("length", name, language, [i for i in mine if low <= len(examples[i].text) < high]))
    return [
        Slice(kind, name, measure(_truth(examples, rows), scores[rows], name, "", language, Label.TOXICITY))
        for kind, name, language, rows in parts
        if rows
    ]


def _truth(examples: Sequence[Example], rows: Sequence[int]) -> NDArray[np.int64]:
    return np.array([examples[row].labels[Label.TOXICITY] for row in rows])


def _mistakes(model: Classifier, examples: Sequence[Example], scores: NDArray[np.float64]) -> list[Mistake]:
    found = []
    for language in LANGUAGES:
        for abusive in (False, True):
            rows = [
                i
                for i, e in enumerate(examples)
                if e.lang == language and e.labels.get(Label.TOXICITY) == int(abusive)
            ]
            wrong = [i for i in rows if (scores[i] < 0.5) == abusive]
            wrong.sort(key=lambda i: scores[i], reverse=not abusive)
            found += [_mistake(model, examples[i], float(scores[i]), abusive) for i in wrong[:MISTAKES]]
    return found


def _mistake(model: Classifier, example: Example, scored: float, abusive: bool) -> Mistake:
    text = normalize(example.text)
    words = model.explain(text.folded, text.language, Label.TOXICITY).words
    places = [(text.span(word.span.start, word.span.end), word.weight) for word in words]
    pieces, end = [], 0
    for place, weight in sorted(places, key=lambda p: p[0].start):
        if place.start < end:
            continue
        pieces.append(Word(example.text[end : place.start], 0.0))
        pieces.append(Word(example.text[place.start : place.end], round(weight, 2)))
        end = place.end
    pieces.append(Word(example.text[end:], 0.0))
    kept = [piece for piece in pieces if piece.text]
    heaviest = sorted((p for p in kept if p.weight), key=lambda p: -abs(p.weight))[:MOST_WORDS]
    return Mistake(example.lang, abusive, scored, example.source, kept, heaviest)
