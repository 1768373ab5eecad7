"""Markup in a comment: a page that shows comments as text shows it, and readers read over it.

Entities (&#48337; &shy;) are read as the characters they stand for; where a tag without attributes stood (<b>, [i],
<wbr>) a mark is put, which is read like any other mark between letters. Tags with attributes are left alone:
what is in them, a link for instance, is for other checks to see.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

MOST_NESTED = 3
"""Entities within entities (&amp;amp;lt;) are read this often; a page that reads more does not exist."""

MARK = "·"

_TAGS = "b|i|u|s|em|strong|strike|del|ins|mark|small|big|sub|sup|span|font|wbr|nobr|tt|code|kbd|center|blink|ruby|rt"
_BREAKS = "br|p|div|li|ul|ol|hr|h[1-6]|blockquote|quote"
_CODES = "b|i|u|s|color|size|font|code|center|left|right|spoiler|sup|sub"
_MARKUP = re.compile(
    rf"(?P<tag></?(?:{_TAGS}) ?/?>|\[/?(?:{_CODES})\]|<!--[^<>]{{0,40}}-->)"
    rf"|(?P<br></?(?:{_BREAKS}) ?/?>)"
    r"|(?P<entity>&(?:amp;)*(?:#[0-9]{1,7};|#x[0-9a-f]{1,6};|[a-z]{2,8};))"
)


def has_markup(text: str) -> bool:
    """Whether there may be any. Quick where there is none, as in nearly every comment."""
    return ("<" in text or "&" in text or "[" in text) and _MARKUP.search(text.lower()) is not None


def read_markup(
    folded: str, starts: Sequence[int], ends: Sequence[int], fold: Mapping[str, str]
) -> tuple[list[str], list[int], list[int]]:
    """Read all markup once.

    starts, ends : for each character of `folded`, the stretch of the body behind it; so for what is returned.
    fold : what each character of an entity's meaning folds to.
    """
    chars: list[str] = []
    begins: list[int] = []
    finishes: list[int] = []
    behind = 0
    for match in _MARKUP.finditer(folded):
        start, end = match.span()
        chars += folded[behind:start]
        begins += starts[behind:start]
        finishes += ends[behind:start]
        said = MARK if match["tag"] else " " if match["br"] else _meaning(match[0], fold)
        chars += said
        begins += [starts[start]] * len(said)
        finishes += [ends[end - 1]] * len(said)
        behind = end
    chars += folded[behind:]
    begins += starts[behind:]
    finishes += ends[behind:]
    return chars, begins, finishes


def _meaning(entity: str, fold: Mapping[str, str]) -> str:
    plain = "&" + entity.rpartition("&")[2].rpartition("amp;")[2] if "amp;" in entity[:-1] else entity
    read = html.unescape(plain)
    if read == plain:  # no entity after all: `&foo;`
        return MARK + plain[1:]
    return "".join(fold[char] for char in read)


def defuse(folded: str) -> str:
    """The text with the first character of everything that still reads as markup made a mark."""
    return _MARKUP.sub(lambda match: MARK + match[0][1:], folded)
