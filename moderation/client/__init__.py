"""A client of the service for Python programs: `pip install standards-board[client]`.

>>> from moderation.client import ModerationClient
>>> with ModerationClient("http://127.0.0.1:8000") as client:  # doctest: +SKIP
...     client.check("좋은 기사 감사합니다").may_publish
True

It imports nothing of the service, which may run elsewhere and in another version.
"""

from __future__ import annotations

from moderation.client.errors import (
    ClientError,
    Conflict,
    Malformed,
    NotAllowed,
    NotFound,
    Refused,
    Unavailable,
    UnexpectedAnswer,
    Unreachable,
)
from moderation.client.exchange import FailMode, Retries
from moderation.client.on_loop import AsyncModerationClient
from moderation.client.sync import ModerationClient
from moderation.client.types import (
    Appeal,
    BrokenClause,
    Clause,
    Comment,
    Held,
    OwnComment,
    Page,
    Policy,
    Posted,
    Published,
    Range,
    Reason,
    Rejected,
    Reported,
    Verdict,
    Versions,
)

__all__ = [
    "Appeal",
    "AsyncModerationClient",
    "BrokenClause",
    "Clause",
    "ClientError",
    "Comment",
    "Conflict",
    "FailMode",
    "Held",
    "Malformed",
    "ModerationClient",
    "NotAllowed",
    "NotFound",
    "OwnComment",
    "Page",
    "Policy",
    "Posted",
    "Published",
    "Range",
    "Reason",
    "Refused",
    "Rejected",
    "Reported",
    "Retries",
    "Unavailable",
    "UnexpectedAnswer",
    "Unreachable",
    "Verdict",
    "Versions",
]
