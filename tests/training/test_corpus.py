"""Reading labelled comments, and what a row may be taken to say."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moderation.errors import InputError
from moderation.types import Label
from training.corpus import (
    Example,
    SourceFacts,
    digest,
    read,
    seed_file,
    sources,
    split_sentences,
    without_leaks,
)
from training.labels import ASSUMED_WEIGHT, assume, for_fitting


def row(**more: Any) -> dict[str, Any]:
    return {"id": "a-1", "text": "good", "lang": "en", "source": "own", "labels": {"toxicity": 0}} | more


def example(text: str = "good", **more: Any) -> Example:
    return replace(Example("a-1", text, "en", "own", "train", {Label.TOXICITY: 0}), **more)


def test_reads_files_plain_and_packed_below_a_folder(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "one" / "train.jsonl").write_text(json.dumps(row()) + "\n\n", "utf-8")
    with gzip.open(tmp_path / "two" / "test.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(row(id="b", split="test", labels={"toxicity": 1, "spam": None})) + "\n")
    examples = read(tmp_path)
    assert [(e.id, e.split, dict(e.labels)) for e in examples] == [
        ("a-1", "train", {Label.TOXICITY: 0}),
        ("b", "test", {Label.TOXICITY: 1}),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": "a"}', "line 1: `text`"),
        ("not json", "line 1"),
        (json.dumps(row(labels={"toxicity": 2})), "`toxicity` is `2`"),
        (json.dumps(row(lang="fr")), "`lang`"),
        (json.dumps(row(labels={"rudeness": 1})), "rudeness"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(line + "\n", "utf-8")
    with pytest.raises(InputError, match=message):
        read(path)


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no such file, and no \.jsonl"):
        read(tmp_path)


def test_every_known_source_has_licence_and_citation() -> None:
    known = sources()
    assert "seed" in known
    assert all(facts.licence and facts.cite for facts in known.values())
    assert not known["youtube_spam"].train  # its licence is not confirmed
    assert not known["apeach"].train


def test_the_seed_corpus_is_read() -> None:
    assert len(read(seed_file())) >= 400


def test_sentences_without_a_marked_word_are_clean() -> None:
    text = "You are a total idiot, my friend. The council meets on Tuesday at nine."
    toxic = example(text, labels={Label.TOXICITY: 1}, origin={"spans": [[14, 19]]})
    assert [(s.text[:7], s.labels[Label.TOXICITY]) for s in split_sentences(toxic)] == [
        ("You are", 1),
        ("The cou", 0),
    ]


def test_copies_and_held_out_texts_are_dropped() -> None:
    train = [example("One thing."), example("one THING"), example("secret exam")]
    assert [e.text for e in without_leaks(train, [example("Secret, exam!")])] == ["One thing."]


def test_sources_for_evaluation_only_are_not_fitted_on() -> None:
    facts = {"exam": SourceFacts(train=False)}
    assert [e.source for e in for_fitting([example(source="exam"), example()], facts)] == ["own"]


def test_assumed_labels_weigh_less_and_are_marked() -> None:
    toxic = assume(example(labels={Label.TOXICITY: 1, Label.IDENTITY_ATTACK: 0}, weights={}), SourceFacts())
    assert toxic.labels[Label.INSULT] == 1
    assert toxic.weights[Label.INSULT] == ASSUMED_WEIGHT
    assert Label.INSULT in toxic.assumed
    assert Label.TOXICITY not in toxic.assumed


def test_a_stated_label_is_never_overruled() -> None:
    stated = assume(example(labels={Label.TOXICITY: 0, Label.INSULT: 1}), SourceFacts(clean=True))
    assert stated.labels[Label.INSULT] == 1
    assert Label.INSULT not in stated.assumed


def test_digest_names_the_data_whatever_its_order() -> None:
    rows = [example("a"), example("b", id="b")]
    assert digest(rows) == digest(rows[::-1])
    assert digest(rows) != digest([example("a", labels={Label.TOXICITY: 1}), rows[1]])
