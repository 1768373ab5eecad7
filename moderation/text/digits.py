"""A reading of folded text in which spelled and disguised digits are digits: `공일공` and `o1o` are `010`.

Separators other than those of ASCII become `~`, so that patterns over the reading stay small.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import re2

_SPELLED = {
    "공": "0",
    "영": "0",
    "빵": "0",
    "ㅇ": "0",
    "륙": "6",
    "〇": "0",
    "零": "0",
    "⓿": "0",
    "🄋": "0",
    "🄌": "0",
} | {
    char: str(digit)
    # Korean, Chinese, and the circled digits that NFKC leaves alone
    for row in ("일이삼사오육칠팔구", "一二三四五六七八九", "❶❷❸❹❺❻❼❽❾", "➊➋➌➍➎➏➐➑➒", "⓵⓶⓷⓸⓹⓺⓻⓼⓽")
    for digit, char in enumerate(row, 1)
}
# The zeros of other scripts' digits that NFKC leaves alone: Arabic, Persian, N'Ko, the Indic ones, Thai, …
_ZEROS = "٠۰߀०০੦૦୦௦౦೦൦๐໐༠၀០᠐"
_TABLE = str.maketrans(
    _SPELLED | {chr(ord(zero) + digit): str(digit) for zero in _ZEROS for digit in range(10)}
)
# What is said between groups of digits, as long as what it stands for.
_SAID = {
    "다시": "- ",
    "하이픈": "-  ",
    "대시": "- ",
    "점": ".",
    "쩜": ".",
    "닷": ".",
    "에": " ",
    "ㅡ": "-",
    "ー": "-",
}
_SAID_BETWEEN = re.compile("|".join(_SAID))
_MARK = re.compile(r"[^\w\s!-~]")
_STROKE = re.compile(r"(?<=[0-9])一(?=[0-9])")  # drawn as a dash, not said as a one
# Letters drawn as digits: beside a digit, as the 010 before one, and as a whole group between others (O1O-OOOO-5318).
_LOOK_ALIKE = re.compile(
    r"(?<![a-z0-9])(?:[0-9oil]*[0-9][0-9oil]*(?![a-z])|o ?[il1] ?o(?=[^a-z0-9\n]{1,3}[0-9oil]{3,4}(?![a-z]))"
    r"|o [il1] o(?=[^a-z0-9\n]{1,3}[0-9] )|(?<=[0-9oil][-. ~/_])[oil]{3,4}(?=[-. ~/_][0-9oil]{4}(?![a-z0-9]))"
    r"|(?<=[0-9][-. ~/_])[oil]{4}(?![a-z0-9]))"
)
_LETTERS = str.maketrans("oil", "011")

_DIGIT = rf"\d{''.join(_SPELLED)}oil"
_SAID_LETTERS = "점쩜닷에다시하이픈대ㅡー"
_SEVEN = re.compile(rf"(?:[{_DIGIT}](?:[{_SAID_LETTERS}]|[^\w\n]|_){{0,4}}){{7}}")

_NAMES = {
    name: str(digit) for digit, name in enumerate("zero one two three four five six seven eight nine".split())
}
_NAMED = "|".join([*_NAMES, "oh"])
_TIMES = "(?:double |triple )?"
_SEVEN_NAMED = re2.compile(
    rf"(?:^|[^a-z0-9])({_TIMES}(?:{_NAMED}|[0-9])(?:[ ,.\-]{{0,3}}{_TIMES}(?:{_NAMED}|[0-9])){{4,}})(?:[^a-z0-9]|$)"
)
_TOKEN = re.compile(rf"({_TIMES})({_NAMED}|[0-9])")
_THREE_NAMED = rf"(?:{_NAMED})(?:[ ,.\-]{{0,3}}{_TIMES}(?:{_NAMED})){{2}}"
_NAMED_HINT = re2.compile(_THREE_NAMED)

_SPELLED_ONE = "".join(_SPELLED)
HINT = rf"{_THREE_NAMED}|(?:[\p{{Nd}}{_SPELLED_ONE}oil](?:[{_SAID_LETTERS}]|[^\pL\pN\n]){{0,4}}){{7}}"
"""What there is nothing to read without, in the syntax of RE2: three digits by name, or seven of any kind."""


def read_names(folded: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and digits of each number spelled in English: `four one five, five five five, …`."""
    if not _NAMED_HINT.search(folded):
        return
    for match in _SEVEN_NAMED.finditer(folded):
        tokens = list(_TOKEN.finditer(match[1]))
        number = "".join(map(_read_name, tokens))
        if len(number) >= 7 and sum(token[2].isalpha() for token in tokens) >= 3:
            yield match.start(1), match.end(1), number


def _read_name(token: re.Match[str]) -> str:
    times = {"double ": 2, "triple ": 3}.get(token[1], 1)
    return _NAMES.get(token[2], "0" if token[2] == "oh" else token[2]) * times


def read_digits(folded: str) -> str | None:
    """The text with digits read, as long as `folded`; None where it has no seven digits in a row."""
    if not _SEVEN.search(folded):
        return None
    apart = _SAID_BETWEEN.sub(lambda match: _SAID[match[0]], _STROKE.sub("-", folded))
    return _LOOK_ALIKE.sub(
        lambda match: match[0].translate(_LETTERS), _MARK.sub("~", apart.translate(_TABLE))
    )
