"""The handlers of the native API: judging before posting, the demo's comments, the standards."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import anyio.to_thread
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from moderation.engine import Moderator
from moderation.policy import LANGUAGES
from moderation.settings import Settings
from moderation.store import Status, Store, StoredComment
from moderation.types import Action, Comment, Context, Decision, Language, Standing
from moderation.web import problems
from moderation.web.answers import json_answer, tagged
from moderation.web.archive import Archive
from moderation.web.bodies import BodyHeaders
from moderation.web.demo import reader_of
from moderation.web.fields import as_text
from moderation.web.json_bodies import read_json
from moderation.web.judging import judge
from moderation.web.keys import ANYBODY, KeyRing, bearer_key
from moderation.web.languages import preferred
from moderation.web.metrics import Metrics
from moderation.web.paces import Paces
from moderation.web.signing import is_same_origin
from moderation.web.wire import native

PAGE = 50

Shape = TypeVar("Shape", bound=BaseModel)


class Api:
    """The handlers, over one moderator and one store."""

    def __init__(
        self, moderator: Moderator, store: Store, settings: Settings, metrics: Metrics, keys: KeyRing
    ) -> None:
        self.moderator = moderator
        self.store = store
        self.archive = Archive(store)
        self.settings = settings
        self.metrics = metrics
        self.keys = keys
        self.paces = Paces(settings.check_limit)

    async def check(self, request: Request) -> Response:
        """Judge a comment before it is posted; nothing is kept."""
        await self._pace(request)
        headers = BodyHeaders.of(request.scope)
        asked = shaped(native.CheckRequest, await self.document(request, headers))
        text = as_text(asked.text, "/text")
        comment = Comment(text, author=asked.author, article=asked.article)
        # Whoever asks may name any author, so no standing comes with the name: the author counts as known.
        context = Context(author=asked.author, history=self.store)
        decision, policy = await judge(self.moderator, comment, context, self.metrics.checked)
        language = asked.language or preferred(headers.accept_language, decision.language)
        return json_answer(native.verdict(decision, text, policy, language), language=language)

    async def _pace(self, request: Request) -> None:
        """Raises Refused for a reader who asks too often. A site's server with a key has the limit of that key."""
        key = bearer_key(request)
        if key is not None and (await self.keys.client(key, "check")).name != ANYBODY:
            return
        wait = self.paces.wait(request, reader_of(request, self.settings) if self.settings.demo else None)
        if wait is not None:
            raise problems.too_many_checks(wait)

    async def comments(self, request: Request) -> Response:
        """Post a comment, or read the ones under an article."""
        return await (self._publish(request) if request.method == "POST" else self._thread(request))

    async def _publish(self, request: Request) -> Response:
        """Publish a comment that the middleware let pass."""
        headers = BodyHeaders.of(request.scope)
        posted = shaped(native.CommentRequest, await self.document(request, headers))
        decision: Decision = request.scope["state"]["moderation"]
        comment = Comment(posted.text, author=self.author(request.scope), article=posted.article)
        await self.archive.keep(self.moderator.policy)
        add = partial(self.store.add, comment, decision, Status.PUBLISHED, key=headers.idempotency_key)
        stored = await anyio.to_thread.run_sync(add)
        decision = stored.decision
        if decision.action < Action.HOLD:
            return json_answer(native.Published(id=stored.id, comment=_public(stored)), 201)
        # Sent twice at once, and held the other time.
        language = preferred(headers.accept_language, decision.language)
        held = native.held(decision, stored.body, self.moderator.policy, language, stored.id)
        return json_answer(held, 202, language=language)

    async def _thread(self, request: Request) -> Response:
        """What readers see under an article, newest first."""
        article = request.query_params.get("article")
        if not article:
            raise problems.malformed("the query names no article", ("article", "is required"))
        before = request.query_params.get("before") or None
        found = await anyio.to_thread.run_sync(
            lambda: self.store.published(article, limit=PAGE + 1, before=before)
        )
        shown = [_public(comment) for comment in found[:PAGE]]
        more = shown[-1].id if len(found) > PAGE else None
        return json_answer(native.CommentPage(comments=shown, next=more))

    async def policy(self, request: Request) -> Response:
        """The site's standards in the language asked for."""
        asked = request.query_params.get("language")
        if asked is not None and asked not in LANGUAGES:
            raise problems.malformed(
                "the language is neither `ko` nor `en`", ("language", "must be ko or en")
            )
        header = request.headers.get("accept-language", "")
        language: Language = "ko" if asked == "ko" else "en" if asked == "en" else preferred(header, "ko")
        document = native.policy_document(self.moderator.policy, language, datetime.now(UTC))
        return tagged(request, json_answer(document, language=language, cache="no-cache"))

    def author(self, scope: Scope) -> str:
        """The reader signed in; raises Refused when there is none or when another site sends the request."""
        request = Request(scope)
        sent_by_page = "sec-fetch-site" in request.headers or "origin" in request.headers
        if sent_by_page and not is_same_origin(request):
            raise problems.cross_origin()
        reader = reader_of(request, self.settings)
        if reader is None:
            raise problems.sign_in_required()
        return reader

    def standing(self, scope: Scope) -> Standing | None:
        """What moderators have said of the reader signed in; blocks."""
        return self.store.desk.standing(self.author(scope))

    async def document(self, request: Request, headers: BodyHeaders) -> Any:
        """The JSON document in the body; raises Refused."""
        return await read_json(request, headers, self.settings.body_limit, self.settings.read_timeout)


def shaped(shape: type[Shape], document: Any) -> Shape:
    """The document as a request of that shape; raises Refused naming every place that does not fit."""
    try:
        return shape.model_validate(document)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        places = [("/" + "/".join(map(str, fault["loc"])), _lowered(fault["msg"])) for fault in faults]
        raise problems.malformed("the body does not have the right shape", *places) from None


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]


def _public(comment: StoredComment) -> native.PublishedComment:
    return native.PublishedComment(
        id=comment.id, text=comment.body, author=comment.author, received_at=comment.received_at
    )
