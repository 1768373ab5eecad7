"""What the whole check of a comment costs, beside a plain scikit-learn pipeline: `make bench`.

The pipeline is what one would write first: TF-IDF over character n-grams and a logistic regression, fitted
here on the seed corpus. It only scores; the check normalises, counts, searches words, links and personal
data, and decides besides.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from functools import partial
from importlib import resources
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from benchmarks.rounds import Rounds, interleave, median_each, show, show_machine
from moderation import Comment, Moderator
from moderation.checks import Check
from moderation.text.normalize import normalize
from moderation.types import Context, Finding

BATCH = 64
PLAIN = "plain pipeline"


def seed_rows() -> list[dict[str, Any]]:
    """The comments that come with the project."""
    text = (resources.files("training") / "data" / "seed.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def plain_pipeline(rows: Sequence[dict[str, Any]]) -> Pipeline:
    """TF-IDF and a logistic regression for toxicity, fitted on the rows that say something of it."""
    labelled = [row for row in rows if row["labels"].get("toxicity") is not None]
    pipeline = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)), LogisticRegression(max_iter=1000)
    )
    return pipeline.fit([row["text"] for row in labelled], [row["labels"]["toxicity"] for row in labelled])


def fair(rows: Sequence[dict[str, Any]]) -> list[str]:
    """What most comments are: rows that no label holds of."""
    return [row["text"] for row in rows if not any(row["labels"].values())]


def abusive(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Rows that some label holds of; these cost more, as the words behind a score are looked for."""
    return [row["text"] for row in rows if any(row["labels"].values())]


def typical(texts: Sequence[str], count: int) -> list[str]:
    """Comments of 30 to 40 characters, taken evenly from the whole corpus, both languages."""
    fitting = [text for text in texts if 30 <= len(text) <= 40]
    return [fitting[index * len(fitting) // count] for index in range(count)]


def full_length(texts: Sequence[str], count: int) -> list[str]:
    """Comments joined and cut at the limit of 250 characters."""
    joined = " ".join(texts)
    step = max((len(joined) - 250) // count, 1)
    return [joined[start : start + 250] for start in range(0, step * count, step)]


def measure(moderator: Moderator, pipeline: Pipeline, texts: Sequence[str], rounds: int) -> Rounds:
    """One comment at a time."""
    return interleave(
        {
            PLAIN: partial(median_each, lambda text: pipeline.predict_proba([text]), texts),
            "whole check": partial(median_each, lambda text: moderator.judge(Comment(text)), texts),
            "folding and rules": partial(median_each, partial(find_by_rules, moderator.checks), texts),
        },
        rounds,
    )


def find_by_rules(checks: Sequence[Check], text: str) -> list[Finding]:
    """Everything before the classifier: folding, and what every other check finds."""
    folded, context = normalize(text), Context()
    return [found for check in checks if check.name != "toxicity" for found in check.run(folded, context)]


def measure_batches(moderator: Moderator, pipeline: Pipeline, texts: Sequence[str], rounds: int) -> Rounds:
    """Microseconds a comment, in batches."""
    batches = [list(texts[start : start + BATCH]) for start in range(0, len(texts) - BATCH + 1, BATCH)]

    def judge(batch: list[str]) -> object:
        return list(moderator.judge_many(map(Comment, batch), batch=BATCH))

    return interleave(
        {
            PLAIN: partial(median_each, pipeline.predict_proba, batches, BATCH),
            "whole check": partial(median_each, judge, batches, BATCH),
        },
        rounds,
    )


def measure_parts(moderator: Moderator, texts: Sequence[str], rounds: int) -> Rounds:
    """Each part alone; the checks on comments already normalised."""
    context = Context()

    def measured(check: Check) -> float:
        # A Text keeps the views that a check asked for, so each check and round gets fresh ones.
        return median_each(lambda text: check.run(text, context), [normalize(text) for text in texts])

    parts: dict[str, Callable[[], float]] = {"normalise": partial(median_each, normalize, texts)}
    parts |= {check.name: partial(measured, check) for check in moderator.checks}
    return interleave(parts, rounds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--comments", type=int, default=256, help="comments a round")
    options = parser.parse_args()
    rows = seed_rows()
    pipeline, moderator = plain_pipeline(rows), Moderator.default()
    samples = {
        "30 to 40 characters, fair": typical(fair(rows), options.comments),
        "30 to 40 characters, abusive": typical(abusive(rows), options.comments),
        "250 characters, fair": full_length(fair(rows), options.comments),
        "250 characters, abusive": full_length(abusive(rows), options.comments),
    }
    show_machine(options.rounds)
    for title, texts in samples.items():
        show(f"One comment, {title}", measure(moderator, pipeline, texts, options.rounds), PLAIN)
    for title, texts in samples.items():
        batches = measure_batches(moderator, pipeline, texts, options.rounds)
        show(f"One of a batch of {BATCH}, {title}", batches, PLAIN)
    for title, texts in list(samples.items())[:2]:
        show(f"Parts, one comment, {title}", measure_parts(moderator, texts, options.rounds))


if __name__ == "__main__":
    main()
