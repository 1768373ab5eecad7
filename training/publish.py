"""Write a fitted model where the service can load it, with the card that says what it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from moderation.errors import InputError
from moderation.model.artifact import MANIFEST_FILE, Manifest, Source, save
from moderation.model.classifier import LANGUAGES, Fitted
from moderation.types import Language
from training.corpus import Example, SourceFacts, digest
from training.evaluate import Measure
from training.fit import Recipe
from training.staging import staged_folder
from training.templates import SOURCE as TEMPLATES

CARD_FILE = "card.md"


def check_out(folder: Path) -> None:
    """Raise InputError where writing an artefact to that folder would cost something else that lies there."""
    if folder.is_file() or (
        folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST_FILE).exists()
    ):
        raise InputError(f"`{folder}` holds something other than a model; name a folder of its own")


def publish(
    fitted: Fitted,
    folder: Path,
    *,
    recipe: Recipe,
    seed: int,
    learned_from: Sequence[Example],
    facts: Mapping[str, SourceFacts],
    measures: Sequence[Measure],
    kept: Mapping[str, Any] | None = None,
    created: datetime | None = None,
) -> Manifest:
    """Write model, manifest and card, all three or none.

    kept : what else the manifest keeps among its metrics, for the gate and for `training drift`.
    created : with the same data, recipe and seed, the same time gives the same bytes. Default: now.
    """
    check_out(folder)
    moment = created or datetime.now(UTC)
    moment = moment.replace(microsecond=0, tzinfo=moment.tzinfo or UTC)
    with staged_folder(folder) as stage:
        manifest = save(
            fitted,
            stage,
            recipe=recipe.as_dict(),
            seed=seed,
            sources=_sources(learned_from, facts),
            metrics={
                "measures": [measure.as_dict() for measure in measures],
                **(kept or {}),
            },
            vouched=vouched(list(fitted.linear), measures),
            created=moment,
        )
        (stage / CARD_FILE).write_text(card(manifest, facts, measures), "utf-8")
    return manifest


OWN = ("seed", TEMPLATES)
"""Sources that this project wrote: what is told well of them says little of real comments."""

FEWEST_EACH, LEAST_AUC = 50, 0.8


def vouched(labels: Sequence[str], measures: Sequence[Measure]) -> dict[str, list[Language]]:
    """For each label the languages in which some set of real, unseen comments showed that it is told well.

    Well is a ROC-AUC of LEAST_AUC on at least FEWEST_EACH comments with the label and as many without.
    """
    good = {
        (m.label, m.language)
        for m in measures
        if m.source not in OWN
        and min(m.positives, m.rows - m.positives) >= FEWEST_EACH
        and (m.roc_auc or 0.0) >= LEAST_AUC
    }
    return {label: [language for language in LANGUAGES if (label, language) in good] for label in labels}


def _sources(examples: Sequence[Example], facts: Mapping[str, SourceFacts]) -> list[Source]:
    counts = Counter(example.source for example in examples)
    return [
        Source(
            name=name,
            licence=facts.get(name, SourceFacts()).licence,
            rows=rows,
            digest=digest(example for example in examples if example.source == name),
        )
        for name, rows in sorted(counts.items())
    ]


def card(manifest: Manifest, facts: Mapping[str, SourceFacts], measures: Sequence[Measure]) -> str:
    """The model card (after Mitchell et al. 2019, "Model Cards for Model Reporting")."""
    return "\n".join(
        [
            f"# Model card: {manifest.version}",
            "",
            "A linear classifier over character, Hangul-letter and word n-grams that scores reader comments in "
            "Korean and English. Written by `training fit`; every figure below was measured by it on this "
            "artefact.",
            "",
            "## What it is",
            "",
            f"- Labels: {', '.join(manifest.labels)}; each score is a calibrated probability, by language.",
            f"- File: {manifest.size:,} bytes, SHA-256 `{manifest.sha256}`.",
            f"- Fitted with scikit-learn {manifest.libraries['scikit-learn']} on text folding "
            f"{manifest.normaliser}, seed {manifest.seed}, on {manifest.created:%Y-%m-%d}.",
            "- Recipe: " + ", ".join(f"{key} {value}" for key, value in manifest.recipe.items()) + ".",
            "",
            *_USE,
            "",
            "## Which labels it vouches for",
            "",
            f"A label is vouched for in a language when some set of real comments, with at least {FEWEST_EACH} of "
            f"either kind and none used in fitting, gave a ROC-AUC of {LEAST_AUC} or more. The manifest says the "
            "same under `vouched`. All other scores are hints: let no clause refuse a comment on them alone.",
            "",
            "| label | Korean | English |",
            "|---|---|---|",
            *(_vouched_row(label, manifest.vouched.get(label, [])) for label in manifest.labels),
            "",
            "## What it learned from",
            "",
            "Rows are training rows after copies and held-out texts were removed. Data under a share-alike "
            "licence (CC-BY-SA) is named with its source, as the licence asks.",
            "",
            "| source | what | rows | licence | cite |",
            "|---|---|---|---|---|",
            *(_source_row(source, facts) for source in manifest.sources),
            "",
            "## How well it tells labels apart",
            "",
            "On rows that it was not fitted on. F1, precision and recall at probability 0.5; ECE: expected "
            "calibration error, 15 bins. A dash: the set holds one kind of row only, so that there is no ROC-AUC.",
            "",
            "| data set | split | language | label | rows | positive | ROC-AUC | F1 | precision | recall | ECE |",
            "|---|---|---|---|---|---|---|---|---|---|---|",
            *(_measure_row(measure) for measure in measures),
            "",
        ]
    )


_USE = (
    "## What it is for, and what not",
    "",
    "For ranking comments under news articles so that moderators see the doubtful ones first, together with the "
    "word lists and rules of the policy. Not for judging persons, not for other languages, not as the only "
    "ground for refusing a comment that no rule names.",
    "",
    "- `threat` and `sexual` had few positive examples in English and, in Korean, only those that this project "
    "wrote; `insult` is mostly derived (abuse aimed at no group); Korean `spam` was learned only from what this "
    "project wrote, and English comment spam likewise: real English spam is that of text messages.",
    "- English `profanity` was learned from few rows; the word list carries it.",
    "- It reads words, not the world: irony, quotation and counter-speech are hard for it, and English "
    "functional tests (HateCheck) show it.",
    "- Several English sources were collected by slur keywords and over-flag African-American English "
    "(Sap et al. 2019; arXiv:1905.12516).",
)


def _vouched_row(label: str, languages: Sequence[Language]) -> str:
    return f"| {label} | " + " | ".join("yes" if lang in languages else "hint" for lang in LANGUAGES) + " |"


def _source_row(source: Source, facts: Mapping[str, SourceFacts]) -> str:
    known = facts.get(source.name, SourceFacts())
    return f"| {source.name} | {known.title} | {source.rows:,} | {source.licence} | {known.cite} |"


def _measure_row(measure: Measure) -> str:
    auc = "–" if measure.roc_auc is None else f"{measure.roc_auc:.3f}"
    return (
        f"| {measure.source} | {measure.split} | {measure.language} | {measure.label} | {measure.rows:,} | "
        f"{measure.positives:,} | {auc} | {measure.f1:.3f} | {measure.precision:.3f} | {measure.recall:.3f} | "
        f"{measure.ece:.3f} |"
    )
