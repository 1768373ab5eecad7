"""Both clients against a running service: the same calls, in the same words, with the same outcome."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import anyio
import httpx2
import pytest

from moderation import client as public
from moderation.client import (
    AsyncModerationClient,
    Conflict,
    Held,
    Malformed,
    ModerationClient,
    NotAllowed,
    NotFound,
    Published,
    Rejected,
    Retries,
    Unavailable,
    UnexpectedAnswer,
    Unreachable,
)
from moderation.settings import Settings
from moderation.store import Status, Store
from moderation.store.accounts.tokens import Scope
from moderation.store.desk import Act, Ruling, View
from moderation.types import Comment
from moderation.web.demo import COOKIE, _signer
from tests.sqlite import upgraded
from tests.web.sites import BAD, HMM, POLICY, WAIT, moderator

from .served import KEY

QUICK = Retries(tries=3, first=0.001, longest=0.01)
Asking = Callable[..., Any]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    return upgraded(tmp_path_factory.mktemp("served") / "moderation.db")


@pytest.fixture(scope="module")
def address(database: str) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.client.served", database]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.kill()


@pytest.fixture
def cookies() -> dict[str, str]:
    return {COOKIE: _signer(Settings(secret_key=KEY)).sign("kim")}


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest, address: str, cookies: dict[str, str]) -> Iterator[Asking]:
    """Calls a method of the client by name."""
    fault(address, 204, 0)
    if request.param == "sync":
        with (
            httpx2.Client(cookies=cookies) as http,
            ModerationClient(address, retries=QUICK, http=http) as client,
        ):
            yield lambda name, *given, **named: _drained(getattr(client, name)(*given, **named))
        return

    def ask(name: str, *given: Any, **named: Any) -> Any:
        async def call() -> Any:
            async with (
                httpx2.AsyncClient(cookies=cookies) as http,
                AsyncModerationClient(address, retries=QUICK, http=http) as client,
            ):
                return await _adrained(getattr(client, name)(*given, **named))

        return anyio.run(call)

    yield ask


def _drained(value: Any) -> Any:
    return list(value) if isinstance(value, Iterator) else value


async def _adrained(value: Awaitable[Any] | AsyncIterator[Any]) -> Any:
    return [each async for each in value] if isinstance(value, AsyncIterator) else await value


def fault(address: str, status: int, times: int) -> int:
    """Have the next requests fail; how many there were since the last time."""
    return int(httpx2.get(f"{address}/faults?status={status}&times={times}").text)


@pytest.mark.parametrize(
    ("text", "action", "publishable"),
    [("좋은 글", "allow", True), (HMM, "nudge", True), (f"글 {WAIT}", "hold", False), (BAD, "reject", False)],
)
def test_a_verdict_is_a_value(ask: Asking, text: str, action: str, publishable: bool) -> None:
    verdict = ask("check", text, article="a1", author="kim", language="en")
    assert (verdict.action, verdict.may_publish, verdict.was_judged) == (action, publishable, True)
    assert verdict.language in ("ko", "en")
    assert (verdict.graphemes, verdict.limit) == (len(text), 250)
    if action == "hold":
        (reason,) = verdict.reasons
        assert (reason.rule, reason.clause, reason.action) == ("links.link", "links", "hold")
        assert text[reason.span.start : reason.span.end] == WAIT
        assert reason.message


def test_what_becomes_of_a_comment(ask: Asking) -> None:
    published = ask("post", "좋은 글입니다", article="outcomes")
    assert isinstance(published, Published)
    assert (published.comment.text, published.comment.author) == ("좋은 글입니다", "kim")
    held = ask("post", f"글 {WAIT}", article="outcomes", language="ko")
    assert isinstance(held, Held)
    assert held.id
    assert held.verdict.action == "hold"
    rejected = ask("post", f"글 {BAD}", article="outcomes")
    assert isinstance(rejected, Rejected)
    assert rejected.message
    assert rejected.verdict.rule == "links.blocked"


def test_the_standards_come_in_either_language(ask: Asking) -> None:
    korean, english = ask("policy", language="ko"), ask("policy", language="en")
    assert korean.version == english.version
    assert korean.limit == 250
    assert [clause.id for clause in korean.clauses] == [clause.id for clause in english.clauses]
    assert korean.clauses[0].title != english.clauses[0].title


def test_a_thread_is_read_to_its_end(ask: Asking, request: pytest.FixtureRequest) -> None:
    article = f"thread-{request.node.callspec.id}"
    for number in range(53):
        ask("post", f"글 {number}", article=article)
    page = ask("comments", article)
    assert len(page.comments) == 50
    assert page.next is not None
    texts = [comment.text for comment in ask("every_comment", article)]
    assert texts == [f"글 {number}" for number in reversed(range(53))]


class TestOnesOwn:
    @pytest.fixture
    def cookies(self, request: pytest.FixtureRequest) -> dict[str, str]:
        """A reader for each test: what one may ask for in a minute is limited."""
        return {COOKIE: _signer(Settings(secret_key=KEY)).sign(f"reader of {request.node.name}")}

    @pytest.fixture
    def article(self, request: pytest.FixtureRequest) -> str:
        return f"own-{request.node.name}"

    def test_where_a_held_comment_stands_and_an_appeal_on_it(
        self, ask: Asking, database: str, article: str
    ) -> None:
        held = ask("post", f"글 {WAIT}", article=article)
        (own,) = ask("own_comments", article, language="en")
        assert (own.id, own.status, own.by, own.text) == (held.id, "held", "policy", f"글 {WAIT}")
        assert (own.may_appeal, own.may_edit, own.appeal) == (False, False, None)
        assert [(clause.id, clause.number) for clause in own.clauses] == [("links", 8)]
        assert own.clauses[0].title == POLICY.clauses["links"].title.en
        with pytest.raises(Conflict) as caught:
            ask("appeal", held.id, "다시 봐 주세요")
        assert caught.value.kind == "no-appeal"

        with Store.open(database) as store:
            store.desk.settle(held.id, Ruling(Act.RETURN, "links", "링크를 빼 주세요"), "mina")
        (own,) = ask("own_comments", article, language="ko")
        assert (own.status, own.by, own.message) == ("returned", "moderator", "링크를 빼 주세요")
        assert own.may_edit
        assert own.decided_at >= own.received_at

        after = ask("appeal", held.id, "다시 봐 주세요")
        assert (after.appeal.state, after.appeal.text) == ("waiting", "다시 봐 주세요")
        assert (after.appeal.settled_at, after.appeal.reason) == (None, None)
        with Store.open(database) as store:
            (appeal,) = (
                item.appeal for item in store.desk.page(View.APPEALS).items if item.comment.id == held.id
            )
            assert appeal
            store.desk.settle_appeal(appeal.id, "overturned", "괜찮은 링크입니다", "other")
        (own,) = ask("own_comments", article)
        assert (own.status, own.appeal.state, own.appeal.reason) == (
            "published",
            "overturned",
            "괜찮은 링크입니다",
        )
        assert own.appeal.settled_at is not None

    def test_a_refused_comment_is_kept_for_a_moderator_once(
        self, ask: Asking, address: str, article: str
    ) -> None:
        text = f"글 {BAD}"
        assert isinstance(ask("post", text, article=article), Rejected)
        assert ask("own_comments", article) == ()
        fault(address, 0, 2)
        kept = ask("appeal_refusal", text, "인용이었습니다", article=article)
        assert fault(address, 204, 0) == 3
        assert (kept.status, kept.appeal.state, kept.appeal.text) == ("rejected", "waiting", "인용이었습니다")
        assert ask("own_comments", article) == (kept,)
        with pytest.raises(Conflict) as caught:
            ask("appeal_refusal", "좋은 글", "왜요", article=article)
        assert caught.value.kind == "not-refused"

    def test_a_report_counts_once(self, ask: Asking, database: str, article: str) -> None:
        with Store.open(database) as store:
            comment = Comment("남의 글", author="lee", article=article)
            id = store.add(comment, moderator().judge(comment), Status.PUBLISHED).id
        assert not ask("report", id, clause="abuse", text="욕입니다").again
        assert ask("report", id, clause="abuse").again
        with pytest.raises(NotFound):
            ask("report", "nobody/s?")
        with pytest.raises(Malformed) as caught:
            ask("report", id, clause="no such")
        assert caught.value.places[0][0] == "/clause"
        own = ask("post", "내 글", article=article)
        with pytest.raises(Conflict) as refused:
            ask("report", own.comment.id)
        assert refused.value.kind == "own-comment"

    def test_a_site_s_server_speaks_for_its_authors(self, database: str, address: str, article: str) -> None:
        with Store.open(database) as store:
            comment = Comment(f"글 {WAIT}", author="author 7", article=article)
            store.add(comment, moderator().judge(comment), Status.HELD)
            _, key = store.accounts.tokens.add("cms", [Scope.COMMENTS], by="root")
        with ModerationClient(address, key=key, retries=QUICK) as client:
            (own,) = client.own_comments(article, author="author 7")
            assert own.status == "held"
            assert client.own_comments(article, author="author 8") == ()
            with pytest.raises(NotFound):
                client.appeal(own.id, "제 글입니다", author="author 8")
            with pytest.raises(Malformed):
                client.own_comments(article)


class TestTriedAgain:
    @pytest.mark.parametrize("status", [500, 502, 503, 429])
    def test_what_passes_is_sat_out(self, ask: Asking, address: str, status: int) -> None:
        fault(address, status, 2)
        assert ask("check", "글").action == "allow"
        assert fault(address, 204, 0) == 3

    def test_what_stays_is_told_after_three_tries(self, ask: Asking, address: str) -> None:
        fault(address, 503, 9)
        with pytest.raises(Unavailable):
            ask("policy")
        assert fault(address, 204, 0) == 3

    def test_a_post_whose_answer_got_lost_is_published_once(
        self, ask: Asking, address: str, request: pytest.FixtureRequest
    ) -> None:
        article = f"lost-{request.node.callspec.id}"
        fault(address, 0, 2)
        assert isinstance(ask("post", "한 번만", article=article), Published)
        assert fault(address, 204, 0) == 3
        assert len(ask("comments", article).comments) == 1

    def test_a_key_of_ones_own_holds_from_call_to_call(
        self, ask: Asking, request: pytest.FixtureRequest
    ) -> None:
        article = f"key-{request.node.callspec.id}"
        first, second = (ask("post", "한 번만", article=article, key=f"my-{article}") for _ in range(2))
        assert first == second
        with pytest.raises(Conflict) as caught:
            ask("post", "다른 글", article=article, key=f"my-{article}")
        assert (caught.value.status, caught.value.kind) == (409, "idempotency-key-reused")

    def test_what_is_wrong_is_not_sent_again(self, ask: Asking, address: str) -> None:
        with pytest.raises(Malformed) as caught:
            ask("check", "글\0")
        assert caught.value.places
        with pytest.raises(NotFound):
            ask("comments", "a1", before="nobody")
        assert fault(address, 204, 0) == 2


class TestFailMode:
    def test_what_cannot_be_judged_is_held_by_default(self, ask: Asking, address: str) -> None:
        fault(address, 500, 9)
        verdict = ask("check", "글")
        assert (verdict.action, verdict.rule, verdict.was_judged) == ("hold", "client.unreachable", False)
        assert not verdict.may_publish

    @pytest.mark.parametrize(("fail", "publishable"), [("allow", True), ("reject", False)])
    def test_a_site_may_choose(self, ask: Asking, address: str, fail: str, publishable: bool) -> None:
        fault(address, 500, 9)
        verdict = ask("check", "글", fail=fail)
        assert (verdict.action, verdict.may_publish) == (fail, publishable)

    def test_or_hear_of_it(self, ask: Asking, address: str) -> None:
        fault(address, 500, 9)
        with pytest.raises(Unavailable):
            ask("check", "글", fail="raise")

    def test_what_the_caller_does_wrong_is_never_taken_for_a_failure(self, ask: Asking) -> None:
        with pytest.raises(Malformed):
            ask("check", "글\0", fail="allow")


class TestWithoutAService:
    def test_nobody_there(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        with ModerationClient(f"http://127.0.0.1:{port}", retries=QUICK) as client:
            with pytest.raises(Unreachable, match="ConnectError"):
                client.policy()
            assert client.check("글").action == "hold"

    def test_silence(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            client = ModerationClient(address, timeout=0.05, retries=QUICK)
            with client, pytest.raises(Unreachable, match="ReadTimeout"):
                client.policy()

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (200, b"<html>"),
            (200, b"[]"),
            (200, b'{"action": "eat"}'),
            (200, b"null"),
            (302, b"{}"),
            (404, b"<html>"),
            (418, b"{}"),
            (422, b'{"decision": 7}'),
        ],
    )
    def test_something_else_there(self, status: int, body: bytes) -> None:
        transport = httpx2.MockTransport(lambda request: httpx2.Response(status, content=body))
        with httpx2.Client(transport=transport) as http:
            client = ModerationClient("http://elsewhere.example", http=http, retries=QUICK)
            with pytest.raises(UnexpectedAnswer):
                client.check("글", fail="raise")

    def test_a_key_is_shown_and_a_missing_one_is_said_to_be(self) -> None:
        seen = []

        def answer(request: httpx2.Request) -> httpx2.Response:
            seen.append(request.headers.get("authorization"))
            return httpx2.Response(401, json={"type": "x/key-wanted", "detail": "show a key"})

        with httpx2.Client(transport=httpx2.MockTransport(answer)) as http:
            for key in ("secret", None):
                with pytest.raises(NotAllowed, match="show a key"):
                    ModerationClient("https://m.example/v1/", key=key, http=http).policy()
        assert seen == ["Bearer secret", None]

    def test_an_address_has_to_be_one(self) -> None:
        with pytest.raises(ValueError, match="https://"):
            ModerationClient("moderation.example")


def test_what_is_asked_for_is_waited_for_unless_it_is_too_long() -> None:
    plan = Retries(tries=3, first=0.2, longest=5)
    assert plan.wait(1, Unavailable("", 4.0)) == 4.0
    assert plan.wait(1, Unavailable("", 6.0)) is None
    assert plan.wait(3, Unreachable("")) is None
    wait = plan.wait(2, Unreachable(""))
    assert wait is not None
    assert 0.2 <= wait <= 0.4


def test_both_clients_can_do_the_same() -> None:
    names = [
        {name for name in vars(each) if not name.startswith("_")}
        for each in (ModerationClient, AsyncModerationClient)
    ]
    assert names[0] == names[1]


def test_it_loads_nothing_of_the_service() -> None:
    program = "import sys, moderation.client; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = run.stdout.split()
    ours = {
        name for name in loaded if name.startswith("moderation.") and not name.startswith("moderation.client")
    }
    assert ours == {"moderation.types"}  # what the package itself begins with
    assert not {"starlette", "sqlalchemy", "sklearn", "pydantic", "numpy"} & set(loaded)


def test_everything_public_is_explained() -> None:
    for name in public.__all__:
        if name not in ("FailMode", "Posted"):
            assert getattr(public, name).__doc__, name
