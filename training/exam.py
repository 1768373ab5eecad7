"""What a model can do on the gold set, as figures that the gate compares and the registry keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from moderation.model.classifier import Classifier
from moderation.policy import Policy, load_policy
from moderation.types import Label, Language
from training.audit import TermAudit, audit
from training.corpus import digest
from training.disguises import disguise
from training.evaluate import measure
from training.example import Example
from training.scoring import Scores, score

FLAGGED = 0.5
"""From this probability on, a comment counts as found."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True)


class Figure(_Table):
    """One label in one language; roc_auc is None where only one kind of row is there."""

    language: Language
    label: Label
    rows: int
    positives: int
    roc_auc: float | None
    f1: float
    precision: float
    recall: float
    ece: float


class Disguise(_Table):
    """Share of abusive comments found: as they stand, and with their listed word disguised."""

    language: Language
    technique: str
    rows: int
    recall_plain: float
    recall: float


class Trigger(_Table):
    """Share of abusive comments found: as they stand, and with a suspected trigger word added."""

    word: str
    rows: int
    recall_plain: float
    recall: float


class Report(_Table):
    """All figures of one model on one gold set.

    gold : digest of the gold set; reports on different gold sets cannot be compared.
    kept_apart : whether the model is known to be fitted on no comment of the gold set.
    """

    version: str
    gold: str
    rows: int
    kept_apart: bool = True
    figures: tuple[Figure, ...]
    disguises: tuple[Disguise, ...] = ()
    terms: tuple[TermAudit, ...] = ()
    triggers: tuple[Trigger, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return self.model_dump(mode="json")


def examine(
    classifier: Classifier,
    gold: Sequence[Example],
    *,
    policy: Policy | None = None,
    triggers: Sequence[str] = (),
    kept_apart: bool = True,
) -> Report:
    """Measure a model on the gold set, on its abusive comments in disguise, and on the identity audit.

    policy : its word lists name the words to disguise; the shipped policy where none is given.
    triggers : words that new labels may have taught the model to trust; `training.rulings` suspects some.
    """
    scores = score(classifier, [example.text for example in gold])
    abusive = [example for example in gold if example.labels.get(Label.TOXICITY) == 1]
    return Report(
        version=classifier.version,
        gold=digest(gold),
        rows=len(gold),
        kept_apart=kept_apart,
        figures=tuple(_figures(classifier, gold, scores)),
        disguises=tuple(_disguises(classifier, abusive, policy or load_policy())),
        terms=tuple(audit(classifier)),
        triggers=tuple(_triggers(classifier, abusive, triggers)),
    )


def _figures(classifier: Classifier, gold: Sequence[Example], scores: Scores) -> list[Figure]:
    figures = []
    for language in ("ko", "en"):
        for column, label in enumerate(classifier.labels):
            rows = [i for i, e in enumerate(gold) if e.lang == language and label in e.labels]
            if rows:
                truth = np.array([gold[row].labels[label] for row in rows])
                found = measure(truth, scores[rows, column], "gold", "gold", language, label)
                figures.append(Figure.model_validate(found.as_dict()))
    return figures


def _disguises(classifier: Classifier, abusive: Sequence[Example], policy: Policy) -> list[Disguise]:
    cases = list(disguise(abusive, policy))
    plain = _found(classifier, [case.plain for case in cases])
    hidden = _found(classifier, [case.text for case in cases])
    rows = []
    for language, technique in sorted({(case.lang, case.technique) for case in cases}):
        mine = [i for i, c in enumerate(cases) if (c.lang, c.technique) == (language, technique)]
        rows.append(
            Disguise(
                language=language,
                technique=technique,
                rows=len(mine),
                recall_plain=_share(plain, mine),
                recall=_share(hidden, mine),
            )
        )
    return rows


def _triggers(classifier: Classifier, abusive: Sequence[Example], words: Sequence[str]) -> list[Trigger]:
    every = list(range(len(abusive)))
    plain = _found(classifier, [example.text for example in abusive])
    rows = []
    for word in words:
        found = _found(classifier, [f"{word} {example.text}" for example in abusive])
        rows.append(
            Trigger(
                word=word, rows=len(abusive), recall_plain=_share(plain, every), recall=_share(found, every)
            )
        )
    return rows


def _found(classifier: Classifier, texts: Sequence[str]) -> list[bool]:
    column = classifier.labels.index(Label.TOXICITY)
    return [bool(row[column] >= FLAGGED) for row in score(classifier, texts)] if texts else []


def _share(found: Sequence[bool], rows: Sequence[int]) -> float:
    return round(sum(found[row] for row in rows) / len(rows), 4) if rows else 0.0
