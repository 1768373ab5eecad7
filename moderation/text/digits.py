"""A reading of folded text in which spelled and disguised digits are digits: `공일공` → `010`, `o1o` → `010`."""

from __future__ import annotations

import re
import sys
import unicodedata

_SPELLED = {"공": "0", "영": "0", "빵": "0", "ㅇ": "0", "륙": "6"} | dict(
    zip("일이삼사오육칠팔구", "123456789", strict=True)
)
_TABLE = str.maketrans(
    _SPELLED
    | {
        char: str(unicodedata.decimal(char))
        for char in map(chr, range(0x80, sys.maxunicode + 1))
        if char.isdecimal()
    }
)
# What is said between groups of digits, as long as what it stands for.
_SAID = {"다시": "- ", "하이픈": "-  ", "대시": "- ", "점": ".", "닷": ".", "에": " ", "ㅡ": "-"}
_SAID_BETWEEN = re.compile("|".join(_SAID))
_LOOK_ALIKE = re.compile(r"(?<![a-z0-9])[0-9oil|]*[0-9][0-9oil|]*(?![a-z])")
_LETTERS = str.maketrans("oil|", "0111")

_DIGIT = rf"\d{''.join(_SPELLED)}oil|"
_BETWEEN = r" .,\-–—−~/()_·:점닷에다시하이픈대ㅡ"
_SEVEN = re.compile(rf"(?:[{_DIGIT}][{_BETWEEN}]{{0,4}}){{7}}")


def read_digits(folded: str) -> str | None:
    """The text with digits read, as long as `folded`; None where it has no seven digits in a row."""
    if not _SEVEN.search(folded):
        return None
    plain = _LOOK_ALIKE.sub(lambda match: match[0].translate(_LETTERS), folded.translate(_TABLE))
    return _SAID_BETWEEN.sub(lambda match: _SAID[match[0]], plain)
