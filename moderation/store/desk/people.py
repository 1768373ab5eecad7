"""What moderators write down about comments and authors: notes, marks, and hits that were none."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select

from moderation.errors import InputError
from moderation.store import audit, clock, waiting
from moderation.store import comments as kept
from moderation.store.desk import hits, marks
from moderation.store.desk.room import TEXT, Room, check_moderator
from moderation.store.desk.tables import author_marks, notes, wrong_hits
from moderation.store.desk.values import AuthorMark, Mark, Note
from moderation.store.ids import checked, named, new_id
from moderation.store.insertion import insert_new
from moderation.store.tables import AUTHOR, ID
from moderation.types import Standing

LONGEST_SUSPENSION = 3_650
MOST_NOTES = 100
STANDINGS = {
    Mark.TRUSTED: Standing.TRUSTED,
    Mark.WATCH: Standing.WATCHED,
    Mark.SUSPENDED: Standing.BARRED,
}
"""What a mark means for the author's next comment; what follows from that is the policy's."""


class People(Room):
    """Notes, marks and wrong hits."""

    def note(self, text: str, by: str, *, comment: str | None = None, author: str | None = None) -> Note:
        """Write a note about a comment or an author, for other moderators; NotFound where there is no such comment."""
        if (comment is None) == (author is None):
            raise InputError("a note is about a comment or an author; give one of them")
        named("text", text, at_most=TEXT)
        checked("author", author or "", at_most=AUTHOR)
        check_moderator(by)
        with self._connections.writing() as connection:
            if comment is not None:
                kept.get(connection, checked("comment", comment, at_most=ID))
            note = Note(new_id(), comment, author, by, clock.now(connection), text)
            row = {
                "id": note.id,
                "comment_id": comment,
                "author": author,
                "by": by,
                "at": note.at,
                "text": text,
            }
            connection.execute(insert(notes).values(row))
            subject = f"comment:{comment}" if comment else audit.author(connection, author or "")
            audit.append(connection, by=by, act="note", subject=subject, detail={"note": note.id})
        return note

    def notes(self, comment_id: str) -> list[Note]:
        """The notes on a comment, the oldest first."""
        query = select(notes).where(notes.c.comment_id == checked("id", comment_id)).order_by(notes.c.at)
        with self._connections.reading() as connection:
            return [Note(*row) for row in connection.execute(query.limit(MOST_NOTES))]

    def mark(
        self, author: str, mark: Mark, by: str, *, reason: str = "", days: int | None = None
    ) -> AuthorMark:
        """Say what is thought of an author from now on; the mark before ends.

        days : how long a suspension lasts; no other mark has an end.
        """
        named("author", author, at_most=AUTHOR)
        checked("reason", reason, at_most=TEXT)
        check_moderator(by)
        if (days is not None) != (mark is Mark.SUSPENDED):
            raise InputError("a suspension lasts some `days`, and no other mark does")
        if days is not None and not 1 <= days <= LONGEST_SUSPENSION:
            raise InputError(f"`days` is {days}; a suspension lasts from 1 to {LONGEST_SUSPENSION}")
        with self._connections.writing() as connection:
            at = clock.now(connection)
            until = None if days is None else at + timedelta(days=days)
            waiting.lock(connection, [author])  # of two marks at once the second counts on from the first
            last = select(func.coalesce(func.max(author_marks.c.number), 0)).where(
                author_marks.c.author == author
            )
            number = connection.execute(last).scalar_one() + 1
            row = {"author": author, "number": number, "mark": mark.value, "until": until}
            connection.execute(insert(author_marks).values(row | {"reason": reason, "by": by, "at": at}))
            detail = {"mark": mark.value, "days": days}
            subject = audit.author(connection, author)
            audit.append(connection, by=by, act="author.mark", subject=subject, detail=detail)
        return AuthorMark(author, mark, until, reason, by, at)

    def standing(self, author: str | None) -> Standing | None:
        """What the mark in force on an author means for the next comment; None without one.

        So that a ProtectedRoute can ask: `standing=lambda scope: store.desk.standing(author_in(scope))`.
        """
        if author is None:
            return None
        rows = self._connections.ask(marks.LAST, {"author": checked("author", author)})
        if not rows or self._is_over(rows[0][1]):
            return None
        return STANDINGS.get(Mark(rows[0][0]))

    def _is_over(self, until: datetime | None) -> bool:
        if until is None:
            return False
        with self._connections.reading() as connection:
            return until <= clock.now(connection)

    def wrong_hit(self, comment_id: str, rule: str, start: int, end: int, by: str) -> None:
        """Note that a finding of that rule on that span of the body was none; a repetition changes nothing.

        Raises NotFound where there is no such comment or no such finding.
        """
        check_moderator(by)
        with self._connections.writing() as connection:
            hits.check(connection, checked("id", comment_id), rule, start, end)
            row = {"comment_id": comment_id, "rule": rule, "span_start": start, "span_end": end, "by": by}
            if insert_new(connection, wrong_hits, row | {"at": clock.now(connection)}):
                detail = {"rule": rule, "span": [start, end]}
                audit.append(
                    connection, by=by, act="hit.wrong", subject=f"comment:{comment_id}", detail=detail
                )

    def suggestions(self, at_least: int = 1) -> list[hits.Suggestion]:
        """What the word lists could allow, by how many moderators said so, the most first."""
        with self._connections.reading() as connection:
            return hits.suggestions(connection, at_least)
