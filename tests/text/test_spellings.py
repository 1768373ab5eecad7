"""What spellings sound like, alone and many at once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.text.spellings import collapse, latin_sound, roman_sound


@pytest.mark.parametrize(
    "alike",
    ["fuck fuk phuck fuuck", "loza loser lozer", "stupid stoopid stuupid", "knob nob"],
)
def test_english_spellings_of_one_sound(alike: str) -> None:
    assert len(set(map(latin_sound, alike.split()))) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("duck", "fuck"), ("shot", "shit"), ("closer", "loser"), ("peck", "pick")]
)
def test_other_words_sound_otherwise(one: str, other: str) -> None:
    assert latin_sound(one) != latin_sound(other)


@given(st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12), min_size=1))
@settings(max_examples=300, deadline=None)
def test_many_words_at_once_sound_as_each_does(words: list[str]) -> None:
    lines = "\n".join(words)
    for hear in (collapse, latin_sound, roman_sound):
        assert hear(lines).split("\n") == [hear(word) for word in words]
