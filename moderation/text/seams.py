"""Where two ordinary words meet so that the end of one and the beginning of the next spell a listed one: 질병|신고."""

from __future__ import annotations

from collections.abc import Iterable

_SHORTEST_BEFORE = 2


class SeamBook:
    """Ordinary words that may meet without a space between them."""

    def __init__(self, nouns: Iterable[str]) -> None:
        self._nouns = frozenset(nouns)
        self._longest = max(map(len, self._nouns), default=0)

    def splits(self, folded: str, start: int, end: int) -> bool:
        """Whether a seam runs through folded[start:end].

        One ordinary word ends within it that began before it, and another follows at once and reaches its end.
        What is nothing but the first letters of a word (개시발) is no seam: then the listed word itself was written.
        """
        return any(
            self._ends(folded, start, seam) and self._begins(folded, seam, end)
            for seam in range(start + 1, end)
        )

    def _ends(self, folded: str, start: int, seam: int) -> bool:
        first = max(seam - self._longest, 0)
        last = min(start, seam - _SHORTEST_BEFORE + 1)
        return any(folded[begin:seam] in self._nouns for begin in range(first, last))

    def _begins(self, folded: str, seam: int, end: int) -> bool:
        return any(folded[seam:stop] in self._nouns for stop in range(end, seam + self._longest + 1))
