"""Reading stretches of a text as something else, with a way back to where they stood."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

Read = Callable[[re.Match[str]], str]


class Reading(NamedTuple):
    """One way to read a text.

    name : of the disguise that it sees through.
    sign : what there must be for the reading to differ.
    pattern, read : which stretches are read otherwise, and as what.
    """

    name: str
    sign: re.Pattern[str]
    pattern: re.Pattern[str]
    read: Read


@dataclass(frozen=True)
class Rewritten:
    """A text with some stretches rewritten.

    changes : start, end and new length of each, in order.
    origins, stops : for each character, the stretch of the text before that it stands for.
    """

    text: str
    changes: Sequence[tuple[int, int, int]]

    @property
    def origins(self) -> Sequence[int]:
        """Where in the text before each character starts."""
        return self._places[0]

    @property
    def stops(self) -> Sequence[int]:
        """Where in the text before each character ends."""
        return self._places[1]

    @cached_property
    def _places(self) -> tuple[list[int], list[int]]:
        starts: list[int] = []
        ends: list[int] = []
        behind = 0
        for start, end, size in self.changes:
            starts += [*range(behind, start), *([start] * size)]
            ends += [*range(behind + 1, start + 1), *([end] * size)]
            behind = end
        rest = len(self.text) - len(starts)
        starts += range(behind, behind + rest)
        ends += range(behind + 1, behind + rest + 1)
        return starts, ends


def rewrite(text: str, pattern: re.Pattern[str], read: Read) -> Rewritten:
    """The text in which every match is read as something else."""
    parts: list[str] = []
    changes: list[tuple[int, int, int]] = []
    behind = 0
    for match in pattern.finditer(text):
        start, end = match.span()
        reading = read(match)
        parts += [text[behind:start], reading]
        changes.append((start, end, len(reading)))
        behind = end
    parts.append(text[behind:])
    return Rewritten("".join(parts), changes)
