"""Small real sites to put the middleware before, and a bare ASGI client to call them with."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moderation.checks.words import WordCheck
from moderation.engine import Moderator
from moderation.policy import Entry, Policy, load_policy
from moderation.text.normalize import Text
from moderation.types import Context, Finding, Severity
from moderation.web.middleware import ModerationMiddleware
from moderation.web.protected import ProtectedRoute

BAD, WAIT, HMM = "badword", "waitword", "hmmword"
POLICY: Policy = load_policy(Path(__file__).with_name("site.toml"))
JSON_ROUTE = ProtectedRoute("POST", "/comments", text="/text", article="/article", author="/author")
FORM_ROUTE = ProtectedRoute("POST", "/comments", text="text", article="article")


class MarkedWords:
    """A check with three words: one is refused, one held, one nudged by the default policy."""

    name = "marked"
    rules: ClassVar[dict[str, str]] = {
        BAD: "links.blocked",
        WAIT: "links.link",
        HMM: "repetition.shouting",
    }

    def run(self, text: Text, context: Context) -> list[Finding]:
        found = []
        for word, rule in self.rules.items():
            place = text.folded.find(word)
            if place >= 0:
                found.append(Finding(rule, text.span(place, place + len(word)), evidence=word))
        return found


def listed(term: str) -> WordCheck:
    """A list of one strong swear word."""
    entry = Entry(
        term=term,
        category="profanity",
        severity=Severity.STRONG,
        at="start",
        source="own",
        added=date(2026, 11, 26),
    )
    return WordCheck([entry])


def moderator(*checks: Any, deadline: float = 60.0) -> Moderator:
    return Moderator(POLICY, None, deadline=deadline, checks=list(checks) or [MarkedWords()])


@dataclass
class Site:
    """An application that keeps what reaches it, and answers with the body."""

    bodies: list[bytes] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if not message.get("more_body", False):
                break
        self.bodies.append(body)
        await send({"type": "http.response.start", "status": 201, "headers": []})
        await send({"type": "http.response.body", "body": body})


@dataclass
class Keeper:
    """Keeps held comments in memory, for tests that are not about the store."""

    kept: list[str] = field(default_factory=list)

    async def __call__(self, comment: Any, decision: Any) -> str:
        self.kept.append(comment.body)
        return f"held-{len(self.kept)}"


def guarded(
    site: ASGIApp, *routes: ProtectedRoute, keeper: Keeper | None = None, **options: Any
) -> ModerationMiddleware:
    options.setdefault("moderator", moderator())
    return ModerationMiddleware(
        site, routes=list(routes) or [JSON_ROUTE], on_hold=keeper or Keeper(), **options
    )


@dataclass
class Answer:
    """What came back."""

    messages: list[Message]

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode().lower(): value.decode() for name, value in self.messages[0]["headers"]}

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages[1:])

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def scope_of(path: str = "/comments", method: str = "POST", **changes: Any) -> Scope:
    headers = changes.pop("headers", [(b"content-type", b"application/json")])
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"site.example"), *headers],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8000),
        **changes,
    }


def whole(body: bytes) -> list[Message]:
    return [{"type": "http.request", "body": body, "more_body": False}]


async def acall(app: ASGIApp, scope: Scope, messages: Iterable[Message]) -> Answer:
    """Call an application with these messages; after them the client stays and says nothing."""
    queue = list(messages)
    sent: list[Message] = []

    async def receive() -> Message:
        if not queue:
            await anyio.sleep_forever()
        return queue.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return Answer(sent)


def call(app: ASGIApp, scope: Scope | None = None, messages: Sequence[Message] | bytes = b"") -> Answer:
    """Call an application with a body, or with the messages of one."""
    queue = whole(messages) if isinstance(messages, bytes) else messages
    answer: Answer = run(lambda: acall(app, scope or scope_of(), queue))
    return answer


def run(main: Callable[[], Awaitable[Any]]) -> Any:
    return anyio.run(main)


def post(app: ASGIApp, document: Any, **changes: Any) -> Answer:
    """Post a document as JSON."""
    return call(app, scope_of(**changes), json.dumps(document).encode())
