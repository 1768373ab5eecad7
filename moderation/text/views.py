"""Readings of the folded text in which a disguised word stands in the clear.

Each view is lossy in its own way, so none replaces the folded text; the view that matched is evidence.
Disguises within one Latin word are read in `latin.py`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate, takewhile
from typing import Literal

from moderation.text import hangul
from moderation.text.rewriting import Reading, Rewritten, rewrite
from moderation.text.shapes import SHAPE_CHARS, SHAPES

Gap = Literal["space", "mark", "seam"]


class View:
    """One reading.

    text : letters only; what stood between them has been dropped.

    Where letters come from is worked out when it is first asked for: in most comments nothing is found that has a place.
    """

    def __init__(self, name: str, source: str, rewritten: Rewritten | None = None) -> None:
        """Keep the letters of `source`: of the folded text, or of what it was rewritten to."""
        self.name = name
        self.text = _letters_of(source)
        self._source = source
        self._rewritten = rewritten

    @cached_property
    def places(self) -> Sequence[int]:
        """Where in `text` a run of letters begins, ascending."""
        sizes = [end - start for start, end in self._pieces]
        return list(accumulate(sizes[:-1], initial=0)) if sizes else []

    def gap(self, place: int) -> Gap | None:
        """What a run of letters that begins at this place in `text` stands behind; None where none begins.

        White space, a mark, or the seam of loose letters and syllables, where nothing was dropped.
        """
        number = bisect_left(self.places, place)
        if number == len(self.places) or self.places[number] != place:
            return None
        if number == 0:
            return "space"
        behind, start = self._pieces[number - 1][1], self._pieces[number][0]
        if start == behind:
            return "seam"
        return "space" if _SPACE(self._source, behind, start) else "mark"

    def origin(self, place: int) -> int:
        """Where in the folded text the letter starts."""
        read = self._read_from(place)
        return read if self._rewritten is None else self._rewritten.origins[read]

    def stop(self, place: int) -> int:
        """Where in the folded text the letter ends."""
        read = self._read_from(place)
        return read + 1 if self._rewritten is None else self._rewritten.stops[read]

    @cached_property
    def _pieces(self) -> Sequence[tuple[int, int]]:
        """Where in the source each run of letters stands."""
        return [match.span() for match in _PIECE.finditer(self._source)]

    def _read_from(self, place: int) -> int:
        """Where in the source the letter stands."""
        number = bisect_right(self.places, place) - 1
        return self._pieces[number][0] + place - self.places[number]


class _Sound(View):
    """A view as it sounds; its places are those of the view it was made from.

    kept : for each letter, its place in that view; None where no letter was left out.
    """

    def __init__(self, view: View, text: str, kept: Sequence[int] | None = None) -> None:
        self.name = "sound"
        self.text = text
        self._view = view
        self._kept = range(len(text)) if kept is None else kept

    @cached_property
    def places(self) -> Sequence[int]:
        """Where in `text` a run of letters begins, ascending."""
        places = self._view.places
        return (
            places if isinstance(self._kept, range) else [bisect_left(self._kept, place) for place in places]
        )

    def gap(self, place: int) -> Gap | None:
        """What a run of letters that begins here stands behind; None where none begins."""
        return self._view.gap(self._kept[place]) if place < len(self._kept) else None

    def origin(self, place: int) -> int:
        """Where in the folded text the letter starts."""
        return self._view.origin(self._kept[place])

    def stop(self, place: int) -> int:
        """Where in the folded text the letter ends, with what was left out behind it, so that all of it is marked."""
        following = self._kept[place + 1] if place + 1 < len(self._kept) else len(self._view.text)
        return self._view.stop(following - 1)


_LETTERS_ONLY = {code: chr(code) if chr(code).isalpha() else None for code in range(128)}


def _letters_of(source: str) -> str:
    """Its letters alone."""
    if source.isascii():
        return source.translate(_LETTERS_ONLY)
    solid = "".join(source.replace(".", "").replace(",", "").split())
    return solid if solid.isalpha() else "".join(_PIECE.findall(solid))


# Loose letters are a piece of their own: what follows laughter (ㅋㅋ닥쳐) starts a word.
_PIECE = re.compile(r"[^\W\d_ㄱ-ㅣ]+|[ㄱ-ㅣ]+")
_SPACE = re.compile(r"\s").search

# Letters of one script, vowels drawn as dashes, or other scripts inside a word of another: 시x발, 병ㅡ신, 미の친, je가rk.
_FOREIGN_WITHIN = re.compile(
    r"(?<=[가-힣ㄱ-ㅎ])[a-zㅡㅣぁ-んァ-ヶ一-龥]+(?=[가-힣ㄱ-ㅎ])"
    r"|(?<=[a-z]{2})(?<![가-힣][a-z]{2})[가-힣ㄱ-ㅣ]{1,2}(?=[a-z])"
    r"|(?<=[a-z])(?<![가-힣][a-z])(?<![가-힣][a-z]{2})[가-힣ㄱ-ㅣ]{1,2}(?=[a-z]{2})"
)
# Loose letters between syllables: 개ㅎ소ㅎ리.
_LOOSE_WITHIN = re.compile(r"(?<=[가-힣])[ㄱ-ㅣ]{1,2}(?=[가-힣])")
_BETWEEN = r"[\s.,\-_·*~^/]+"
_SPREAD_JAMO = re.compile(rf"[ㄱ-ㅣ](?:{_BETWEEN}[ㄱ-ㅣ]){{2,}}")
_LOOSE_TAIL = re.compile(r"[가-힣][ㄱ-ㅎ](?![ㄱ-ㅎ])")
_GLIDES = {
    "ㅑ": "ㅏ",
    "ㅒ": "ㅐ",
    "ㅕ": "ㅓ",
    "ㅖ": "ㅔ",
    "ㅘ": "ㅏ",
    "ㅛ": "ㅗ",
    "ㅝ": "ㅓ",
    "ㅠ": "ㅜ",
    "ㅢ": "ㅣ",
}


def _drawn_out() -> str:
    """A syllable without a tail, its vowel said again, and perhaps the tail at the end: 치이인, 미이이."""
    silent = hangul.LEADS.index("ㅇ")
    ways = []
    for vowel, letter in enumerate(hangul.VOWELS):
        first = "".join(hangul.syllable(lead, vowel) for lead in range(19))
        said = hangul.VOWELS.index(_GLIDES.get(letter, letter))
        again = hangul.syllable(silent, said)
        last = "".join(hangul.syllable(silent, said, tail) for tail in range(1, 28))
        ways.append(f"[{first}](?:{again}*[{last}]|{again}{{2,}})")
    return "|".join(ways)


_LOOSE = r"ㄱ-ㅊㅌㅍㅏ-ㅛㅝ-ㅟㅡ-ㅣ"  # all but laughter and tears, which are how people write
HINT = (
    rf"[{_LOOSE}ぁ-んァ-ヶ一-龥\x{{2600}}-\x{{27bf}}\x{{1f000}}-\x{{1faff}}댕띵띤띠커윾뎅]|머[가갈]|[a-z1|7!0][가-힣]|[가-힣][a-z1|7]"
    rf"|[가-힣](?:[ㄱ-ㅣ]{{1,2}}[가-힣]|[ㅋㅎ](?:[^ㄱ-ㅎ]|$))|[ㄱ-ㅣ]{_BETWEEN}[ㄱ-ㅣ]{_BETWEEN}[ㄱ-ㅣ]|[ㄱ-ㅣ][a-z{SHAPE_CHARS}]|[a-z{SHAPE_CHARS}][ㄱ-ㅣ]"
    rf"|{_drawn_out()}"
)
"""What every disguise below has some of, in the syntax of RE2; without it, as in most comments, there is one reading only."""


def views(folded: str) -> list[View]:
    """The readings that differ from each other, plainest first."""
    found = [View("letters", folded)]
    for name, sign, pattern, read in _READINGS:
        if sign.search(folded):
            rewritten = rewrite(folded, pattern, read)
            view = View(name, rewritten.text, rewritten)
            if all(view.text != other.text for other in found):
                found.append(view)
    return found


def _read_jamo(match: re.Match[str]) -> str:
    chars = [char for char in match[0] if "ㄱ" <= char <= "ㅣ"]
    places = list(range(len(chars)))
    return "".join(hangul.compose(chars, places, places)[0])


def _read_drawn_out(match: re.Match[str]) -> str:
    """치이인 is 친 and 미이이 is 미: the first syllable with the tail of the last."""
    lead, vowel, _ = hangul.letters(match[0][0])
    return hangul.syllable(lead, vowel, hangul.letters(match[0][-1])[2])


def _read_tail(match: re.Match[str]) -> str:
    lead, vowel, tail = hangul.letters(match[0][0])
    if tail or match[0][1] not in hangul.TAILS:
        return match[0]
    return hangul.syllable(lead, vowel, hangul.TAILS.index(match[0][1]))


_DRAWN_OUT = re.compile(_drawn_out())

_READINGS = (
    *SHAPES,
    Reading("letters", _FOREIGN_WITHIN, _FOREIGN_WITHIN, lambda match: ""),
    Reading("letters", _LOOSE_WITHIN, _LOOSE_WITHIN, lambda match: ""),
    Reading("stretched", _DRAWN_OUT, _DRAWN_OUT, _read_drawn_out),
    Reading("composed", _SPREAD_JAMO, _SPREAD_JAMO, _read_jamo),
    Reading("composed", _LOOSE_TAIL, _LOOSE_TAIL, _read_tail),
)


_STRETCHED = re.compile(
    "|".join(
        f"{silent}(?<=[{''.join(hangul.syllable(lead, vowel) for lead in range(19))}]{silent}){silent}*"
        for vowel in range(21)
        for silent in [hangul.syllable(hangul.LEADS.index("ㅇ"), vowel)]
    )
)


def by_sound(view: View) -> View:
    """The view as it sounds: look-alike syllables made one, stretched ones said once."""
    text = hangul.sounds(view.text)
    stretched = [match.span() for match in _STRETCHED.finditer(text)]
    if not stretched:
        return _Sound(view, text)
    begin = frozenset(view.places)
    dropped = {
        place for span in stretched for place in takewhile(lambda place: place not in begin, range(*span))
    }
    kept = [place for place in range(len(text)) if place not in dropped]
    return _Sound(view, "".join(text[place] for place in kept), kept)
