"""Whether a comment is empty, longer than the site allows, too large to keep, or piles up marks."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.policy import Limits
from moderation.text import graphemes
from moderation.text.normalize import Text
from moderation.types import Context, Finding, Span

_MOST_SHOWN = 20  # highlighted stacks; a body full of them is refused by the first one


class LengthCheck:
    """Compares a comment with the policy's limits."""

    name = "length"

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        """`length.empty`, `length.too_long`, `length.too_large` and `length.stacked_marks`.

        The span of what is too long or too large is the part beyond the limit.
        """
        body, limits = text.body, self._limits
        findings = []
        if text.graphemes == 0:
            findings.append(Finding("length.empty", Span(0, len(body)), evidence="nothing to see"))
        elif text.graphemes > limits.graphemes:
            beyond = Span(graphemes.end_of(body, limits.graphemes), len(body))
            evidence = f"{text.graphemes} characters, {limits.graphemes} allowed"
            findings.append(Finding("length.too_long", beyond, evidence=evidence))
        if len(body) * 4 > limits.bytes:  # no character takes more than four bytes
            findings.extend(self._too_large(body))
        if not text.is_plain and (stacked := graphemes.stacks(body, limits.marks)):
            findings.append(self._stacked(body, stacked))
        return findings

    def _too_large(self, body: str) -> list[Finding]:
        encoded = body.encode("utf-8", "surrogatepass")
        if len(encoded) <= self._limits.bytes:
            return []
        cut = self._limits.bytes
        while encoded[cut] & 0xC0 == 0x80:  # within a character
            cut -= 1
        start = len(encoded[:cut].decode("utf-8", "surrogatepass"))
        evidence = f"{len(encoded)} bytes, {self._limits.bytes} allowed"
        return [Finding("length.too_large", Span(start, len(body)), evidence=evidence)]

    def _stacked(self, body: str, stacked: list[tuple[int, int]]) -> Finding:
        marks = tuple(Span(start, end) for start, end in stacked[:_MOST_SHOWN])
        evidence = f"{graphemes.worst_marks(body)} marks on one character, {self._limits.marks} allowed"
        span = Span(stacked[0][0], stacked[-1][1])
        return Finding("length.stacked_marks", span, evidence=evidence, marks=marks)
