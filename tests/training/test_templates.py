"""The template families: reproducible, and no word in them stands for abuse by itself."""

from __future__ import annotations

import re
from collections import Counter
from typing import get_args

import pytest

from moderation.types import Label, Language
from training.corpus import Example, sources
from training.labels import for_fitting
from training.templates import generate, identity_terms

ROWS = generate()
LANGUAGES: tuple[Language, ...] = get_args(Language)


def test_a_seed_gives_the_same_rows_and_another_seed_others() -> None:
    assert generate() == ROWS
    assert {row.text for row in generate(1)} != {row.text for row in ROWS}


def test_rows_are_many_unique_and_short() -> None:
    assert 3_000 <= len(ROWS) <= 25_000
    assert len({row.text for row in ROWS}) == len({row.id for row in ROWS}) == len(ROWS)
    assert max(len(row.text) for row in ROWS) <= 250


def test_languages_are_about_equal() -> None:
    counts = Counter(row.lang for row in ROWS)
    assert set(counts) == set(LANGUAGES)
    assert min(counts.values()) / len(ROWS) > 0.45


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("label", Label)
def test_every_label_has_both_kinds(lang: Language, label: Label) -> None:
    counts = Counter(row.labels[label] for row in ROWS if row.lang == lang)
    assert set(counts) == {0, 1}
    assert min(counts.values()) >= 90


@pytest.mark.parametrize(
    ("lang", "term"), [(lang, t) for lang, terms in identity_terms().items() for t in terms]
)
def test_identity_terms_are_as_often_innocent(lang: Language, term: str) -> None:
    written = re.compile(rf"(?<![A-Za-z가-힣]){re.escape(term)}(?![A-Za-z])", re.IGNORECASE)
    toxic = [row.labels[Label.TOXICITY] for row in ROWS if row.lang == lang and written.search(row.text)]
    assert len(toxic) >= 10
    assert 0.4 <= sum(toxic) / len(toxic) <= 0.6


def test_all_slots_choices_and_particles_are_filled() -> None:
    assert not [row.text for row in ROWS if re.search(r"[{}\[\]|#]|[가-힣]\([가-힣]+\)", row.text)]


@pytest.mark.parametrize(
    ("family", "lang", "labels"),
    [
        ("derogation", "ko", {Label.TOXICITY, Label.IDENTITY_ATTACK}),
        ("group threat", "en", {Label.TOXICITY, Label.IDENTITY_ATTACK, Label.THREAT}),
        ("group counter-speech", "ko", set()),
        ("swearing at a person", "en", {Label.TOXICITY, Label.INSULT, Label.PROFANITY}),
        ("mild swearing", "en", {Label.PROFANITY}),
        ("sexual harassment", "ko", {Label.TOXICITY, Label.SEXUAL}),
        ("advertisement", "ko", {Label.SPAM}),
        ("numbers", "en", set()),
        ("other languages", "en", set()),
    ],
)
def test_a_family_is_labelled_as_it_says(family: str, lang: Language, labels: set[Label]) -> None:
    rows = [row for row in ROWS if row.origin["family"] == family and row.lang == lang]
    assert rows
    assert all(_positive(row) == labels and set(row.labels) == set(Label) for row in rows)


def test_rows_are_for_fitting_at_the_weight_of_their_source_and_family() -> None:
    facts = sources()
    assert facts["templates"].licence == "MIT"
    assert all(row.split == "train" and row.assumed == set(row.labels) for row in ROWS)
    plain, weighty = (
        next(row for row in ROWS if row.origin["family"] == family)
        for family in ("numbers", "harmless sense")
    )
    for row, factor in ((plain, 4.0), (weighty, 20.0)):
        (fitted_on,) = for_fitting([row], facts)
        assert set(fitted_on.weights.values()) == {facts["templates"].weight * factor}
        assert fitted_on.assumed == row.assumed  # never calibrated by


def _positive(row: Example) -> set[Label]:
    return {label for label, value in row.labels.items() if value}
