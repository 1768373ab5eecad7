"""The moderators' desk: `Desk`, reached as `store.desk`."""

from __future__ import annotations

from moderation.store.desk.hits import Suggestion
from moderation.store.desk.people import People
from moderation.store.desk.readers import Readers
from moderation.store.desk.reading import Reading
from moderation.store.desk.room import DeskRules
from moderation.store.desk.values import (
    EVERYTHING,
    Act,
    Appeal,
    AuthorHistory,
    AuthorMark,
    Batch,
    Claim,
    Claims,
    Counts,
    Facets,
    Filter,
    Item,
    MadeRuling,
    Mark,
    News,
    Note,
    Order,
    Outcome,
    Page,
    Report,
    Ruling,
    View,
    Winner,
)
from moderation.store.desk.working import Working
from moderation.store.tables import Waits

__all__ = [
    "EVERYTHING",
    "Act",
    "Appeal",
    "AuthorHistory",
    "AuthorMark",
    "Batch",
    "Claim",
    "Claims",
    "Counts",
    "Desk",
    "DeskRules",
    "Facets",
    "Filter",
    "Item",
    "MadeRuling",
    "Mark",
    "News",
    "Note",
    "Order",
    "Outcome",
    "Page",
    "Report",
    "Ruling",
    "Suggestion",
    "View",
    "Waits",
    "Winner",
]


class Desk(Reading, Working, People, Readers):
    """What moderators read and do, and what readers ask of them. Safe to call from many threads; every call blocks.

    What a method returns is committed. Times are by the clock of the database. Raises InputError for what cannot be
    asked, and StoreError.
    """
