"""What the parts of the desk have in common: connections, the rules in force, and what text they accept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moderation.errors import InputError
from moderation.store.connections import Connections
from moderation.store.desk.values import Filter
from moderation.store.ids import checked, named
from moderation.store.tables import ARTICLE, AUTHOR, CLAUSE, ID
from moderation.types import BY_POLICY

TEXT = 4_000
"""Bytes of a message, a note, an appeal or a report at most."""
MOST = 500
"""Comments of one lease, or of one batch, at most."""


@dataclass(frozen=True, slots=True)
class DeskRules:
    """What the site has laid down for its desk.

    report_readers, report_hours : so many different readers within so many hours put a published comment before a
        moderator. Reports do nothing else: they hide nothing and are no labels.
    second_look_share : the share of rulings that a second moderator makes again without seeing the first.
    """

    report_readers: int = 3
    report_hours: int = 24
    second_look_share: float = 0.05


class Room:
    """A part of the desk, over the connections of its store."""

    def __init__(self, connections: Connections, rules: DeskRules | None = None) -> None:
        self._connections = connections
        self.rules = rules or DeskRules()


def names_of(ids: Sequence[str]) -> list[str]:
    """The ids without repetitions, or InputError for none, too many, or what is no id."""
    if not 1 <= len(ids) <= MOST:
        raise InputError(f"`ids` names {len(ids)} comments; give 1 to {MOST}")
    return [checked("id", name, at_most=ID) for name in dict.fromkeys(ids)]


def check_moderator(by: str) -> None:
    """InputError for a name that no moderator can have."""
    if named("by", by, at_most=AUTHOR) == BY_POLICY:
        raise InputError("`policy` is not the name of a moderator; give the name of a person")


def check_filter(where: Filter) -> None:
    """InputError for what no comment could have."""
    checked("clause", where.clause or "", at_most=CLAUSE)
    checked("language", where.language or "", at_most=2)
    checked("article", where.article or "", at_most=ARTICLE)
    checked("author", where.author or "", at_most=AUTHOR)
