"""Readings of the folded text in which a disguised word stands in the clear.

Each view is lossy in its own way, so none replaces the folded text; the view that matched is evidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Literal

from moderation.text import hangul

Gap = Literal["space", "mark"]


@dataclass(frozen=True, slots=True)
class View:
    """One reading.

    text : letters only; what stood between them has been dropped.
    origins, stops : for each letter, the stretch of the folded text that it was read from.
    gaps : the places in `text` before which something was dropped, and whether it was white space.
    """

    name: str
    text: str
    origins: Sequence[int]
    stops: Sequence[int]
    gaps: Mapping[int, Gap]


# Loose letters are a piece of their own: what follows laughter (ㅋㅋ닥쳐) starts a word.
_PIECE = re.compile(r"[^\W\d_ㄱ-ㅣ]+|[ㄱ-ㅣ]+")

# Digits and signs read as letters, in words that mix them with letters. 1, ! and | are read both as i and as l.
_LEET_SIGNS = "0134579@$!|+€£"
_LEET_WORD = re.compile(
    rf"[a-z{_LEET_SIGNS}]*(?:[a-z][{_LEET_SIGNS}]|[{_LEET_SIGNS}][a-z])[a-z{_LEET_SIGNS}]*"
)
_LEET = str.maketrans(_LEET_SIGNS, "oieastgasiitel")
_LEET_L = str.maketrans(_LEET_SIGNS, "oleastgasllttl"[: len(_LEET_SIGNS)])

_SPACED_LEET = re.compile(
    rf"(?<!\S)(?:[a-z{re.escape(_LEET_SIGNS)}]\s+){{3,}}[a-z{re.escape(_LEET_SIGNS)}](?!\S)"
)

# Letters of one script, vowels drawn as dashes, or other scripts inside a word of another: 시x발, 병ㅡ신, 미の친, je가rk.
_FOREIGN_WITHIN = re.compile(
    r"(?<=[가-힣ㄱ-ㅎ])(?:[a-z]{1,2}|[ㅡㅣ]|[ぁ-んァ-ヶ一-龥])+(?=[가-힣ㄱ-ㅎ])|(?<=[a-z])[가-힣ㄱ-ㅣ]{1,2}(?=[a-z])"
)
_SPREAD_JAMO = re.compile(r"[ㄱ-ㅣ](?:[\s.,\-_·*~^/]+[ㄱ-ㅣ]){2,}")
_LOOSE_TAIL = re.compile(r"[가-힣][ㄱ-ㅎ](?![ㄱ-ㅎ])")
# Vowels that a stroke drawn as i, l, 1 or | turns into another: 러I is 레.
_STROKE = re.compile(r"[가-힣][il1|ㅣ]")
_WITH_STROKE = {"ㅏ": "ㅐ", "ㅑ": "ㅒ", "ㅓ": "ㅔ", "ㅕ": "ㅖ", "ㅗ": "ㅚ", "ㅜ": "ㅟ", "ㅡ": "ㅢ"}

# Emoji that stand for a word, in Korean and in English; read only beside letters of that script.
EMOJI = {
    "🐶": ("개", "dog"), "🐕": ("개", "dog"), "🐷": ("돼지", "pig"), "🐖": ("돼지", "pig"), "🐽": ("돼지", "pig"),
    "💩": ("똥", "shit"), "🐔": ("닭", "chicken"), "🐓": ("닭", "chicken"), "🐭": ("쥐", "rat"), "🐀": ("쥐", "rat"),
    "🐍": ("뱀", "snake"), "🤡": ("광대", "clown"), "🗑": ("쓰레기", "trash"), "🚮": ("쓰레기", "trash"),
    "🐒": ("원숭이", "monkey"), "🐵": ("원숭이", "monkey"), "🐛": ("벌레", "worm"), "🪳": ("바퀴벌레", "cockroach"),
    "🪲": ("벌레", "bug"), "🐄": ("소", "cow"), "🐮": ("소", "cow"), "🍑": ("", "ass"), "🍆": ("", "dick"),
    "🔪": ("칼", "knife"), "🔫": ("총", "gun"), "💀": ("", "dead"), "👶": ("애", "baby"),
    "🅱": ("", "b"), "🐴": ("말", "horse"), "🫏": ("", "ass"), "🐱": ("고양이", "pussy"), "🐈": ("고양이", "pussy"),
    "🧠": ("뇌", "brain"), "👅": ("혀", "tongue"), "🌽": ("", "porn"),
}  # fmt: skip
_EMOJI = re.compile("|".join(map(re.escape, EMOJI)))
_BESIDE_HANGUL = re.compile(r"[가-힣ㄱ-ㅣ]")


# What every disguise below has some of; without it, as in most comments, there is one reading only.
_SUSPECT = re.compile(
    rf"[{re.escape(_LEET_SIGNS)}ㄱ-ㅣぁ-んァ-ヶ一-龥\u2600-\u27bf\U0001f000-\U0001faff]"
    r"|[a-z][가-힣]|[가-힣][a-z]|[아애야얘어에여예오와왜외요우워웨위유으의이][아-잏]"
)


def views(folded: str) -> list[View]:
    """The readings that differ from each other, plainest first."""
    found = [_join("letters", folded)]
    if not _SUSPECT.search(folded):
        return found

    def add(view: View) -> None:
        if all(view.text != other.text for other in found):
            found.append(view)

    if _LEET_WORD.search(folded) or _SPACED_LEET.search(folded):
        for table in (_LEET, _LEET_L):
            spaced = _SPACED_LEET.sub(lambda match, t=table: match[0].translate(t), folded)  # type: ignore[misc]
            add(_join("leet", _LEET_WORD.sub(lambda match, t=table: match[0].translate(t), spaced)))  # type: ignore[misc]
    if _EMOJI.search(folded):
        add(_rewritten("emoji", folded, _EMOJI, _read_emoji))
    if _STROKE.search(folded):
        add(_rewritten("shape", folded, _STROKE, _read_stroke))
    if _FOREIGN_WITHIN.search(folded):
        add(_rewritten("letters", folded, _FOREIGN_WITHIN, lambda match: ""))
    if _DRAWN_OUT.search(folded):
        add(_rewritten("stretched", folded, _DRAWN_OUT, _read_drawn_out))
    if _SPREAD_JAMO.search(folded):
        add(_rewritten("composed", folded, _SPREAD_JAMO, _read_jamo))
    if _LOOSE_TAIL.search(folded):
        add(_rewritten("composed", folded, _LOOSE_TAIL, _read_tail))
    return found


def _join(
    name: str, text: str, origins: Sequence[int] | None = None, stops: Sequence[int] | None = None
) -> View:
    """Keep the letters and remember where something was dropped between them.

    origins, stops : the stretch of the folded text behind each character, when `text` is not that itself.
    """
    pieces: list[str] = []
    places: list[int] = []
    ends: list[int] = []
    gaps: dict[int, Gap] = {}
    length, behind = 0, 0
    for match in _PIECE.finditer(text):
        start, end = match.span()
        between = text[behind:start]
        spaced = not length or any(char.isspace() for char in between)
        gaps[length] = "space" if spaced else "mark"
        pieces.append(match[0])
        places.extend(range(start, end) if origins is None else origins[start:end])
        ends.extend(range(start + 1, end + 1) if stops is None else stops[start:end])
        length += end - start
        behind = end
    return View(name, "".join(pieces), places, ends, gaps)


def _rewritten(
    name: str,
    folded: str,
    pattern: re.Pattern[str],
    read: Callable[[re.Match[str]], str],
    *,
    join: bool = True,
) -> View:
    """The view of a text in which every match is read as something else."""
    text: list[str] = []
    origins: list[int] = []
    stops: list[int] = []
    behind = 0
    for match in pattern.finditer(folded):
        start, end = match.span()
        reading = read(match)
        text += [folded[behind:start], reading]
        origins += [*range(behind, start), *([start] * len(reading))]
        stops += [*range(behind + 1, start + 1), *([end] * len(reading))]
        behind = end
    text.append(folded[behind:])
    origins += range(behind, len(folded))
    stops += range(behind + 1, len(folded) + 1)
    if not join:
        return View(name, "".join(text), origins, stops, {})
    return _join(name, "".join(text), origins, stops)


def _read_emoji(match: re.Match[str]) -> str:
    korean, english = EMOJI[match[0]]
    around = match.string[max(match.start() - 3, 0) : match.end() + 4]
    return (korean if _BESIDE_HANGUL.search(around) else english) or match[0]


def _read_stroke(match: re.Match[str]) -> str:
    lead, vowel, tail = hangul.letters(match[0][0])
    joined = _WITH_STROKE.get(hangul.VOWELS[vowel])
    if joined is None or tail:
        return match[0]
    return hangul.syllable(lead, hangul.VOWELS.index(joined))


def _read_jamo(match: re.Match[str]) -> str:
    chars = [char for char in match[0] if "ㄱ" <= char <= "ㅣ"]
    places = list(range(len(chars)))
    return "".join(hangul.compose(chars, places, places)[0])


def _read_drawn_out(match: re.Match[str]) -> str:
    """치이인 is 친: the first syllable with the tail of the last."""
    lead, vowel, _ = hangul.letters(match[0][0])
    return hangul.syllable(lead, vowel, hangul.letters(match[0][-1])[2])


def _read_tail(match: re.Match[str]) -> str:
    lead, vowel, tail = hangul.letters(match[0][0])
    if tail or match[0][1] not in hangul.TAILS:
        return match[0]
    return hangul.syllable(lead, vowel, hangul.TAILS.index(match[0][1]))


# What is read over in a disguised word while its neighbours stay as they are, so that the classifier can read on.
_CLEAR_LEET = re.compile(rf"[a-z]*(?:[a-z][0134579@$!|]+[a-z]|(?<![a-z0-9])[@$][a-z])[a-z{_LEET_SIGNS}]*")
_CLEAR_SPREAD = (
    r"(?<![^\W\d_])[^\W\d_](?P<between>[\s.\-_·*]{1,2})[^\W\d_](?:(?P=between)[^\W\d_])+(?![^\W\d_])"
)
_CLEAR = re.compile(
    rf"(?P<leet>{_CLEAR_LEET.pattern})"
    rf"|(?P<spread>{_CLEAR_SPREAD})"
    r"|(?P<within>(?<=[가-힣])[\d@#^*_~·]{1,3}(?=[가-힣]))"
    r"|(?P<tripled>(?P<letter>[a-z])(?P=letter){2,})"
)


def clear(folded: str) -> View | None:
    """The text with disguised words rewritten in the clear and all else kept; None where there is none."""
    if not _CLEAR.search(folded):
        return None
    return _rewritten("clear", folded, _CLEAR, _read_clear, join=False)


def _read_clear(match: re.Match[str]) -> str:
    if match["leet"]:
        return match[0].translate(_LEET)
    if match["spread"]:
        return "".join(_PIECE.findall(match[0]))
    return match["letter"] or ""


class _SoundTable(dict[int, str]):
    def __missing__(self, code: int) -> str:
        read = hangul.sound(chr(code))
        self[code] = read
        return read


_SOUNDS = _SoundTable()
_DRAWN_OUT = re.compile(
    "|".join(
        f"[{''.join(hangul.syllable(lead, vowel) for lead in range(19))}]"
        f"{hangul.syllable(hangul.LEADS.index('ㅇ'), vowel)}+"
        f"[{''.join(hangul.syllable(hangul.LEADS.index('ㅇ'), vowel, tail) for tail in range(1, 28))}]"
        for vowel in range(21)
    )
)
_STRETCHED = re.compile(
    "|".join(
        f"{silent}(?<=[{''.join(hangul.syllable(lead, vowel) for lead in range(19))}]{silent}){silent}*"
        for vowel in range(21)
        for silent in [hangul.syllable(hangul.LEADS.index("ㅇ"), vowel)]
    )
    + r"|(?<=([a-z]))\1+"
)


def by_sound(view: View) -> View:
    """The view as it sounds: look-alike syllables made one, stretched and doubled letters said once."""
    text = view.text.translate(_SOUNDS)
    dropped: set[int] = set()
    for match in _STRETCHED.finditer(text):
        dropped.update(takewhile(lambda place: place not in view.gaps, range(*match.span())))
    if not dropped:
        return View("sound", text, view.origins, view.stops, view.gaps)
    kept = [place for place in range(len(text)) if place not in dropped]
    moved = {old: new for new, old in enumerate(kept)}
    gaps: dict[int, Gap] = {}
    for (place, kind), (following, _) in pairwise([*view.gaps.items(), (len(text), "space")]):
        first = next((old for old in range(place, following) if old in moved), None)
        if first is not None:
            gaps[moved[first]] = kind
    # A letter said once covers what was dropped behind it, so that the whole stretch is marked.
    stops = [view.stops[following - 1] for _, following in pairwise([*kept, len(text)])]
    said = "".join(text[place] for place in kept)
    return View("sound", said, [view.origins[place] for place in kept], stops, gaps)
