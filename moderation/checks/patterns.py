"""The patterns of the policy: advertising that no single word gives away, and whatever an editor adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from moderation.policy import Pattern
from moderation.text.expressions import any_of, readings
from moderation.text.normalize import Text
from moderation.types import Context, Finding, Span


class PatternCheck:
    """Looks for all patterns at once, and then for each by itself where there is one."""

    name = "patterns"

    def __init__(self, patterns: Mapping[str, Pattern]) -> None:
        self._patterns = tuple(patterns.items())
        self._hint = any_of([one for pattern in patterns.values() for one in pattern.pattern], lines=True)

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        """`patterns.NAME` for each pattern that is found, at its first place, with all places marked."""
        # As bytes, since where it matches does not matter yet: RE2 counts characters for half of its time.
        if self._hint is None or not self._hint.search(readings(text).encode()):
            return []
        findings = []
        for name, pattern in self._patterns:
            if pattern.language not in (None, text.language):
                continue
            if places := pattern.expression.find(text):
                marks = tuple(sorted((text.span(*place) for place in places), key=lambda span: span.start))
                whole = Span(marks[0].start, max(mark.end for mark in marks))
                findings.append(Finding(f"patterns.{name}", whole, evidence=pattern.meaning, marks=marks))
        return findings
