"""The words of comments, by which a moderator finds them again.

A word is found by how it begins: Korean particles attach at the end, so `바보` finds `바보는` and `바보들이`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, ScalarSelect, func, insert, select, tuple_

from moderation.store.tables import comments, search_words

LONGEST = 32
"""Characters of a word that are kept; what goes on is found by its beginning."""
MOST = 200
"""Different words of one comment that are kept, the first ones."""
MOST_ASKED = 8
"""Words of one question that are looked for."""
COMMON = 5_000
"""Entries from which a word counts as common: more would take longer to sort than to come upon."""

_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The different words of a text, in order, in compatibility form and without case.

    >>> words("ＡＢＣ abc 바보는, 바보는!")
    ['abc', '바보는']
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return list(dict.fromkeys(word[:LONGEST] for word in _WORD.findall(folded)))


def remember(connection: Connection, comment_id: str, body: str, at: datetime) -> None:
    """Enter a comment in the index."""
    rows = [{"word": word, "received_at": at, "comment_id": comment_id} for word in words(body)[:MOST]]
    if rows:
        connection.execute(insert(search_words), rows)


def newest(
    connection: Connection, question: str, limit: int, before: Any = None, *, common: int = COMMON
) -> list[str]:
    """The latest comments in which every word of the question begins a word, from just before that place.

    A word that few comments have is looked up, and what is found is sorted. Where every word is common, the comments
    are gone through from the latest on until there are enough: soon, unless common words never stand together.
    """
    asked = words(question)[:MOST_ASKED]
    if not asked:
        return []
    numbers = connection.execute(select(*(_number(word, common) for word in asked))).one()
    rarest = min(range(len(asked)), key=numbers.__getitem__)
    if numbers[rarest] < common:
        at, name = search_words.c.received_at, search_words.c.comment_id
        query = select(name, at).where(_begins(search_words, asked.pop(rarest))).distinct()
    else:
        at, name = comments.c.received_at, comments.c.id
        query = select(name, at)
    for word in asked:
        query = query.where(_has(name, word))
    if before is not None:
        query = query.where(tuple_(at, name) < before)
    query = query.order_by(at.desc(), name.desc()).limit(limit)
    return [row[0] for row in connection.execute(query)]


def _begins(table: FromClause, word: str) -> ColumnElement[bool]:
    return (table.c.word >= word) & (table.c.word < word + "\U0010ffff")


def _number(word: str, at_most: int) -> ScalarSelect[int]:
    """How many entries begin with that word, counted up to `at_most`; in order, so that no more than those are read."""
    entries = select(search_words.c.word).where(_begins(search_words, word)).order_by(search_words.c.word)
    entries = entries.limit(at_most)
    return select(func.count()).select_from(entries.subquery()).scalar_subquery()


def _has(name: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Whether that comment has such a word: asked for each comment, as PostgreSQL would join whole tables for EXISTS."""
    own = search_words.alias("own")
    entry = select(own.c.word).where(own.c.comment_id == name, _begins(own, word)).limit(1)
    return entry.correlate_except(own).scalar_subquery().is_not(None)
