"""What is fitted on, held out and kept apart; and that no personal data goes in."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import numpy as np
import pytest

from moderation.model.artifact import MODEL_FILE
from moderation.model.reading import Reading
from moderation.text.normalize import normalize
from moderation.types import Label, Language
from training.copies import CopyIndex
from training.corpus import read, seed_file, sources
from training.example import Example, Split
from training.fit import Recipe, fit
from training.masking import mask
from training.prepare import prepare
from training.publish import publish

QUICK = Recipe(min_df=3, max_features=50_000)


def example(text: str, split: Split = "train", lang: Language = "ko", toxic: int = 0) -> Example:
    return Example(f"id-{text[:20]}-{split}", text, lang, "own", split, {Label.TOXICITY: toxic})


def test_official_splits_are_kept_and_others_made() -> None:
    ready = prepare([example("하나"), example("둘이서", "test"), example("셋이요", "validation")], {})
    assert [e.text for e in ready.training] == ["하나"]
    assert [e.split for e in ready.held_out] == ["test", "validation"]
    rows = [example(f"{n}번째 댓글입니다 {n * 7919}") for n in range(400)]
    made = prepare(rows, {})
    assert 25 <= len(made.held_out) <= 80
    assert made == prepare(rows, {})


def test_the_gold_set_is_kept_apart_from_training_and_from_what_is_calibrated_on() -> None:
    corpus = read(seed_file())
    gold = corpus[::9]
    near = [
        Example(f"near-{e.id}", f"{e.text.upper()} !!", e.lang, "own", "test" if n % 2 else "train", e.labels)
        for n, e in enumerate(gold)
    ]
    ready = prepare([*corpus, *near], {}, gold=gold)
    index = CopyIndex(e.text for e in ready.gold)
    assert len(index) == len(gold)
    assert not [e for e in [*ready.training, *ready.held_out] if index.find(e.text) is not None]
    assert ready.gold_copies >= len(near) // 2
    assert len(ready.training) + len(ready.held_out) > len(corpus) * 0.8


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("전화 010-2345-6789 주세요", "전화 000-0000-0000 주세요"),
        ("공일공 이삼사오 육칠팔구로 연락", "000 0000 0000로 연락"),
        ("메일은 gildong.hong@naver.com 입니다", "메일은 mail@example.com 입니다"),
        ("write to jane_doe@paper.co.uk today", "write to mail@example.com today"),
        ("2026년 11월 25일 3대 2로 이겼다", "2026년 11월 25일 3대 2로 이겼다"),
        ("The score was 3-2 in 1998.", "The score was 3-2 in 1998."),
        ("기사 잘 봤습니다 @.@", "기사 잘 봤습니다 @.@"),
    ],
)
def test_personal_data_is_masked_and_nothing_else(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_no_canary_is_left_in_vocabulary_and_artefact(tmp_path: Path) -> None:
    """Personal data that was in many comments leaves no trace in the model that was fitted on them."""
    canaries = ["010-8642-9753", "zebulon.quartermain@naver.com", "880101-1234567", "공일공팔육사이구칠오삼"]
    rows = [
        example(f"{open_} {canary} {close} {turn}번", toxic=turn % 2)
        for canary in canaries
        for turn in range(12)
        for open_, close in [("급하면", "여기로 연락하세요"), ("제 연락처는", "입니다 아무 때나 주세요")]
    ]
    facts = sources()
    ready = prepare([*read(seed_file())[::3], *rows], facts)
    fitted = fit(ready.training, facts, QUICK)
    publish(
        fitted,
        tmp_path / "model",
        recipe=QUICK,
        seed=0,
        learned_from=ready.training,
        facts=facts,
        measures=[],
    )
    for canary in ["zebulon", "quartermain@naver", "팔육사이", "구칠오삼"]:
        whole_word = Reading([normalize(canary).folded]).hashes[-1]
        assert whole_word not in fitted.vectorizer.hashes_, canary
    content = lzma.decompress((tmp_path / "model" / MODEL_FILE).read_bytes())
    for file in (tmp_path / "model").iterdir():
        content += file.read_bytes()
    for canary in [*canaries, "8642", "zebulon", "quartermain"]:
        for spelled in (canary, canary.replace("-", "")):
            assert spelled.encode("utf-8") not in content
            assert spelled.encode("utf-32-le") not in content


def test_a_canary_would_be_found_without_masking() -> None:
    """So that the test above can fail."""
    rows = [example(f"급하면 zebulon.quartermain@naver.com 여기로 {n}번", toxic=n % 2) for n in range(60)]
    vocabulary = fit([*read(seed_file())[::3], *rows], {}, QUICK).vectorizer
    known = np.isin(Reading(["zebulon.quartermain@naver.com"]).hashes, vocabulary.hashes_)
    assert np.mean(known) > 0.5


def test_rare_words_stay_out_of_the_vocabulary() -> None:
    rows = [*read(seed_file())[::3], *[example(f"흑요석단검{n} 이야기", toxic=n % 2) for n in range(2)]]
    assert Reading(["흑요석단검"]).hashes[-1] not in fit(rows, {}, QUICK).vectorizer.hashes_


def test_masked_rows_keep_their_labels() -> None:
    row = json.loads('{"text": "전화 010-2345-6789 멍청아", "toxicity": 1}')
    ready = prepare([example(row["text"], toxic=1)] * 1, {})
    kept = [*ready.training, *ready.held_out][0]
    assert kept.labels[Label.TOXICITY] == 1
