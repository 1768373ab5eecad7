"""The classifier's reading of the whole comment: one finding per label, whatever its score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from moderation.model.classifier import Classifier, Weighed, word_spans
from moderation.model.reading import chunks
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
        judged = [text.judged for text in texts]
        return [found for part in chunks(judged) for found in self._run(self._classifier, texts[part])]

    def _run(self, classifier: Classifier, texts: Sequence[Text]) -> list[list[Finding]]:
        # A comment is as bad as its clearest reading: a disguise must not lower a score.
        clear = [(index, view) for index, text in enumerate(texts) if (view := text.clear) is not None]
        read = [text.judged for text in texts] + [view.text for _, view in clear]
        spoken = [text.language for text in texts]
        weighed = classifier.weigh(read, spoken + [spoken[index] for index, _ in clear])
        scores = weighed.scores
        sources: list[tuple[int, Rewritten | None]] = [(row, None) for row in range(len(texts))]
        for row, (index, view) in enumerate(clear, len(texts)):
            if scores[row].max() > scores[index].max():
                sources[index] = row, view
            scores[index] = np.maximum(scores[index], scores[row])
        findings = []
        for text, row, source in zip(texts, scores.tolist(), sources, strict=False):
            high = [column for column, score in enumerate(row) if score >= MARK_FROM]
            marks = dict(zip(high, _heaviest(weighed, text, source, high), strict=True)) if high else {}
            whole = Span(0, len(text.body))
            findings.append(
                [
                    Finding(rule=_RULES[label], span=whole, score=score, marks=marks.get(column, ()))
                    for column, (label, score) in enumerate(zip(classifier.labels, row, strict=True))
                ]
            )
        return findings


def _heaviest(
    weighed: Weighed, text: Text, source: tuple[int, Rewritten | None], labels: Sequence[int]
) -> list[tuple[Span, ...]]:
    """For each label the words that weigh most: as few as make up half of all that speaks for it."""
    row, clear = source
    words = word_spans(clear.text if clear else text.judged)
    marks = []
    for weights in weighed.by_word(row, labels).T.tolist():
        half = sum(weight for weight in weights if weight > 0) / 2
        chosen: list[Span] = []
        for place in sorted(range(len(words)), key=lambda place: -weights[place])[:MOST_MARKS]:
            if half <= 0:
                break
            half -= weights[place]
            chosen.append(_in_body(text, Span(*words[place]), clear))
        marks.append(tuple(sorted(chosen, key=lambda span: span.start)))
    return marks


def _in_body(text: Text, word: Span, clear: Rewritten | None) -> Span:
    if clear is None:
        return text.span(word.start, word.end)
    return text.span(min(clear.origins[word.start : word.end]), max(clear.stops[word.start : word.end]))
