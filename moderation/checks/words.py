"""Listed words, in the clear or in disguise, unless an innocent phrase around them says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from moderation.policy import Entry
from moderation.text import hangul
from moderation.text.normalize import Text, normalize
from moderation.text.search import At, Match, Phrase, PhraseBook, split_phrase
from moderation.text.spellings import latin_sound, roman_sound, spellings
from moderation.text.views import by_sound, views
from moderation.types import Context, Finding, Severity

_RANK = {Severity.MILD: 0, Severity.STRONG: 1, Severity.SEVERE: 2}
_LATIN_WORD = re.compile(r"[a-z]+")
_ROMAN_ENDINGS = ("", "ya", "a", "i", "ga", "deul", "nom", "nyeon", "neun", "eun", "e", "reul", "eul")
_SHORTEST_ROMAN = 4
_SHORTEST_SAID = 5  # one less for severe words
_SHORTEST_ROMAN_PART = 3
_LONE_EMOJI = "emoji alone"  # a pig may be a pig
_TRIPLED = re.compile(r"(.)\1\1")
_MASKED = re.compile(r"[^\W\d_]+\*+(?:[^\W\d_]+|\*)*")

# Said of somebody, these deny it. The term stands at {}.
_DENIALS = {
    "ko": ("{}가 아니", "{}이 아니", "{}는 아니", "{}은 아니", "{}도 아니", "{}라고 부르지", "{}라고 하지",
           "{}지 않", "{}지는 않", "{}다고 하지 않", "{}라는 말은", "{}라고 하지 마"),
    "en": ("not {}", "not a {}", "not an {}", "isnt {}", "isnt a {}", "isnt an {}", "arent {}", "arent {}s", "not {}s",
           "never a {}", "no {}s here", "nobody is {}", "nobody is a {}", "calling you {}", "calling you a {}",
           "calling you an {}", "called you a {}", "called you an {}", "calling anyone a {}", "calling anyone an {}",
           "calling people {}s", "calling them {}s", "call people {}s", "call anyone a {}", "call anyone an {}",
           "call anyone {}", "not make you a {}", "not make you an {}", "nt make you a {}", "nt make you an {}"),
}  # fmt: skip


class WordCheck:
    """Finds listed words however they are spaced, punctuated, spelled or drawn.

    A hit that an entry's `allow` phrase covers is dropped; the rest of the comment is judged all the same.
    Mild words are searched in the clear only: a disguise of a word that is often innocent proves nothing.
    """

    name = "words"

    def __init__(self, entries: Iterable[Entry], ordinary: Iterable[str] = ()) -> None:
        self._entries = tuple(entries)
        plain: list[Phrase] = []
        heard: list[Phrase] = []
        innocent: list[Phrase] = []
        self._literals: dict[str, list[int]] = {}
        self._innocent_literals: set[str] = set()
        self._roman: dict[str, int] = {}
        self._said: dict[str, int] = {}
        self._terms: dict[str, int] = {}
        for key, entry in enumerate(self._entries):
            innocent += self._innocent(key, entry)
            folded = normalize(entry.term).folded.strip()
            if not all(word.isalpha() for word in folded.split()):
                self._literals.setdefault(folded, []).append(key)  # `c++`: marks are part of the word
                continue
            letters, spaces = split_phrase(folded)
            plain.append(Phrase(letters, key, entry.at, spaces))
            self._terms.setdefault(letters, key)
            if entry.severity is not Severity.MILD and not entry.shorthand:
                plain += _disguised(key, entry, letters, spaces)
                heard += _heard(key, entry, letters, spaces)
                self._add_roman(key, letters)
                shortest = _SHORTEST_SAID - (entry.severity is Severity.SEVERE)
                if letters.isascii() and not spaces and len(letters) >= shortest:
                    for ending in ("", "s"):
                        self._said.setdefault(latin_sound(letters + ending), key)
        spared = [split_phrase(normalize(word).folded) for word in ordinary]
        self._plain, self._heard, self._innocents = map(PhraseBook, (plain, heard, innocent))
        self._ordinary = PhraseBook(Phrase(letters, 0, "anywhere", spaces) for letters, spaces in spared)
        self._literal = _any_of(self._literals)
        self._innocent_literal = _any_of(self._innocent_literals)

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        """One finding per listed word, rule `words.CATEGORY`, the longest where they overlap."""
        matches = list(self._matches(text))
        if not matches:
            return []
        innocent = [match for view in text.views for match in self._innocents.runs(view)]
        spared = [m.span() for m in self._innocent_literal.finditer(text.folded)]
        ordinary = list(self._ordinary.runs(text.views[0]))
        findings = [
            self._finding(text, match)
            for match in matches
            if not any(_covers(phrase, match) for phrase in innocent)
            and not any(start <= match.start and match.end <= end for start, end in spared)
            and not (match.phrase.way and any(_covers(word, match) for word in ordinary))
        ]
        return _longest(findings)

    def _matches(self, text: Text) -> Iterator[Match]:
        for view in text.views:
            for match in self._plain.words(view):
                way = match.phrase.way or ("" if view.name == "letters" else view.name)
                if view.name == "emoji" and match.end - match.start == 1:
                    way = _LONE_EMOJI
                yield Match(match.start, match.end, Phrase(view.name, match.phrase.key, "word", way=way))
            sounds = by_sound(view)
            for match in self._heard.words(sounds):
                if match.phrase.way == "sound" or _TRIPLED.search(_letters(text.folded, match)):
                    yield match
        yield from self._literal_matches(text.folded)
        yield from self._spoken_matches(text.folded)
        if "*" in text.folded:
            yield from self._masked_matches(text.folded)

    def _finding(self, text: Text, match: Match) -> Finding:
        entry = self._entries[match.phrase.key]
        way = f" ({match.phrase.way})" if match.phrase.way else ""
        # A likeness is a moderator's to settle: what only looks or sounds like a word is never severe.
        most = Severity.MILD if match.phrase.way == _LONE_EMOJI else Severity.STRONG
        severity = min(entry.severity, most, key=_RANK.__getitem__) if way else entry.severity
        return Finding(
            rule=f"words.{entry.category}",
            span=text.span(match.start, match.end),
            severity=severity,
            evidence=f"`{entry.term}`{way}",
        )

    def _innocent(self, key: int, entry: Entry) -> Iterator[Phrase]:
        denials = [form.format(entry.term) for form in _DENIALS[entry.language]]
        for phrase in (*entry.allow, *(denials if entry.category == "insult" else ())):
            folded = normalize(phrase).folded.strip()
            if phrase in entry.allow and not all(word.isalpha() for word in folded.split()):
                self._innocent_literals.add(folded)
                continue
            letters, spaces = split_phrase(folded)
            yield Phrase(letters, key, "anywhere", spaces)

    def _literal_matches(self, folded: str) -> Iterator[Match]:
        for found in self._literal.finditer(folded):
            start, end = found.span()
            before, after = folded[start - 1 : start] if start else "", folded[end : end + 1]
            for key in self._literals[found[0]]:
                at = self._entries[key].at
                open_end = at != "word" or not after.isalnum() or hangul.is_syllable(after)
                if (at == "anywhere" or not before.isalnum()) and open_end:
                    yield Match(start, end, Phrase(found[0], key, at))

    def _add_roman(self, key: int, letters: str) -> None:
        if len(letters) > 1 and all(hangul.is_syllable(char) for char in letters):
            stem = hangul.romanise(letters)
            for ending in _ROMAN_ENDINGS:
                sound = roman_sound(stem + ending)
                if len(sound) >= _SHORTEST_ROMAN:
                    self._roman.setdefault(sound, key)

    def _spoken_matches(self, folded: str) -> Iterator[Match]:
        """Korean written in Latin letters, as one word or two, and English written as it sounds."""
        words = list(_LATIN_WORD.finditer(folded))
        for word in words:
            key = self._roman.get(roman_sound(word[0]))
            if key is not None and word[0] not in self._terms:
                yield Match(word.start(), word.end(), Phrase(word[0], key, "word", way="romanised"))
            key = self._said.get(latin_sound(word[0]))
            if key is not None and not {word[0], word[0].removesuffix("s")} & self._terms.keys():
                yield Match(word.start(), word.end(), Phrase(word[0], key, "word", way="sound"))
        for word, following in pairwise(words):
            whole = min(len(word[0]), len(following[0])) >= _SHORTEST_ROMAN_PART
            if not whole and following[0] not in _ROMAN_ENDINGS:
                continue
            key = self._roman.get(roman_sound(word[0] + following[0]))
            if key is not None:
                yield Match(word.start(), following.end(), Phrase(word[0], key, "word", way="romanised"))

    def _masked_matches(self, folded: str) -> Iterator[Match]:
        """Words with some letters starred out, at least half of them and the first in sight: f*ck, 개*끼."""
        for word in _MASKED.finditer(folded):
            pattern = re.compile(word[0].rstrip("*").replace("*", r"[^\W\d_]"))
            shown = sum(char != "*" for char in word[0])
            for letters, key in self._terms.items():
                entry = self._entries[key]
                whole = pattern.fullmatch(letters) or (len(letters) > 3 and pattern.fullmatch(letters + "s"))
                if whole and 2 * shown >= len(letters) > 2 and entry.severity is not Severity.MILD:
                    yield Match(word.start(), word.end(), Phrase(letters, key, "word", way="masked"))


def _disguised(key: int, entry: Entry, letters: str, spaces: frozenset[int]) -> Iterator[Phrase]:
    for way, spelling in spellings(letters):
        at: At = "start" if (way, entry.at) == ("initials", "start") and len(spelling) > 1 else "word"
        yield Phrase(spelling, key, at, spaces if way == "initials" else frozenset(), way)


def _heard(key: int, entry: Entry, letters: str, spaces: frozenset[int]) -> Iterator[Phrase]:
    """The entry by its sound. Latin spelling says little of sound: there only stretched words are read so."""
    sound = by_sound(views(letters)[0]).text
    at: At = "word" if entry.at == "word" else "start"
    if len(sound) > 1:
        korean = all(hangul.is_syllable(char) for char in letters)
        yield Phrase(
            sound,
            key,
            at,
            spaces if len(sound) == len(letters) else frozenset(),
            "sound" if korean else "stretched",
        )


def _any_of(literals: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(literals, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered)) if ordered else r"(?!)")


def _covers(innocent: Match, hit: Match) -> bool:
    """Whether the innocent phrase holds the hit: 강아지 새끼 is 강아지새끼, but 시발 점심 is not 시발점.

    So a space that the phrase does not list may stand before the term, not behind it.
    """
    return innocent.start <= hit.start and hit.end <= innocent.end and innocent.broken <= hit.start


def _letters(folded: str, match: Match) -> str:
    return "".join(char for char in folded[match.start : match.end] if char.isalpha())


def _rank(finding: Finding) -> int:
    return _RANK[finding.severity or Severity.MILD]


def _longest(findings: list[Finding]) -> list[Finding]:
    """Drop what lies within a longer finding of at least its severity."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (f.span.start - f.span.end, -_rank(f))):
        covered = any(
            other.span.start <= finding.span.start
            and finding.span.end <= other.span.end
            and _rank(other) >= _rank(finding)
            for other in kept
        )
        if not covered:
            kept.append(finding)
    return sorted(kept, key=lambda f: f.span.start)
