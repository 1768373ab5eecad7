"""The classifier's reading of the whole comment: one finding per label, whatever its score."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.model.classifier import Classifier
from moderation.text.normalize import Text
from moderation.types import Context, Finding, Span

MARK_FROM = 0.5
"""From this probability on, a finding names the words that weighed most."""


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
        scores = self._classifier.scores([t.folded for t in texts], [t.language for t in texts]).tolist()
        return [self._findings(text, row) for text, row in zip(texts, scores, strict=True)]

    def _findings(self, text: Text, row: list[float]) -> list[Finding]:
        assert self._classifier is not None
        whole = Span(0, len(text.body))
        return [
            Finding(
                rule=f"toxicity.{label}",
                span=whole,
                score=score,
                marks=self._heaviest(text, index) if score >= MARK_FROM else (),
            )
            for index, (label, score) in enumerate(zip(self._classifier.labels, row, strict=True))
        ]

    def _heaviest(self, text: Text, index: int) -> tuple[Span, ...]:
        """The words that carried the score: the fewest without which it would be below even."""
        assert self._classifier is not None
        explanation = self._classifier.explain(text.folded, text.language, self._classifier.labels[index])
        left = explanation.logit
        marks: list[Span] = []
        for word in sorted(explanation.words, key=lambda word: -word.weight):
            if left < 0 or word.weight <= 0 or len(marks) == 5:
                break
            marks.append(text.span(word.span.start, word.span.end))
            left -= word.weight
        return tuple(sorted(marks, key=lambda span: span.start))
