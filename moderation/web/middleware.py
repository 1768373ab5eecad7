"""The middleware: comments on protected routes are judged before the application sees them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Sequence
from typing import Protocol, TypeVar

import anyio.to_thread
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from moderation.engine import Moderator
from moderation.errors import InputError, StoreError
from moderation.policy import Policy
from moderation.shadow import Shadow
from moderation.store import KeyReused, Store
from moderation.types import Action, Comment, Context, Decision
from moderation.web import problems
from moderation.web.bodies import BodyHeaders, read_body, replay
from moderation.web.faults import log_fault
from moderation.web.fields import author_of, choose, comment_in, context_of
from moderation.web.judging import judge
from moderation.web.keeping import Keeper, Kept, OnHold, SiteKeeper, StoreKeeper
from moderation.web.languages import preferred
from moderation.web.problems import Problem, Refused, problem_of
from moderation.web.protected import Guards, ProtectedRoute, Target, overrides_method
from moderation.web.wire import native

logger = logging.getLogger(__name__)

Made = TypeVar("Made")


class Observer(Protocol):
    """Who wants to know what the middleware does; the service counts it."""

    def judged(self, decision: Decision, seconds: float) -> None:
        """A comment was judged."""

    def held(self) -> None:
        """A comment was kept for a moderator."""

    def refused(self, problem: Problem) -> None:
        """A request was answered with a problem."""


class Silence:
    """An observer that wants to know nothing."""

    def judged(self, decision: Decision, seconds: float) -> None:
        """Nothing to do."""

    def held(self) -> None:
        """Nothing to do."""

    def refused(self, problem: Problem) -> None:
        """Nothing to do."""


class ModerationMiddleware:
    """Judges comments on the way to an ASGI application; everything else passes untouched.

    Allowed comments reach the application byte for byte, with the Decision in
    `scope["state"]["moderation"]`. Held ones are kept and answered with 202, refused ones with 422. What
    cannot be judged or kept is neither published nor answered with 500.

    routes : where comments come in, relative to where the middleware stands (see ProtectedRoute).
    store : keeps held comments and knows earlier ones; or else
    on_hold : keeps a held comment and returns its id once it is safe.
    A request with an `Idempotency-Key` that was sent before is answered as it was, and judged and kept once.
    body_limit : bytes; read_timeout : seconds for the whole body.
    shadow : a candidate that judges along, off the answer path, and only counts.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        moderator: Moderator,
        routes: Sequence[ProtectedRoute],
        store: Store | None = None,
        on_hold: OnHold | None = None,
        body_limit: int = 65_536,
        read_timeout: float = 10.0,
        observer: Observer | None = None,
        shadow: Shadow | None = None,
    ) -> None:
        keepers: list[Keeper] = []
        if store is not None:
            keepers.append(StoreKeeper(store))
        if on_hold is not None:
            keepers.append(SiteKeeper(on_hold))
        if len(keepers) != 1:
            raise InputError("held comments must be kept: give either `store` or `on_hold`")
        if not routes:
            raise InputError("`routes` is empty; name the routes on which readers publish text")
        self.app = app
        self.moderator = moderator
        self.guards = Guards(routes, app)
        self.store = store
        self.keeper = keepers[0]
        self.body_limit = body_limit
        self.read_timeout = read_timeout
        self.observer: Observer = observer or Silence()
        self.shadow = shadow

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge a request to a protected route; pass everything else on untouched."""
        if scope["type"] != "http" or (targets := self.guards.targets(scope)) is None:
            await self.app(scope, receive, send)
            return
        outcome = await self.moderate(targets, scope, receive)
        if isinstance(outcome, Response):
            await outcome(scope, receive, send)
        elif outcome is not None:
            await self.app(scope, outcome, send)

    async def moderate(
        self, targets: list[Target], scope: Scope, receive: Receive
    ) -> Response | Receive | None:
        """What comes of it: an answer, the body for the application, or nothing when the client left."""
        headers = BodyHeaders.of(scope)
        body: bytes | None = None
        try:
            if headers.overrides_method or overrides_method(scope):
                raise problems.method_override()
            if not targets:
                return receive  # a method that writes nothing here
            headers.refuse_encoded()
            target = choose(targets, headers.content_type)
            author = author_of(target, scope)
            body = await read_body(receive, self.body_limit, self.read_timeout)
            if body is None:
                return None
            headers.check_length(len(body))
            comment = comment_in(body, target, headers.content_type, scope, author)
            decision, policy, kept = await self._settle(comment, target, scope, headers.idempotency_key)
        except Refused as refused:
            return self._problem(refused.problem, scope, unread=body is None)
        if decision.action < Action.HOLD:
            scope.setdefault("state", {})["moderation"] = decision
            return replay(body, receive)
        language = preferred(headers.accept_language, decision.language)
        if kept is None or decision.action is Action.REJECT:
            return self._problem(native.refusal(decision, comment.body, policy, language), scope)
        held = native.held(decision, comment.body, policy, language, kept.id)
        told = {"cache-control": "no-store", "content-language": language, "vary": "Accept-Language"}
        return Response(held.model_dump_json(), 202, told, "application/json")

    async def _settle(
        self, comment: Comment, target: Target, scope: Scope, key: str | None
    ) -> tuple[Decision, Policy, Kept | None]:
        """Judge a comment and keep it where it is held, unless it was sent before under that key."""
        kept = await self._told(self.keeper.posted(comment, key)) if key else None
        if kept is not None:
            return kept.decision, self.moderator.policy, kept
        decision, policy = await self._judge(comment, target, scope)
        if decision.action is not Action.HOLD:
            return decision, policy, None
        kept = await self._told(self.keeper.hold(comment, decision, policy, key))
        self.observer.held()
        return kept.decision, policy, kept

    async def _judge(self, comment: Comment, target: Target, scope: Scope) -> tuple[Decision, Policy]:
        context = await self._context(comment, target, scope)
        if self.shadow is not None:
            context = self.shadow.remembering(context)
        decision, policy = await judge(self.moderator, comment, context, self.observer.judged)
        if self.shadow is not None:
            self.shadow.follow(comment, context, decision)
        return decision, policy

    async def _context(self, comment: Comment, target: Target, scope: Scope) -> Context:
        """Of whom and where, asked off the event loop where the site has to look it up. Raises Refused."""
        asked = (target, scope, comment.author, self.store)
        if target[0].standing is None:
            return context_of(*asked)
        try:
            return await anyio.to_thread.run_sync(context_of, *asked)
        except StoreError as error:
            log_fault(logger, "looking up an author's standing", error)
            raise Refused(problems.store_unavailable()) from None

    async def _told(self, keeping: Awaitable[Made]) -> Made:
        """What the keeper says. Raises Refused, whatever way it fails: nothing is lost untold."""
        try:
            return await keeping
        except (InputError, KeyReused) as error:  # an id that no database could keep
            raise Refused(problem_of(error)) from None
        except Exception as error:
            log_fault(logger, "keeping a held comment", error)
            raise Refused(problems.store_unavailable()) from None

    def _problem(self, problem: Problem, scope: Scope, *, unread: bool = False) -> Response:
        self.observer.refused(problem)
        response = problem.response()
        if unread and scope.get("http_version", "1.1").startswith("1"):
            # The rest of the body is still on its way; the next request on this connection would wait for it.
            response.headers["connection"] = "close"
        return response
