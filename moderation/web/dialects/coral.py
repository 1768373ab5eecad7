"""Coral's external moderation phase, answered so that nothing is published for a fault of ours.

Coral publishes when a phase answers with an error or not in time. So whatever carries Coral's signature and cannot be
judged is withheld for a moderator, and only what does not is refused.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from moderation.types import Context
from moderation.web.bodies import BodyHeaders
from moderation.web.dialects.door import Dialect, Service
from moderation.web.faults import log_fault
from moderation.web.judging import judge
from moderation.web.problems import Problem, Refused, check_unavailable
from moderation.web.wire import coral

logger = logging.getLogger(__name__)

PATH = "/coral/phase"


@dataclass
class Answered:
    """Answers of the last minutes by what was asked, so that a request sent again gets the same one.

    Coral's signature has no time in it: whoever saw a request could send it again for ever, to learn how the answer
    changes. clock : seconds from any point on.
    """

    seconds: float = 300.0
    most: int = 10_000
    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[bytes, tuple[float, coral.PhaseAnswer | None]] = field(default_factory=OrderedDict)

    def find(self, digest: bytes) -> tuple[coral.PhaseAnswer | None] | None:
        """The answer in a tuple, as it may be none; None where there was no such request."""
        found = self._kept.get(digest)
        return (found[1],) if found and self.clock() - found[0] <= self.seconds else None

    def keep(self, digest: bytes, answer: coral.PhaseAnswer | None) -> None:
        """Remember it, and forget the oldest beyond the most."""
        self._kept[digest] = (self.clock(), answer)
        self._kept.move_to_end(digest)
        while len(self._kept) > self.most:
            self._kept.popitem(last=False)


class Coral:
    """The handler, over the service."""

    def __init__(self, service: Service, answered: Answered | None = None) -> None:
        self.service = service
        self.answered = answered or Answered()

    async def phase(self, request: Request) -> Response:
        """What should become of a comment that Coral is about to publish."""
        try:
            body = await self.service.body(request, BodyHeaders.of(request.scope))
        except Refused as refused:
            # Too large or too slow to be verified: withheld, which tells nobody anything.
            return self._withheld(refused)
        self._verify(request, body)
        form: coral.BodyFormat = "plain" if request.query_params.get("format") == "plain" else "html"
        digest = hashlib.sha256(form.encode() + b"\n" + body).digest()
        if (before := self.answered.find(digest)) is not None:
            return _answer(before[0])
        try:
            answer = await self._judged(body, form)
        except Refused as refused:
            return self._withheld(refused)
        except Exception as error:  # whatever it is, the comment must not stand unchecked for it
            log_fault(logger, "answering Coral", error)
            return self._withheld(Refused(check_unavailable()))
        self.answered.keep(digest, answer)
        return _answer(answer)

    async def _judged(self, body: bytes, form: coral.BodyFormat) -> coral.PhaseAnswer | None:
        asked, comment = coral.parse(body, form)
        # Coral looks for repeated comments itself, before it asks; what it asks about is not kept here.
        context = Context(author=comment.author, standing=asked.standing)
        service = self.service
        decision, policy = await judge(service.moderator, comment, context, service.metrics.checked)
        return coral.render(decision, policy)

    def _verify(self, request: Request, body: bytes) -> None:
        """Raises Refused for what Coral did not sign. The demo takes it unsigned, until it is given a secret."""
        settings = self.service.settings
        secrets = [secret.get_secret_value() for secret in settings.coral_secrets]
        if not secrets and settings.demo:
            return
        if not coral.verifies(request.headers.get(coral.SIGNATURE, ""), body, secrets):
            detail = f"`{coral.SIGNATURE}` holds no signature of this body by a secret of this phase"
            raise Refused(Problem("signature-wrong", 401, "Signature not valid", detail))

    def _withheld(self, refused: Refused) -> Response:
        problem = refused.problem
        self.service.metrics.refused(problem)
        logger.warning("a comment from Coral could not be judged and is withheld: %s", problem.kind)
        return _answer(coral.WITHHELD)


def dialect(service: Service) -> Dialect:
    """The one address that is entered in Coral as callback URL of the phase."""
    return Dialect(
        "coral", (("POST", PATH, Coral(service).phase),), ("/coral/{rest:path}",), lambda p: p.response()
    )


def _answer(answer: coral.PhaseAnswer | None) -> Response:
    headers = {"cache-control": "no-store"}
    if answer is None:
        return Response(status_code=204, headers=headers)
    return Response(json.dumps(coral.as_document(answer)), 200, headers, "application/json")
