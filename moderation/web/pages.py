"""The pages that people look at: the demo's newspaper, the sign-in, and the moderators' desk."""

from __future__ import annotations

from starlette.routing import BaseRoute

from moderation.engine import Moderator
from moderation.reload import PartStates
from moderation.settings import Settings
from moderation.store import Store
from moderation.web import dashboard, demo, desk
from moderation.web.accounts import oidc, own, people, sign_in
from moderation.web.accounts.guard import Guard
from moderation.web.demo import reader_of
from moderation.web.desk.live import Live
from moderation.web.rendering import Pages

__all__ = ["reader_of", "routes"]


def routes(
    store: Store, moderator: Moderator, settings: Settings, states: PartStates, live: Live
) -> list[BaseRoute]:
    """Every page; the newspaper only where the demo is switched on."""
    pages = Pages(moderator, has_front=settings.demo)
    newspaper = demo.routes(pages, settings) if settings.demo else []
    guard = Guard(store, pages, settings)
    door = sign_in.SignIn(guard)
    return [
        *newspaper,
        *sign_in.routes(guard, door),
        *oidc.routes(door, settings),
        *own.routes(guard),
        *people.routes(guard),
        *dashboard.routes(guard, store),
        *desk.routes(guard, store, states, live),
    ]
