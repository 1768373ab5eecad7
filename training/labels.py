"""What a row may be taken to say beyond its own labels, and how much each saying counts.

Public sources label what they were made for. Read literally they leave the rarer labels without negatives
and English without innocent news comments. Each assumption below is one that holds for nearly every row;
assumed labels weigh less than stated ones and are never used for calibration or evaluation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from moderation.types import Label
from training.corpus import Example, SourceFacts, split_sentences

RARE = (Label.THREAT, Label.SEXUAL, Label.SPAM)
ASSUMED_WEIGHT = 0.5
RARE_WEIGHT = 0.2
SELDOM_WEIGHT = 0.05


def for_fitting(examples: Iterable[Example], facts: Mapping[str, SourceFacts]) -> list[Example]:
    """The rows to fit on: source weights applied, sentences split out, assumptions added."""
    rows: list[Example] = []
    for example in examples:
        known = facts.get(example.source, SourceFacts())
        if not known.train:
            continue
        weights = {label: known.weight * example.weights.get(label, 1.0) for label in example.labels}
        stated = replace(example, weights=weights)
        rows.append(assume(stated, known))
        if known.sentences:
            rows.extend(split_sentences(example))
    return rows


def assume(example: Example, facts: SourceFacts) -> Example:
    """Add what the row may be taken to say."""
    labels, weights, stated = dict(example.labels), dict(example.weights), set(example.labels)

    def add(label: Label, value: int, weight: float) -> None:
        if label not in labels:
            labels[label], weights[label] = value, weight

    hate_free = labels.get(Label.IDENTITY_ATTACK) == 0 or labels.get(Label.SPAM) == 0
    if facts.clean and hate_free:
        add(Label.TOXICITY, 0, ASSUMED_WEIGHT)
    toxic, identity = labels.get(Label.TOXICITY), labels.get(Label.IDENTITY_ATTACK)
    if toxic == 0:
        for label in (Label.INSULT, Label.IDENTITY_ATTACK, Label.THREAT, Label.SEXUAL):
            add(label, 0, RARE_WEIGHT if label in RARE else ASSUMED_WEIGHT)
    if toxic == 1:
        # Few abusive comments threaten or are sexual: without these rows both would only say "hateful".
        add(Label.THREAT, 0, SELDOM_WEIGHT)
        add(Label.SEXUAL, 0, SELDOM_WEIGHT)
    if toxic == 1 and identity == 0 and labels.get(Label.PROFANITY) != 1:
        # Abuse that is aimed at no group and is no mere swearing is aimed at a person.
        add(Label.INSULT, 1, ASSUMED_WEIGHT)
    # None of the sources was collected for spam or for threats, and both are rare in all of them.
    add(Label.SPAM, 0, ASSUMED_WEIGHT)
    return replace(
        example, labels=labels, weights=weights, assumed=example.assumed | (labels.keys() - stated)
    )
