"""What has happened at the desk of late, what its lists can be narrowed to, and what is much like a comment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from moderation.store import comments as kept
from moderation.store import history
from moderation.store.desk import cards, rulings
from moderation.store.desk.tables import claims as claims_table
from moderation.store.desk.tables import rulings as rulings_table
from moderation.store.desk.values import Claim, Facets, Item, News, View
from moderation.store.tables import Waits, comments

MOST = 2_000
_HELD = (Waits.HELD.value, Waits.FOLDED.value, Waits.ESCALATED.value)
LIKE = 0.7
"""The share of the text in common from where one comment counts as much like another."""


def since(connection: Connection, moment: datetime | None, at: datetime) -> News:
    """Rulings since then, undone ones and undoing ones too, and the leases in force; at most 2,000 of each."""
    settled = []
    if moment is not None:
        recent = select(rulings_table).where(rulings_table.c.at > moment).order_by(rulings_table.c.at.desc())
        settled = [rulings.read(row) for row in connection.execute(recent.limit(MOST))]
    live = select(claims_table).where(claims_table.c.until > at).order_by(claims_table.c.until.desc())
    rows = connection.execute(live.limit(MOST))
    return News(at, tuple(settled), tuple(Claim(row.comment_id, row.by, row.until) for row in rows))


def facets(connection: Connection, view: View, limit: int) -> Facets:
    """How many of a list there are by clause, language and article, the most first."""

    def count(name: str) -> dict[str, int]:
        column, number = comments.c[name], func.count()
        query = select(column, number).where(comments.c.waits == view.value, column.is_not(None))
        query = query.group_by(column).order_by(number.desc(), column).limit(limit)
        return dict(connection.execute(query).all())

    return Facets(count("clause"), count("language"), count("article"))


def similar(connection: Connection, comment_id: str, limit: int, at: datetime) -> list[Item]:
    """Comments that wait, too, and say the same or nearly so, whoever wrote them; without the comment itself."""
    query = select(comments.c.sketch, comments.c.fingerprint).where(comments.c.id == comment_id)
    row = connection.execute(query).first()
    if row is None:
        kept.get(connection, comment_id)  # says that there is none
        return []
    near = history.near_ids(connection, row.sketch, LIKE) if row.sketch else []
    same = (comments.c.fingerprint == row.fingerprint) & (comments.c.fingerprint != "")
    alike = or_(comments.c.id.in_(near), same) if near else same
    found = kept.with_decision().where(comments.c.waits.in_(_HELD), alike, comments.c.id != comment_id)
    found = found.order_by(comments.c.received_at, comments.c.id).limit(kept.page(limit))
    return cards.of(connection, connection.execute(found).all(), at)
