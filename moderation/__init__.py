"""Comment moderation for Korean and English news sites: in one process, with no network.

>>> from moderation import Comment, Moderator
>>> Moderator.default().judge(Comment("좋은 기사 감사합니다")).action.name
'ALLOW'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from moderation.types import Comment, Decision, Finding

if TYPE_CHECKING:
    from moderation.engine import Moderator
    from moderation.policy import load_policy
    from moderation.web.middleware import ModerationMiddleware
    from moderation.web.protected import ProtectedRoute
    from moderation.web.wsgi import WsgiModerationMiddleware

__all__ = [
    "Comment",
    "Decision",
    "Finding",
    "ModerationMiddleware",
    "Moderator",
    "ProtectedRoute",
    "WsgiModerationMiddleware",
    "load_policy",
]

# Loaded when first asked for: who reads a policy should not wait for numpy, nor a batch job for Starlette.
_HOMES = {
    "ModerationMiddleware": "moderation.web.middleware",
    "Moderator": "moderation.engine",
    "ProtectedRoute": "moderation.web.protected",
    "WsgiModerationMiddleware": "moderation.web.wsgi",
    "load_policy": "moderation.policy",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module `moderation` has no `{name}`")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
