"""Searching views for phrases as words: where they stand, and what was put between their letters.

Aho-Corasick (Aho and Corasick 1975) finds every run of letters at once; the rules here say which of those
runs are words, for a script that attaches particles and for one that does not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from ahocorasick_rs import AhoCorasick

from moderation.text.hangul import PARTICLES
from moderation.text.views import View

At = Literal["word", "start", "anywhere"]

_ENDINGS = PARTICLES | {"s", "es"}  # a Latin word takes Korean particles too
_ONE_LETTER_WORDS = frozenset("aio")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A run of letters to search for.

    spaces : offsets within `letters` where the phrase as listed has a space; there one may stand or not.
    key : what the caller listed it as.
    way : how it is disguised; empty for the plain spelling.
    """

    letters: str
    key: int
    at: At
    spaces: frozenset[int] = frozenset()
    way: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found. `start`, `end` : offsets in the folded text.

    broken : the last place, in the folded text, where a space stands in it that the phrase does not list;
        -1 where there is none.
    """

    start: int
    end: int
    phrase: Phrase
    broken: int = -1


def split_phrase(folded: str) -> tuple[str, frozenset[int]]:
    """The letters of a listed phrase, and the offsets at which it has a space."""
    words = ["".join(char for char in word if char.isalpha()) for word in folded.split()]
    spaces, offset = set(), 0
    for word in words[:-1]:
        offset += len(word)
        spaces.add(offset)
    return "".join(words), frozenset(spaces - {0})


class PhraseBook:
    """Phrases, compiled. Searching is linear in the text."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._phrases: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            if phrase.letters:
                self._phrases.setdefault(phrase.letters, []).append(phrase)
        self._keys = list(self._phrases)
        self._automaton = AhoCorasick(self._keys) if self._keys else None

    def runs(self, view: View) -> Iterator[Match]:
        """Every phrase whose letters follow each other in the view, wherever that is."""
        places = list(view.gaps)
        for start, end, phrase in self._found(view.text):
            crossed = _gaps_within(places, start, end) - phrase.spaces
            broken = view.origins[start + max(crossed)] if crossed else -1
            yield Match(view.origins[start], view.stops[end - 1], phrase, broken)

    def words(self, view: View) -> Iterator[Match]:
        """Every phrase that stands in the view as it must: as a word, at the start of one, or anywhere."""
        places = list(view.gaps)
        for start, end, phrase in self._found(view.text):
            if _stands(phrase, view, places, start, end):
                yield Match(view.origins[start], view.stops[end - 1], phrase)

    def _found(self, text: str) -> Iterator[tuple[int, int, Phrase]]:
        if self._automaton is not None:
            for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
                for phrase in self._phrases[self._keys[index]]:
                    yield start, end, phrase


def _gaps_within(places: Sequence[int], start: int, end: int) -> frozenset[int]:
    """Where something was dropped inside view[start:end], counted from start."""
    first = bisect_right(places, start)
    last = bisect_right(places, end - 1)
    return frozenset(place - start for place in places[first:last])


def _stands(phrase: Phrase, view: View, places: Sequence[int], start: int, end: int) -> bool:
    """Whether the run of letters at this place is the phrase, not part of an innocent word."""
    crossed = _gaps_within(places, start, end) - phrase.spaces
    next_gap = bisect_right(places, end - 1)
    rest = view.text[end : places[next_gap] if next_gap < len(places) else None]
    korean = view.text[end - 1] > "\u3130"
    at_start, at_end = start in view.gaps, rest in _ENDINGS
    if phrase.way and any(view.gaps[start + offset] == "space" for offset in crossed):
        return False  # a disguise of a disguise: chance makes more of them than authors do
    if crossed:
        ends = at_end or phrase.at != "word"
        return at_start and _is_spread(view, places, start, end, korean=korean, at_end=at_end, ends=ends)
    if phrase.at == "anywhere":
        return True
    return at_start and (at_end or phrase.at == "start")


def _is_spread(
    view: View, places: Sequence[int], start: int, end: int, *, korean: bool, at_end: bool, ends: bool
) -> bool:
    """Whether a word is spelled with something between its letters, rather than made up of two neighbours.

    Marks inside a word (쓰.레.기, st.upid) are seldom innocent. Spaces often are: "the pen is mine" holds no
    listed word, so a spaced Latin word needs letters standing alone, and a short Korean one lone syllables.
    """
    inner = [place for place in places if start < place < end]
    at_word_start = start == 0 or view.gaps[start] == "space"  # the s of "let's" begins no word
    if all(view.gaps[place] == "mark" for place in inner):
        return korean or (ends and at_word_start)
    if not at_end:
        return False
    pieces = [view.text[left:right] for left, right in pairwise([start, *inner, end])]
    if korean:
        return len(pieces) == end - start or end - start > 2
    alone = [piece for piece in pieces if len(piece) == 1]
    return at_word_start and (len(alone) > 1 or (len(alone) == 1 and alone[0] not in _ONE_LETTER_WORDS))
