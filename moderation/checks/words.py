"""Listed words, in the clear or in disguise, unless an innocent phrase around them says otherwise."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from ahocorasick_rs import AhoCorasick, MatchKind

from moderation.policy import Entry
from moderation.text import hangul
from moderation.text.alike import Listed
from moderation.text.denial import is_denied, is_reported
from moderation.text.hints import Hint
from moderation.text.latin import LatinBook
from moderation.text.normalize import Text, normalize
from moderation.text.seams import SeamBook
from moderation.text.search import At, Match, Phrase, PhraseBook, split_phrase
from moderation.text.spellings import end_of_inflected, spellings
from moderation.text.views import View, by_sound
from moderation.types import Context, Finding, Severity

_RANK = {Severity.MILD: 0, Severity.STRONG: 1, Severity.SEVERE: 2}
_SHORTEST_MILD = 4
_SHORTEST_SAID = 5  # one less for severe words
_MISHEARD = range(2, 6)  # syllables of the words that are also sought with one letter taken for another
_ABUSE = frozenset({"insult", "hatred", "threat", "sexual", "profanity"})
_LOSSY = frozenset({"shape", "emoji"})  # views that read much into a text; a disguise of a disguise is chance
_DENIABLE = frozenset({"insult", "hatred"})
_REPORTABLE = _DENIABLE | {"threat"}
_BESIDE = 24
_LONGEST_MATCH = 96  # characters, with what stands between the letters
_NO_PHRASE = Phrase("", -1, "word")
_AS_LISTED = frozenset({"", "spread"})  # letter by letter, whatever stands between
_DELIBERATE = frozenset({"leet", "masked", "spread"})  # nobody writes so by chance
_LONE_EMOJI = "emoji alone"  # a pig may be a pig
_MASKED = re.compile(r"[가-힣]+\*+(?:[가-힣]+|\*)*")


class WordCheck:
    """Finds listed words however they are spaced, punctuated, spelled or drawn.

    A hit that an entry's `allow` phrase covers is dropped; the rest of the comment is judged all the same.
    Mild words are searched in the clear only: a disguise of a word that is often innocent proves nothing.
    """

    name = "words"

    def __init__(
        self, entries: Iterable[Entry], ordinary: Iterable[str] = (), nouns: Iterable[str] = ()
    ) -> None:
        self._entries = tuple(entries)
        self._seams = SeamBook(nouns)
        plain: list[Phrase] = []
        heard: list[Phrase] = []
        innocent: list[Phrase] = []
        self._literals: dict[str, list[int]] = {}
        self._innocent_literals: set[str] = set()
        self._terms: dict[str, int] = {}
        latin: list[Listed] = []
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
            if _may_be_latin(entry, letters, spaces):
                latin.append(_listed(key, entry, letters))
        spared = [split_phrase(normalize(word).folded) for word in ordinary]
        heard += self._misheard({phrase.letters for phrase in heard})
        heard = _gravest(heard, self._entries)  # many spellings of one word sound the same
        self._plain, self._heard, self._innocents = map(PhraseBook, (plain, heard, innocent))
        self._latin = LatinBook(latin)
        self._ordinary = PhraseBook(Phrase(letters, 0, "anywhere", spaces) for letters, spaces in spared)
        longest = MatchKind.LeftmostLongest
        self._literal = AhoCorasick(list(self._literals), matchkind=longest) if self._literals else None
        self._innocent_literal = _any_of(self._innocent_literals)

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        """One finding per listed word, rule `words.CATEGORY`, the longest where they overlap.

        What turns out to be innocent is noted in `text.spared`.
        """
        matches = list(self._matches(text))
        if not matches:
            return []
        innocent = _Sorted(match for view in text.views for match in self._innocents.runs(view))
        literal = [found.span() for found in self._innocent_literal.finditer(text.folded)]
        spelled = _Sorted(Match(start, end, _NO_PHRASE) for start, end in literal)
        guilty: list[Match] = []
        denied: list[Match] = []
        for match in matches:
            phrase = next((phrase for phrase in innocent.near(match) if _covers(phrase, match)), None)
            if phrase is not None:
                text.spared.append((phrase.start, phrase.end))
            elif self._is_explained(text.folded, match):
                text.spared.append((match.start, match.end))
                denied.append(match)
            elif self._seams.splits(text.folded, match.start, match.end):
                text.spared.append((match.start, match.end))
            elif not any(_holds(other, match) for other in spelled.near(match)):
                guilty.append(match)
        ordinary = _Sorted(self._ordinary.runs(text.views[0]))
        spared = _Sorted(Match(start, end, _NO_PHRASE) for start, end in text.spared)
        longer_words = _Sorted(denied)
        as_listed = _Sorted(match for match in matches if match.phrase.way in _AS_LISTED)
        return _longest(
            [
                self._finding(text, match)
                for match in guilty
                if not any(_is_part_of(longer, match) for longer in longer_words.near(match))
                and (
                    match.phrase.way in _AS_LISTED
                    or not (
                        any(_explains(word, match) for word in ordinary.near(match))
                        or any(match.start < other.end for other in spared.near(match))
                        or any(self._says_as_much(word, match) for word in as_listed.near(match))
                    )
                )
            ]
        )

    def _matches(self, text: Text) -> Iterator[Match]:
        for view in text.views:
            for match in self._plain.words(view):
                if match.phrase.way and view.name in _LOSSY:
                    continue
                way = match.phrase.way or ("" if view.name == "letters" else view.name)
                if view.name == "emoji" and match.end - match.start == 1:
                    way = _LONE_EMOJI
                elif match.spread and not way:
                    way = "spread"
                yield Match(match.start, match.end, Phrase(view.name, match.phrase.key, "word", way=way))
            if view.name != "shape" and not view.text.isascii():
                yield from self._heard.words(by_sound(view))
        for found in self._latin.find(text.folded, spaced=Hint.SPACED in text.hints):
            yield Match(found.start, found.end, Phrase("", found.key, "word", way=found.way))
        yield from self._literal_matches(text.folded)
        if "*" in text.folded:
            yield from self._masked_matches(text.folded)

    def _finding(self, text: Text, match: Match) -> Finding:
        entry = self._entries[match.phrase.key]
        way = f" ({match.phrase.way})" if match.phrase.way else ""
        # A likeness is a moderator's to settle: what only looks or sounds like a word is never severe.
        severity = entry.severity
        if match.phrase.way == _LONE_EMOJI:
            severity = Severity.MILD
        elif severity is Severity.MILD:
            severity = Severity.STRONG if match.phrase.way in _DELIBERATE else Severity.MILD
        elif match.phrase.way not in _AS_LISTED:
            severity = Severity.STRONG
        return Finding(
            rule=f"words.{entry.category}",
            span=text.span(match.start, end_of_inflected(text.folded, match.start, match.end)),
            severity=severity,
            evidence=f"`{entry.term}`{way}",
        )

    def _says_as_much(self, listed: Match, likeness: Match) -> bool:
        """Whether a word as it is listed stands where another was only heard: the fuck in "fucking" says it."""
        if _holds(listed, likeness):
            return True
        entry, other = self._entries[listed.phrase.key], self._entries[likeness.phrase.key]
        return (
            listed.start == likeness.start
            and entry.at != "word"
            and _RANK[entry.severity] >= _RANK[other.severity]
        )

    def _misheard(self, heard: set[str]) -> Iterator[Phrase]:
        """Listed words with one letter taken for another; where that makes a word of its own, it is `ordinary`."""
        known = heard | {_sound(letters) for letters in self._terms}
        for letters, key in self._terms.items():
            entry = self._entries[key]
            solid = not entry.shorthand and " " not in entry.term and all(map(hangul.is_syllable, letters))
            if (
                solid
                and entry.category in _ABUSE
                and entry.severity is not Severity.MILD
                and len(letters) in _MISHEARD
            ):
                said = [letters, *(hangul.liaisons(letters) if len(letters) > 2 else ())]
                for slip in (slip for form in said for slip in hangul.slips(_sound(form))):
                    if slip not in known:
                        known.add(slip)
                        yield Phrase(slip, key, "word", way="sound")

    def _is_explained(self, folded: str, match: Match) -> bool:
        """Whether the words around a hit make it innocent: a litter beside a bitch, an insult that is denied.

        Swearing is swearing, denied or not.
        """
        entry = self._entries[match.phrase.key]
        if entry.beside:
            before = folded[max(match.start - _BESIDE, 0) : match.start]
            behind = folded[match.end : match.end + _BESIDE]
            if any(word in before or word in behind for word in entry.beside):
                return True
        if entry.category in _REPORTABLE and is_reported(folded, match.start, match.end):
            return True
        return entry.category in _DENIABLE and is_denied(folded, match.start, match.end)

    def _innocent(self, key: int, entry: Entry) -> Iterator[Phrase]:
        for phrase in entry.allow:
            folded = normalize(phrase).folded.strip()
            if not all(word.isalpha() for word in folded.split()):
                self._innocent_literals.add(folded)
                continue
            letters, spaces = split_phrase(folded)
            yield Phrase(letters, key, "anywhere", spaces)

    def _literal_matches(self, folded: str) -> Iterator[Match]:
        found = self._literal.find_matches_as_indexes(folded) if self._literal else ()
        for _, start, end in found:
            before, after = folded[start - 1 : start] if start else "", folded[end : end + 1]
            literal = folded[start:end]
            for key in self._literals[literal]:
                at = self._entries[key].at
                open_end = at != "word" or not after.isalnum() or hangul.is_syllable(after)
                if (at == "anywhere" or not before.isalnum()) and open_end:
                    yield Match(start, end, Phrase(literal, key, at))

    def _masked_matches(self, folded: str) -> Iterator[Match]:
        """Words with some letters starred out, at least half of them and the first in sight: 개*끼."""
        for word in _MASKED.finditer(folded):
            pattern = re.compile(word[0].rstrip("*").replace("*", "[가-힣]"))
            shown = sum(char != "*" for char in word[0])
            for letters, key in self._terms.items():
                entry = self._entries[key]
                if (
                    pattern.fullmatch(letters)
                    and 2 * shown >= len(letters) > 2
                    and entry.severity is not Severity.MILD
                ):
                    yield Match(word.start(), word.end(), Phrase(letters, key, "word", way="masked"))


def _disguised(key: int, entry: Entry, letters: str, spaces: frozenset[int]) -> Iterator[Phrase]:
    for way, spelling in spellings(letters):
        # 병ㅅ; initials alone are met by chance in longer ones
        mixed = any(map(hangul.is_syllable, spelling))
        at: At = "start" if way == "initials" and entry.at == "start" and mixed else "word"
        yield Phrase(spelling, key, at, spaces if way == "initials" else frozenset(), way)


def _heard(key: int, entry: Entry, letters: str, spaces: frozenset[int]) -> Iterator[Phrase]:
    """A Korean entry by its sound. Latin spelling says little of sound: see `LatinBook`."""
    if len(letters) < 2 or not all(map(hangul.is_syllable, letters)):
        return
    sound = _sound(letters)
    at: At = "word" if entry.at == "word" else "start"
    if len(sound) > 1:
        yield Phrase(sound, key, at, spaces if len(sound) == len(letters) else frozenset(), "sound")
    for said in hangul.liaisons(letters):
        yield Phrase(_sound(said), key, "word", way="sound")


def _gravest(phrases: Iterable[Phrase], entries: Sequence[Entry]) -> list[Phrase]:
    chosen: dict[tuple[str, At], Phrase] = {}
    for phrase in phrases:
        other = chosen.setdefault((phrase.letters, phrase.at), phrase)
        if _RANK[entries[phrase.key].severity] > _RANK[entries[other.key].severity]:
            chosen[phrase.letters, phrase.at] = phrase
    return list(chosen.values())


def _sound(letters: str) -> str:
    return by_sound(View("letters", letters)).text


def _may_be_latin(entry: Entry, letters: str, spaces: frozenset[int]) -> bool:
    """Whether an entry is sought word by word: one word, and long enough not to be met by chance."""
    mild = entry.severity is Severity.MILD
    if not letters.isascii():
        return not mild and not entry.shorthand
    return not spaces and len(letters) >= (_SHORTEST_MILD if mild else 3) and not (mild and entry.shorthand)


def _listed(key: int, entry: Entry, letters: str) -> Listed:
    shortest = _SHORTEST_SAID - (entry.severity is Severity.SEVERE)
    likeness = entry.severity is not Severity.MILD
    return Listed(letters, key, entry.at, likeness, sound=len(letters) >= shortest)


def _any_of(literals: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(literals, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered)) if ordered else r"(?!)")


class _Sorted:
    """Matches by where they start, to look only at those near another: all with all would take too long."""

    def __init__(self, matches: Iterable[Match]) -> None:
        self._matches = sorted(matches, key=lambda match: match.start)
        self._starts = [match.start for match in self._matches]

    def near(self, match: Match) -> Sequence[Match]:
        """Those that may overlap it."""
        first = bisect_left(self._starts, match.start - _LONGEST_MATCH)
        return self._matches[first : bisect_left(self._starts, match.end)]


def _holds(outer: Match, inner: Match) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _is_part_of(outer: Match, inner: Match) -> bool:
    """Whether it is a word within a longer one: 한남 within 한남충."""
    return _holds(outer, inner) and outer.end - outer.start > inner.end - inner.start


def _covers(innocent: Match, hit: Match) -> bool:
    """Whether the innocent phrase holds the hit: 강아지 새끼 is 강아지새끼, but 시발 점심 is not 시발점.

    So a space that the phrase does not list may stand before the term, not behind it; and not behind a single
    letter either, for that is a word of its own: 이 등신 is not 이등신.
    """
    if innocent.broken == hit.start and hit.start - innocent.start <= 2:
        return False
    return innocent.start <= hit.start and hit.end <= innocent.end and innocent.broken <= hit.start


def _explains(ordinary: Match, hit: Match) -> bool:
    """Whether an ordinary word is what was heard as a listed one, be it with a particle: 시기의."""
    particle = 0 if ordinary.phrase.letters.isascii() else 1
    return ordinary.start <= hit.start and hit.end <= ordinary.end + particle and ordinary.broken <= hit.start


def _rank(finding: Finding) -> int:
    return _RANK[finding.severity or Severity.MILD]


def _longest(findings: list[Finding]) -> list[Finding]:
    """Drop what lies within a longer finding of at least its severity."""
    kept: list[Finding] = []
    furthest = [-1] * len(_RANK)  # by rank: where the findings of that rank and above reach to
    for finding in sorted(findings, key=lambda f: (f.span.start, -f.span.end, -_rank(f))):
        rank = _rank(finding)
        if finding.span.end <= furthest[rank]:
            continue
        kept.append(finding)
        for lower in range(rank + 1):
            furthest[lower] = max(furthest[lower], finding.span.end)
    return kept
