"""N-grams as hashes: which there are, where they stand, and what the vectoriser makes of them."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from moderation.model.features import CHAR_ORDERS, JAMO_ORDERS, NgramVectorizer, ngram_places, ngrams

TEXTS = st.text(st.sampled_from("가나힣ㅋab0 9\n.é"), max_size=40)


def spelled(folded: str) -> list[str]:
    """The n-grams by definition, in plain Python: characters, then letters of Hangul, within padded words."""
    found = []
    words = folded.translate(str.maketrans("123456789", "0" * 9)).split()
    padded = [f" {word} " for word in words]
    letters = [unicodedata.normalize("NFD", word) for word in padded]
    for order in CHAR_ORDERS:
        found += [
            f"c{w[i : i + order]}"
            for w in padded
            for i in range(len(w) - order + 1)
            if w[i : i + order] != " "
        ]
    if sum(map(len, letters)) > sum(map(len, padded)):
        for order in JAMO_ORDERS:
            found += [f"j{w[i : i + order]}" for w in letters for i in range(len(w) - order + 1)]
    return found + [f"w{word}" for word in words] + [f"p{a} {b}" for a, b in pairwise(words)]


@given(TEXTS)
def test_as_many_distinct_hashes_as_distinct_ngrams(folded: str) -> None:
    names, hashes = spelled(folded), ngrams(folded)
    assert len(hashes) == len(names)
    assert len(set(hashes.tolist())) == len(set(names))


@given(TEXTS, TEXTS)
def test_a_hash_means_the_same_ngram_in_every_comment(one: str, other: str) -> None:
    shared = set(spelled(one)) & set(spelled(other))
    assert len(set(ngrams(one).tolist()) & set(ngrams(other).tolist())) == len(shared)


@given(TEXTS)
def test_places_cover_letters_and_never_outer_space(folded: str) -> None:
    hashes, starts, ends = ngram_places(folded)
    assert len(hashes) == len(starts) == len(ends)
    assert (hashes == ngrams(folded)).all()
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        assert 0 <= start < end <= len(folded)
        assert folded[start:end] == folded[start:end].strip()


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


def test_restrict_keeps_the_columns_named() -> None:
    vectorizer = NgramVectorizer(min_df=1).fit(["good article", "bad article"])
    before = vectorizer.transform(["good article"])
    kept = np.sort(before.indices)
    vectorizer.restrict(kept)
    after = vectorizer.transform(["good article"])
    assert after.nnz == before.nnz
    assert after.shape[1] == len(kept)


def test_empty_input() -> None:
    vectorizer = NgramVectorizer(min_df=1).fit(["a"])
    assert vectorizer.transform([]).shape[0] == 0
    assert vectorizer.transform(["", " "]).nnz == 0
