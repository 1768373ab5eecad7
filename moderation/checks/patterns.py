"""The patterns of the policy: advertising that no single word gives away, and whatever an editor adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from moderation.policy import Pattern
from moderation.text.expressions import Expression, Sieve
from moderation.text.normalize import Text
from moderation.types import Context, Finding, Span


class PatternCheck:
    """Looks for the words that the patterns cannot do without, and for a pattern only where its own are there."""

    name = "patterns"

    def __init__(self, patterns: Mapping[str, Pattern]) -> None:
        self._patterns = tuple(patterns.items())
        self._sieve = _sieve(tuple(pattern.expression for pattern in patterns.values()))

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        """`patterns.NAME` for each pattern that is found, at its first place, with all places marked."""
        findings = []
        for number in self._sieve.possible(text):
            name, pattern = self._patterns[number]
            if pattern.language not in (None, text.language):
                continue
            if places := pattern.expression.find(text):
                marks = tuple(sorted((text.span(*place) for place in places), key=lambda span: span.start))
                whole = Span(marks[0].start, max(mark.end for mark in marks))
                findings.append(Finding(f"patterns.{name}", whole, evidence=pattern.meaning, marks=marks))
        return findings


@lru_cache(maxsize=4)  # a policy that is loaded again has mostly the patterns of before
def _sieve(expressions: tuple[Expression, ...]) -> Sieve:
    return Sieve(expressions)
