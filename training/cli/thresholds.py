"""`training thresholds`: what the policy has to ask for so that a promise is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from moderation.errors import InputError
from training.cli import show
from training.cli.data import REJECTS, DataOption, ModelOption, PolicyOption, RejectsOption, read_held_out


def thresholds(
    data: DataOption = None,
    model: ModelOption = None,
    policy: PolicyOption = None,
    max_wrong_refusals: Annotated[
        float | None, typer.Option(min=0, help="Innocent comments refused, in --per comments at most.")
    ] = None,
    per: Annotated[float, typer.Option(min=1, help="See --max-wrong-refusals.")] = 1_000,
    max_held: Annotated[
        float | None, typer.Option(min=0, help="Comments held a day at most; needs --volume.")
    ] = None,
    volume: Annotated[float | None, typer.Option(min=1, help="Comments a day.")] = None,
    toxic_share: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Share of abusive comments on the site; default: that of the data."),
    ] = None,
    confidence: Annotated[float, typer.Option(min=0.5, max=0.9999, help="How sure the promise is.")] = 0.95,
    out: Annotated[Path, typer.Option(help="The policy file to write.")] = Path("var/thresholds.toml"),
    rejects: RejectsOption = REJECTS,
) -> None:
    """Derive thresholds from held-out comments and write them as a policy file to merge over the site's own."""
    from moderation.model.artifact import load, load_shipped
    from moderation.policy import load_policy
    from training.corpus import seed_file
    from training.scoring import score
    from training.staging import write_whole
    from training.thresholds import Promise, ladders, overlay

    if max_wrong_refusals is None and max_held is None:
        raise InputError("nothing is promised; give `--max-wrong-refusals`, or `--max-held` with `--volume`")
    if max_held is not None and volume is None:
        raise InputError("`--max-held` needs `--volume`, the comments a day")
    rules = load_policy(*(policy or []))
    classifier = load(model) if model else load_shipped()
    promise = Promise(
        wrong_refusals=None if max_wrong_refusals is None else max_wrong_refusals / per,
        held=None if max_held is None or volume is None else max_held / volume,
        toxic_share=toxic_share,
        confidence=confidence,
    )
    with show.steps() as step:
        step("reading held-out comments")
        examples = read_held_out(data or [seed_file()], rejects)
        step(f"scoring {len(examples):,} comments")
        scores = score(classifier, [example.text for example in examples])
        step("looking for the loosest thresholds that keep the promise")
        kept = [ladder.keep() for ladder in ladders(rules, classifier.labels, examples, scores, promise)]
        said = [
            f"Written by `training thresholds` for model {classifier.version}, at {confidence:.2%} confidence."
        ]
        if max_wrong_refusals is not None:
            said.append(f"Promise: at most {max_wrong_refusals:g} wrong refusals in {per:g} comments.")
        if max_held is not None:
            said.append(f"Promise: at most {max_held:g} comments held a day of {volume:g}.")
        text = overlay(kept, "\n".join(said))
        write_whole(out, text)
    load_policy(*(policy or []), out)  # what was written is a policy, or the fault is told here
    show.say.print(text, markup=False)
    show.say.print(f"wrote `{out}`; try it: moderation policy check {out}")
