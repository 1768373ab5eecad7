"""What readers and authors ask of the desk: appeals and reports."""

from __future__ import annotations

from typing import Literal

from moderation.errors import InputError
from moderation.store import clock
from moderation.store.desk import appeals, reports
from moderation.store.desk.room import TEXT, Room, check_moderator
from moderation.store.desk.values import Appeal, Report
from moderation.store.ids import checked, named
from moderation.store.tables import AUTHOR, CLAUSE, ID


class Readers(Room):
    """Appeals and reports."""

    def appeal(self, comment_id: str, author: str, text: str) -> Appeal:
        """Ask for another look at the decision in force on a comment of one's own, once for each decision.

        Raises NotFound unless it is the author's own, and Conflict where it is published or an appeal is filed.
        """
        checked("id", comment_id, at_most=ID)
        named("author", author, at_most=AUTHOR)
        named("text", text, at_most=TEXT)
        with self._connections.writing() as connection:
            return appeals.file(connection, comment_id, author, text, clock.now(connection))

    def settle_appeal(
        self, appeal_id: str, outcome: Literal["upheld", "overturned"], reason: str, by: str
    ) -> Appeal:
        """Uphold a decision, or overturn it and publish the comment; `reason` is told to the author.

        Raises NotFound, and Conflict where it is settled, the decision was by `by`, or another holds the comment.
        """
        if outcome not in ("upheld", "overturned"):
            raise InputError(f"`{outcome}` is no outcome of an appeal; use upheld or overturned")
        named("reason", reason, at_most=TEXT)
        check_moderator(by)
        with self._connections.writing() as connection:
            at = clock.now(connection)
            return appeals.settle(connection, checked("id", appeal_id), outcome, reason, by, at)

    def report(self, comment_id: str, reader: str, clause: str | None = None, text: str = "") -> bool:
        """Report a published comment; whether this reader had not yet.

        Raises NotFound unless the comment is shown, and Conflict for the reader's own.
        """
        checked("id", comment_id, at_most=ID)
        named("reader", reader, at_most=AUTHOR)
        checked("clause", clause or "", at_most=CLAUSE)
        checked("text", text, at_most=TEXT)
        with self._connections.writing() as connection:
            report = Report(comment_id, reader, clause, text, clock.now(connection))
            return reports.add(connection, report, self.rules)

    def reports(self, comment_id: str) -> list[Report]:
        """The reports on a comment, the latest first."""
        with self._connections.reading() as connection:
            return reports.on(connection, checked("id", comment_id))
