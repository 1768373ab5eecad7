"""From code points, in which spans are kept, to UTF-16 units, in which browsers count."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate


def utf16(body: str) -> Sequence[int]:
    """The UTF-16 offset of every code point offset of `body`, its end included.

    >>> utf16("😀가")[1]
    2
    """
    if body.isascii() or max(body, default="") <= "\uffff":
        return range(len(body) + 1)
    return list(accumulate((2 if char > "\uffff" else 1 for char in body), initial=0))
