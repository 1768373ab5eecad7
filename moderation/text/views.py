"""Readings of the folded text in which a disguised word stands in the clear.

Each view is lossy in its own way, so none replaces the folded text; the view that matched is evidence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Gap = Literal["space", "mark"]

_PIECE = re.compile(r"[^\W\d_]+")
_LEET_WORD = re.compile(r"[a-z0-9@$!|+€£]*(?:[a-z][0-9@$!|+€£]|[0-9@$!|+€£][a-z])[a-z0-9@$!|+€£]*")
_LEET = str.maketrans("0134579@$!|+€£", "oieastgasiitel")
_LEET_L = str.maketrans("0134579@$!|+€£", "oleastgasllte" + "l")


@dataclass(frozen=True, slots=True)
class View:
    """One reading.

    text : letters only; what stood between them has been dropped.
    origins : for each letter, its offset in the folded text.
    gaps : the places in `text` before which something was dropped, and whether it was white space.
    """

    name: str
    text: str
    origins: Sequence[int]
    gaps: Mapping[int, Gap]


def views(folded: str) -> list[View]:
    """The readings that differ from each other, plainest first."""
    found = [_join("letters", folded)]
    if _LEET_WORD.search(folded):
        for name, table in (("leet", _LEET), ("leet", _LEET_L)):
            read = _LEET_WORD.sub(lambda match, table=table: match[0].translate(table), folded)  # type: ignore[misc]
            view = _join(name, read)
            if all(view.text != other.text for other in found):
                found.append(view)
    return found


def _join(name: str, folded: str) -> View:
    """Keep the letters and remember where something was dropped between them."""
    pieces: list[str] = []
    origins: list[int] = []
    gaps: dict[int, Gap] = {}
    length, behind = 0, 0
    for match in _PIECE.finditer(folded):
        start, end = match.span()
        between = folded[behind:start]
        gaps[length] = "mark" if between and not any(char.isspace() for char in between) else "space"
        pieces.append(match[0])
        origins.extend(range(start, end))
        length += end - start
        behind = end
    return View(name, "".join(pieces), origins, gaps)
