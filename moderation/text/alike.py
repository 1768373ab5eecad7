"""Latin words that are meant for listed ones: stretched, misspelled, masked, reversed, romanised, typed on a wrong keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from moderation.text import hangul
from moderation.text.leet import LONGEST
from moderation.text.search import HISSING, SHORT_WORDS
from moderation.text.spellings import collapse, latin_sound, roman_sound

_V_FOR_U = re.compile(r"(?<=[bcdfghjklmnpqrstz])v(?=[bcdfghjklmnpqrstz])")
_VERB_ENDINGS = frozenset("라 라고 고 네 니 서 요 지 자 든 면 길 게 는 던 도".split())
_TRIPLED = re.compile(r"(.)\1\1")
# What types nothing but syllables on a Korean keyboard has the key of a consonant before each vowel.
_CONSONANT, _VOWEL = "[qwertasdfgzxcv]", "[yuiophjklbnm]"
_SYLLABIC = re.compile(
    f"{_CONSONANT}{_VOWEL}{{1,2}}(?:{_CONSONANT}{{1,3}}{_VOWEL}{{1,2}})*{_CONSONANT}{{0,2}}"
)

_PLURALS = ("", "s", "es")
_SHORTEST_ALIKE = 3
_SHORTEST_START = 3
_SHORTEST_ROMAN = 4
_SHORTEST_REVERSED = 4
_SHORTEST_MASKED = 4
_SHORTEST_LACED = 7
_ROMAN_ENDINGS = ("", *"ya a i ga deul deula nom nyeon neun eun e reul eul ne nya gateun ra".split())

Likeness = tuple[int, str]
"""The key of a listed word, and how a word that is meant for it is disguised."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A word to look for.

    letters : without spaces, lower case; Latin, or Hangul syllables that may be written in Latin letters.
    at : `word`, `start` or `anywhere`, as in `search.Phrase`.
    likeness : whether it is also meant by a word typed on the wrong keyboard, spelled backwards or in Latin letters.
    sound : whether it is also meant by a word that sounds like it.
    """

    letters: str
    key: int
    at: str
    likeness: bool = True
    sound: bool = True


class LookedUp(NamedTuple):
    """Of some words, those that are meant for listed ones, and those that may be the first half of one."""

    alike: Mapping[str, Sequence[Likeness]]
    begins: frozenset[str]


class _Heard(NamedTuple):
    """A word; with no letter said again; as it sounds in English and in Korean; what it types on a Korean keyboard."""

    letters: str
    short: str
    said: str
    roman: str
    typed: str


class WordBook:
    """Listed words, by all that is alike."""

    def __init__(self, listed: Iterable[Listed]) -> None:
        self._whole: dict[str, int] = {}
        self._starts: dict[str, int] = {}
        self._anywhere: dict[str, int] = {}
        self._collapsed: dict[str, Listed] = {}
        self._said: dict[str, int] = {}
        self._likely: set[str] = set()
        self._roman: dict[str, int] = {}
        self._roman_starts: set[str] = set()
        self._korean: dict[str, Listed] = {}
        self._shapes: dict[tuple[str, int], list[str]] = {}
        for word in listed:
            if word.letters.isascii():
                self._add_latin(word)
            elif word.likeness and len(word.letters) > 1 and all(map(hangul.is_syllable, word.letters)):
                self._add_korean(word)
        for letters in self._whole:
            if len(letters) >= _SHORTEST_MASKED:
                self._shapes.setdefault((letters[0], len(letters)), []).append(letters)
        self._longest_start = max(map(len, self._starts), default=0)
        self._openings = {start[:_SHORTEST_START] for start in self._starts}
        self._korean_starts = {sounds[:size] for sounds in self._korean for size in range(1, len(sounds))}

    def _add_latin(self, word: Listed) -> None:
        for ending in _PLURALS if word.letters[-1] in HISSING else _PLURALS[:2]:
            self._whole.setdefault(word.letters + ending, word.key)
        if word.at != "word":
            self._starts.setdefault(word.letters, word.key)
        if word.at == "anywhere":
            self._anywhere.setdefault(word.letters, word.key)
        self._collapsed.setdefault(collapse(word.letters), word)
        if word.likeness:
            self._likely.add(word.letters)
            endings = ("", "s") if word.at == "word" else ("", "s", "ed", "er", "ers", "ing", "in", "y")
            for ending in endings if word.sound else ():
                self._said.setdefault(latin_sound(word.letters + ending), word.key)

    def _add_korean(self, word: Listed) -> None:
        stem = hangul.romanise(word.letters)
        # What is written in two comes apart between syllables.
        self._roman_starts |= {
            roman_sound(hangul.romanise(word.letters[:size])) for size in range(1, len(word.letters))
        }
        self._roman_starts.add(roman_sound(stem))
        for ending in _ROMAN_ENDINGS:
            sound = roman_sound(stem + ending)
            if len(sound) >= _SHORTEST_ROMAN:
                self._roman.setdefault(sound, word.key)
        self._korean.setdefault(hangul.sounds(word.letters), word)

    def look_up(self, words: Iterable[str]) -> LookedUp:
        """What is known of each word. Those of one or too many letters are left out."""
        alike: dict[str, Sequence[Likeness]] = {}
        begins: set[str] = set()
        for word in _hear([word for word in words if 1 < len(word) <= LONGEST]):
            if word.letters not in self._whole and (likenesses := list(self._likenesses(word))):
                alike[word.letters] = likenesses
            if word.roman in self._roman_starts or (
                word.typed and hangul.sounds(word.typed) in self._korean_starts
            ):
                begins.add(word.letters)
        return LookedUp(alike, frozenset(begins - SHORT_WORDS))

    def plainly(self, letters: str) -> int | None:
        """The listed word that these letters are, begin with or hold, as it is listed."""
        key = self._whole.get(letters)
        if key is None and letters[:_SHORTEST_START] in self._openings:
            sizes = range(min(self._longest_start, len(letters)), _SHORTEST_START - 1, -1)
            key = next(
                (self._starts[letters[:size]] for size in sizes if letters[:size] in self._starts), None
            )
        if key is None:
            key = next((key for word, key in self._anywhere.items() if word in letters), None)
        return key

    def masked(self, word: str) -> int | None:
        """The listed word with some letters struck out, at least half of them and the first in sight: f*ck."""
        struck = [place for place, char in enumerate(word) if not char.isalpha()]
        if 2 * len(struck) > len(word):
            return None
        for listed in self._shapes.get((word[0], len(word)), ()):
            if all(char == word[place] or place in struck for place, char in enumerate(listed)):
                return self._whole[listed]
        return None

    def in_two(self, pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[int, Likeness]]:
        """The listed words that are spelled as two, in Latin letters or on the wrong keyboard; by the number of the pair."""
        romans = roman_sound("\n".join(map("".join, pairs))).split()
        for number, ((first, second), roman) in enumerate(zip(pairs, romans, strict=True)):
            if roman in self._roman:
                yield number, (self._roman[roman], "romanised")
            if (
                _typed(first)
                and _typed(second)
                and (key := self._in_typed(_typed(first + second))) is not None
            ):
                yield number, (key, "keyboard")

    def _likenesses(self, word: _Heard) -> Iterator[Likeness]:
        letters, short, said, roman, typed = word
        if len(letters) < _SHORTEST_ALIKE:
            return
        if len(letters) - len(short) > 1 and (key := self._stretched(letters, short)) is not None:
            yield key, "stretched"
            return
        if len(letters) >= _SHORTEST_LACED and len(set(letters[1::2])) == 1 and letters[::2] in self._whole:
            yield self._whole[letters[::2]], "spread"  # fxuxcxk
            return
        if "v" in letters and (key := self._whole.get(_V_FOR_U.sub("u", letters))) is not None:
            yield key, "leet"
            return
        if said in self._said:
            yield self._said[said], "sound"
        if roman in self._roman:
            yield self._roman[roman], "romanised"
        if letters[::-1] in self._likely and len(letters) >= _SHORTEST_REVERSED:
            yield self._whole[letters[::-1]], "reversed"
        if typed and (key := self._in_typed(typed)) is not None:
            yield key, "keyboard"

    def _stretched(self, word: str, short: str) -> int | None:
        """A word with letters said again: a letter three times, or two letters more than the word has."""
        for size in range(len(short), 1, -1):
            listed = self._collapsed.get(short[:size])
            if listed is None or (size < len(short) and listed.at == "word" and short[size:] not in _PLURALS):
                continue
            if _TRIPLED.search(word) or len(word) - len(listed.letters) - (len(short) - size) >= 2:
                return listed.key
        return None

    def _in_typed(self, typed: str) -> int | None:
        """Korean typed with the keyboard set to English: tlqkf is 시발."""
        sounds = hangul.sounds(typed)
        for size in range(len(sounds), 1, -1):
            listed = self._korean.get(sounds[:size])
            if listed is not None and (typed[size:] in hangul.PARTICLES or typed[size:] in _VERB_ENDINGS):
                return listed.key
        return None


def _hear(words: Sequence[str]) -> Iterator[_Heard]:
    """Many words in one go: to work out the sounds of several takes little longer than of one."""
    lines = "\n".join(words)
    sounds = (hear(lines).split() for hear in (collapse, latin_sound, roman_sound))
    return map(_Heard, words, *sounds, map(_typed, words))


@lru_cache(maxsize=32_768)
def _typed(word: str) -> str:
    """What a Latin word types on a Korean keyboard, where that is nothing but syllables; else nothing."""
    typed = hangul.typed_in_hangul(word) if _SYLLABIC.fullmatch(word) else ""
    return typed if all(map(hangul.is_syllable, typed)) else ""
