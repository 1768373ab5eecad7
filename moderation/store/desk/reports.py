"""Reports of readers. They put a published comment before a moderator; they hide nothing and are no labels."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from moderation.errors import Conflict, NotFound
from moderation.store import audit
from moderation.store import comments as kept
from moderation.store.comments import StoredComment
from moderation.store.desk.room import DeskRules
from moderation.store.desk.tables import reports
from moderation.store.desk.values import Report
from moderation.store.insertion import insert_new
from moderation.store.tables import Status, Waits, comments
from moderation.types import BY_POLICY

MOST = 200


def add(connection: Connection, report: Report, rules: DeskRules) -> bool:
    """Enter a report; whether it is new. Raises NotFound unless the comment is shown, Conflict for one's own."""
    connection.execute(select(comments.c.id).where(comments.c.id == report.comment).with_for_update())
    comment = kept.get(connection, report.comment)
    if comment.status is not Status.PUBLISHED:
        raise NotFound(f"there is no comment `{report.comment}`")
    if comment.author == report.reader:
        raise Conflict("this comment is your own; there is nothing to report")
    row = {"comment_id": report.comment, "reader": report.reader, "clause": report.clause}
    if not insert_new(connection, reports, row | {"text": report.text, "at": report.at}):
        return False
    if _readers(connection, comment, report.at, rules) >= rules.report_readers:
        _show_to_moderators(connection, comment.id)
    return True


def on(connection: Connection, comment_id: str) -> list[Report]:
    """The reports on a comment, the latest first."""
    query = (
        select(reports).where(reports.c.comment_id == comment_id).order_by(reports.c.at.desc()).limit(MOST)
    )
    return [Report(*row) for row in connection.execute(query)]


def _readers(connection: Connection, comment: StoredComment, at: datetime, rules: DeskRules) -> int:
    """How many have reported it within the time that counts, and since a moderator last let it stand."""
    since = at - timedelta(hours=rules.report_hours)
    if comment.decision.by != BY_POLICY:
        since = max(since, comment.decision.at)
    query = select(func.count()).where(reports.c.comment_id == comment.id, reports.c.at > since)
    return connection.execute(query).scalar_one()


def _show_to_moderators(connection: Connection, comment_id: str) -> None:
    shown = (comments.c.id == comment_id) & comments.c.waits.is_(None)
    query = update(comments).where(shown).values(waits=Waits.REPORTED.value)
    if connection.execute(query).rowcount:
        audit.append(connection, by="system", act="comment.reported", subject=f"comment:{comment_id}")
