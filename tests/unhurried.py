"""The shipped moderator for tests of what it decides, on machines that may halt for a second."""

from __future__ import annotations

from functools import cache

from moderation import Moderator, load_policy
from moderation.model.artifact import load_shipped


@cache
def shipped_moderator() -> Moderator:
    """The shipped policy and model, with a deadline that no machine reaches. One for all tests: change nothing of it."""
    return Moderator(load_policy(), load_shipped(), deadline=60.0)


@cache
def rules_alone() -> Moderator:
    """The same without a model: what only it can judge is held."""
    return Moderator(load_policy(), None, deadline=60.0)
