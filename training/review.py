"""Labels that deserve a second look: copies that were labelled differently, and labels a model does not believe.

A label is in doubt when a model that had not seen the comment is at least as sure of the other as it is, on average, of
comments that carry the other: confident learning (Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating
Uncertainty in Dataset Labels", section 3). Self-confidence, the probability of the label as given, ranks them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal

import numpy as np

from moderation.types import Label
from training.copies import group
from training.example import Example
from training.folds import LABELS
from training.masking import mask
from training.rejects import inert
from training.scoring import Scores
from training.staging import write_whole


@dataclass(frozen=True)
class Doubt:
    """One label that an editor should look at again.

    given, suggested : the label as it is, and as it may have to be.
    confidence : how probable the given label is to a model that had not seen the comment; for copies that were
        labelled differently, the share of the copies that have the given label.
    others : ids of the copies that say otherwise.
    """

    kind: Literal["conflict", "mislabel"]
    label: Label
    given: int
    suggested: int
    confidence: float
    id: str
    source: str
    lang: str
    text: str
    others: str = ""


def conflicts(examples: Sequence[Example]) -> list[Doubt]:
    """Copies, exact and near, that do not agree on a label; the least supported first."""
    members: dict[int, list[Example]] = {}
    for number, example in zip(group(e.text for e in examples), examples, strict=True):
        members.setdefault(number, []).append(example)
    found = [doubt for rows in members.values() if len(rows) > 1 for doubt in _disputed(rows)]
    return sorted(found, key=lambda doubt: (doubt.confidence, doubt.id, doubt.label))


def _disputed(rows: Sequence[Example]) -> Iterator[Doubt]:
    for label in Label:
        stated = [row for row in rows if label in row.labels]
        for value in (0, 1):
            mine = [row for row in stated if row.labels[label] == value]
            others = [row for row in stated if row.labels[label] != value]
            if mine and others and len(mine) <= len(others):
                share = len(mine) / len(stated)
                names = " ".join(row.id for row in others)
                yield from (_doubt("conflict", label, row, share, names) for row in mine)


def mislabels(examples: Sequence[Example], scores: Scores) -> list[Doubt]:
    """Labels that the scores of `training.folds.out_of_fold` speak against; the least believed first."""
    found = []
    for column, label in enumerate(LABELS):
        stated = [row for row, e in enumerate(examples) if label in e.labels]
        rows = [row for row in stated if not np.isnan(scores[row, column])]
        truth = np.array([examples[row].labels[label] for row in rows])
        if not 0 < truth.sum() < len(truth):
            continue
        chance = scores[rows, column]
        # How sure the model is on average of comments that carry a label, of that label.
        usual = {0: float((1 - chance)[truth == 0].mean()), 1: float(chance[truth == 1].mean())}
        for row, given, p in zip(rows, truth.tolist(), chance.tolist(), strict=True):
            believed = p if given else 1 - p
            if 1 - believed >= usual[1 - given] and believed < 0.5:
                found.append(_doubt("mislabel", label, examples[row], believed))
    return sorted(found, key=lambda doubt: (doubt.confidence, doubt.id, doubt.label))


def _doubt(
    kind: Literal["conflict", "mislabel"], label: Label, example: Example, confidence: float, others: str = ""
) -> Doubt:
    given = example.labels[label]
    return Doubt(
        kind,
        label,
        given,
        1 - given,
        round(confidence, 4),
        example.id,
        example.source,
        example.lang,
        mask(example.text),
        others,
    )


def write_doubts(path: Path, doubts: Sequence[Doubt]) -> None:
    """A table for an editor: JSON lines where the name ends so, else CSV that Excel opens as it stands."""
    if path.suffix == ".jsonl":
        lines = (json.dumps(asdict(doubt), ensure_ascii=False) + "\n" for doubt in doubts)
        write_whole(path, "".join(lines))
        return
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow([field.name for field in fields(Doubt)])
    for doubt in doubts:
        row = asdict(doubt)
        writer.writerow([inert(value) if isinstance(value, str) else value for value in row.values()])
    write_whole(path, "\ufeff" + table.getvalue().encode("utf-8", "replace").decode())
