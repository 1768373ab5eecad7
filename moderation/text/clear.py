"""The folded text with disguised words in the clear and all else kept, for a reader of whole sentences."""

from __future__ import annotations

import re
import string

from moderation.text.rewriting import Rewritten, rewrite

_LEET_SIGNS = "0134579@$!|+€£"
_LEET = str.maketrans(_LEET_SIGNS, "oieastgasiitel")

# What is read over in a disguised word while its neighbours stay as they are, so that the classifier can read on.
_SPELLED = (
    rf"(?:(?<!\S)[{_LEET_SIGNS}]{{1,2}}|(?<![a-z]))[a-z]*"
    rf"(?:[a-z][0134579@$!|]+[a-z]|(?<![a-z0-9])[@$][a-z])[a-z{_LEET_SIGNS}]*"
)
_SPREAD = r"(?<![^\W\d_])[^\W\d_](?P<between>[\s.\-_·*]{1,2})[^\W\d_](?:(?P=between)[^\W\d_])+(?![^\W\d_])"
_CLEAR = re.compile(
    rf"(?P<leet>{_SPELLED})"
    rf"|(?P<spread>{_SPREAD})"
    r"|(?P<within>(?<=[가-힣])[\d@#^*_~·]{1,3}(?=[가-힣]))"
    r"|(?P<tripled>(?P<letter>[a-z])(?P=letter){2,})"
)
_SIGN = r"[\s.\-_·*]{1,2}"
HINT = (
    r"[a-z][0134579@$!|]+[a-z]|[@$][a-z]|[가-힣][\d@#^*_~·]{1,3}[가-힣]"
    rf"|(?:^|[^\pL])\pL{_SIGN}\pL{_SIGN}\pL(?:$|[^\pL])"
    f"|{'|'.join(letter * 3 for letter in string.ascii_lowercase)}"
)
"""What all of the above has one of, in the syntax of RE2."""


def clear(folded: str) -> Rewritten | None:
    """The text with disguised words rewritten; None where there are none."""
    rewritten = rewrite(folded, _CLEAR, _read_clear)
    return rewritten if rewritten.changes else None


def _read_clear(match: re.Match[str]) -> str:
    if match["leet"]:
        return match[0].translate(_LEET)
    if match["spread"]:
        return "".join(filter(str.isalpha, match[0]))
    return match["letter"] or ""
