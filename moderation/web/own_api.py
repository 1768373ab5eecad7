"""The handlers for authors and readers: one's own comments, appeals and reports."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from moderation.errors import Conflict
from moderation.policy import Policy
from moderation.store import Status, StoredComment
from moderation.store.own import SHOWN_FOR, OwnComment
from moderation.types import Action, Comment, Context, Decision, Language
from moderation.web import problems
from moderation.web.answers import json_answer, tagged
from moderation.web.api import Api, shaped
from moderation.web.bodies import BodyHeaders
from moderation.web.fields import as_text
from moderation.web.judging import judge
from moderation.web.keys import bearer_key
from moderation.web.languages import preferred
from moderation.web.wire import own

ASKS = 10
"""Appeals and reports that one reader may send within a minute."""
SCOPE = "comments"
"""What the key of a site's server has to open, so that the site may speak for its authors."""


class OwnApi:
    """The handlers, beside those of the native API."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.store = api.store
        self.keys = api.keys
        self.archive = api.archive

    async def mine(self, request: Request) -> Response:
        """The author's own comments under an article, cheap to ask for again by `If-None-Match`."""
        article = request.query_params.get("article")
        if not article:
            raise problems.malformed("the query names no article", ("article", "is required"))
        author = await self._who(request, request.query_params.get("author"))
        days = timedelta(days=self.api.moderator.policy.appeals.days)
        since = datetime.now(UTC) - max(SHOWN_FOR, days)
        found = await anyio.to_thread.run_sync(self.store.own, author, article, since)
        language = self._language(request, found[0].comment if found else None)
        answer = own.OwnComments(comments=await self._shown(found, language))
        return tagged(request, json_answer(answer, language=language, cache="private, no-cache"))

    async def appeal(self, request: Request) -> Response:
        """Ask for another look at the decision on one's own comment, once for each decision."""
        asked = shaped(own.AppealRequest, await self.api.document(request, BodyHeaders.of(request.scope)))
        author = await self._who(request, asked.author)
        await self._pace(author)
        id = request.path_params["id"]
        before = await anyio.to_thread.run_sync(self.store.own_comment, author, id)
        language = self._language(request, before.comment)
        [shown] = await self._shown([before], language)
        if not shown.may_appeal:
            raise problems.no_appeal()
        try:
            await anyio.to_thread.run_sync(self.store.desk.appeal, id, author, asked.text)
        except Conflict:  # sent twice at once, or ruled on anew in between
            raise problems.no_appeal() from None
        after = await anyio.to_thread.run_sync(self.store.own_comment, author, id)
        [shown] = await self._shown([after], language)
        return json_answer(shown, 201, language=language)

    async def appeal_refusal(self, request: Request) -> Response:
        """Have a moderator look at a comment that is refused when it is posted: it is kept for that, and not shown."""
        headers = BodyHeaders.of(request.scope)
        asked = shaped(own.RefusalAppealRequest, await self.api.document(request, headers))
        author = await self._who(request, asked.author)
        await self._pace(author)
        text = as_text(asked.comment.text, "/comment/text")
        comment = Comment(text, author=author, article=asked.comment.article)
        context = Context(author=author, history=self.store)
        metrics = self.api.metrics
        decision, policy = await judge(self.api.moderator, comment, context, metrics.checked)
        if decision.action is not Action.REJECT:
            raise problems.not_refused()
        if not may_appeal(decision, policy):
            raise problems.no_appeal()
        await self.archive.keep(policy)
        add = partial(self.store.add, comment, decision, Status.REJECTED, key=headers.idempotency_key)
        id = (await anyio.to_thread.run_sync(add)).id
        with suppress(Conflict):  # the same request came before
            await anyio.to_thread.run_sync(self.store.desk.appeal, id, author, asked.text)
        kept = await anyio.to_thread.run_sync(self.store.own_comment, author, id)
        language = self._language(request, kept.comment)
        [shown] = await self._shown([kept], language)
        return json_answer(shown, 201, language=language)

    async def report(self, request: Request) -> Response:
        """Point moderators to a published comment; it counts once for each reader."""
        asked = shaped(own.ReportRequest, await self.api.document(request, BodyHeaders.of(request.scope)))
        reader = await self._who(request, asked.reader)
        await self._pace(reader)
        if asked.clause is not None and asked.clause not in self.api.moderator.policy.clauses:
            raise problems.malformed(
                "there is no such clause", ("/clause", "must be the id of a clause of `/v1/policy`")
            )
        id = request.path_params["id"]
        try:
            is_new = await anyio.to_thread.run_sync(
                self.store.desk.report, id, reader, asked.clause, asked.text
            )
        except Conflict:
            raise problems.own_report() from None
        return json_answer(own.Reported(again=not is_new), 201 if is_new else 200)

    async def _who(self, request: Request, named: str | None) -> str:
        """The reader who is signed in, or the one for whom a site's server speaks with its key. Raises Refused."""
        key = bearer_key(request)
        if key is None and self.api.settings.demo:
            return self.api.author(request.scope)
        await self.keys.client(key, SCOPE)
        if not named:
            raise problems.malformed("nobody is named", ("author", "is required where a key is sent"))
        return named

    async def _pace(self, reader: str) -> None:
        wait = await anyio.to_thread.run_sync(self.store.limits.take, f"asks of {reader}", ASKS)
        if wait is not None:
            raise problems.too_often(wait)

    async def _shown(self, found: list[OwnComment], language: Language) -> list[own.OwnComment]:
        policy, now = self.api.moderator.policy, datetime.now(UTC)
        versions = {each.comment.decision.versions.policy for each in found}
        wordings = await self.archive.clauses(versions, policy)
        return [own.own_comment(each, wordings, policy, language, now) for each in found]

    def _language(self, request: Request, comment: StoredComment | None) -> Language:
        header = request.headers.get("accept-language", "")
        return preferred(header, comment.decision.language if comment else "ko")


def may_appeal(decision: Decision, policy: Policy) -> bool:
    """Whether a refusal leaves room for another look.

    Not where a clause says so, and not where an identity or card number was found: the comment would have to be kept.
    """
    refused_for = [reason for reason in decision.reasons if reason.action is Action.REJECT]
    if any(reason.finding.rule.startswith("personal_data.") for reason in refused_for):
        return False
    return any(policy.clauses[reason.clause].appeal for reason in refused_for)
