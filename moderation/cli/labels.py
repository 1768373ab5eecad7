"""`moderation labels`: decisions as labels that `training fit --labels` learns from."""

from __future__ import annotations

import getpass
import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from moderation.cli import show
from moderation.cli.load import PolicyFiles, load_settings, open_store
from moderation.types import Action, Label

if TYPE_CHECKING:
    from moderation.policy import Policy
    from moderation.store.feedback import Feedback
    from moderation.store.labels import Allowed, Ruling

app = typer.Typer(help="Decisions as labels to learn from.", no_args_is_help=True)

LEAST_SAMPLE = 0.01
"""Share of allowed comments that enters labelling at least: who learns from flagged ones alone sees no others."""
APPEAL, SINGLE, BULK = 2.0, 1.0, 0.25
"""What counts: a second moderator's answer to an appeal, a ruling by itself, one of many given faster than anybody reads."""
BULK_SECONDS, BULK_FEWEST = 2.0, 3
CLEAR = 0.25
"""How far from even a score from outside has to be to count as a label."""
# Abuse in itself; swearing, crude talk and advertising may be aimed at nobody.
_TOXIC = (Label.INSULT, Label.IDENTITY_ATTACK, Label.THREAT)


@app.callback()
def _group() -> None:
    """A group of its own, although it has one command: others follow."""


@app.command()
def export(
    policy: PolicyFiles = None,
    since: Annotated[
        datetime | None, typer.Option(help="Rulings and comments from then on (UTC) only.")
    ] = None,
    sample_allowed: Annotated[
        float,
        typer.Option(
            min=LEAST_SAMPLE, max=1, help="Share of allowed comments to add for labelling, without labels."
        ),
    ] = LEAST_SAMPLE,
    seed: Annotated[int, typer.Option(help="The same seed samples the same comments.")] = 0,
) -> None:
    """Print rulings and feedback as labels, one JSON line each, and a random sample of allowed comments.

    Rulings are those of this desk's moderators; feedback is what clients say of comments elsewhere.
    """
    from moderation.policy import load_policy

    settings = load_settings(policy=policy)
    if settings.secret_key is None:
        show.warn("no `MODERATION_SECRET_KEY`: accounts get other names at the next export")
    moment = since.replace(tzinfo=UTC) if since is not None and since.tzinfo is None else since
    standards = load_policy(*settings.policy_files)
    silent = 0
    with open_store(settings) as store:
        store.audit.record(by=getpass.getuser(), act="export.labels", subject="labels")
        rulings = list(store.rulings(moment))
        for ruling, weight in zip(rulings, weights(rulings), strict=True):
            labels = stated(ruling, standards)
            silent += not labels
            if labels:
                print(json.dumps(_row(ruling, labels, weight, settings.signing_key), ensure_ascii=False))
        for said in store.feedback.all(moment):
            if row := outside(said, settings.signing_key):
                print(json.dumps(row, ensure_ascii=False))
        for comment in sampled(store.allowed(moment), sample_allowed, seed):
            print(json.dumps(_unlabelled(comment), ensure_ascii=False))
    if silent:
        show.warn(f"{silent} rulings stand on clauses that no label is about; they are left out")


def stated(ruling: Ruling, policy: Policy) -> dict[str, int]:
    """What a ruling says: allowed, no label applies; refused, those of the clauses that it stands on."""
    if ruling.action is Action.ALLOW:
        return {str(label): 0 for label in Label}
    labels = {
        str(label): 1
        for label in Label
        if (rule := policy.rules.get(f"toxicity.{label}")) is not None and rule.clause in ruling.clauses
    }
    if any(label in labels for label in _TOXIC):
        labels[Label.TOXICITY] = 1
    return labels


def outside(said: Feedback, key: bytes) -> dict[str, Any] | None:
    """What a client says of a comment, as a row; None where no score of it comes down on a side.

    The less sure the scores are, the less the row weighs: one of 0.5 says nothing.
    """
    clear = {label: score for label, score in said.scores.items() if abs(score - 0.5) >= CLEAR}
    if not clear:
        return None
    sure = sum(abs(2 * score - 1) for score in clear.values()) / len(clear)
    labels = {str(label): int(score > 0.5) for label, score in clear.items()}
    if any(labels.get(label) for label in _TOXIC):
        labels[Label.TOXICITY] = 1
    return {
        "id": f"{said.source}:{account(said.external, key)}",
        "text": said.text,
        "lang": said.language,
        "labels": labels,
        "source": said.source,
        "weight": round(said.weight * sure, 4),
        "account": account(f"{said.source}:{said.client}", key),
        "at": said.at.isoformat(),
    }


def weights(rulings: Sequence[Ruling]) -> list[float]:
    """What each counts: less for one of a run that one account gave faster than anybody reads, more on appeal."""
    by_account = sorted(range(len(rulings)), key=lambda place: (rulings[place].by, rulings[place].at))
    found = [SINGLE] * len(rulings)
    for _, places in groupby(by_account, key=lambda place: rulings[place].by):
        for run in _runs(rulings, list(places)):
            if len(run) >= BULK_FEWEST:
                for place in run:
                    found[place] = BULK
    return [
        APPEAL if ruling.source == "appeal" else weight for ruling, weight in zip(rulings, found, strict=True)
    ]


def _runs(rulings: Sequence[Ruling], places: Iterable[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for place in places:
        if run and (rulings[place].at - rulings[run[-1]].at).total_seconds() > BULK_SECONDS:
            yield run
            run = []
        run.append(place)
    yield run


def sampled(comments: Iterable[Allowed], share: float, seed: int) -> Iterator[Allowed]:
    """That share of the comments, chosen by a hash of seed and id: the choice of one depends on no other."""
    for comment in comments:
        name = f"{seed}:{comment.comment}".encode("utf-8", "surrogatepass")
        if int.from_bytes(hashlib.blake2b(name, digest_size=8).digest()) < share * 2**64:
            yield comment


def account(by: str, key: bytes) -> str:
    """A name for an account that nobody can turn back without the key."""
    return hmac.new(key, f"account:{by}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:16]


def _row(ruling: Ruling, labels: Mapping[str, int], weight: float, key: bytes) -> dict[str, Any]:
    return {
        "id": ruling.comment,
        "text": ruling.body,
        "lang": ruling.language,
        "labels": dict(labels),
        "source": ruling.source,
        "weight": weight,
        "account": account(ruling.by, key),
        "at": ruling.at.isoformat(),
    }


def _unlabelled(comment: Allowed) -> dict[str, Any]:
    return {
        "id": comment.comment,
        "text": comment.body,
        "lang": comment.language,
        "labels": {},
        "source": "sample",
        "at": comment.at.isoformat(),
    }
