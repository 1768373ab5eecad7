"""`moderation explain`: which words and n-grams the classifier went by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from moderation.cli import show
from moderation.cli.load import ModelFolder, PolicyFiles, load_settings
from moderation.errors import ModelError
from moderation.types import Comment, Label

if TYPE_CHECKING:
    from rich.console import Console

    from moderation.model.classifier import Contribution, Explanation
    from moderation.text.normalize import Text as Normalised

SHOWN = 10


def explain(
    text: Annotated[str, typer.Argument(help="The comment.")],
    label: Annotated[
        Label | None, typer.Option(help="The score to take apart; default: the highest of the comment.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, max=200, help="How many n-grams to list.")] = SHOWN,
    policy: PolicyFiles = None,
    model: ModelFolder = None,
) -> None:
    """Show what the policy says of a comment, and take the classifier's score apart."""
    from moderation.reload import Reloader
    from moderation.text.normalize import normalize

    loaded = Reloader.of(load_settings(policy=policy, model=model))
    moderator, model_error = loaded.moderator, loaded.model.fault
    classifier = moderator.classifier
    if classifier is None:
        raise ModelError(model_error)
    if label is not None and label not in classifier.labels:
        raise typer.BadParameter(f"the model scores {', '.join(classifier.labels)}, not {label}")
    out = show.console()
    decision = moderator.judge(Comment(text))
    show.show_decision(out, text, decision, moderator.policy)
    normalised = normalize(text)
    scores = classifier.scores([normalised.folded], [normalised.language])[0].tolist()
    _show_scores(out, dict(zip(classifier.labels, scores, strict=True)))
    chosen = label or max(classifier.labels, key=lambda each: scores[classifier.labels.index(each)])
    explanation = classifier.explain(normalised.folded, normalised.language, chosen)
    _show_explanation(out, normalised, explanation, top)


def _show_scores(out: Console, scores: dict[Label, float]) -> None:
    out.print("\nscores", style="bold")
    for label, score in sorted(scores.items(), key=lambda item: -item[1]):
        out.print(f"  {label:<16}{score:.3f}  {'█' * round(score * 30)}")


def _show_explanation(out: Console, text: Normalised, explanation: Explanation, top: int) -> None:
    out.print(f"\n{explanation.label}: words for it in red, against it in green", style="bold")
    line, end = Text("  "), 0
    for word in explanation.words:
        span = text.span(word.span.start, word.span.end)
        line.append(show.visible(text.body[end : span.start]))
        line.append(f"{show.visible(text.body[span.start : span.end])}[{word.weight:+.2f}]", _style(word))
        end = span.end
    out.print(line.append(show.visible(text.body[end:])))
    from rich.table import Table

    table = Table("n-gram", "weight", box=None, pad_edge=False, padding=(0, 2, 0, 2))
    table.columns[1].justify = "right"
    for ngram in explanation.ngrams[:top]:
        table.add_row(Text(f"`{show.visible(ngram.text)}`"), Text(f"{ngram.weight:+.3f}", _style(ngram)))
    out.print(table)
    rest = sum(ngram.weight for ngram in explanation.ngrams[top:])
    out.print(
        f"  start {explanation.intercept:+.2f}, the n-grams above "
        f"{sum(ngram.weight for ngram in explanation.ngrams[:top]):+.2f}, "
        f"{max(len(explanation.ngrams) - top, 0)} others {rest:+.2f}: "
        f"log-odds {explanation.logit:+.2f}, probability {explanation.score:.3f}"
    )


def _style(contribution: Contribution) -> str:
    """Stronger the more it weighs; what hardly weighs stays plain."""
    weight = abs(contribution.weight)
    colour = "red" if contribution.weight > 0 else "green"
    return "" if weight < 0.1 else colour if weight < 0.5 else f"bold {colour}"
