"""Digits, signs and marks among letters: what a chunk may be read as, and where in it that stands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.text.leet import LONGEST, readings

READ = [
    ("l0s3r", "loser", "l0s3r"),
    ("(l0s3r)!", "loser", "l0s3r"),
    ("m.0.r.0.n,", "moron", "m.0.r.0.n"),
    ("1diot's", "idiot", "1diot"),
    ("|=uck", "fuck", "|=uck"),
    ("a()l", "aol", "a()l"),
    ("he11", "hell", "he11"),
    ("-don't", "dont", "don't"),
    ("@user", "auser", "@user"),
    ("€vil", "evil", "€vil"),
    ("caf3é", "cafe", "caf3"),
]
PLAIN = [
    "idiot",
    "idiots'",
    "'idiot'",
    "idiot's",
    "idiot!",
    "café",
    "2020",
    "n19",
    "a",
    "-",
    "...",
    "",
    "한",
    "3%",
]


@pytest.mark.parametrize(("chunk", "letters", "place"), READ)
def test_reads_letters_where_they_stand(chunk: str, letters: str, place: str) -> None:
    found = {reading.letters: chunk[slice(*reading.span)] for reading in readings(chunk)}
    assert found[letters] == place


@pytest.mark.parametrize("chunk", PLAIN)
def test_plain_chunks_have_no_other_reading(chunk: str) -> None:
    assert readings(chunk) == []


def test_one_is_read_as_i_and_as_l() -> None:
    assert [reading.letters for reading in readings("1ame")] == ["iame", "lame"]


def test_a_chunk_longer_than_any_word_is_not_read() -> None:
    assert readings("l0" * (LONGEST // 2))
    assert not readings("l0" * (LONGEST // 2) + "s")


@given(st.text("abvs10379@$!|<>()/\\-=.'é가", max_size=20))
@settings(max_examples=300, deadline=None)
def test_a_reading_is_of_small_letters_and_begins_and_ends_with_what_stands_for_one(chunk: str) -> None:
    for reading in readings(chunk):
        start, end = reading.span
        assert set(reading.letters) <= set("abcdefghijklmnopqrstuvwxyz")
        assert 0 <= start < end <= len(chunk)
        assert not {chunk[start], chunk[end - 1]} & set(".'-é가")
