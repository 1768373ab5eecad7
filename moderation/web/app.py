"""The service: which addresses there are, and what stands before them."""

from __future__ import annotations

import logging
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from moderation.engine import Moderator
from moderation.errors import ModelError, ModerationError
from moderation.model.artifact import load, load_shipped
from moderation.policy import load_policy
from moderation.settings import Settings
from moderation.store import Store
from moderation.web import pages
from moderation.web.api import Api
from moderation.web.docs import Docs
from moderation.web.faults import FaultMiddleware
from moderation.web.headers import SecurityHeaders
from moderation.web.metrics import Metrics
from moderation.web.middleware import ModerationMiddleware
from moderation.web.openapi import document
from moderation.web.probes import Probes
from moderation.web.problems import problem_of, problem_of_http
from moderation.web.protected import ProtectedRoute
from moderation.web.rendering import Pages

logger = logging.getLogger(__name__)


def create_app(
    moderator: Moderator | None, store: Store, settings: Settings, *, model_error: str | None = None
) -> Starlette:
    """The whole service over a store.

    moderator : None loads policy and model as the settings name them.
    model_error : why there is no model, when there is none; the service then holds what it cannot judge.

    Raises PolicyError where the policy is broken: the service never runs without its rules.
    """
    if moderator is None:
        moderator, model_error = load_moderator(settings)
    metrics = Metrics()
    api = Api(moderator, store, settings, metrics)
    probes = Probes(moderator, store, metrics, model_error)
    routes = [*_api_routes(api, settings), *_probe_routes(probes)]
    docs = Docs(document(routes), Pages(moderator))
    routes += [
        Route("/openapi.json", docs.openapi, methods=["GET"]),
        Route("/docs", docs.page, methods=["GET"]),
        Mount("/static", StaticFiles(packages=[("moderation.web", "static")])),
        *pages.routes(store, moderator, settings),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(SecurityHeaders), Middleware(FaultMiddleware), *_moderation(api)],
        exception_handlers=_handlers(metrics),
    )


def load_moderator(settings: Settings) -> tuple[Moderator, str | None]:
    """Policy and model as the settings name them, and why there is no model when there is none.

    Without a model the rules still work, and the policy says what happens to what only the model could
    have judged (by default it is held). Without a policy nothing works: PolicyError.
    """
    policy = load_policy(*settings.policy_files)
    try:
        classifier = load_shipped() if settings.model_dir is None else load(settings.model_dir)
    except ModelError as error:
        logger.error("no model: %s", error)
        return Moderator(policy, None, deadline=settings.deadline), str(error)
    return Moderator(policy, classifier, deadline=settings.deadline), None


def _api_routes(api: Api, settings: Settings) -> list[BaseRoute]:
    routes: list[BaseRoute] = [
        Route("/v1/check", api.check, methods=["POST"]),
        Route("/v1/policy", api.policy, methods=["GET"]),
    ]
    if settings.demo:
        routes.append(Route("/v1/comments", api.comments, methods=["GET", "POST"]))
    return routes


def _probe_routes(probes: Probes) -> list[BaseRoute]:
    return [
        Route("/healthz", probes.health, methods=["GET"]),
        Route("/readyz", probes.ready, methods=["GET"]),
        Route("/metrics", probes.expose, methods=["GET"]),
    ]


def _moderation(api: Api) -> list[Middleware]:
    """The product itself before the demo's own publish path, in the way any site uses it."""
    if not api.settings.demo:
        return []
    return [
        Middleware(
            ModerationMiddleware,
            moderator=api.moderator,
            store=api.store,
            routes=[
                ProtectedRoute("POST", "/v1/comments", text="/text", article="/article", author=api.author)
            ],
            body_limit=api.settings.body_limit,
            read_timeout=api.settings.read_timeout,
            observer=api.metrics,
        )
    ]


def _handlers(metrics: Metrics) -> dict[Any, Any]:
    """How exceptions become problems, each of them counted."""

    async def on_error(request: Request, error: Exception) -> Response:
        problem = problem_of_http(error) if isinstance(error, HTTPException) else problem_of(error)
        metrics.refused(problem)
        return problem.response()

    return {ModerationError: on_error, HTTPException: on_error}
