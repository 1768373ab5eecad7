"""N-grams as hashes: which there are, where they stand, and what the vectoriser makes of them."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.model.classifier import word_spans
from moderation.model.features import NgramVectorizer
from moderation.model.reading import CHAR_ORDERS, JAMO_ORDERS, Hashes, Reading, chunks
from moderation.model.scopes import scoped

TEXTS = st.lists(st.sampled_from([*'가나힣ㅋab0 9\n.é"', " not ", " said "]), max_size=40).map("".join)


def spelled(folded: str) -> list[str]:
    """The n-grams by definition, in plain Python: characters, then letters of Hangul, within padded words."""
    found = []
    words = folded.translate(str.maketrans("123456789", "0" * 9)).split()
    padded = [f" {word} " for word in words]
    letters = [unicodedata.normalize("NFD", word) for word in padded if not word.isascii()]
    for order in CHAR_ORDERS:
        found += [
            f"c{w[i : i + order]}"
            for w in padded
            for i in range(len(w) - order + 1)
            if w[i : i + order] != " "
        ]
    for order in JAMO_ORDERS:
        found += [f"j{w[i : i + order]}" for w in letters for i in range(len(w) - order + 1)]
    found += [f"w{word}" for word in words] + [f"p{a} {b}" for a, b in pairwise(words)]
    return found + [f"s{name}" for _, name in scoped(words)]


def ngrams(folded: str) -> Hashes:
    return Reading([folded]).hashes


@given(TEXTS)
def test_as_many_distinct_hashes_as_distinct_ngrams(folded: str) -> None:
    names, hashes = spelled(folded), ngrams(folded)
    assert len(hashes) == len(names)
    assert len(set(hashes.tolist())) == len(set(names))


@given(TEXTS, TEXTS)
def test_a_hash_means_the_same_ngram_in_every_comment(one: str, other: str) -> None:
    shared = set(spelled(one)) & set(spelled(other))
    assert len(set(ngrams(one).tolist()) & set(ngrams(other).tolist())) == len(shared)


@given(st.lists(TEXTS, max_size=5))
def test_a_batch_holds_the_ngrams_of_each_comment(batch: list[str]) -> None:
    reading = Reading(batch)
    assert reading.words.tolist() == [len(folded.split()) for folded in batch]
    for number, folded in enumerate(batch):
        mine = reading.hashes[reading.comment_of == number]
        assert sorted(mine.tolist()) == sorted(ngrams(folded).tolist())


@given(TEXTS)
def test_every_ngram_stands_within_its_words(folded: str) -> None:
    reading, words = Reading([folded]), word_spans(folded)
    starts, ends = reading.stretches(words)
    first, last = reading.word_of
    assert len(reading.hashes) == len(starts) == len(ends) == len(first) == len(last)
    for start, end, one, other in zip(*(a.tolist() for a in (starts, ends, first, last)), strict=True):
        assert words[one][0] <= start < end <= words[other][1]
        assert folded[start:end] == folded[start:end].strip()


@pytest.mark.parametrize(
    ("folded", "ngram"),
    [
        ("a bc", ["a"] * 5 + ["b", "c"] * 2 + ["bc"] * 5 + ["a bc"]),
        ("가", ["가"] * 8),  # four times as a character, three times as letters, once as a word
    ],
)
def test_stretches_as_a_reader_would_mark_them(folded: str, ngram: list[str]) -> None:
    starts, ends = Reading([folded]).stretches(word_spans(folded))
    found = [folded[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    assert sorted(found) == sorted(ngram)


@given(st.lists(st.text("a", max_size=9), max_size=9))
def test_chunks_take_every_comment_once(texts: list[str]) -> None:
    assert [text for part in chunks(texts, room=10) for text in texts[part]] == texts


def test_digits_are_one_so_that_no_number_is_learned() -> None:
    assert (ngrams("call 010-1234-5678") == ngrams("call 010-9876-0000")).all()


def test_a_long_text_is_read_whole() -> None:
    assert len(ngrams("가나다 " * 5000)) > 100_000


def test_vocabulary_is_exact() -> None:
    vectorizer = NgramVectorizer(min_df=1).fit(["good article", "bad article"])
    assert vectorizer.transform(["zzz qqq"]).nnz == 0
    row = vectorizer.transform(["good article"])
    assert row.nnz > 0


def test_of_little_known_text_little_is_said() -> None:
    vectorizer = NgramVectorizer(min_df=1, smoothing=100.0).fit(["good article", "bad article"])
    long, short, foreign = (
        np.sqrt(row.multiply(row).sum()) for row in vectorizer.transform(["good article", "go", "xyz qq"])
    )
    assert 1 > long > short > foreign == 0


def test_restrict_keeps_the_first_ranked() -> None:
    vectorizer = NgramVectorizer(min_df=1).fit(["good article", "bad article"])
    before = vectorizer.transform(["good article"])
    wanted = before.indices[::-1][:20]
    kept = vectorizer.restrict(wanted, 20, slot_bits=20)
    assert kept.tolist() == sorted(wanted.tolist())
    after = vectorizer.transform(["good article"])
    assert after.nnz == after.shape[1] == 20


def test_a_slot_has_room_for_one_and_the_first_ranked_gets_it() -> None:
    vectorizer = NgramVectorizer(min_df=1).fit(["good article", "bad article"])
    features = len(vectorizer.hashes_)
    kept = vectorizer.restrict(np.arange(features)[::-1], features, slot_bits=3)
    assert 0 < len(kept) <= 8
    assert kept[-1] == features - 1


def test_empty_input() -> None:
    vectorizer = NgramVectorizer(min_df=1).fit(["a"])
    assert vectorizer.transform([]).shape[0] == 0
    assert vectorizer.transform(["", " "]).nnz == 0
