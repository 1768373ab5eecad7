"""Disguises of abusive words, to measure whether a model still sees them: one function for each technique.

Only the listed word is disguised, as writers do who want to be understood. The names are those of the evasion
vectors in `tests/vectors`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from moderation.policy import Policy
from moderation.text.normalize import normalize
from moderation.types import Language
from training.example import Example

ABUSE = frozenset({"insult", "hatred", "threat", "sexual", "profanity"})
SHORTEST = 2

_LOOK_ALIKE = str.maketrans("aeopcxyi", "аеорсхуі")
_LEET = str.maketrans("aeiost", "4310$7")
_COMPATIBLE = dict(
    zip(map(chr, range(0x1100, 0x1113)), "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ", strict=True)
)
_COMPATIBLE |= {chr(0x1161 + i): chr(0x314F + i) for i in range(21)}
_COMPATIBLE |= dict(
    zip(
        map(chr, range(0x11A8, 0x11C3)), "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ", strict=True
    )
)


def _loose_letters(word: str) -> str:
    return "".join(_COMPATIBLE.get(char, char) for char in unicodedata.normalize("NFD", word))


def _fullwidth(word: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in word)


TECHNIQUES: Mapping[str, Callable[[str], str]] = {
    "spaces": " ".join,
    "punctuation": ".".join,
    "zero_width": "\u200b".join,
    "inserted_chars": lambda word: f"{word[0]}1{word[1:]}",
    "repeated_letters": lambda word: word[0] + word[1] * 4 + word[2:],
    "decomposed_jamo": _loose_letters,
    "homoglyph": lambda word: word.translate(_LOOK_ALIKE),
    "leetspeak": lambda word: word.translate(_LEET),
    "fullwidth": _fullwidth,
}
_ONLY: Mapping[str, Language] = {
    "decomposed_jamo": "ko",
    "homoglyph": "en",
    "leetspeak": "en",
    "fullwidth": "en",
}


@dataclass(frozen=True, slots=True)
class Disguised:
    """An abusive comment and the same with its listed word disguised."""

    plain: str
    text: str
    lang: Language
    technique: str


def disguise(abusive: Sequence[Example], policy: Policy) -> Iterator[Disguised]:
    """Every comment that holds a listed word, in each disguise that changes it."""
    listed = sorted(
        {e.term.casefold() for e in policy.entries if e.category in ABUSE and len(e.term) >= SHORTEST},
        key=lambda term: (-len(term), term),
    )
    for example in abusive:
        text = normalize(example.text)
        term = next((term for term in listed if term in text.folded), None)
        if term is None:
            continue
        at = text.folded.index(term)
        span = text.span(at, at + len(term))
        for technique, apply in TECHNIQUES.items():
            if _ONLY.get(technique, example.lang) != example.lang:
                continue
            hidden = apply(term)
            if hidden != term:
                body = example.text[: span.start] + hidden + example.text[span.end :]
                yield Disguised(example.text, body, example.lang, technique)
