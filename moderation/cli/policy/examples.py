"""`moderation policy test`: does the policy do with each clause's examples what it says of them?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from moderation.cli import show
from moderation.cli.load import ModelFolder, load_settings
from moderation.types import Action, Comment

if TYPE_CHECKING:
    from moderation.engine import Moderator
    from moderation.policy import Policy
    from moderation.types import Decision, Language


@dataclass(frozen=True, slots=True)
class Example:
    """A comment that stands beside a clause, to show what it means.

    breaks : whether the comment is to break the clause; else it is to be published without a word.
    """

    clause: str
    breaks: bool
    language: Language
    text: str

    def is_borne_out(self, decision: Decision) -> bool:
        """Whether the decision is what the example says."""
        return self.clause in decision.clauses if self.breaks else decision.action is Action.ALLOW


def judge_examples(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE…]", help="Merged over the default, in order; default: the files in force."
        ),
    ] = None,
    model: ModelFolder = None,
) -> None:
    """Judge the examples of every clause (`violates`, `allows`) and tell which go another way, and why.

    Exit code 0: all are as they should be. 3: some are not.
    """
    from moderation.reload import Reloader

    loaded = Reloader.of(load_settings(policy=files, model=model))
    moderator, model_error = loaded.moderator, loaded.model.fault
    if model_error:
        show.warn(f"no model, so every comment is held: {model_error}")
    policy = moderator.policy
    out = show.console()
    examples = list(examples_in(policy))
    failed = judged_otherwise(moderator, examples)
    for name, clause in policy.numbered():
        own = [example for example in examples if example.clause == name]
        wrong = [(example, decision) for example, decision in failed if example.clause == name]
        counted = f"{len(own) - len(wrong)} of {len(own)} as they should be" if own else "no examples"
        out.print(f"{clause.number:>3}. `{name}`: {counted}", style="red" if wrong else "")
        for example, decision in wrong:
            wanted = "violates" if example.breaks else "allows"
            out.print(f"     {wanted}.{example.language}: {escape(show.visible(example.text))}")
            out.print(f"       {escape(_outcome(example, decision))}")
    out.print(f"{len(examples)} examples, {len(failed)} not as they should be; policy {policy.version}")
    raise typer.Exit(3 if failed else 0)


def examples_in(policy: Policy) -> Iterator[Example]:
    """All examples of all clauses."""
    from moderation.policy import LANGUAGES

    for name, clause in policy.numbered():
        for breaks, examples in ((True, clause.violates), (False, clause.allows)):
            for language in LANGUAGES:
                for text in examples.in_language(language):
                    yield Example(name, breaks, language, text)


def judged_otherwise(moderator: Moderator, examples: list[Example]) -> list[tuple[Example, Decision]]:
    """The examples that are not judged as they say, with what came of them."""
    decisions = moderator.judge_many(Comment(example.text) for example in examples)
    return [
        (example, decision)
        for example, decision in zip(examples, decisions, strict=True)
        if not example.is_borne_out(decision)
    ]


def _outcome(example: Example, decision: Decision) -> str:
    """What happened instead, and why."""
    if decision.reasons:
        why = "; ".join(f"{show.reason_line(reason)} (`{reason.clause}`)" for reason in decision.reasons)
    elif decision.skipped:
        why = "not checked: " + ", ".join(skip.check for skip in decision.skipped)
    else:
        scores = sorted(decision.scores.items(), key=lambda item: -item[1])[:2]
        seen = [f"{finding.rule} is let pass" for finding in decision.findings if finding.score is None]
        why = "; ".join([*seen, *(f"{label} {score:.2f}" for label, score in scores)]) or "nothing found"
    wanted = f"should break `{example.clause}`" if example.breaks else "should be published"
    return f"{wanted}, but: {decision.action}; {why}"
