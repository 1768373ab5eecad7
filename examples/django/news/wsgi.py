"""The application that a WSGI server runs, with moderation before it."""

import os

from django.core.wsgi import get_wsgi_application

from moderation import Moderator, ProtectedRoute, WsgiModerationMiddleware
from moderation.store import Store

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "news.settings")

# What readers post passes here first: refused and held comments never reach `views.publish`.
application = WsgiModerationMiddleware(
    get_wsgi_application(),
    moderator=Moderator.default(),
    store=Store.open(os.environ.get("MODERATION_DATABASE_URL", "sqlite:///moderation.db")),
    routes=[
        ProtectedRoute(
            "POST", "/articles/{article}/comments", text="text", author="author", article="{article}"
        )
    ],
)
