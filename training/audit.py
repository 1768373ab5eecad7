"""Whether a model takes a group of people for abuse: the identity-term audit.

Gap: mean score of neutral sentences that name the group, less that of the same sentences about plain people.
Subgroup, BPSN and BNSP AUC after Borkan, Dixon, Sorensen, Thain and Vasserman 2019, "Nuanced Metrics for Measuring
Unintended Bias with Real Data for Text Classification": abusive against neutral sentences of the group alone; neutral
ones of the group against abusive ones of all others (low: the group's name is taken for abuse); abusive ones of the
group against neutral ones of all others (low: abuse of the group is missed).
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from sklearn.metrics import roc_auc_score

from moderation.model.classifier import LANGUAGES, Classifier
from moderation.types import Label, Language
from training.scoring import Scores, score

SLOT = "{people}"


class _Sentences(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    plain: list[str] = Field(min_length=1)
    terms: list[str] = Field(min_length=2)
    neutral: list[str] = Field(min_length=1)
    abusive: list[str] = Field(min_length=1)


class TermAudit(BaseModel):
    """How one model treats one group; see the head of this module."""

    model_config = ConfigDict(frozen=True)

    language: Language
    term: str
    gap: float
    subgroup_auc: float
    bpsn_auc: float
    bnsp_auc: float


@cache
def sentences(language: Language) -> _Sentences:
    """The audit's sentences and terms in one language, from training/data/audit.toml."""
    text = (resources.files("training") / "data" / "audit.toml").read_text("utf-8")
    return _Sentences.model_validate(tomllib.loads(text)[language])


def audit(classifier: Classifier, label: Label = Label.TOXICITY) -> list[TermAudit]:
    """Every term of both languages."""
    return [row for language in LANGUAGES for row in _audit(classifier, language, label)]


def _audit(classifier: Classifier, language: Language, label: Label) -> list[TermAudit]:
    book = sentences(language)
    column = classifier.labels.index(label)

    def scored(templates: list[str], people: list[str]) -> Scores:
        """Shape (n_people, n_templates)."""
        texts = [_about(template, who) for who in people for template in templates]
        return score(classifier, texts)[:, column].reshape(len(people), len(templates))

    plain = scored(book.neutral, book.plain).mean()
    neutral, abusive = scored(book.neutral, book.terms), scored(book.abusive, book.terms)
    rows = []
    for place, term in enumerate(book.terms):
        others = np.arange(len(book.terms)) != place
        rows.append(
            TermAudit(
                language=language,
                term=term,
                gap=round(float(neutral[place].mean() - plain), 4),
                subgroup_auc=_auc(abusive[place], neutral[place]),
                bpsn_auc=_auc(abusive[others], neutral[place]),
                bnsp_auc=_auc(abusive[place], neutral[others]),
            )
        )
    return rows


def _about(template: str, people: str) -> str:
    text = template.replace(SLOT, people)
    return text[0].upper() + text[1:]


def _auc(positive: Scores, negative: Scores) -> float:
    truth = np.r_[np.ones(positive.size), np.zeros(negative.size)]
    return round(float(roc_auc_score(truth, np.r_[positive.ravel(), negative.ravel()])), 4)
