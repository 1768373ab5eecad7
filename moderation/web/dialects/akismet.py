"""The calls of Akismet: is the key good, is this spam, and what the site's moderators say of it afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from moderation.masking import mask
from moderation.text.normalize import normalize
from moderation.types import Context, Label
from moderation.web.bodies import BodyHeaders
from moderation.web.dialects.door import Dialect, Service
from moderation.web.judging import judge
from moderation.web.keys import Client
from moderation.web.problems import Problem, Refused
from moderation.web.wire import akismet

PLAIN = "text/plain; charset=utf-8"
REQUIRED = ("blog", "user_ip")


class Calls:
    """How often each client has called this month. clock : the time, in UTC."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._month = ""
        self._counted: Counter[str] = Counter()

    def add(self, client: str) -> None:
        """Count one; with the month the count begins anew."""
        if (month := f"{self._clock():%Y-%m}") != self._month:
            self._month, self._counted = month, Counter()
        self._counted[client] += 1

    def __getitem__(self, client: str) -> int:
        return self._counted[client] if f"{self._clock():%Y-%m}" == self._month else 0


class Akismet:
    """The handlers, over the service."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.calls = Calls()

    async def verify_key(self, request: Request) -> Response:
        """Whether the key may be used."""
        asked = await self._asked(request)
        await self._client(request, asked.key, "akismet")
        fault = akismet.missing(asked, ("blog",))
        # The demo lets anybody in, but without a key there is nothing to verify.
        if not _named(request, asked.key):
            fault = "missing required field: key"
        return _plain(akismet.invalid(fault) if fault else akismet.Reply("valid"))

    async def comment_check(self, request: Request) -> Response:
        """Whether a comment is spam; nothing of it is kept."""
        asked = await self._asked(request)
        client = await self._client(request, asked.key, "akismet")
        self.calls.add(client.name)
        return _plain(await self._judged(asked))

    async def submit_spam(self, request: Request) -> Response:
        """A moderator of the site says that it is spam."""
        return await self._learn(request, 1.0)

    async def submit_ham(self, request: Request) -> Response:
        """A moderator of the site says that it is none."""
        return await self._learn(request, 0.0)

    async def usage_limit(self, request: Request) -> Response:
        """What the key may be used for, and whether it is held back for now."""
        key = request.query_params.get("api_key") or request.query_params.get("key")
        if request.method == "POST":
            key = (await self._asked(request)).key
        calls, throttled = 0, False
        try:
            calls = self.calls[(await self._client(request, key, "akismet")).name]
        except Refused as refused:
            if refused.problem.status != 429:
                raise
            throttled = True
        usage = akismet.usage(calls, throttled).model_dump_json()
        return Response(usage, headers={"cache-control": "no-store"}, media_type="application/json")

    async def _judged(self, asked: akismet.Asked) -> akismet.Reply:
        if fault := akismet.missing(asked, REQUIRED):
            return akismet.invalid(fault)
        if asked.guaranteed or asked.trapped:
            return akismet.positive()
        if asked.is_administrators:
            return akismet.Reply("false")
        # Nothing is kept of what is checked here, so there is no history to ask.
        context = Context(standing=asked.standing)
        service = self.service
        decision, policy = await judge(service.moderator, asked.comment, context, service.metrics.checked)
        return akismet.render(decision, policy, service.settings.akismet_true)

    async def _learn(self, request: Request, spam: float) -> Response:
        asked = await self._asked(request)
        client = await self._client(request, asked.key, "akismet", "feedback")
        if fault := akismet.missing(asked, REQUIRED):
            return _plain(akismet.invalid(fault))
        if not asked.test and not asked.guaranteed and asked.comment.body.strip():
            await anyio.to_thread.run_sync(self._keep, asked.comment.body, spam, client)
        return _plain(akismet.Reply(akismet.THANKS))

    def _keep(self, body: str, spam: float, client: Client) -> None:
        text, language = mask(body), normalize(body).language
        self.service.store.feedback.add(
            text, {Label.SPAM: spam}, source="akismet", client=client.name, language=language
        )

    async def _asked(self, request: Request) -> akismet.Asked:
        headers = BodyHeaders.of(request.scope)
        body = await self.service.body(request, headers)
        return akismet.parse(headers.content_type, body)

    async def _client(self, request: Request, key: str | None, *scopes: str) -> Client:
        return await self.service.keys.client(_named(request, key), *scopes)


def _named(request: Request, key: str | None) -> str | None:
    return key or akismet.host_key(request.headers.get("host", ""))


def dialect(service: Service) -> Dialect:
    """Akismet's addresses, with the versions in them that its clients ask for."""
    calls = Akismet(service)
    return Dialect(
        "akismet",
        (
            ("POST", "/1.1/verify-key", calls.verify_key),
            ("POST", "/1.1/comment-check", calls.comment_check),
            ("POST", "/1.1/submit-spam", calls.submit_spam),
            ("POST", "/1.1/submit-ham", calls.submit_ham),
            ("GET", "/1.2/usage-limit", calls.usage_limit),
            ("POST", "/1.2/usage-limit", calls.usage_limit),
        ),
        TERRITORY,
        wording,
    )


TERRITORY: Sequence[str] = ("/1.1/{rest:path}", "/1.2/{rest:path}")


def wording(problem: Problem) -> Response:
    """A problem in Akismet's words."""
    return _plain(akismet.refusal(problem))


def _plain(reply: akismet.Reply) -> Response:
    headers = {"cache-control": "no-store", **reply.headers}
    return Response(reply.text, reply.status, headers, PLAIN)
