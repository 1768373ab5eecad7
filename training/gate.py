"""Whether a candidate may take the place of the model in service: reasons against it, each with its figure.

Pure: two reports of the same gold set go in, reasons come out; `training promote` refuses where there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from moderation.errors import InputError
from moderation.types import Label
from training.exam import Report

FEWEST = 20
"""Rows of either kind below which a figure is too coarse to refuse by: one comment would be five points."""


@dataclass(frozen=True)
class Margins:
    """How much a candidate may lose against the model in service; shares and AUC run from 0 to 1.

    f1 : of toxicity, in each language. More than one point is a refusal (acceptance row PO-1).
    label_f1, label_auc : of any other label in each language.
    evasion : share of abuse found, for each technique and language.
    identity_gap : how much higher neutral sentences about a group may score, and identity_auc how much lower its
        subgroup, BPSN and BNSP AUC may be.
    trigger : share of abuse found that one word may cost (acceptance row PO-1).
    """

    f1: float = 0.01
    label_f1: float = 0.03
    label_auc: float = 0.02
    evasion: float = 0.03
    identity_gap: float = 0.05
    identity_auc: float = 0.05
    trigger: float = 0.05


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a candidate is refused.

    what : `gold`, `f1`, `auc`, `missing`, `evasion`, `identity_gap`, `identity_auc` or `trigger`.
    where : the language with label, technique or term; for a trigger the word, for the gold set its digest.
    """

    what: str
    where: str
    before: float | None
    after: float | None
    margin: float

    def __str__(self) -> str:
        if self.what == "gold":
            return f"{_SAID[self.what]} `{self.where}`; fit it with `training fit --gold`"
        before = "none" if self.before is None else f"{self.before:.3f}"
        after = "none" if self.after is None else f"{self.after:.3f}"
        return f"{_SAID[self.what]} `{self.where}`: {before} in service, {after} now; margin {self.margin:g}"


_SAID = {
    "gold": "the candidate was not kept apart from the gold set",
    "f1": "F1 on the gold set falls for",
    "auc": "ROC-AUC on the gold set falls for",
    "missing": "the candidate does not score",
    "evasion": "less disguised abuse is found by technique",
    "identity_gap": "neutral sentences score higher when they name",
    "identity_auc": "abuse and neutral sentences are told apart less well for",
    "trigger": "abuse is missed when it holds the word",
}


def gate(candidate: Report, current: Report, margins: Margins = Margins()) -> list[Reason]:
    """Every reason against the candidate, the gold set's first; none: it may be promoted.

    Raises InputError where the two reports are not about the same gold set.
    """
    if candidate.gold != current.gold:
        raise InputError(
            f"`{candidate.version}` and `{current.version}` were measured on different gold sets "
            f"({candidate.gold[:8]} and {current.gold[:8]}); measure both on the same one"
        )
    apart = [] if candidate.kept_apart else [Reason("gold", candidate.gold[:12], None, None, 0.0)]
    return [
        *apart,
        *_on_gold(candidate, current, margins),
        *_on_disguises(candidate, current, margins),
        *_on_identity(candidate, current, margins),
        *_on_triggers(candidate, current, margins),
    ]


def _on_gold(candidate: Report, current: Report, margins: Margins) -> Iterator[Reason]:
    now = {(figure.language, figure.label): figure for figure in candidate.figures}
    for before in current.figures:
        where = f"{before.language} {before.label}"
        after = now.get((before.language, before.label))
        if after is None:
            yield Reason("missing", where, before.f1, None, 0.0)
            continue
        if before.positives < FEWEST or before.rows - before.positives < FEWEST:
            continue
        f1 = margins.f1 if before.label is Label.TOXICITY else margins.label_f1
        if before.f1 - after.f1 > f1:
            yield Reason("f1", where, before.f1, after.f1, f1)
        aucs = before.roc_auc, after.roc_auc
        if aucs[0] is not None and aucs[1] is not None and aucs[0] - aucs[1] > margins.label_auc:
            yield Reason("auc", where, *aucs, margins.label_auc)


def _on_disguises(candidate: Report, current: Report, margins: Margins) -> Iterator[Reason]:
    now = {(row.language, row.technique): row for row in candidate.disguises}
    for before in current.disguises:
        after = now.get((before.language, before.technique))
        if before.rows >= FEWEST and after is not None and before.recall - after.recall > margins.evasion:
            where = f"{before.language} {before.technique}"
            yield Reason("evasion", where, before.recall, after.recall, margins.evasion)


def _on_identity(candidate: Report, current: Report, margins: Margins) -> Iterator[Reason]:
    now = {(row.language, row.term): row for row in candidate.terms}
    for before in current.terms:
        after = now.get((before.language, before.term))
        if after is None:
            continue
        where = f"{before.language} {before.term}"
        if after.gap - before.gap > margins.identity_gap and after.gap > margins.identity_gap:
            yield Reason("identity_gap", where, before.gap, after.gap, margins.identity_gap)
        worst = max(
            (
                (before.subgroup_auc, after.subgroup_auc),
                (before.bpsn_auc, after.bpsn_auc),
                (before.bnsp_auc, after.bnsp_auc),
            ),
            key=lambda pair: pair[0] - pair[1],
        )
        if worst[0] - worst[1] > margins.identity_auc:
            yield Reason("identity_auc", where, *worst, margins.identity_auc)


def _on_triggers(candidate: Report, current: Report, margins: Margins) -> Iterator[Reason]:
    """A word that costs the candidate too much, and more than it costs the model in service."""
    costs = {row.word: row.recall_plain - row.recall for row in current.triggers}
    for row in candidate.triggers:
        cost = row.recall_plain - row.recall
        if row.rows >= FEWEST and cost > margins.trigger and cost > costs.get(row.word, 0.0):
            yield Reason("trigger", row.word, row.recall_plain, row.recall, margins.trigger)
