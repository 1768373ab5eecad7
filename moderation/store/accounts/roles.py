"""Who may do what: four roles, four rights, one table."""

from __future__ import annotations

import enum
from collections.abc import Mapping


class Role(enum.StrEnum):
    """What somebody is here."""

    MODERATOR = "moderator"
    LEAD = "lead"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"


class Right(enum.StrEnum):
    """What a page or an action asks of whoever comes to it."""

    REVIEW = "review"
    """The queue and all that belongs to ruling on comments."""
    LEAD = "lead"
    """The dashboard, exports, second looks, suspending authors."""
    EDIT = "edit"
    """Policy and model."""
    ADMINISTER = "administer"
    """Accounts, tokens, webhooks, erasure."""


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.MODERATOR: frozenset({Right.REVIEW}),
    Role.LEAD: frozenset({Right.REVIEW, Right.LEAD}),
    Role.EDITOR: frozenset({Right.REVIEW, Right.EDIT}),
    Role.ADMINISTRATOR: frozenset(Right),
}
