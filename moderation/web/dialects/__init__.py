"""What other moderation services are called by: their addresses, keys and errors, on this engine."""

from __future__ import annotations

from starlette.routing import BaseRoute

from moderation.web.dialects import akismet, coral, openai, perspective
from moderation.web.dialects.door import Dialect, Service

__all__ = ["Dialect", "Service", "routes"]


def routes(service: Service) -> list[BaseRoute]:
    """The addresses of all dialects that the settings name."""
    known = [
        perspective.dialect(service),
        openai.dialect(service),
        akismet.dialect(service),
        coral.dialect(service),
    ]
    spoken = [dialect for dialect in known if dialect.name in service.settings.dialects]
    return [route for dialect in spoken for route in dialect.routes(service.metrics)]
