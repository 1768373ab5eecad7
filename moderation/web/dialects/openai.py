"""OpenAI's moderation endpoint: what the site's policy and model say of texts, in thirteen categories."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from moderation.store.ids import new_id
from moderation.types import Comment, Context, Decision
from moderation.web import problems
from moderation.web.dialects.door import Dialect, Service
from moderation.web.fields import as_text
from moderation.web.judging import judge
from moderation.web.keys import bearer_key
from moderation.web.problems import Problem
from moderation.web.wire import openai as wire


def dialect(service: Service) -> Dialect:
    """The address of OpenAI's moderation over this service."""

    async def moderate(request: Request) -> Response:
        """Judge every text of the input. Nothing is kept."""
        await service.keys.client(bearer_key(request), "openai")
        asked = wire.parse(await service.document(request))
        judged = [[await _judge(service, text) for text in group] for group in wire.texts(asked)]
        classifier = service.moderator.classifier
        return _answer(wire.render(asked, judged, classifier.vouched if classifier else {}))

    return Dialect(
        name="openai",
        addresses=[("POST", "/v1/moderations", moderate)],
        territory=["/v1/moderations", "/v1/moderations/{rest:path}"],
        wording=_worded,
    )


async def _judge(service: Service, text: str) -> Decision:
    """The decision on one text; raises Refused where no model scored it: nothing is made up."""
    comment = Comment(as_text(text, "input"))
    decision, _ = await judge(service.moderator, comment, Context(), service.metrics.checked)
    if not decision.scores:
        raise problems.Refused(problems.check_unavailable())
    return decision


def _answer(answer: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    named = {
        "cache-control": "no-store",
        "x-request-id": f"req_{new_id().replace('-', '')}",
        **(headers or {}),
    }
    return Response(answer.model_dump_json(), status, named, "application/json")


def _worded(problem: Problem) -> Response:
    return _answer(wire.error(problem), problem.status, problem.headers)
