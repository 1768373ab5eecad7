"""What the checks ask about earlier comments; every question is answered from an index, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, insert, select, union

from moderation.errors import InputError
from moderation.store.connections import Connections
from moderation.store.ids import checked
from moderation.store.questions import Question
from moderation.store.tables import UtcDateTime, comments, sketch_bands
from moderation.text.sketch import BANDS, bands, similarity
from moderation.types import NearCopy

MOST_OF_A_BAND = 100
"""Comments looked at for each band, the latest: a flood of copies must not cost more with every copy."""

_NEVER = datetime.min.replace(tzinfo=UTC)
_ALWAYS = datetime.max.replace(tzinfo=UTC)

_numbered: list[BindParameter[int]] = [bindparam(f"band_{number}") for number in range(BANDS)]
_author = comments.c.author == bindparam("author")
_since = bindparam("since", type_=UtcDateTime)
_before = comments.c.received_at < bindparam("before", type_=UtcDateTime)
_candidates = union(
    *(
        select(
            select(sketch_bands.c.comment_id)
            .where(sketch_bands.c.band == band, sketch_bands.c.received_at >= _since)
            .order_by(sketch_bands.c.received_at.desc())
            .limit(MOST_OF_A_BAND)
            .subquery()
        )
        for band in _numbered
    )
)
_near = select(comments.c.author, comments.c.sketch, comments.c.id).where(comments.c.id.in_(_candidates))
_latest = select(comments.c.id).where(_author, comments.c.received_at >= _since, _before)

SAME = Question(
    select(func.count()).where(
        _author,
        comments.c.fingerprint == bindparam("fingerprint"),
        comments.c.received_at >= _since,
        _before,
    )
)
BY = Question(select(func.count()).select_from(_latest.limit(bindparam("at_most")).subquery()))
SHARED = Question(
    select(sketch_bands.c.comment_id)
    .where(sketch_bands.c.band.in_(_numbered), sketch_bands.c.received_at >= _since)
    .limit(1)
)
NEAR = Question(_near.where(_before))


class Past:
    """Earlier comments, as `moderation.types.History` asks for them.

    before : as they stood at that time, for a comment that is kept already: it is no copy of itself.
    """

    def __init__(self, connections: Connections, before: datetime = _ALWAYS) -> None:
        self._connections, self._before = connections, before

    def count_same(self, author: str, fingerprint: str, since: datetime) -> int:
        """How many comments of this author since then carry the same fingerprint of their folded text."""
        checked("author", author)
        checked("fingerprint", fingerprint)
        return self._count(SAME, since, author=author, fingerprint=fingerprint)

    def count_by(self, author: str, since: datetime, at_most: int) -> int:
        """How many comments of this author there are since then, counted up to `at_most`."""
        return self._count(BY, since, author=checked("author", author), at_most=at_most)

    def find_near(self, sketch: str, since: datetime) -> Sequence[NearCopy]:
        """Comments of anybody since then that share a band with the sketch, and how much of it."""
        asked = _asked(sketch, since)
        if not self._connections.ask(SHARED, asked):
            return []  # as with most comments, and a quarter of the work
        rows = self._connections.ask(NEAR, asked | {"before": self._before})
        return [NearCopy(author, similarity(sketch, other)) for author, other, _ in rows if other]

    def _count(self, question: Question, since: datetime, **values: Any) -> int:
        values |= {"since": _aware(since), "before": self._before}
        [(count,)] = self._connections.ask(question, values)
        return int(count)


def remember(connection: Connection, comment_id: str, sketched: str, at: datetime) -> None:
    """Enter a comment in the index of near copies."""
    rows = [{"band": band, "received_at": at, "comment_id": comment_id} for band in bands(sketched)]
    connection.execute(insert(sketch_bands), rows)


def near_ids(connection: Connection, sketched: str, at_least: float) -> list[str]:
    """The ids of the latest comments with that much of the sketch in common."""
    rows = connection.execute(_near, _asked(sketched, _NEVER))
    return [name for _, other, name in rows if other and similarity(sketched, other) >= at_least]


def _asked(sketched: str, since: datetime) -> dict[str, Any]:
    return {f"band_{number}": band for number, band in enumerate(bands(sketched))} | {"since": _aware(since)}


def _aware(since: datetime) -> datetime:
    if since.tzinfo is None:
        raise InputError("`since` has no time zone; give a time in UTC")
    return since
