"""Searching views for phrases as words: where they stand, and what was put between their letters.

Aho-Corasick (Aho and Corasick 1975) finds every run of letters at once; the rules here say which of those
runs are words, for a script that attaches particles and for one that does not.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from ahocorasick_rs import AhoCorasick

from moderation.text.hangul import PARTICLES, sound
from moderation.text.views import View

_LOOSE = re.compile("[a-zㄱ-ㅣ]")
_LONG = 12  # letters; longer than any ending

At = Literal["word", "start", "anywhere"]

# A Latin word takes Korean particles too, and shorthand takes them in shorthand.
_ENDINGS = PARTICLES | {"s"} | {"ㄷ", "ㅇ", "ㄷㅇ", "ㄴ", "ㅅㄲ"}
# How what follows a word begins that is heard, not spelled: endings and further abuse (쉬발럼, 뷩신같은, 씨팔색히).
_GOES_ON = frozenset(
    map(sound, "아야이인임을은의과도만한하했해스네노같처새색쉐섹쌔세시년놈넘럼련뇬짓질것들충으라고지냐니다였")
)
# Latin words of up to three letters: a piece that is none of them is a piece of a word (fu ck, st upid).
SHORT_WORDS = frozenset(
    """
    a i o ad ah ai al am an as at ax be by de do ed el em en er ex fa go ha he hi ho id if in is it la le lo ma me mi mo mr ms
    my no of oh ok on or ox pa pc pi pm re so st ta the ti to tv uh un up us uk usa via we ya ye yo abs ace act add age ago
    aid aim air all and ant any ape app arc are ark arm art ash ask ass ate awe axe bad bag ban bar bat bay bed bee beg bet
    bid big bin bio bit boa bob bot bow box boy bra bud bug bum bun bus but buy bye cab cab can cap car cat cod cog con coo
    cop cow cry cub cue cup cut dad dam day den dew did die dig dim din dip dna doc doe dog don dot dry dub due dug duo dye
    ear eat ego egg ego elf elk elm end era eve eye fan far fat fax fed fee few fib fig fin fir fit fix flu fly fog for fox
    fry fun fur gag gap gas gay gel gem get gig god got gum gun gut guy gym had ham has hat hay her hen hid him hip his hit
    hog hop hot how hub hue hug hum hut ice icy ill imp ink inn ion ire its ivy jab jam jar jaw jay jet job jog joy jug key
    kid kin kit lab lad lag lap law lay led leg let lid lie lip lit log lot low mad man map mat max may men met mid mix mob
    mom mop mud mug mum nap net new nil nod nor not now nun nut oak oar oat odd off oil old one opt orb ore our out owe owl
    own pad pal pan par pat paw pay pea peg pen per pet pie pig pin pit ply pod pop pot pro pub pun pup put rag ram ran rap
    rat raw ray red rib rid rig rim rip rob rod rot row rub rug run rye sad sat saw say sea see set sew sex she shy sin sip
    sir sis sit six ski sky sly sob son sow soy spa spy sub sue sum sun tab tag tan tap tar tax tea ten tie tin tip toe ton
    too top tow toy try tub tug two urn use van vat vet vow war was wax way web wed wet who why wig win wit won wow yak yam
    yes yet you zip zoo
    """.split()
)


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
    spread : whether a mark stands between every two of its letters, as nobody writes a word but to hide it.
    """

    start: int
    end: int
    phrase: Phrase
    broken: int = -1
    spread: bool = False


def split_phrase(folded: str) -> tuple[str, frozenset[int]]:
    """The letters of a listed phrase, and the offsets at which it has a space."""
    words = ["".join(char for char in word if char.isalpha()) for word in folded.split()]
    spaces, offset = set(), 0
    for word in words[:-1]:
        offset += len(word)
        spaces.add(offset)
    return "".join(words), frozenset(spaces - {0})


HISSING = frozenset("sxzho")  # English words that end so take "es": witches, not spices


class PhraseBook:
    """Phrases, compiled. Searching is linear in the text.

    Most phrases are spellings with loose letters; they are kept apart from those in whole syllables, and not sought in a
    comment without such letters, as most are: a small automaton is the quicker.
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        solid: dict[str, list[Phrase]] = {}
        loose: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            if phrase.letters:
                kind = loose if _LOOSE.search(phrase.letters) else solid
                kind.setdefault(phrase.letters, []).append(phrase)
        self._solid, self._loose = _Automaton(solid), _Automaton(loose)

    def runs(self, view: View) -> Iterator[Match]:
        """Every phrase whose letters follow each other in the view, wherever that is."""
        for start, end, phrase in self._found(view.text):
            places = view.places
            crossed = [
                offset
                for offset in _gaps_within(places, start, end) - phrase.spaces
                if view.gap(start + offset) == "space"
            ]
            broken = view.origin(start + max(crossed)) if crossed else -1
            yield Match(view.origin(start), view.stop(end - 1), phrase, broken)

    def words(self, view: View) -> Iterator[Match]:
        """Every phrase that stands in the view as it must: as a word, at the start of one, or anywhere."""
        for start, end, phrase in self._found(view.text):
            if _stands(phrase, view, view.places, start, end):
                spread = end - start > 1 and all(view.gap(place) == "mark" for place in range(start + 1, end))
                yield Match(view.origin(start), view.stop(end - 1), phrase, spread=spread)

    def _found(self, text: str) -> list[tuple[int, int, Phrase]]:
        if text.isascii():
            return self._loose.find(text)
        found = self._solid.find(text)
        if _LOOSE.search(text):
            found += self._loose.find(text)
            found.sort(key=_end_first)
        return found


class _Automaton:
    """Phrases by their letters, and what finds them."""

    def __init__(self, phrases: Mapping[str, list[Phrase]]) -> None:
        self._phrases = list(phrases.values())
        self._automaton = AhoCorasick(list(phrases)) if phrases else None

    def find(self, text: str) -> list[tuple[int, int, Phrase]]:
        """Where each begins and ends, in order of the ends."""
        if self._automaton is None:
            return []
        matches = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not matches:
            return []
        return [(start, end, phrase) for index, start, end in matches for phrase in self._phrases[index]]


def _end_first(found: tuple[int, int, Phrase]) -> tuple[int, int]:
    return found[1], found[0]


def _gaps_within(places: Sequence[int], start: int, end: int) -> frozenset[int]:
    """Where something was dropped inside view[start:end], counted from start."""
    first = bisect_right(places, start)
    last = bisect_right(places, end - 1)
    return frozenset(place - start for place in places[first:last])


def _stands(phrase: Phrase, view: View, places: Sequence[int], start: int, end: int) -> bool:
    """Whether the run of letters at this place is the phrase, not part of an innocent word."""
    gap = view.gap(start)
    if gap is None and phrase.at != "anywhere":
        return False
    if end - start == 1 and "ㅏ" <= view.text[start] <= "ㅣ" and view.gap(end) == "seam":
        return False  # ㅗ디ㅣㅐ: a letter of Latin words typed on a Korean keyboard
    crossed = _gaps_within(places, start, end) - phrase.spaces
    next_gap = bisect_right(places, end - 1)
    rest = view.text[end : min(places[next_gap] if next_gap < len(places) else end + _LONG, end + _LONG)]
    korean = view.text[end - 1] > "\u3130"
    at_start, at_end = (
        gap is not None,
        rest in _ENDINGS or (rest == "es" and view.text[end - 1] in HISSING),
    )
    if phrase.way == "initials" and gap == "seam" and view.text[end - 1] > "\uac00":
        return False  # 가ㅁ사: the ㅁ belongs to what stands before it
    if phrase.way and any(view.gap(start + offset) == "space" for offset in crossed):
        return False  # a disguise of a disguise: chance makes more of them than authors do
    if crossed:
        ends = at_end or phrase.at != "word"
        return at_start and _is_spread(view, places, start, end, korean=korean, at_end=at_end, ends=ends)
    if phrase.at == "anywhere":
        return True
    if phrase.way == "sound" and not (at_end or rest[:1] in _GOES_ON):
        return False  # 에미레이트, 버킹엄: a longer word that begins with the sound of a listed one
    return at_start and (at_end or phrase.at == "start")


def _is_spread(
    view: View, places: Sequence[int], start: int, end: int, *, korean: bool, at_end: bool, ends: bool
) -> bool:
    """Whether a word is spelled with something between its letters, rather than made up of two neighbours.

    Marks inside a word (쓰.레.기, st.upid) are seldom innocent. Spaces often are: "the pen is mine" holds no
    listed word, so a spaced Latin word needs letters standing alone, and a short Korean one lone syllables.
    """
    inner = places[bisect_right(places, start) : bisect_left(places, end)]
    if len(inner) == end - start - 1 and not korean and view.gap(end) == "mark":
        return False  # the spelling goes on: a-s-s-e-s-s
    at_word_start = start == 0 or view.gap(start) == "space"  # the s of "let's" begins no word
    if all(view.gap(place) != "space" for place in inner):
        return korean or (ends and at_word_start)
    if not at_end:
        return False
    pieces = [view.text[left:right] for left, right in pairwise([start, *inner, end])]
    if korean:
        return len(pieces) == end - start or end - start > 2
    alone = [piece for piece in pieces if len(piece) == 1]
    if not at_word_start:
        return False
    return len(alone) > 1 or any(len(piece) < 4 and piece not in SHORT_WORDS for piece in pieces)
