"""Listed words: an Aho-Corasick search over the views of the folded text, with word boundaries for both scripts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from moderation.policy import Entry
from moderation.text.hangul import PARTICLES, is_syllable
from moderation.text.normalize import Text, normalize
from moderation.text.views import View
from moderation.types import Context, Finding

_LATIN_ENDINGS = frozenset({"", "s", "es"})
_ONE_LETTER_WORDS = frozenset("aio")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What one run of letters stands for: a term to find, or an innocent phrase that cancels what it covers.

    spaces : offsets within the pattern where the listed phrase has a space.
    """

    letters: str
    spaces: frozenset[int]
    entry: Entry
    innocent: bool


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    entry: Entry
    view: View


@dataclass(frozen=True, slots=True)
class _Innocent:
    """Where an innocent phrase stands. `broken` is the last place at which the author put a space in it.

    강아지 새끼 is 강아지새끼 all the same, but 시발 점심 is not 시발점: what follows the term must be attached.
    """

    start: int
    end: int
    broken: int

    def covers(self, hit: _Hit) -> bool:
        return self.start <= hit.start and hit.end <= self.end and self.broken <= hit.start


class WordCheck:
    """Finds listed words however they are spaced, punctuated or spelled in look-alike characters.

    A hit that an entry's `allow` phrase covers is dropped; the rest of the comment is judged all the same.
    """

    name = "words"

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._patterns: dict[str, list[_Pattern]] = {}
        self._literals: dict[str, list[Entry]] = {}
        for entry in entries:
            self._add(entry.term, entry, innocent=False)
            for phrase in entry.allow:
                self._add(phrase, entry, innocent=True)
        self._keys = list(self._patterns)
        self._search = AhoCorasick(self._keys) if self._keys else None
        self._literal_keys = list(self._literals)
        self._literal_search = AhoCorasick(self._literal_keys) if self._literal_keys else None

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        """One finding per listed word, rule `words.CATEGORY`, the longest where they overlap."""
        hits = [hit for view in text.views for hit in self._hits(view)]
        findings = [
            Finding(
                rule=f"words.{hit.entry.category}",
                span=text.span(hit.view.origins[hit.start], hit.view.origins[hit.end - 1] + 1),
                severity=hit.entry.severity,
                evidence=_evidence(hit),
            )
            for hit in hits
        ]
        findings.extend(self._literal_findings(text))
        return _longest(findings)

    def _add(self, phrase: str, entry: Entry, *, innocent: bool) -> None:
        folded = normalize(phrase).folded
        words = folded.split()
        if not innocent and not all(word.isalpha() for word in words):
            self._literals.setdefault(folded.strip(), []).append(entry)  # `c++`: marks are part of the word
            return
        letters = ["".join(char for char in word if char.isalpha()) for word in words]
        run = "".join(letters)
        if not run:
            return
        spaces, offset = set(), 0
        for word in letters[:-1]:
            offset += len(word)
            spaces.add(offset)
        self._patterns.setdefault(run, []).append(_Pattern(run, frozenset(spaces), entry, innocent))

    def _hits(self, view: View) -> Iterator[_Hit]:
        if self._search is None or not view.text:
            return
        found: list[_Hit] = []
        innocent: list[_Innocent] = []
        places = list(view.gaps)
        for index, start, end in self._search.find_matches_as_indexes(view.text, overlapping=True):
            for pattern in self._patterns[self._keys[index]]:
                if pattern.innocent:
                    crossed = _gaps_within(places, start, end) - pattern.spaces
                    innocent.append(_Innocent(start, end, start + max(crossed, default=0)))
                elif _stands(pattern, view, places, start, end):
                    found.append(_Hit(start, end, pattern.entry, view))
        for hit in found:
            if not any(phrase.covers(hit) for phrase in innocent):
                yield hit

    def _literal_findings(self, text: Text) -> Iterator[Finding]:
        if self._literal_search is None:
            return
        for index, start, end in self._literal_search.find_matches_as_indexes(text.folded, overlapping=True):
            before, after = text.folded[start - 1 : start], text.folded[end : end + 1]
            for entry in self._literals[self._literal_keys[index]]:
                open_start = entry.at == "anywhere" or not before.isalnum()
                open_end = entry.at != "word" or not after.isalnum() or is_syllable(after)
                if open_start and open_end:
                    yield Finding(
                        rule=f"words.{entry.category}",
                        span=text.span(start, end),
                        severity=entry.severity,
                        evidence=f"`{entry.term}`",
                    )


def _gaps_within(places: Sequence[int], start: int, end: int) -> frozenset[int]:
    """Where something was dropped inside view[start:end], counted from start."""
    first = bisect_right(places, start)
    last = bisect_right(places, end - 1)
    return frozenset(place - start for place in places[first:last])


def _stands(pattern: _Pattern, view: View, places: Sequence[int], start: int, end: int) -> bool:
    """Whether the run of letters at this place is the listed word, not part of an innocent one."""
    crossed = _gaps_within(places, start, end) - pattern.spaces
    next_gap = bisect_right(places, end - 1)
    rest = view.text[end : places[next_gap] if next_gap < len(places) else None]
    korean = is_syllable(view.text[end - 1]) or "ㄱ" <= view.text[end - 1] <= "ㅣ"
    at_start, at_end = start in view.gaps, rest in (PARTICLES if korean else _LATIN_ENDINGS)
    if crossed:
        return at_start and _is_spread(view, places, start, end, korean=korean, at_end=at_end)
    if pattern.entry.at == "anywhere":
        return True
    return at_start and (at_end or pattern.entry.at == "start")


def _is_spread(
    view: View, places: Sequence[int], start: int, end: int, *, korean: bool, at_end: bool
) -> bool:
    """Whether a word is spelled with something between its letters, rather than made up of two neighbours.

    Marks inside a word (쓰.레.기, st.upid) are seldom innocent. Spaces often are: "the pen is mine" holds no
    listed word, so a spaced Latin word needs letters standing alone, and a Korean one must fill its syllables.
    """
    inner = [place for place in places if start < place < end]
    spaced = any(view.gaps[place] == "space" for place in inner)
    if not spaced:
        return korean or (at_end and (start == 0 or view.gaps[start] == "space"))
    if not at_end:
        return False
    edges = [start, *inner, end]
    pieces = [view.text[left:right] for left, right in zip(edges, edges[1:], strict=False)]
    if korean:
        return all(len(piece) == 1 for piece in pieces) or len(view.text[start:end]) > 2
    alone = [piece for piece in pieces if len(piece) == 1]
    if start and view.gaps[start] != "space":  # the s of "let's" begins no word
        return False
    return len(alone) > 1 or (len(alone) == 1 and alone[0] not in _ONE_LETTER_WORDS)


def _evidence(hit: _Hit) -> str:
    view = "" if hit.view.name == "letters" else f" ({hit.view.name})"
    return f"`{hit.entry.term}`{view}"


def _longest(findings: list[Finding]) -> list[Finding]:
    """Drop what lies within a longer finding of at least its severity."""
    rank = {"mild": 0, "strong": 1, "severe": 2, None: 0}
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (f.span.start - f.span.end, -rank[f.severity])):
        covered = any(
            other.span.start <= finding.span.start
            and finding.span.end <= other.span.end
            and rank[other.severity] >= rank[finding.severity]
            for other in kept
        )
        if not covered:
            kept.append(finding)
    return sorted(kept, key=lambda f: f.span.start)
