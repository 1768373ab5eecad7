"""What moderators think of authors: trusted, on watch, or suspended for some days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from moderation.store.desk.tables import author_marks
from moderation.store.desk.values import AuthorMark, Mark
from moderation.store.questions import Question

LAST = Question(
    select(author_marks.c.mark, author_marks.c.until)
    .where(author_marks.c.author == bindparam("author"))
    .order_by(author_marks.c.number.desc())
    .limit(1)
)
"""The latest mark on an author, and until when it holds."""


def in_force(connection: Connection, authors: Iterable[str], at: datetime) -> dict[str, AuthorMark]:
    """The marks on these authors that hold at that time."""
    last = (
        select(author_marks.c.author, func.max(author_marks.c.number).label("number"))
        .where(author_marks.c.author.in_(sorted(authors)))
        .group_by(author_marks.c.author)
        .subquery()
    )
    query = select(author_marks).join(
        last, (author_marks.c.author == last.c.author) & (author_marks.c.number == last.c.number)
    )
    found = {}
    for row in connection.execute(query):
        mark = AuthorMark(row.author, Mark(row.mark), row.until, row.reason, row.by, row.at)
        if mark.mark is not Mark.NONE and (mark.until is None or mark.until > at):
            found[mark.author] = mark
    return found
