"""Perspective's attributes in terms of this model's labels: which it can score, and how severity is derived."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from scipy.special import expit, logit

from moderation.types import Label, Language

EXPERIMENTAL = "_EXPERIMENTAL"
SEVERE = "SEVERE_TOXICITY"

LABELS: Mapping[str, Label] = {
    "TOXICITY": Label.TOXICITY,
    "INSULT": Label.INSULT,
    "PROFANITY": Label.PROFANITY,
    "THREAT": Label.THREAT,
    "IDENTITY_ATTACK": Label.IDENTITY_ATTACK,
    "SEXUALLY_EXPLICIT": Label.SEXUAL,
    "SPAM": Label.SPAM,
}
SCORED = [name + ending for name in (*LABELS, SEVERE) for ending in ("", EXPERIMENTAL)]
WHERE_VOUCHED = frozenset({"SEXUALLY_EXPLICIT", "SPAM"})
"""Scored only in the languages in which the model vouches for the label."""
NEVER = frozenset(
    {
        "AFFINITY", "ATTACK_ON_AUTHOR", "ATTACK_ON_COMMENTER", "COMPASSION", "CURIOSITY", "FLIRTATION", "INCOHERENT",
        "INFLAMMATORY", "LIKELY_TO_REJECT", "NUANCE", "OBSCENE", "PERSONAL_STORY", "REASONING", "RESPECT",
        "UNSUBSTANTIAL",
    }
)  # fmt: skip
"""Attributes of Perspective that no label of ours stands for."""

Vouched = Mapping[Label, frozenset[Language]]
Scores = Mapping[str, float]

# Among comments of which readers said how bad they are, the chance that a toxic one is hateful or aggressive beyond
# that: shift, slope of the toxicity logit, slope of the logit of the larger of identity attack and threat. Fitted by
# logistic regression on rows that the shipped model was not fitted on: Korean, BEEP! validation (613 rows, `hate`
# against `offensive` and `none`; Moon et al. 2020); English, validation of Davidson (most votes for hate), HateXplain
# (two of three for hate) and the Jigsaw sample (`severe_toxic`), 2,803 rows, where toxicity itself added nothing.
# In five folds: ROC-AUC 0.864 and ECE 0.038 in Korean, 0.842 and 0.026 in English. Read 2026-11-25.
_SEVERITY: Mapping[Language, tuple[float, float, float]] = {
    "ko": (0.240, 0.681, 0.359),
    "en": (-0.942, 0.0, 0.745),
}
_NEAREST = 1e-6  # to 0 and 1, where a logit has no end


def severity(scores: Scores, language: Language) -> float:
    """SEVERE_TOXICITY: it rises with toxicity, identity attack and threat, and is never above toxicity."""
    shift, of_toxicity, of_attack = _SEVERITY[language]
    toxicity = scores[Label.TOXICITY]
    attack = max(scores[Label.IDENTITY_ATTACK], scores[Label.THREAT])
    logits = logit(np.clip([toxicity, attack], _NEAREST, 1 - _NEAREST))
    return min(float(expit(shift + of_toxicity * logits[0] + of_attack * logits[1])), toxicity)


def plain(attribute: str) -> str:
    """The attribute that a name stands for: what used to be experimental goes by both names."""
    return attribute.removesuffix(EXPERIMENTAL)


def is_known(attribute: str) -> bool:
    """Whether Perspective ever had an attribute of that name."""
    name = plain(attribute)
    return name in LABELS or name == SEVERE or name in NEVER


def is_scored(attribute: str, language: Language, vouched: Vouched, labels: Collection[Label]) -> bool:
    """Whether a model with these labels can score that attribute for a comment in that language."""
    name = plain(attribute)
    if name == SEVERE:
        return {Label.TOXICITY, Label.IDENTITY_ATTACK, Label.THREAT} <= set(labels)
    if LABELS.get(name) not in labels:
        return False
    return name not in WHERE_VOUCHED or language in vouched.get(LABELS[name], frozenset())


def score_of(attribute: str, scores: Scores, language: Language) -> float:
    """The score of an attribute, from the model's own by label."""
    name = plain(attribute)
    return severity(scores, language) if name == SEVERE else scores[LABELS[name]]
