"""Hangul arithmetic, keyboards, romanisation and sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text import hangul
from moderation.text.spellings import roman_sound, spellings

SYLLABLES = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=8)


@given(SYLLABLES)
def test_letters_and_syllable_are_inverse(word: str) -> None:
    assert "".join(hangul.syllable(*hangul.letters(char)) for char in word) == word


@given(SYLLABLES)
def test_spelled_out_letters_compose_to_the_word(word: str) -> None:
    loose = "".join(
        hangul.LEADS[lead] + hangul.VOWELS[vowel] + hangul.TAILS[tail].strip()
        for lead, vowel, tail in map(hangul.letters, word)
    )
    # A tail that could also begin the next syllable is settled by the vowel behind it, so add no vowel-less end.
    places = list(range(len(loose)))
    composed, starts, ends = hangul.compose(list(loose), places, [place + 1 for place in places])
    assert "".join(composed) == word
    assert starts[0] == 0
    assert ends[-1] == len(loose)


@pytest.mark.parametrize(("word", "typed"), [("fuck", "려차"), ("hello", "ㅗ디ㅣㅐ"), ("shit", "노ㅑㅅ")])
def test_typed_in_hangul(word: str, typed: str) -> None:
    assert hangul.typed_in_hangul(word) == typed


@pytest.mark.parametrize(("word", "latin"), [("한국", "hanguk"), ("바보", "babo"), ("새끼", "saekki")])
def test_romanise(word: str, latin: str) -> None:
    assert hangul.romanise(word) == latin


@pytest.mark.parametrize(
    "group",
    [("ssibal", "shibal", "sibal"), ("byeongsin", "byungshin"), ("gaesaekki", "kaesekki", "gaesekki")],
)
def test_latin_spellings_of_one_word_sound_alike(group: tuple[str, ...]) -> None:
    assert len({roman_sound(latin) for latin in group}) == 1


@pytest.mark.parametrize(("one", "other"), [("michin", "mijin"), ("babo", "bobo"), ("jiral", "jeoral")])
def test_other_words_do_not(one: str, other: str) -> None:
    assert roman_sound(one) != roman_sound(other)


@pytest.mark.parametrize(
    ("one", "other"), [("씨팔", "시발"), ("쓰뤠기", "쓰레기"), ("쉬발", "시발"), ("븅신", "붕신")]
)
def test_syllables_that_sound_alike(one: str, other: str) -> None:
    assert [hangul.sound(char) for char in one] == [hangul.sound(char) for char in other]


@pytest.mark.parametrize(("one", "other"), [("변신", "병신"), ("새벽", "새끼"), ("방", "밥")])
def test_syllables_that_do_not(one: str, other: str) -> None:
    assert [hangul.sound(char) for char in one] != [hangul.sound(char) for char in other]


def test_initials() -> None:
    assert hangul.initials("멍청이") == "ㅁㅊㅇ"


def test_spellings_of_a_korean_word() -> None:
    found = set(spellings("병신"))
    assert {("initials", "ㅂ신"), ("initials", "병ㅅ")} <= found
    assert ("reversed", "신병") not in found  # a recruit: two syllables turned round are too often a word


def test_spellings_of_a_latin_word() -> None:
    assert set(spellings("loser")) == {("keyboard", "ㅣㅐㄴㄷㄱ")}
    assert not list(spellings("ass"))


@pytest.mark.parametrize(("word", "slip"), [("미친", "미틴"), ("멍청이", "멍텅이"), ("거저", "거조")])
def test_slips_change_one_letter(word: str, slip: str) -> None:
    assert slip in set(hangul.slips(word))
    assert word not in set(hangul.slips(word))


def test_liaisons_carry_the_last_consonant() -> None:
    assert {"미친노마", "미친노미"} <= set(hangul.liaisons("미친놈"))
    assert not list(hangul.liaisons("새끼"))
    assert not list(hangul.liaisons("멍청"))  # ㅇ is silent where it would be carried to
