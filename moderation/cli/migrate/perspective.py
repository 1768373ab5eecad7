"""`moderation migrate perspective`: thresholds on Google's scores become thresholds on ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from moderation.cli import show
from moderation.cli.load import ModelFolder, PolicyFiles, load_settings
from moderation.cli.migrate.tables import Row, rows
from moderation.errors import InputError, ModelError
from moderation.types import Comment, Language

if TYPE_CHECKING:
    from rich.console import Console

    from moderation.cli.migrate.mapping import Carried
    from moderation.engine import Moderator

LANGUAGES: tuple[Language, ...] = ("ko", "en")
LOOKED_AT = (0.5, 0.6, 0.7, 0.8, 0.9)
"""Old thresholds that are carried over where none is named."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One comment: what each attribute scored before and scores now."""

    language: Language
    old: Mapping[str, float]
    new: Mapping[str, float]


def carry_thresholds(
    comments: Annotated[
        str, typer.Option(metavar="FILE", help="Your own comments: `id` and `text`, as JSON lines or CSV.")
    ],
    old_scores: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            help="What Perspective said of them: `id`, and its answer as it came or a column for each attribute.",
        ),
    ],
    threshold: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ATTRIBUTE=SCORE", help="From which old score on you held comments; may be repeated."
        ),
    ] = None,
    write: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the thresholds for holding as a policy file.")
    ] = None,
    policy: PolicyFiles = None,
    model: ModelFolder = None,
) -> None:
    """Judge your own comments again, and print the thresholds that hold as many of them as before."""
    from moderation.cli.migrate.mapping import carry, order_kept
    from moderation.cli.migrate.policy_files import thresholds_text, write_and_load
    from moderation.reload import Reloader

    wanted = named(threshold or ())
    if write is not None and not wanted:
        raise InputError("`--write` needs the thresholds that were in use, as in `--threshold TOXICITY=0.8`")
    loaded = Reloader.of(load_settings(policy=policy, model=model))
    if loaded.moderator.classifier is None:
        raise ModelError(loaded.model.fault)
    out = show.console()
    found: dict[tuple[str, Language], Carried] = {}
    for (attribute, language), both in _series(replayed(loaded.moderator, comments, old_scores)).items():
        at = [wanted[attribute]] if attribute in wanted else [] if wanted else LOOKED_AT
        old, new = zip(*both, strict=True)
        carried = [carry(old, new, each) for each in at]
        if carried:
            _show(out, f"{attribute}, {language}", len(both), order_kept(old, new), carried)
            found[attribute, language] = carried[0]
    if write is not None:
        write_and_load({write: thresholds_text(found, loaded.moderator.policy)}, write)
        out.print(f"{write}: written; `moderation policy check {write}` says what it changes", markup=False)


def named(thresholds: Iterable[str]) -> dict[str, float]:
    """What `--threshold` says; raises InputError."""
    from moderation.web.wire import attributes

    wanted = {}
    known = [*attributes.LABELS, attributes.SEVERE]
    for given in thresholds:
        name, _, value = given.partition("=")
        score = _number(value)
        if attributes.plain(name) not in known or not score:
            raise InputError(f"`--threshold {given}`: write one of {', '.join(known)}, then `=` and a score")
        wanted[attributes.plain(name)] = score
    return wanted


def replayed(moderator: Moderator, comments: str, old_scores: str) -> list[Pair]:
    """The comments with both scores; says how many have one only. Raises InputError where none has both."""
    from moderation.web.wire import attributes

    before = {_id(row): scores for row in rows(old_scores) if (scores := scores_in(row.fields))}
    texts = {_id(row): _text(row) for row in rows(comments)}
    both = [identity for identity in texts if identity in before]
    if not both:
        raise InputError(
            f"no `id` of `{comments}` has a score in `{old_scores}`; both must call a comment the same"
        )
    if len(both) < len(texts):
        show.warn(f"{len(texts) - len(both)} of {len(texts)} comments have no old score and are left out")
    decisions = moderator.judge_many(Comment(texts[identity]) for identity in both)
    pairs = []
    for identity, decision in zip(both, decisions, strict=True):
        old = before[identity] if decision.scores else {}
        new = {name: attributes.score_of(name, decision.scores, decision.language) for name in old}
        pairs.append(Pair(decision.language, old, new))
    return pairs


def scores_in(fields: Mapping[str, Any]) -> dict[str, float]:
    """The scores of attributes that we score too, as Perspective answers or in a column each."""
    from moderation.web.wire import attributes

    answer = fields.get("attributeScores")
    flat = {name: _summary(part) for name, part in answer.items()} if isinstance(answer, dict) else fields
    known = {*attributes.LABELS, attributes.SEVERE}
    named = ((attributes.plain(str(name).strip().upper()), _number(value)) for name, value in flat.items())
    return {name: score for name, score in named if name in known and score is not None}


def _series(pairs: Sequence[Pair]) -> dict[tuple[str, Language], list[tuple[float, float]]]:
    """Old and new scores by attribute and language: the score of one language says nothing about the other."""
    names = sorted({name for pair in pairs for name in pair.old})
    series = {
        (name, language): [
            (p.old[name], p.new[name]) for p in pairs if p.language == language and name in p.old
        ]
        for name in names
        for language in LANGUAGES
    }
    return {key: both for key, both in series.items() if both}


def _summary(part: Any) -> Any:
    inner = part.get("summaryScore") if isinstance(part, dict) else None
    return inner.get("value") if isinstance(inner, dict) else None


def _number(value: Any) -> float | None:
    try:
        score = float(value)
    except (TypeError, ValueError):
        return None
    return score if 0 <= score <= 1 else None


def _id(row: Row) -> str:
    if row.fields.get("id") in (None, ""):
        raise InputError(f"line {row.line} has no `id`; comments and scores are brought together by it")
    return str(row.fields["id"])


def _text(row: Row) -> str:
    text = row.fields.get("text")
    if not isinstance(text, str):
        raise InputError(f"line {row.line} of the comments has no `text`")
    return text


def _show(out: Console, name: str, count: int, order: float, found: Sequence[Carried]) -> None:
    from rich.table import Table

    out.print(f"{name}: {count} comments, same order {order:.2f}", style="bold")
    table = Table(box=None, pad_edge=False)
    for heading in (
        "old",
        "new",
        "may lie in",
        "held before",
        "held now",
        "same side",
        "kappa",
        "still held",
    ):
        table.add_column(heading, justify="right")
    table.add_column("")
    for each in found:
        table.add_row(
            f"{each.old:g}",
            f"{each.new:.4f}",
            f"{each.low:.4f} to {each.high:.4f}",
            f"{each.held:.2%} ({each.above})",
            f"{each.held_new:.2%}",
            f"{each.agreement:.1%}",
            f"{each.kappa:.2f}",
            "–" if each.kept is None else f"{each.kept:.1%}",
            "" if each.is_supported else "too few comments to go by",
        )
    out.print(table, "")
