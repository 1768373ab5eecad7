"""Latin words in disguise: digits and signs for letters, marks between them, stretched and misspelled words.

A comment is cut into chunks, runs of characters between white space and Hangul. What a chunk may be read as
depends on nothing around it, so the readings of one are worked out once and kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from moderation.text import hangul
from moderation.text.search import HISSING, SHORT_WORDS
from moderation.text.spellings import collapse, latin_sound, roman_sound

LEET_SIGNS = "0134579@$!|+€£¢8"
_AS_I = dict(zip(LEET_SIGNS, "oieastgasiitelcb", strict=True))
_AS_L = _AS_I | {"1": "l", "!": "l", "|": "l", "9": "q", "7": "l"}
_PAIRS = (
    ("|<", "k"),
    ("\\/", "v"),
    ("()", "o"),
    ("|-|", "h"),
    ("/\\", "a"),
    ("|3", "b"),
    ("|=", "f"),
    ("|)", "d"),
    ("vv", "w"),
    ("11", "ll"),
)
_V_FOR_U = re.compile(r"(?<=[bcdfghjklmnpqrstz])v(?=[bcdfghjklmnpqrstz])")

_CHUNK = re.compile(r"[^\s가-힣ㄱ-ㅣ]+")
_WORD = re.compile("[a-z]+")
_ALONE = f"[a-z{re.escape(LEET_SIGNS)}*]"
_SPACED = re.compile(rf"(?<!\S)(?:{_ALONE}\s+){{2,}}{_ALONE}(?!\S)")
HINT = rf"(?:^|\s)(?:{_ALONE}\s+){{2}}{_ALONE}(?:\s|$)"
"""What a word of letters that stand alone is not without, in the syntax of RE2."""
_EDGES = ".,:;?'\"()[]{}<>~-_=/\\^`’“”…·"
_POSSESSIVE = re.compile("(?<=[a-z]{3})['’]s$")
_VERB_ENDINGS = frozenset("라 라고 고 네 니 서 요 지 자 든 면 길 게 는 던 도".split())
_MASK = re.compile(r"([*#%_&-])\1*|@#|#@")
_MASKED_WORD = re.compile(r"[a-z]+(?:[*#%_&@-]+[a-z]*)+")
_TRIPLED = re.compile(r"(.)\1\1")
_DOUBLED = re.compile(r"(.)\1")

_LONGEST = 48
_MOST_KEPT = 32_768
_PLURALS = ("", "s", "es")
_SHORTEST_ROMAN = 4
_SHORTEST_REVERSED = 4
_SHORTEST_MASKED = 4
_ROMAN_ENDINGS = ("", *"ya a i ga deul deula nom nyeon neun eun e reul eul ne nya gateun ra".split())


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


@dataclass(frozen=True, slots=True)
class Found:
    """A listed word in a chunk: `start` and `end` are offsets in it, `way` is how it is disguised."""

    start: int
    end: int
    key: int
    way: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is in a chunk, and whether one of its words may be the first half of a listed one."""

    found: tuple[Found, ...] = ()
    begins: bool = False


_NOTHING = _Kept()


@dataclass(frozen=True, slots=True)
class Reading:
    """Letters that a chunk may stand for, each with its offset in the chunk."""

    letters: str
    origins: tuple[int, ...]


def readings(chunk: str) -> list[Reading]:
    """What a chunk with marks, digits or signs between its letters may be read as; none for a plain word."""
    lead = len(chunk) - len(chunk.lstrip(_EDGES))
    core = _POSSESSIVE.sub("", chunk[lead:].rstrip(_EDGES + "!*"))
    if not core or core.isalpha() or len(core) > _LONGEST:
        return []
    found: list[Reading] = []
    for table in (_AS_I, _AS_L):
        letters: list[str] = []
        origins: list[int] = []
        place = 0
        while place < len(core):
            pair = next((pair for pair in _PAIRS if core.startswith(pair[0], place)), None)
            sign, letter = pair or (core[place], table.get(core[place], core[place]))
            if letter.isascii() and letter.isalpha():
                letters += letter
                origins += [lead + place] * len(letter)
            place += len(sign)
        reading = Reading("".join(letters), tuple(origins))
        if reading not in found and _is_spelled(core, reading.letters):
            found.append(reading)
    return found


def _is_spelled(core: str, read: str) -> bool:
    """Whether enough of a word stands in letters: `n19` is a bus, `1d10t` is no number."""
    shown = sum("a" <= char <= "z" or char in "$@€£" for char in core)
    return len(read) > 2 and (2 * shown >= len(read) or (shown > 1 and len(read) > 4))


class LatinBook:
    """Listed words, found in chunks whatever way they are spelled. Kept readings are bounded in number."""

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
        self._kept: dict[str, _Kept] = {}
        self._dull: set[str] = set()  # the kept ones in which there is nothing to find
        self._begins: dict[str, bool] = {}
        for word in listed:
            if word.letters.isascii():
                self._add_latin(word)
            elif word.likeness and len(word.letters) > 1 and all(map(hangul.is_syllable, word.letters)):
                self._add_korean(word)
        for letters in self._whole:
            self._shapes.setdefault((letters[0], len(letters)), []).append(letters)
        self._longest_start = max(map(len, self._starts), default=0)
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
        self._korean.setdefault("".join(map(hangul.sound, word.letters)), word)

    def find(self, folded: str, *, spaced: bool = True) -> Iterator[Found]:
        """Every disguised word, with offsets in the folded text.

        spaced : whether there may be one whose letters stand alone: `HINT` tells.

        Words come again and again, so a chunk is looked up rather than read; most have nothing to find.
        """
        chunks = folded.split() if folded.isascii() else _CHUNK.findall(folded)
        if not self._dull.issuperset(chunks):
            read = [(chunk, self._kept.get(chunk) or self._keep(chunk)) for chunk in chunks]
            suspects = {chunk for chunk, kept in read if kept.found}
            if suspects:
                yield from self._placed(folded, _CHUNK, suspects)
            if any(kept.begins for _, kept in read):
                yield from self._pairs(folded)
        if spaced:
            yield from self._placed(folded, _SPACED)

    def _placed(
        self, folded: str, pattern: re.Pattern[str], suspects: set[str] | None = None
    ) -> Iterator[Found]:
        for match in pattern.finditer(folded):
            if suspects is None or match[0] in suspects:
                for found in (self._kept.get(match[0]) or self._keep(match[0])).found:
                    yield Found(match.start() + found.start, match.start() + found.end, found.key, found.way)

    def _keep(self, chunk: str) -> _Kept:
        words = _WORD.findall(chunk)
        kept = _Kept(tuple(self._read(chunk)), any(map(self._may_begin, words))) if words else _NOTHING
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
            self._dull.clear()
        if len(chunk) <= _LONGEST:
            self._kept[chunk] = kept
            if not (kept.found or kept.begins):
                self._dull.add(chunk)
        return kept

    def _read(self, chunk: str) -> Iterator[Found]:
        words = list(_WORD.finditer(chunk))
        for word in words:
            for key, way in self._spelled(word[0]):
                yield Found(word.start(), word.end(), key, way)
        for reading in readings(chunk):
            plain = self._plainly(reading.letters)
            way = "spread" if len(reading.letters) == sum(len(word[0]) for word in words) else "leet"
            spelled = [(plain, way)] if plain is not None else self._spelled(reading.letters)
            for key, way in spelled:
                yield Found(reading.origins[0], reading.origins[-1] + 1, key, way)
        for masked in _MASKED_WORD.finditer(chunk) if _MASK.search(chunk) else ():
            struck = self._masked(masked[0])
            if struck is not None:
                yield Found(*masked.span(), struck, "masked")

    def _plainly(self, letters: str) -> int | None:
        """The listed word that these letters are, begin with or hold, as it is listed."""
        key = self._whole.get(letters)
        if key is None:
            sizes = range(min(self._longest_start, len(letters)), 2, -1)
            key = next(
                (self._starts[letters[:size]] for size in sizes if letters[:size] in self._starts), None
            )
        if key is None:
            key = next((key for word, key in self._anywhere.items() if word in letters), None)
        return key

    def _spelled(self, word: str) -> Iterator[tuple[int, str]]:
        """Other words than the listed one that stand for it."""
        if len(word) < 3 or len(word) > _LONGEST or word in self._whole:
            return
        key = self._stretched(word)
        if key is not None:
            yield key, "stretched"
            return
        plain = _V_FOR_U.sub("u", word)
        if plain != word and plain in self._whole:
            yield self._whole[plain], "leet"
            return
        key = self._said.get(latin_sound(word))
        if key is not None:
            yield key, "sound"
        key = self._roman.get(roman_sound(word))
        if key is not None:
            yield key, "romanised"
        if len(word) >= _SHORTEST_REVERSED and word[::-1] in self._likely:
            yield self._whole[word[::-1]], "reversed"
        key = self._typed(word)
        if key is not None:
            yield key, "keyboard"

    def _stretched(self, word: str) -> int | None:
        """A word with letters said again: a letter three times, or two letters more than the word has."""
        if not _DOUBLED.search(word):
            return None
        short = collapse(word)
        for size in range(len(short), 1, -1):
            listed = self._collapsed.get(short[:size])
            if listed is None or (size < len(short) and listed.at == "word" and short[size:] not in _PLURALS):
                continue
            if _TRIPLED.search(word) or len(word) - len(listed.letters) - (len(short) - size) >= 2:
                return listed.key
        return None

    def _typed(self, word: str) -> int | None:
        """Korean typed with the keyboard set to English: tlqkf is 시발."""
        typed = _typed(word)
        sounds = "".join(map(hangul.sound, typed))
        for size in range(len(sounds), 1, -1):
            listed = self._korean.get(sounds[:size])
            if listed is not None and (typed[size:] in hangul.PARTICLES or typed[size:] in _VERB_ENDINGS):
                return listed.key
        return None

    def _masked(self, word: str) -> int | None:
        """A word with some letters struck out, at least half of them and the first in sight: f*ck."""
        shown = sum(char.isalpha() for char in word)
        pattern = re.compile("".join(char if char.isalpha() else "[a-z]" for char in word))
        for listed in self._shapes.get((word[0], len(word)), ()):
            if len(listed) >= _SHORTEST_MASKED and 2 * shown >= len(listed) and pattern.fullmatch(listed):
                return self._whole[listed]
        return None

    def _pairs(self, folded: str) -> Iterator[Found]:
        """Korean in Latin letters or on the wrong keyboard, spelled as two words."""
        for first, second in pairwise(_WORD.finditer(folded)):
            if not self._may_begin(first[0]) or second[0] in SHORT_WORDS:
                continue
            both = first[0] + second[0]
            key = self._roman.get(roman_sound(both))
            if key is not None:
                yield Found(first.start(), second.end(), key, "romanised")
            key = self._typed(both) if _typed(first[0]) and _typed(second[0]) else None
            if key is not None:
                yield Found(first.start(), second.end(), key, "keyboard")

    def _may_begin(self, word: str) -> bool:
        """Whether a listed word may begin so, to go on in the next one."""
        begins = self._begins.get(word)
        if begins is None:
            if len(self._begins) >= _MOST_KEPT:
                self._begins.clear()
            begins = self._begins[word] = self._is_beginning(word)
        return begins

    def _is_beginning(self, word: str) -> bool:
        if word in SHORT_WORDS or not 1 < len(word) <= _LONGEST:
            return False
        return (
            roman_sound(word) in self._roman_starts
            or "".join(map(hangul.sound, _typed(word))) in self._korean_starts
        )


@lru_cache(maxsize=_MOST_KEPT)
def _typed(word: str) -> str:
    """What a Latin word types on a Korean keyboard, where that is nothing but syllables; else nothing."""
    typed = hangul.typed_in_hangul(word)
    return typed if all(map(hangul.is_syllable, typed)) else ""
