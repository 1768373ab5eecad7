"""The classifier's reading of the whole comment: one finding per label, whatever its score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from moderation.model.classifier import Classifier
from moderation.text.normalize import Text
from moderation.text.rewriting import Rewritten
from moderation.types import Context, Finding, Label, Span

MARK_FROM = 0.5
"""From this probability on, a finding names the words that weighed most."""


MOST_MARKS = 5
_RULES = {label: f"toxicity.{label}" for label in Label}


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
        scores = self._classifier.scores([t.judged for t in texts], [t.language for t in texts])
        # A comment is as bad as its clearest reading: a disguise must not lower a score.
        readings = [(index, text.clear) for index, text in enumerate(texts)]
        disguised = [(index, view) for index, view in readings if view is not None]
        clear: dict[int, Rewritten] = {}
        if disguised:
            languages = [texts[index].language for index, _ in disguised]
            read = self._classifier.scores([view.text for _, view in disguised], languages)
            for row, (index, view) in enumerate(disguised):
                if read[row].max() > scores[index].max():
                    clear[index] = view
                scores[index] = np.maximum(scores[index], read[row])
        return [
            self._findings(text, row, clear.get(index))
            for index, (text, row) in enumerate(zip(texts, scores.tolist(), strict=True))
        ]

    def _findings(self, text: Text, row: list[float], clear: Rewritten | None) -> list[Finding]:
        assert self._classifier is not None
        whole = Span(0, len(text.body))
        labels = self._classifier.labels
        high = [label for label, score in zip(labels, row, strict=True) if score >= MARK_FROM]
        marks = self._heaviest(text, high, clear) if high else {}
        return [
            Finding(rule=_RULES[label], span=whole, score=score, marks=marks.get(label, ()))
            for label, score in zip(labels, row, strict=True)
        ]

    def _heaviest(
        self, text: Text, labels: Sequence[Label], clear: Rewritten | None
    ) -> dict[Label, tuple[Span, ...]]:
        """For each label the words that weigh most: as few as make up half of all that speaks for it."""
        assert self._classifier is not None
        read = clear.text if clear else text.judged
        words, weights = self._classifier.weigh_words(read, text.language, labels)
        marks = {}
        for label, column in zip(labels, weights.T, strict=True):
            half = column[column > 0].sum() / 2
            chosen: list[Span] = []
            for place in np.argsort(-column)[:MOST_MARKS].tolist():
                if half <= 0:
                    break
                half -= column[place]
                chosen.append(_in_body(text, words[place], clear))
            marks[label] = tuple(sorted(chosen, key=lambda span: span.start))
        return marks


def _in_body(text: Text, word: Span, clear: Rewritten | None) -> Span:
    if clear is None:
        return text.span(word.start, word.end)
    return text.span(min(clear.origins[word.start : word.end]), max(clear.stops[word.start : word.end]))
