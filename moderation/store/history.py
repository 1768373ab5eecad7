"""What the checks ask about earlier comments; every question is answered from an index, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select, true, union

from moderation.errors import InputError
from moderation.store.tables import UtcDateTime, comments, sketch_bands
from moderation.text.sketch import BANDS, bands, similarity
from moderation.types import NearCopy

MOST_OF_A_BAND = 100
"""Comments looked at for each band, the latest: a flood of copies must not cost more with every copy."""

_since = bindparam("since", type_=UtcDateTime)
_candidates = union(
    *(
        select(
            select(sketch_bands.c.comment_id)
            .where(sketch_bands.c.band == bindparam(f"band_{number}"), sketch_bands.c.received_at >= _since)
            .order_by(sketch_bands.c.received_at.desc())
            .limit(MOST_OF_A_BAND)
            .subquery()
        )
        for number in range(BANDS)
    )
)
_near = select(comments.c.author, comments.c.sketch, comments.c.id).where(comments.c.id.in_(_candidates))
_EVER = datetime.min.replace(tzinfo=UTC)


def remember(connection: Connection, comment_id: str, sketched: str, at: datetime) -> None:
    """Enter a comment in the index of near copies."""
    rows = [{"band": band, "received_at": at, "comment_id": comment_id} for band in bands(sketched)]
    connection.execute(insert(sketch_bands), rows)


def count_same(
    connection: Connection, author: str, fingerprint: str, since: datetime, *, before: datetime | None = None
) -> int:
    """How many comments of that author since then carry that fingerprint, whatever became of them.

    before : as it was at that time, here and below.
    """
    query = select(func.count()).where(
        comments.c.author == author,
        comments.c.fingerprint == fingerprint,
        comments.c.received_at >= _aware(since),
        _until(before),
    )
    return connection.execute(query).scalar_one()


def count_by(
    connection: Connection, author: str, since: datetime, at_most: int, *, before: datetime | None = None
) -> int:
    """How many comments of that author there are since then, counted up to `at_most`."""
    latest = select(comments.c.id).where(
        comments.c.author == author, comments.c.received_at >= _aware(since), _until(before)
    )
    return connection.execute(select(func.count()).select_from(latest.limit(at_most).subquery())).scalar_one()


def find_near(
    connection: Connection, sketched: str, since: datetime, *, before: datetime | None = None
) -> Sequence[NearCopy]:
    """The comments since then that share a band with the sketch, and how much of it."""
    near = _near if before is None else _near.where(_until(before))
    rows = connection.execute(near, _asked(sketched, since))
    return [NearCopy(author, similarity(sketched, other)) for author, other, _ in rows if other]


def near_ids(connection: Connection, sketched: str, at_least: float) -> list[str]:
    """The ids of the latest comments with that much of the sketch in common."""
    rows = connection.execute(_near, _asked(sketched, _EVER))
    return [name for _, other, name in rows if other and similarity(sketched, other) >= at_least]


def _asked(sketched: str, since: datetime) -> dict[str, object]:
    return {f"band_{number}": band for number, band in enumerate(bands(sketched))} | {"since": _aware(since)}


def _until(before: datetime | None) -> ColumnElement[bool]:
    return true() if before is None else comments.c.received_at < _aware(before)


def _aware(since: datetime) -> datetime:
    if since.tzinfo is None:
        raise InputError("`since` has no time zone; give a time in UTC")
    return since
