"""Flooding within a comment: the same character, word or sentence over and over, shouting, walls of emoji.

Laughter (ㅋㅋㅋ, ㅎㅎ, 하하하, haha), tears (ㅠㅠ, ㅜㅜ, 흑흑), shivers (ㄷㄷ) and runs of punctuation
(!!!, ..., ---) are how people write, and are exempt at any length.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice

import regex

from moderation.policy import Repetition
from moderation.text.hints import Hint
from moderation.text.letters import LAUGHTER, weight
from moderation.text.normalize import Text
from moderation.types import Context, Finding, Span

# Any character but white space and punctuation: what stands in a row of those is a separator.
_RUN = re.compile(r"([^\s!-/:-@\[-`{-~\u00b7\u2010-\u205f\u2500-\u259f\u3000-\u303f])\1{2,}")
_WORD = re.compile(r"[^\W_]+")
_BLANKED = {code: chr(code) if chr(code).isalnum() else " " for code in range(128)}
_SENTENCE_END = re.compile(r"[!?。…\n]+|\.{2,}|\.(?=\s|$|[가-힣])")  # not the dots within an address
_CAPITAL = re.compile(r"[A-Z\u0391-\u03a9\u0410-\u042f\uff21-\uff3a\U0001d400-\U0001d7ff]")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")
_EMOJI_HINT = re.compile("[\u20e3\ufe0f\u231a-\u2b55\U0001f004-\U0001faff]")
# UTS #51, ED-17: presentation, keycap, flag, tag and ZWJ sequences, each one emoji.
_EMOJI = regex.compile(
    r"(?:\p{RI}\p{RI}|\p{Emoji_Presentation}|[\p{Emoji}--[0-9#*]]\ufe0f|[0-9#*]\ufe0f?\u20e3)"
    r"[\p{Emoji_Modifier}\ufe0f\U000e0020-\U000e007f]*+"
    r"(?:\u200d\p{ExtPict}[\p{Emoji_Modifier}\ufe0f]*+)*+",
    regex.V1,
)

_SENTENCE_LETTERS = 8  # fewer are an exclamation ("Good! Good! Good!"), not a sentence; a syllable is two
_PHRASE_WORDS = 4  # words in a repeated phrase
_SENTENCE_WORDS = 40  # words in a repeated sentence
_UNIT = 8  # letters of the longest word looked for in a run without spaces
_MOST = 400  # words or characters looked at; longer comments are refused for their length
_MOST_MARKED = 50


class RepetitionCheck:
    """Compares a comment with the policy's measure of repetition; earlier ones are the business of `flooding.py`."""

    name = "repetition"

    def __init__(self, repetition: Repetition) -> None:
        self._policy = repetition
        self._solid = re.compile(rf"([^\W_]{{2,{_UNIT}}}?)\1{{{repetition.words - 1},}}")
        self._least = min(repetition.words, repetition.sentences)
        self._capitals = repetition.shouting_letters * repetition.shouting_share

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        """`repetition.characters`, `.words`, `.sentences`, `.shouting` and `.emoji`."""
        folded = text.folded if text.is_plain else _without_flags(text)
        words = folded.translate(_BLANKED).split() if folded.isascii() else _WORD.findall(folded)
        found: list[Finding | None] = []
        if Hint.TRIPLED in text.hints if folded.isascii() and text.is_plain else _RUN.search(folded):
            found.append(self._characters(text, folded))
        # Whatever is repeated so often, each of its words is; and each letter of a word repeated without spaces.
        counts: Mapping[str, int] = {}
        if len(words) - len(set(words)) >= self._least - 1:
            counts = Counter(words)
        most = max(counts.values()) if counts else 1
        if most >= self._policy.words or _has_letter(max(words, key=len, default=""), self._policy.words):
            found.append(self._words(text, folded, most))
        if most >= self._policy.sentences and self._may_be_sentence(counts):
            found.append(self._sentences(text, folded, len(words)))
        # Folding ordinary text makes capitals small and nothing else; and there is no emoji in it.
        if not (text.is_plain and text.folded == text.body):
            if len(_CAPITAL.findall(text.body)) >= self._capitals:
                found.append(self._shouting(text))
            if not text.is_plain and _EMOJI_HINT.search(text.body):
                found.append(self._emoji(text))
        return [finding for finding in found if finding is not None] if found else []

    def _may_be_sentence(self, counts: Mapping[str, int]) -> bool:
        """Whether what recurs is enough for a sentence of five words, or of eight letters, each time."""
        times = self._policy.sentences
        much = sum(count * weight(word) for word, count in counts.items() if count >= times)
        return much >= (_PHRASE_WORDS + 1) * times

    def _characters(self, text: Text, folded: str) -> Finding | None:
        for match in _RUN.finditer(folded):
            start, end = match.span()
            if end - start < self._policy.run or LAUGHTER.fullmatch(match[0]):
                continue
            if match[1] == "0" and folded[start - 1 : start].isdigit():
                continue  # a large sum
            evidence = f"`{match[1]}` {end - start} times in a row"
            return Finding("repetition.characters", text.span(start, end), evidence=evidence)
        return None

    def _words(self, text: Text, folded: str, most: int) -> Finding | None:
        place = None
        if most >= self._policy.words:
            place = _repeated(folded, range(1, _PHRASE_WORDS + 1), self._policy.words)
        place = place or self._solid_words(folded)
        if place is None:
            return None
        # The words themselves may be personal data, which evidence must not quote.
        return Finding("repetition.words", text.span(*place), evidence="in a row")

    def _solid_words(self, folded: str) -> tuple[int, int] | None:
        """A word repeated without spaces: 바보바보바보바보바보."""
        for match in self._solid.finditer(folded[:_MOST]):
            unit = match[1]
            if len(set(unit)) > 1 and not unit.isdigit() and not LAUGHTER.fullmatch(match[0]):
                return match.span()
        return None

    def _sentences(self, text: Text, folded: str, words: int) -> Finding | None:
        places = _sentence_places(folded)
        for sentence, times in Counter(places.values()).most_common(1):
            if times >= self._policy.sentences:
                same = [place for place, other in places.items() if other == sentence]
                marks = tuple(text.span(start, end) for start, end in same)
                span = Span(marks[0].start, marks[-1].end)
                evidence = f"{times} times"
                return Finding("repetition.sentences", span, evidence=evidence, marks=marks[:_MOST_MARKED])
        # What repeats with a longer period than a phrase is a sentence without its full stop.
        longest = min(words // self._policy.sentences, _SENTENCE_WORDS)
        place = _repeated(folded, range(_PHRASE_WORDS + 1, longest + 1), self._policy.sentences)
        return Finding("repetition.sentences", text.span(*place), evidence="in a row") if place else None

    def _shouting(self, text: Text) -> Finding | None:
        capitals = [index for index, char in enumerate(text.body) if char.isupper()]
        letters = sum(char.isalpha() for char in text.body)
        if letters < self._policy.shouting_letters or len(capitals) < self._policy.shouting_share * letters:
            return None
        evidence = f"{len(capitals)} capitals of {letters} letters"
        return Finding("repetition.shouting", Span(capitals[0], capitals[-1] + 1), evidence=evidence)

    def _emoji(self, text: Text) -> Finding | None:
        marks = tuple(Span(*match.span()) for match in _EMOJI.finditer(text.body))
        if len(marks) < self._policy.emoji:
            return None
        span = Span(marks[0].start, marks[-1].end)
        return Finding("repetition.emoji", span, evidence=f"{len(marks)} emoji", marks=marks[:_MOST_MARKED])


def _has_letter(word: str, times: int) -> bool:
    """Whether a word has some letter so often."""
    return len(word) >= 2 * times and any(word.count(letter) >= times for letter in set(word))


def _without_flags(text: Text) -> str:
    """The folded text without the letters that flags fold to: five flags are no repeated word."""
    if text.body.isascii() or not _FLAG.search(text.body):
        return text.folded
    letters = zip(text.folded, text.starts, strict=True)
    return "".join([" " if _FLAG.match(text.body[start]) else letter for letter, start in letters])


def _sentence_places(folded: str) -> dict[tuple[int, int], str]:
    """The letters of each sentence by its place; exclamations and laughter are left out."""
    places = {}
    behind = 0
    ends = [match.span() for match in _SENTENCE_END.finditer(folded)]
    for start, end in [*ends, (len(folded), len(folded))]:
        letters = "".join(_WORD.findall(folded, behind, start))
        if weight(letters) >= _SENTENCE_LETTERS and not LAUGHTER.fullmatch(letters):
            lead = len(folded[behind:start]) - len(folded[behind:start].lstrip())
            places[behind + lead, start] = letters
        behind = end
    return places


def _repeated(folded: str, periods: range, times: int) -> tuple[int, int] | None:
    """Where the same words stand `times` times in a row, with one of those periods, laughter aside."""
    places = [match.span() for match in islice(_WORD.finditer(folded), _MOST)]
    kept = [place for place in places if not LAUGHTER.fullmatch(folded, *place)]
    words = [folded[start:end] for start, end in kept]
    for period in periods:
        run = 0
        for index in range(period, len(words)):
            run = run + 1 if words[index] == words[index - period] else 0
            if run >= period * (times - 1):
                first = index - run - period + 1
                if weight("".join(words[first : first + period])) > 1:
                    return kept[first][0], kept[index][1]
    return None
