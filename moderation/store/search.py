"""The words of comments, by which a moderator finds them again.

A word is found by how it begins: Korean particles attach at the end, so `바보` finds `바보는` and `바보들이`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from moderation.store.tables import search_words

LONGEST = 32
"""Characters of a word that are kept; what goes on is found by its beginning."""
MOST = 200
"""Different words of one comment that are kept, the first ones."""
MOST_ASKED = 8
"""Words of one question that are looked for."""

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


def matching(question: str) -> Select[Any] | None:
    """The comments in which every word of the question begins a word; None where it has no word."""
    asked = words(question)[:MOST_ASKED]
    if not asked:
        return None
    longest, *others = sorted(asked, key=len, reverse=True)  # the rarest, as far as one can tell
    found = _beginning(longest)
    for word in others:
        found = found.where(search_words.c.comment_id.in_(_beginning(word)))
    return found


def _beginning(word: str) -> Select[Any]:
    return (
        select(search_words.c.comment_id)
        .where(search_words.c.word >= word, search_words.c.word < word + "\U0010ffff")
        .distinct()
    )
