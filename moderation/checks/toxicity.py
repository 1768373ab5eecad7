"""The classifier's reading of the whole comment: one finding per label, whatever its score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from moderation.model.classifier import Classifier
from moderation.text.normalize import Text
from moderation.text.views import View
from moderation.types import Context, Finding, Label, Span

MARK_FROM = 0.5
"""From this probability on, a finding names the words that weighed most."""


MOST_MARKS = 5


class Unavailable(Exception):
    """Raised by a check that has nothing to run with; the engine records it as skipped."""


class ToxicityCheck:
    """Rules `toxicity.LABEL`, each with its probability.

    Scores that ask for nothing are reported too: they are kept, so that other thresholds can be replayed.
    """

    name = "toxicity"

    def __init__(self, classifier: Classifier | None) -> None:
        self._classifier = classifier

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        """One finding per label; raises Unavailable without a model."""
        return self.run_many([text])[0]

    def run_many(self, texts: Sequence[Text]) -> Sequence[Sequence[Finding]]:
        """The same for many comments at once."""
        if self._classifier is None:
            raise Unavailable("no model is loaded")
        # A comment is as bad as its clearest reading: disguises must not lower a score.
        disguised = [(index, text.clear) for index, text in enumerate(texts) if text.clear is not None]
        folded = [text.folded for text in texts] + [clear.text for _, clear in disguised]
        languages = [text.language for text in texts] + [texts[index].language for index, _ in disguised]
        scores = self._classifier.scores(folded, languages)
        own = scores[: len(texts)].copy()
        for row, (index, _) in enumerate(disguised, len(texts)):
            own[index] = np.maximum(own[index], scores[row])
        cleared = own > scores[: len(texts)]
        return [self._findings(*found) for found in zip(texts, own.tolist(), cleared.tolist(), strict=True)]

    def _findings(self, text: Text, row: list[float], cleared: list[bool]) -> list[Finding]:
        assert self._classifier is not None
        whole = Span(0, len(text.body))
        return [
            Finding(
                rule=f"toxicity.{label}",
                span=whole,
                score=score,
                marks=self._heaviest(text, label, text.clear if in_clear else None)
                if score >= MARK_FROM
                else (),
            )
            for label, score, in_clear in zip(self._classifier.labels, row, cleared, strict=True)
        ]

    def _heaviest(self, text: Text, label: Label, clear: View | None) -> tuple[Span, ...]:
        """The words that carried the score: the fewest without which it would be below even."""
        assert self._classifier is not None
        read = clear.text if clear else text.folded
        explanation = self._classifier.explain(read, text.language, label)
        left = explanation.logit
        marks: list[Span] = []
        for word in sorted(explanation.words, key=lambda word: -word.weight):
            if left < 0 or word.weight <= 0 or len(marks) == MOST_MARKS:
                break
            start, end = word.span.start, word.span.end
            if clear:
                start, end = min(clear.origins[start:end]), max(clear.stops[start:end])
            marks.append(text.span(start, end))
            left -= word.weight
        return tuple(sorted(marks, key=lambda span: span.start))
