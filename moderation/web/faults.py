"""Faults of our own: logged by type and place, told to nobody, never with the text that set them off."""

from __future__ import annotations

import logging
import traceback

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moderation.web.problems import Problem

logger = logging.getLogger(__name__)


def log_fault(log: logging.Logger, doing: str, error: BaseException) -> None:
    """Log where a fault happened, without its message: that may quote a comment or a person's data."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].name}:{frames[-1].lineno}" if frames else "nowhere"
    log.error("%s failed: %s at %s", doing, type(error).__name__, place)


class FaultMiddleware:
    """Answers an unforeseen exception with a bare problem, outermost in the service.

    Starlette's own handler raises the exception again after its answer, and the server then logs it whole.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer for whoever fails to."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            log_fault(logger, f"answering {scope['method']}", error)
            if started:
                raise ConnectionError("the answer broke off") from None
            problem = Problem("fault", 500, "Something went wrong", "the request could not be answered")
            await problem.response()(scope, receive, send)
