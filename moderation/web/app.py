"""The service: which addresses there are, and what stands before them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from moderation.engine import Moderator
from moderation.errors import ModerationError
from moderation.recheck import Recheck
from moderation.reload import Reloader, unwatched
from moderation.settings import Settings
from moderation.shadow import Shadow
from moderation.store import Store
from moderation.store.desk import DeskRules
from moderation.web import dialects, pages
from moderation.web.accounts.clients import key_ring
from moderation.web.api import Api
from moderation.web.daily import Daily
from moderation.web.desk.live import Live
from moderation.web.dialects import Service
from moderation.web.docs import Docs
from moderation.web.faults import FaultMiddleware
from moderation.web.headers import SecurityHeaders
from moderation.web.keys import HiddenKeys
from moderation.web.metrics import Metrics
from moderation.web.middleware import ModerationMiddleware
from moderation.web.openapi import document
from moderation.web.own_api import OwnApi
from moderation.web.probes import Probes
from moderation.web.problems import problem_of, problem_of_http
from moderation.web.protected import ProtectedRoute
from moderation.web.proxies import ProxyMiddleware
from moderation.web.rendering import Pages
from moderation.webhooks import running
from moderation.webhooks.running import Part


def create_app(
    moderator: Moderator | None, store: Store, settings: Settings, *, reloader: Reloader | None = None
) -> Starlette:
    """The whole service over a store.

    moderator : None for one that follows the files which the settings name, as long as the service runs.
    reloader : keeps the moderator at its files, when it was loaded before.

    Raises PolicyError where the policy is broken: the service never runs without its rules.
    """
    if moderator is None:
        reloader = reloader or Reloader.of(settings)
        moderator = reloader.moderator
    store.desk.rules = DeskRules(settings.report_readers, settings.report_hours, settings.second_look_share)
    states = reloader.states if reloader else unwatched(moderator)
    shadow = Shadow.of(settings)
    metrics = Metrics(states, shadow)
    keys = key_ring(store.accounts.tokens, is_open=settings.demo)
    api = Api(moderator, store, settings, metrics, keys)
    probes = Probes(states, store, metrics)
    spoken = dialects.routes(Service(moderator, store, settings, metrics, keys))
    routes = [*_api_routes(api, OwnApi(api), settings), *spoken, *_probe_routes(probes)]
    live = Live(store)
    docs = Docs(document(routes, keys_are_optional=settings.demo), Pages(moderator))
    routes += [
        Route("/openapi.json", docs.openapi, methods=["GET"]),
        Route("/docs", docs.page, methods=["GET"]),
        Mount("/static", StaticFiles(packages=[("moderation.web", "static")])),
        *pages.routes(store, moderator, settings, states, live),
    ]
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(HiddenKeys),
            Middleware(ProxyMiddleware, trusted=settings.trusted_proxies),
            Middleware(SecurityHeaders),
            Middleware(FaultMiddleware),
            *_moderation(api, shadow),
        ],
        exception_handlers=_handlers(metrics),
        lifespan=_running(
            *(part for part in (reloader, shadow, Daily(store, settings)) if part is not None),
            Recheck(moderator, store),
            *running.parts(store, settings, lambda: moderator.versions),
        ),
    )
    app.state.live = live  # to be told when the service ends: an open stream would delay that
    return app


def _running(*parts: Part) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """What has a thread of its own, from the start of the service to its end."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        for part in parts:
            part.start()
        try:
            yield
        finally:
            for part in parts:
                await anyio.to_thread.run_sync(part.stop)

    return lifespan


def _api_routes(api: Api, own: OwnApi, settings: Settings) -> list[BaseRoute]:
    routes: list[BaseRoute] = [
        Route("/v1/check", api.check, methods=["POST"]),
        Route("/v1/policy", api.policy, methods=["GET"]),
        Route("/v1/comments/mine", own.mine, methods=["GET"]),
        Route("/v1/appeals", own.appeal_refusal, methods=["POST"]),
        Route("/v1/comments/{id}/appeal", own.appeal, methods=["POST"]),
        Route("/v1/comments/{id}/report", own.report, methods=["POST"]),
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


def _moderation(api: Api, shadow: Shadow | None) -> list[Middleware]:
    """The product itself before the demo's own publish path, in the way any site uses it."""
    if not api.settings.demo:
        return []
    return [
        Middleware(
            ModerationMiddleware,
            moderator=api.moderator,
            store=api.store,
            routes=[
                ProtectedRoute(
                    "POST",
                    "/v1/comments",
                    text="/text",
                    article="/article",
                    author=api.author,
                    standing=api.standing,
                )
            ],
            body_limit=api.settings.body_limit,
            read_timeout=api.settings.read_timeout,
            observer=api.metrics,
            shadow=shadow,
        )
    ]


def _handlers(metrics: Metrics) -> dict[Any, Any]:
    """How exceptions become problems, each of them counted."""

    async def on_error(request: Request, error: Exception) -> Response:
        problem = problem_of_http(error) if isinstance(error, HTTPException) else problem_of(error)
        metrics.refused(problem)
        return problem.response()

    return {ModerationError: on_error, HTTPException: on_error}
