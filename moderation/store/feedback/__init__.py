"""Labels that come from outside: what other moderation desks and programs say of comments they have seen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from moderation.errors import InputError
from moderation.store.connections import Connections
from moderation.store.feedback import kept
from moderation.store.feedback.kept import Feedback
from moderation.store.feedback.tables import EXTERNAL, SOURCE
from moderation.store.ids import checked, named
from moderation.store.tables import AUTHOR
from moderation.types import Label, Language

__all__ = ["Feedback", "FeedbackStore"]

HEAVIEST = 1.0
_REPORTS = frozenset({"report", "reports", "flag", "flags"})


class FeedbackStore:
    """What clients say of comments, one statement for each comment of each client: the latest."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(
        self,
        text: str,
        scores: Mapping[Label, float],
        *,
        source: str,
        client: str,
        language: Language,
        external: str | None = None,
        weight: float = HEAVIEST,
    ) -> bool:
        """Keep a statement, or put it in the place of what the same client said of the same comment.

        text : with its personal data masked, as no model must learn it.
        scores : how far each label applies, from 0 (not at all) to 1; a label that is not named is not stated.
        source : the dialect it came by. Reports of readers are no labels, and refused.
        external : the client's own name for the comment, so that a repeated call changes nothing; None: its text.
        weight : what it counts in training, at most 1.

        Returns whether anything changed. Raises InputError for what cannot be kept or learned from.
        """
        checked("text", text)
        named("client", client, at_most=AUTHOR)
        checked("external", external or "", at_most=EXTERNAL)
        if named("source", source, at_most=SOURCE).casefold() in _REPORTS:
            raise InputError(
                "`source` names reports of readers, which are no labels; a moderator has to rule"
            )
        if not text.strip() or not scores:
            raise InputError("`text` or `scores` is empty; nothing can be learned from that")
        if not all(0 <= score <= 1 for score in scores.values()) or not 0 < weight <= HEAVIEST:
            raise InputError("a score lies outside 0 to 1, or the weight outside 0 to 1")
        said = Feedback(
            source=source,
            client=client,
            external=external or hashlib.blake2b(text.encode(), digest_size=16).hexdigest(),
            text=text,
            language=language,
            scores=dict(scores),
            weight=weight,
            at=datetime.now(UTC),
        )
        with self._connections.writing() as connection:
            return kept.put(connection, said)

    def all(self, since: datetime | None = None) -> Iterator[Feedback]:
        """Every statement from then on, the oldest first, read as it is asked for."""
        with self._connections.reading() as connection:
            yield from kept.read(connection, since)
