"""From all labelled comments to those that are fitted on and those that are held out, kept apart."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from training.copies import CopyIndex, apart_from
from training.corpus import SourceFacts, without_leaks
from training.example import Example
from training.labels import for_fitting
from training.masking import mask_all


@dataclass(frozen=True)
class Prepared:
    """What a model may see while it is fitted, and what it is calibrated against and measured on.

    copies : training rows that were left out because they copy each other, a held-out row or the gold set.
    gold_copies : held-out rows that were left out because they copy the gold set.
    """

    training: list[Example]
    held_out: list[Example]
    gold: list[Example]
    copies: int
    gold_copies: int


def prepare(
    examples: Sequence[Example],
    facts: Mapping[str, SourceFacts],
    *,
    gold: Sequence[Example] = (),
    made_up: Sequence[Example] = (),
    rulings: Sequence[Example] = (),
) -> Prepared:
    """Split, mask personal data and part copies. Splits that the source gives are kept.

    gold : comments that no model of this site may ever be fitted on or calibrated against.
    made_up : rows to fit on only, such as those of the templates.
    rulings : weighed labels of moderators. Where one is about a comment of the base corpus, the corpus stands.
    """
    if examples and all(example.split == "train" for example in examples):
        examples = [held_out_by_digest(example) for example in examples]
    train = [example for example in examples if _is_trained_on(example, facts)]
    rest = [example for example in examples if not _is_trained_on(example, facts)]
    rest += [example for example in rulings if example.split != "train"]
    new = [example for example in rulings if example.split == "train"]
    masked_gold = mask_all(gold)
    gold_index = CopyIndex(example.text for example in masked_gold)
    held_out, of_gold = apart_from(mask_all(rest), gold_index)
    rows = mask_all([*for_fitting([*train, *made_up], facts), *new])
    unique = without_leaks(rows, held_out)
    for example in held_out:
        gold_index.add(example.text)
    training, _ = apart_from(unique, gold_index)
    return Prepared(training, held_out, masked_gold, len(rows) - len(training), len(of_gold))


def _is_trained_on(example: Example, facts: Mapping[str, SourceFacts]) -> bool:
    return example.split == "train" and facts.get(example.source, SourceFacts()).train


def held_out_by_digest(example: Example) -> Example:
    """Hold out every eighth row of a corpus that comes without splits, by the digest of its id."""
    eighth = hashlib.sha256(example.id.encode("utf-8", "surrogatepass")).digest()[0] % 8 == 0
    return replace(example, split="validation") if eighth else example
