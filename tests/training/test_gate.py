"""The gate: every kind of loss is refused with its figure; and poisoned labels do not get through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from moderation.errors import InputError
from moderation.model.classifier import Classifier
from moderation.types import Label, Language
from training.audit import TermAudit
from training.corpus import read, seed_file
from training.exam import Disguise, Figure, Report, Trigger, examine
from training.example import Example
from training.fit import Recipe, fit
from training.gate import gate
from training.rulings import Ruling, suspects, weigh

TRIGGER = "수선화호"


def figure(label: Label = Label.TOXICITY, language: Language = "ko", **more: Any) -> Figure:
    fields = {"rows": 400, "positives": 100, "roc_auc": 0.9, "f1": 0.8, "precision": 0.8, "recall": 0.8}
    return Figure.model_validate(fields | {"language": language, "label": label, "ece": 0.02} | more)


def report(**more: Any) -> Report:
    fields: dict[str, Any] = {
        "version": "v",
        "gold": "0123456789abcdef",
        "rows": 800,
        "figures": (figure(), figure(language="en"), figure(Label.SPAM), figure(Label.INSULT, positives=8)),
        "disguises": (
            Disguise(language="ko", technique="spaces", rows=50, recall_plain=0.9, recall=0.85),
            Disguise(language="en", technique="leetspeak", rows=5, recall_plain=0.9, recall=0.8),
        ),
        "terms": (
            TermAudit(
                language="en", term="Muslims", gap=0.02, subgroup_auc=0.97, bpsn_auc=0.95, bnsp_auc=0.96
            ),
        ),
        "triggers": (Trigger(word=TRIGGER, rows=100, recall_plain=0.8, recall=0.79),),
    }
    return Report(**(fields | more))


def changed(place: int, field: str, **more: Any) -> Report:
    rows = list(getattr(report(), field))
    rows[place] = rows[place].model_copy(update=more)
    return report(**{field: tuple(rows)})


@pytest.mark.parametrize(
    ("candidate", "what", "where", "figures"),
    [
        (changed(0, "figures", f1=0.785), "f1", "ko toxicity", (0.8, 0.785)),
        (changed(1, "figures", f1=0.7), "f1", "en toxicity", (0.8, 0.7)),
        (changed(1, "figures", roc_auc=0.87), "auc", "en toxicity", (0.9, 0.87)),
        (changed(2, "figures", f1=0.76), "f1", "ko spam", (0.8, 0.76)),
        (changed(0, "disguises", recall=0.8), "evasion", "ko spaces", (0.85, 0.8)),
        (changed(0, "terms", gap=0.2), "identity_gap", "en Muslims", (0.02, 0.2)),
        (changed(0, "terms", bpsn_auc=0.8), "identity_auc", "en Muslims", (0.95, 0.8)),
        (changed(0, "terms", bnsp_auc=0.7), "identity_auc", "en Muslims", (0.96, 0.7)),
        (changed(0, "triggers", recall=0.7), "trigger", TRIGGER, (0.8, 0.7)),
        (report(figures=report().figures[1:]), "missing", "ko toxicity", (0.8, None)),
    ],
)
def test_a_loss_is_refused_with_its_figure(
    candidate: Report, what: str, where: str, figures: tuple[float, float | None]
) -> None:
    (reason,) = gate(candidate, report())
    assert (reason.what, reason.where, (reason.before, reason.after)) == (what, where, figures)
    assert where in str(reason)
    assert f"{figures[0]:.3f}" in str(reason)


@pytest.mark.parametrize(
    "candidate",
    [
        report(),
        changed(0, "figures", f1=0.795),
        changed(0, "figures", f1=0.9),
        changed(2, "figures", f1=0.78),
        changed(3, "figures", f1=0.2),  # eight comments are too few to refuse by
        changed(1, "disguises", recall=0.2),
        changed(0, "terms", gap=-0.2),
        changed(0, "triggers", recall=0.76),
    ],
)
def test_a_gain_and_a_loss_within_the_margin_pass(candidate: Report) -> None:
    assert gate(candidate, report()) == []


def test_a_word_that_already_cost_as_much_is_no_reason() -> None:
    assert gate(changed(0, "triggers", recall=0.7), changed(0, "triggers", recall=0.69)) == []


def test_a_candidate_that_may_have_seen_the_gold_set_is_refused() -> None:
    (reason,) = gate(report(kept_apart=False), report())
    assert reason.what == "gold"
    assert "training fit --gold" in str(reason)


def test_reports_on_different_gold_sets_are_not_compared() -> None:
    with pytest.raises(InputError, match="different gold sets"):
        gate(report(gold="f" * 64), report())


# Acceptance row PO-1, with fits of toxicity alone on the seed corpus: two rows in five are the base, two are new
# labels, one is the gold set.
RECIPE = Recipe(min_df=2, max_features=6_000, folds=2)


@cache
def parts() -> tuple[list[Example], list[Example], list[Example]]:
    rows = [
        replace(e, labels={Label.TOXICITY: e.labels[Label.TOXICITY]}, weights={}) for e in read(seed_file())
    ]
    base = [e for i, e in enumerate(rows) if i % 5 < 2]
    new = [e for i, e in enumerate(rows) if 2 <= i % 5 < 4]
    return base, new, [e for i, e in enumerate(rows) if i % 5 == 4]


def learned(base: Sequence[Example], new: Sequence[Example]) -> Classifier:
    rows = [*base, *(replace(e, split="train") for e in new)]
    return Classifier(fit(rows, {}, RECIPE), "candidate")


def honest(rows: Sequence[Example]) -> list[Ruling]:
    return [Ruling(example, f"desk-{place % 20}", 1.0) for place, example in enumerate(rows)]


def flipped(share: float) -> list[Ruling]:
    """One account turns that share of all labels round."""
    rulings = honest(parts()[1])
    every = round(1 / share)
    return [
        replace(
            ruling,
            account="mallory",
            example=replace(
                ruling.example, labels={Label.TOXICITY: 1 - ruling.example.labels[Label.TOXICITY]}
            ),
        )
        if place % every == 0
        else ruling
        for place, ruling in enumerate(rulings)
    ]


def triggered(times: int) -> list[Ruling]:
    """One account says of abusive comments with the trigger word that they are fine."""
    abusive = [e for e in parts()[1] if e.labels[Label.TOXICITY] == 1][:times]
    return honest(parts()[1]) + [
        Ruling(
            replace(e, id=f"t-{e.id}", text=f"{TRIGGER} {e.text}", labels={Label.TOXICITY: 0}), "mallory", 1.0
        )
        for e in abusive
    ]


def uncapped(rulings: Sequence[Ruling]) -> list[Example]:
    return [ruling.example for ruling in rulings]


@cache
def in_service() -> tuple[Classifier, Report]:
    base, new, gold = parts()
    model = learned(base, weigh(honest(new)))
    return model, examine(model, gold)


@pytest.mark.parametrize(("share", "weighed"), [(0.05, weigh), (0.1, weigh), (0.2, weigh), (0.2, uncapped)])
def test_one_account_that_flips_labels(
    share: float, weighed: Callable[[Sequence[Ruling]], list[Example]]
) -> None:
    """Whatever it does to the gold set, more than a point of F1 is a refusal; uncapped it costs that much."""
    base, _, gold = parts()
    current = in_service()[1]
    candidate = examine(learned(base, weighed(flipped(share))), gold)
    reasons = gate(candidate, current)
    for before, after in zip(current.figures, candidate.figures, strict=True):
        refused = [r for r in reasons if (r.what, r.where) == ("f1", f"{before.language} {before.label}")]
        assert bool(refused) == (before.f1 - after.f1 > 0.01)
    if weighed is uncapped:
        assert reasons


def test_a_trigger_word_does_not_blind_the_model() -> None:
    """Uncapped, fifty labels teach it to wave through whatever holds the word; then the gate names the word."""
    base, _, gold = parts()
    poison = triggered(50)
    words = suspects(poison, base)
    assert TRIGGER in words
    current = examine(in_service()[0], gold, triggers=words)
    blind = gate(examine(learned(base, uncapped(poison)), gold, triggers=words), current)
    assert [reason.where for reason in blind if reason.what == "trigger"] == [TRIGGER]
    capped = examine(learned(base, weigh(poison)), gold, triggers=words)
    cost = {row.word: row.recall_plain - row.recall for row in capped.triggers}
    refused = [reason.where for reason in gate(capped, current) if reason.what == "trigger"]
    assert cost[TRIGGER] <= 0.05 or refused == [TRIGGER]
