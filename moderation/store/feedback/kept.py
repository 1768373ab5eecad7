"""Statements of clients as rows: put, and read back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from moderation.store.feedback.tables import feedback
from moderation.store.insertion import insert_into
from moderation.types import Label, Language

BLOCK = 1_000


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a client says of one comment. `external` is the client's name for it; `at` is UTC."""

    source: str
    client: str
    external: str
    text: str
    language: Language
    scores: Mapping[Label, float]
    weight: float
    at: datetime


def put(connection: Connection, said: Feedback) -> bool:
    """Keep a statement in the place of an earlier one on the same comment; whether it says anything new."""
    content = {
        "body": said.text,
        "language": said.language,
        "scores": json.dumps(dict(sorted(said.scores.items()))),
        "weight": said.weight,
    }
    key = {"source": said.source, "client": said.client, "external": said.external}
    differs = or_(*(feedback.c[name] != value for name, value in content.items()))
    statement = (
        insert_into(connection, feedback)
        .values(**key, **content, at=said.at)
        .on_conflict_do_update(index_elements=list(key), set_={**content, "at": said.at}, where=differs)
        .returning(feedback.c.at)
    )
    return connection.execute(statement).first() is not None


def read(connection: Connection, since: datetime | None) -> Iterator[Feedback]:
    """Every statement from then on, the oldest first."""
    query = select(feedback).order_by(
        feedback.c.at, feedback.c.source, feedback.c.client, feedback.c.external
    )
    if since is not None:
        query = query.where(feedback.c.at >= since)
    for row in connection.execute(query.execution_options(yield_per=BLOCK)):
        scores = {Label(name): score for name, score in json.loads(row.scores).items()}
        yield Feedback(
            row.source, row.client, row.external, row.body, row.language, scores, row.weight, row.at
        )
