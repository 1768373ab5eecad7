"""The client for programs that wait for each answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import TracebackType
from typing import Self, TypeVar

import httpx2

from moderation.client import exchange
from moderation.client.errors import ClientError, Unreachable
from moderation.client.exchange import Call, FailMode, Retries
from moderation.client.types import Comment, Language, OwnComment, Page, Policy, Posted, Reported, Verdict

T = TypeVar("T")


class ModerationClient:
    """Asks a running service. Safe to call from many threads; use it as a context manager, or `close` it.

    address : of the service, as `https://moderation.news.example`. key : of this program, where the service asks for one.
    timeout : seconds that one try may take. retries : how often and how patiently it is tried again.
    http : a client of httpx2 to use instead of one of our own; it is not closed.

    Every method raises ClientError (`moderation/client/errors.py`) when there is no answer or no good one.
    """

    def __init__(
        self,
        address: str,
        *,
        key: str | None = None,
        timeout: float = 5.0,
        retries: Retries | None = None,
        http: httpx2.Client | None = None,
    ) -> None:
        self._address = exchange.base_of(address)
        self._headers = exchange.headers_of(key)
        self._timeout, self._retries = timeout, retries or Retries()
        self._http, self._own = http or httpx2.Client(follow_redirects=False), http is None

    def check(
        self,
        text: str,
        *,
        article: str | None = None,
        author: str | None = None,
        language: Language | None = None,
        fail: FailMode = "hold",
    ) -> Verdict:
        """Judge a comment; nothing is kept.

        language : of the messages. fail : the action where the service cannot be asked; `raise` for the error itself.
        """
        try:
            return self._ask(exchange.check(text, article=article, author=author, language=language))
        except ClientError as error:
            return exchange.unjudged(error, fail)

    def post(
        self, text: str, *, article: str, key: str | None = None, language: Language | None = None
    ) -> Posted:
        """Post a comment and say what became of it.

        key : your own name for this post. Given again with the same comment, within a day, it has no second effect, also
        from another process; without one, only this call's own retries are safe.
        """
        return self._ask(exchange.post(text, article=article, key=key, language=language))

    def comments(self, article: str, *, before: str | None = None) -> Page:
        """A page of the comments under an article, newest first."""
        return self._ask(exchange.comments(article, before=before))

    def every_comment(self, article: str) -> Iterator[Comment]:
        """All comments under an article, newest first, a page at a time."""
        page = self.comments(article)
        yield from page.comments
        while page.next is not None:
            page = self.comments(article, before=page.next)
            yield from page.comments

    def policy(self, *, language: Language | None = None) -> Policy:
        """The site's standards."""
        return self._ask(exchange.policy(language))

    def own_comments(
        self, article: str, *, author: str | None = None, language: Language | None = None
    ) -> tuple[OwnComment, ...]:
        """Where an author's comments under an article stand: held, returned, rejected, or lately published; newest first.

        author : whose, for a site's server with a key; without one, those of the reader who is signed in.
        """
        return self._ask(exchange.own_comments(article, author=author, language=language))

    def appeal(
        self, comment_id: str, why: str, *, author: str | None = None, language: Language | None = None
    ) -> OwnComment:
        """Ask for another look at the decision on an author's comment, once for each decision.

        Raises Conflict where no appeal is open, also after a first try of this call whose answer got lost.
        """
        return self._ask(exchange.appeal(comment_id, why, author=author, language=language))

    def appeal_refusal(
        self,
        text: str,
        why: str,
        *,
        article: str,
        author: str | None = None,
        key: str | None = None,
        language: Language | None = None,
    ) -> OwnComment:
        """Have a moderator look at a comment that came back as `Rejected`: it is kept for that, and not shown.

        key : as in `post`. Raises Conflict where the comment is not refused now, or its clauses leave no appeal.
        """
        return self._ask(
            exchange.appeal_refusal(text, why, article=article, author=author, key=key, language=language)
        )

    def report(
        self, comment_id: str, *, clause: str | None = None, text: str = "", reader: str | None = None
    ) -> Reported:
        """Point moderators to a published comment; it counts once for each reader.

        clause : id of the one it seems to break. reader : who reports, for a site's server with a key.
        """
        return self._ask(exchange.report(comment_id, clause=clause, text=text, reader=reader))

    def close(self) -> None:
        """Close the connections."""
        if self._own:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, call: Call[T]) -> T:
        tried = 0
        while True:
            tried += 1
            try:
                return self._try(call)
            except ClientError as error:
                wait = self._retries.wait(tried, error)
                if wait is None:
                    raise
                time.sleep(wait)

    def _try(self, call: Call[T]) -> T:
        try:
            answer = self._http.request(
                call.method,
                self._address + call.path,
                params=call.query,
                json=call.body,
                headers={**self._headers, **call.headers},
                timeout=self._timeout,
            )
        except httpx2.HTTPError as error:
            raise Unreachable(exchange.unreached(self._address, error)) from None
        return exchange.value_of(call, answer)
