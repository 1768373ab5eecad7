"""A reading of folded text in which spelled and disguised digits are digits: `공일공` and `o1o` are `010`.

Separators other than those of ASCII become `~`, so that patterns over the reading stay small.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SPELLED = {"공": "0", "영": "0", "빵": "0", "ㅇ": "0", "륙": "6"} | dict(
    zip("일이삼사오육칠팔구", "123456789", strict=True)
)
# The zeros of other scripts' digits that NFKC leaves alone: Arabic, Persian, N'Ko, the Indic ones, Thai, …
_ZEROS = "٠۰߀०০੦૦୦௦౦೦൦๐໐༠၀០᠐"
_TABLE = str.maketrans(
    _SPELLED | {chr(ord(zero) + digit): str(digit) for zero in _ZEROS for digit in range(10)}
)
# What is said between groups of digits, as long as what it stands for.
_SAID = {"다시": "- ", "하이픈": "-  ", "대시": "- ", "점": ".", "닷": ".", "에": " ", "ㅡ": "-"}
_SAID_BETWEEN = re.compile("|".join(_SAID))
_MARK = re.compile(r"[^\w\s!-~]")
_LOOK_ALIKE = re.compile(r"(?<![a-z0-9])[0-9oil]*[0-9][0-9oil]*(?![a-z])")
_LETTERS = str.maketrans("oil", "011")

_DIGIT = rf"\d{''.join(_SPELLED)}oil"
_SEVEN = re.compile(rf"(?:[{_DIGIT}](?:[점닷에다시하이픈대ㅡ]|[^\w\n]|_){{0,4}}){{7}}")

_NAMES = {
    name: str(digit) for digit, name in enumerate("zero one two three four five six seven eight nine".split())
}
_NAMED = "|".join([*_NAMES, "oh"])
_SEVEN_NAMED = re.compile(rf"(?<![a-z])(?:{_NAMED})(?:[ ,.\-]{{1,3}}(?:{_NAMED})){{6,}}(?![a-z])")


def read_names(folded: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and digits of each number spelled in English: `four one five, five five five, …`."""
    if "one" in folded or "five" in folded or "zero" in folded:
        for match in _SEVEN_NAMED.finditer(folded):
            named = re.findall(_NAMED, match[0])
            yield match.start(), match.end(), "".join(_NAMES.get(name, "0") for name in named)


def read_digits(folded: str) -> str | None:
    """The text with digits read, as long as `folded`; None where it has no seven digits in a row."""
    if not _SEVEN.search(folded):
        return None
    apart = _MARK.sub("~", _SAID_BETWEEN.sub(lambda match: _SAID[match[0]], folded))
    return _LOOK_ALIKE.sub(lambda match: match[0].translate(_LETTERS), apart.translate(_TABLE))
