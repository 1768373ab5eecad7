"""Other ways to write a word that keep it readable: what a list entry is also searched as."""

from __future__ import annotations

import re
from collections.abc import Iterator

from moderation.text import hangul

_SHORTEST_INITIALS = 3
_SHORTEST_TYPED = 4
# Latin spellings of Korean sounds, folded to one of each kind; of those that begin alike the longest comes first.
_ROMAN_FOLDS = {
    "tch": "C", "sh": "s", "ch": "C", "ck": "k", "yeo": "u", "eo": "u", "eu": "u", "oo": "u", "ee": "i", "yae": "e",
    "wae": "e", "ae": "e", "oe": "e", "we": "e", "ye": "e", "ui": "i", "wi": "i", "wo": "u", "yu": "u", "ya": "a", "yo": "o",
}  # fmt: skip
# No romanisation of Korean has a c by itself, f, q or x: facula, golfe and taxi stay what they are.
_ROMAN_LETTERS = str.maketrans("gbvdzr", "kpptjl")
_LAUGHTER = re.compile(r"[ㅋㅎ]{2}")
_ROMAN_PART = re.compile("|".join(_ROMAN_FOLDS))
_DOUBLED_CONSONANT = re.compile(r"([^aeiou])\1+")
_DOUBLED = re.compile(r"(.)\1+")


# Behind the last letter of a word, which may be said again: shitting.
_ENDING = re.compile(r"([a-z])\1?(?:ing?|ed|ers?|e?s)(?![a-z])")


def end_of_inflected(folded: str, start: int, end: int) -> int:
    """Where the Latin word ends that begins at `start`, when a plain ending is all that follows: fuck in fucking.

    Otherwise `end`: what follows is another word's (shitake), or the hit stands within a word.
    """
    if "a" <= folded[start - 1 : start] <= "z":
        return end
    ending = _ENDING.match(folded, end - 1)
    return ending.end() if ending else end


def collapse(latin: str) -> str:
    """The word with every letter that is said again said once. Of words one a line, each."""
    return _DOUBLED.sub(_first, latin)


def _first(match: re.Match[str]) -> str:
    return match[0][0]  # a function is quicker than a template


def roman_sound(latin: str) -> str:
    """What a Latin spelling sounds like read as Korean: shibal, ssibal and sipal are one. Of words one a line, each."""
    folded = _ROMAN_PART.sub(lambda match: _ROMAN_FOLDS[match[0]], latin)
    return collapse(folded.translate(_ROMAN_LETTERS))


_LATIN_FOLDS = {
    "mb": "m", "ph": "f", "ck": "k", "oo": "u", "ee": "i", "wh": "w", "kn": "n", "uh": "u", "oa": "o",
}  # fmt: skip
_LATIN_LETTERS = str.maketrans({"q": "k", "c": "k", "x": "ks", "z": "s", "y": "i"})
_LATIN_PART = re.compile("|".join(_LATIN_FOLDS))
_LATIN_END = re.compile(r"(?:er|or|ar|ah)(s?)$", re.MULTILINE)


def latin_sound(latin: str) -> str:
    """What an English spelling sounds like: fuk, phuck and fuck are one, loza and loser too. Of words one a line, each."""
    plain = _LATIN_END.sub(r"a\1", _DOUBLED_CONSONANT.sub(_first, latin))
    folded = _LATIN_PART.sub(lambda match: _LATIN_FOLDS[match[0]], plain)
    return collapse(folded.translate(_LATIN_LETTERS))


def spellings(letters: str) -> Iterator[tuple[str, str]]:
    """Readable disguises of a run of letters that no folding undoes, with the name of the way of each.

    They are spelled out once, when a list is loaded, so that searching for them costs nothing.
    """
    korean = all(hangul.is_syllable(char) for char in letters)
    if korean and len(letters) > 1:
        # A word of ㅋ and ㅎ alone would make an insult of laughter.
        yield from (("initials", mixed) for mixed in _mixed_initials(letters) if not _LAUGHTER.search(mixed))
        if len(letters) >= _SHORTEST_INITIALS:
            yield "initials", hangul.initials(letters)
            yield "reversed", letters[::-1]
    elif letters.isascii() and len(letters) >= _SHORTEST_TYPED:
        yield "keyboard", hangul.typed_in_hangul(letters)


def _mixed_initials(letters: str) -> Iterator[str]:
    """Every spelling with some syllables cut to their first consonant: 병ㅅ, ㅂ신."""
    initials = hangul.initials(letters)
    for mask in range(1, 2 ** len(letters) - 1):
        if len(letters) <= 4:
            yield "".join(
                initials[place] if mask >> place & 1 else letters[place] for place in range(len(letters))
            )
