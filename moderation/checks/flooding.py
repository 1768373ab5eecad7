"""Flooding over time, by what `History` knows: copies of one's own comments, more comments than anybody writes by hand,
and the same text under many names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from moderation.policy import Flooding
from moderation.text.letters import LAUGHTER, letters_of, weight
from moderation.text.normalize import Text, normalize
from moderation.text.sketch import sketch
from moderation.types import Context, Finding, History, NearCopy, Span


class FloodingCheck:
    """Compares a comment and its author's pace with the policy's measure of flooding.

    What everybody writes alike is no copy: laughter, an emoji, an exclamation, and the policy's formulas.
    """

    name = "flooding"

    def __init__(self, flooding: Flooding) -> None:
        self._policy = flooding
        formulas = (letters_of(normalize(formula).folded) for formula in flooding.formulas)
        self._formulas = sorted(filter(None, formulas), key=len, reverse=True)

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        """`flooding.rate`, `flooding.copy` or `.near_copy`, and `flooding.campaign`; none without a history."""
        if context.history is None:
            return []
        whole = Span(0, len(text.body))
        seen = self._seen(text, context, context.history)
        return [Finding(f"flooding.{kind}", whole, evidence=evidence) for kind, evidence in seen]

    def _seen(self, text: Text, context: Context, history: History) -> Iterator[tuple[str, str]]:
        said, copies = self._said(text), 0
        if context.author is not None:
            written = self._count(context, context.author, history, 60, self._policy.per_hour)
            yield from self._rate(context, context.author, history, written)
            # Most authors have written nothing in the last hour, and need not be asked about again.
            if said >= self._policy.copy_letters and (written or self._policy.window_minutes > 60):
                since = context.now - timedelta(minutes=self._policy.window_minutes)
                copies = history.count_same(context.author, text.fingerprint, since)
            if copies >= self._policy.copies:
                yield "copy", f"{copies} earlier copies in {self._policy.window_minutes} minutes"
        if said >= self._policy.near_letters:
            yield from self._near(text, context, history, said, exact=copies >= self._policy.copies)

    def _rate(
        self, context: Context, author: str, history: History, in_an_hour: int
    ) -> Iterator[tuple[str, str]]:
        per_hour, per_minute = self._policy.per_hour, self._policy.per_minute
        if in_an_hour >= per_hour:
            yield "rate", f"{per_hour} comments or more in an hour"
        elif in_an_hour >= per_minute and self._count(context, author, history, 1, per_minute) >= per_minute:
            yield "rate", f"{per_minute} comments or more in a minute"

    def _count(self, context: Context, author: str, history: History, minutes: int, at_most: int) -> int:
        return history.count_by(author, context.now - timedelta(minutes=minutes), at_most)

    def _near(
        self, text: Text, context: Context, history: History, said: int, *, exact: bool
    ) -> Iterator[tuple[str, str]]:
        sketched = sketch(text)
        if sketched is None:
            return
        since = context.now - timedelta(minutes=self._policy.window_minutes)
        near = [
            copy for copy in history.find_near(sketched, since) if copy.similarity >= self._policy.similarity
        ]
        own = _by(near, context.author)
        if own >= self._policy.near_copies and not exact:
            yield "near_copy", f"{own} earlier near copies in {self._policy.window_minutes} minutes"
        others = {copy.author for copy in near if copy.author is not None} - {context.author}
        if len(others) >= self._policy.campaign_authors and said >= self._policy.campaign_letters:
            yield "campaign", f"{len(others)} other authors wrote nearly the same"

    def _said(self, text: Text) -> int:
        """How much the comment says beside laughter and formulas, in Latin letters."""
        letters = letters_of(text.folded)
        for formula in self._formulas:
            letters = letters.replace(formula, "")
        return 0 if LAUGHTER.fullmatch(letters) else weight(letters)


def _by(copies: Sequence[NearCopy], author: str | None) -> int:
    return 0 if author is None else sum(copy.author == author for copy in copies)
