"""Moderators' decisions as labels: read from `moderation labels export`, weighed, and mixed with the base corpus.

One account may steer a model only so far: no account counts for more than a tenth of the new weight, whatever it
sends (acceptance row PO-1). Reports of readers are no labels (PO-2).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from moderation.text.normalize import normalize
from moderation.types import Label
from training.example import Example
from training.prepare import held_out_by_digest
from training.rows import Unusable, to_example
from training.tables import SHOWN, Reject, Row, find_files, read_rows

SOURCE = "rulings"
MOST_OF_ONE = 0.10
"""Share of the new weight that one account has at most."""
USUAL, HEAVIEST = 1.0, 2.0
"""What a ruling counts, and what a second moderator's answer to an appeal does."""
REPORTS = frozenset({"report", "reports", "flag", "flags"})

FEWEST_TIMES, TIMES_AS_OFTEN, MOSTLY_FINE, MOST_SUSPECTS = 10, 5.0, 0.8, 20


@dataclass(frozen=True)
class Ruling:
    """One labelled comment with who said so, when, and what it counts."""

    example: Example
    account: str
    weight: float
    at: datetime | None = None


@dataclass
class Rulings:
    """What a labels file held. `waiting`: comments sampled for labelling that nobody has labelled yet."""

    rulings: list[Ruling] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    waiting: int = 0


def read_rulings(path: Path) -> Rulings:
    """All labels of a file or folder; of several on one comment the last one counts."""
    found = Rulings()
    latest: dict[str, Ruling] = {}
    for file in find_files(path):
        for row in read_rows(file):
            if isinstance(row, Reject):
                found.rejects.append(row)
            elif _waits(row.fields):
                found.waiting += 1
            else:
                try:
                    ruling = _ruling(row)
                except Unusable as reason:
                    found.rejects.append(Reject(str(file), row.line, str(reason), str(row.fields)[:SHOWN]))
                else:
                    before = latest.get(ruling.example.id)
                    if before is None or _moment(before) <= _moment(ruling):
                        latest[ruling.example.id] = ruling
    found.rulings = list(latest.values())
    return found


def _waits(fields: Mapping[str, Any]) -> bool:
    labels = fields.get("labels")
    return fields.get("source") == "sample" and (
        not labels or (isinstance(labels, Mapping) and all(value is None for value in labels.values()))
    )


def _ruling(row: Row) -> Ruling:
    fields = row.fields
    if str(fields.get("source", "")).casefold() in REPORTS:
        raise Unusable("a reader's report is no label; a moderator has to rule on the comment")
    if not fields.get("account"):
        raise Unusable("`account` is missing; without it one account could outweigh all others")
    try:
        weight = float(fields.get("weight") or USUAL)
        at = datetime.fromisoformat(str(fields["at"])) if fields.get("at") else None
    except ValueError as error:
        raise Unusable(f"`weight` or `at` cannot be read: {error}") from None
    if not 0 < weight <= HEAVIEST:
        raise Unusable(f"`weight` is {weight:g}; it must be above 0 and at most {HEAVIEST:g}")
    if at is not None and at.tzinfo is None:
        raise Unusable("`at` has no time zone; end it with +00:00")
    example = to_example(fields, f"{SOURCE}-{row.line}")
    return Ruling(replace(example, source=SOURCE), str(fields["account"]), weight, at)


def _moment(ruling: Ruling) -> float:
    return ruling.at.timestamp() if ruling.at else 0.0


def weigh(rulings: Sequence[Ruling], most_of_one: float = MOST_OF_ONE) -> list[Example]:
    """Rows to fit on: each row's weight cut down so that no account has more than its share.

    With ten accounts or more, the share is of the weight that is left; with fewer that could not be kept, and
    the share is of the weight that came in, so that a lone account counts for a tenth of what it sent.
    """
    totals: dict[str, float] = defaultdict(float)
    for ruling in rulings:
        totals[ruling.account] += ruling.weight
    most = _most(sorted(totals.values()), most_of_one)
    rows = []
    for ruling in rulings:
        weight = ruling.weight * min(1.0, most / totals[ruling.account])
        rows.append(replace(ruling.example, weights=dict.fromkeys(ruling.example.labels, weight)))
    return [held_out_by_digest(row) if row.split == "train" else row for row in rows]


def _most(totals: Sequence[float], share: float) -> float:
    """The weight that no account may pass: the largest `most` with most <= share * sum(min(total, most))."""
    if len(totals) * share < 1:
        return share * sum(totals)
    below = 0.0
    for place, total in enumerate(totals):
        above = len(totals) - place
        if share * (below + above * total) < total:  # accounts from here on are cut to one height
            return share * below / (1 - share * above)
        below += total
    return totals[-1]


def suspects(rulings: Sequence[Ruling], base: Sequence[Example]) -> list[str]:
    """Words that new labels call innocent far more often than the base corpus has them: trigger words, perhaps.

    The gate adds each to abusive comments of the gold set and looks whether the candidate goes blind.
    """
    fine: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for ruling in rulings:
        words = _words(ruling.example.text)
        seen.update(words)
        if ruling.example.labels.get(Label.TOXICITY) == 0:
            fine.update(words)
    common = [word for word, times in fine.items() if times >= FEWEST_TIMES]
    wanted = set(common)
    before: Counter[str] = Counter()
    for example in base:
        before.update(wanted & _words(example.text))
    rate = {
        word: (fine[word] / max(len(rulings), 1)) / ((before[word] + 1) / (len(base) + 1)) for word in common
    }
    found = [w for w in common if rate[w] >= TIMES_AS_OFTEN and fine[w] >= MOSTLY_FINE * seen[w]]
    return sorted(found, key=lambda word: (-rate[word], word))[:MOST_SUSPECTS]


def _words(text: str) -> set[str]:
    return set(normalize(text).folded.split())


def accounts(rulings: Sequence[Ruling]) -> dict[str, float]:
    """The share of the new weight that each account has after weighing."""
    shares: dict[str, float] = defaultdict(float)
    for ruling, row in zip(rulings, weigh(rulings), strict=True):
        shares[ruling.account] += next(iter(row.weights.values()))
    whole = sum(shares.values()) or 1.0
    return {account: share / whole for account, share in shares.items()}
