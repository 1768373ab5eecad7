"""What is drawn, not spelled: emoji for words, digits and Latin letters for Hangul, syllables that look like others."""

from __future__ import annotations

import re

from moderation.text import hangul
from moderation.text.rewriting import Reading

# Emoji that stand for a word, in Korean and in English; read only beside letters of that script.
EMOJI = {
    "🐶": ("개", "dog"), "🐕": ("개", "dog"), "🐷": ("돼지", "pig"), "🐖": ("돼지", "pig"), "🐽": ("돼지", "pig"),
    "💩": ("똥", "shit"), "🐔": ("닭", "chicken"), "🐓": ("닭", "chicken"), "🐭": ("쥐", "rat"), "🐀": ("쥐", "rat"),
    "🐍": ("뱀", "snake"), "🤡": ("광대", "clown"), "🗑": ("쓰레기", "trash"), "🚮": ("쓰레기", "trash"),
    "🐒": ("원숭이", "monkey"), "🐵": ("원숭이", "monkey"), "🐛": ("벌레", "worm"), "🪳": ("바퀴벌레", "cockroach"),
    "🪲": ("벌레", "bug"), "🐄": ("소", "cow"), "🐂": ("소", "bull"), "🐃": ("소", "bull"), "🐮": ("소", "cow"),
    "🍑": ("", "ass"), "🕳": ("", "hole"), "🍆": ("", "dick"),
    "🔪": ("칼", "knife"), "🔫": ("총", "gun"), "💀": ("", "dead"), "👶": ("애", "baby"),
    "🅱": ("", "b"), "🐴": ("말", "horse"), "🫏": ("", "ass"), "🐱": ("고양이", "pussy"), "🐈": ("고양이", "pussy"),
    "🧠": ("뇌", "brain"), "👅": ("혀", "tongue"), "🌽": ("", "porn"),
}  # fmt: skip
_EMOJI = re.compile("|".join(map(re.escape, EMOJI)))
_BESIDE_HANGUL = re.compile(r"[가-힣ㄱ-ㅣ]")

# Vowels that a stroke drawn as i, l, 1 or | turns into another: 러I is 레.
_STROKE = re.compile(r"[가-힣][il1|ㅣ]")
# Digits, Latin letters and Chinese characters drawn as the Hangul letters that they look like: 7H새77l, ㅅl발, 人ㅣ발.
_SHAPES = {
    "77": "ㄲ", "7": "ㄱ", "1": "ㅣ", "l": "ㅣ", "i": "ㅣ", "|": "ㅣ", "!": "ㅣ", "丨": "ㅣ", "h": "ㅐ", "r": "ㅏ", "k": "ㅏ",
    "ト": "ㅏ", "卜": "ㅏ", "o": "ㅇ", "0": "ㅇ", "c": "ㄷ", "匚": "ㄷ", "e": "ㅌ", "人": "ㅅ", "^": "ㅅ", "入": "ㅅ",
    "口": "ㅁ", "日": "ㅂ", "己": "ㄹ", "z": "ㄹ", "2": "ㄹ", "ス": "ㅈ", "フ": "ㄱ", "一": "ㅡ",
    "丁": "ㅜ", "t": "ㅜ", "工": "ㅗ", "上": "ㅗ",
}  # fmt: skip
SHAPE_CHARS = re.escape("".join(sorted({char for shape in _SHAPES for char in shape})))
_SHAPED = re.compile(f"[ㄱ-ㅣ{SHAPE_CHARS}]{{1,8}}")
_BESIDE_SHAPE = re.compile(f"[가-힣ㄱ-ㅣ][{SHAPE_CHARS}]|[{SHAPE_CHARS}][가-힣ㄱ-ㅣ]")
_SHAPE = re.compile("|".join(sorted(map(re.escape, _SHAPES), key=len, reverse=True)))
# Syllables that look like another at a glance (yaminjeongeum): 댕청이 is 멍청이.
_LOOKALIKE_SYLLABLES = str.maketrans("댕뎅띵띤띠머커윾괴", "멍멍멍면며대귀유피")
_LOOKALIKE = re.compile("[댕뎅띵띤띠머커윾괴]")
# What a stroke makes of a vowel.
_WITH_STROKE = {"ㅏ": "ㅐ", "ㅑ": "ㅒ", "ㅓ": "ㅔ", "ㅕ": "ㅖ", "ㅗ": "ㅚ", "ㅜ": "ㅟ", "ㅡ": "ㅢ"}


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


def _read_shapes(match: re.Match[str]) -> str:
    """A run of shapes and loose letters beside Hangul, composed. Digits alone are sums and years, but for sevens."""
    run, text = match[0], match.string
    beside = text[match.start() - 1 : match.start()] + text[match.end() : match.end() + 1]
    if (run.isdigit() and "7" not in run) or not _BESIDE_HANGUL.search(beside + run):
        return run
    chars = list(_SHAPE.sub(lambda shape: _SHAPES[shape[0]], match[0]))
    places = list(range(len(chars)))
    return "".join(hangul.compose(chars, places, places)[0])


def _read_lookalike(match: re.Match[str]) -> str:
    return match[0].translate(_LOOKALIKE_SYLLABLES)


SHAPES = (
    Reading("emoji", _EMOJI, _EMOJI, _read_emoji),
    Reading("shape", _STROKE, _STROKE, _read_stroke),
    Reading("shape", _BESIDE_SHAPE, _SHAPED, _read_shapes),
    Reading("shape", _LOOKALIKE, _LOOKALIKE, _read_lookalike),
)
