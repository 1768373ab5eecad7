"""Coral's moderation phase over HTTP: signed, answered alike when asked again, and never open for a fault of ours."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.testclient import TestClient

from moderation.engine import Moderator
from moderation.model.artifact import load_shipped
from moderation.policy import load_policy
from moderation.reload import unwatched
from moderation.settings import Settings
from moderation.store import Store
from moderation.web.dialects import coral, coral_operations
from moderation.web.dialects.coral import PATH, Answered
from moderation.web.dialects.door import Service
from moderation.web.keys import KeyRing
from moderation.web.metrics import Metrics
from moderation.web.wire.coral import WITHHELD, PhaseAnswer
from tests.web.wire.test_coral import accepted, asked, encoded, signature

SECRETS = ("ssec_new", "ssec_old")
POLICY, MODEL = load_policy(), load_shipped()
HELD = {"status": "SYSTEM_WITHHELD", "actions": []}


def served(
    store: Store, *, model: Any = MODEL, secrets: tuple[str, ...] = SECRETS, **changed: Any
) -> TestClient:
    moderator = Moderator(POLICY, model, deadline=60)
    metrics = Metrics(unwatched(moderator))
    given = {"secret_key": SecretStr("k" * 32), "demo": False, "body_limit": 8192, **changed}
    configured = Settings(coral_secrets=tuple(SecretStr(secret) for secret in secrets), **given)
    service = Service(moderator, store, configured, metrics, KeyRing())
    return TestClient(Starlette(routes=coral.dialect(service).routes(metrics)))


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    with served(store) as client:
        yield client


def post(client: TestClient, body: bytes, secret: str = "ssec_new", query: str = "") -> Any:
    headers = {
        "content-type": "application/json",
        "x-coral-signature": signature(body, secret),
        "user-agent": "Coral Moderation/9.9.0",
    }
    return client.post(f"{PATH}{query}", content=body, headers=headers)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("기사 잘 읽었습니다", None, None),
        ("<div>Thanks, that explains the <b>new</b> bus lane.</div>", None, None),
        ("AT&amp;T raised its prices", None, None),
        ("<div>무담보 대출 당일 입금, 카톡 주세요</div>", "SYSTEM_WITHHELD", None),
        ('<a href="https://shop.example.com/offer">여기</a>', "SYSTEM_WITHHELD", None),
        ("<div></div>", "REJECTED", "OTHER"),
        ("주민번호 900101-1234568", "REJECTED", "OTHER"),
        ("&#48337;신 새끼야 꺼져라", "REJECTED", "ABUSIVE"),
        ("<b>병</b>신 새끼야 꺼져라", "REJECTED", "ABUSIVE"),
    ],
)
def test_verdicts(client: TestClient, body: str, status: str | None, code: str | None) -> None:
    answer = post(client, encoded(asked(body)))
    if status is None:
        assert (answer.status_code, answer.content) == (204, b"")
        return
    document = answer.json()
    assert (answer.status_code, document["status"]) == (200, status)
    assert accepted(document)
    if code:
        assert document["moderationAction"]["rejectionReason"]["code"] == code


def test_the_published_example(client: TestClient) -> None:
    assert post(client, encoded(coral_operations.ASKED)).json() == coral_operations.ANSWERED
    assert client.post(PATH, content=b"{}").json() == coral_operations.UNSIGNED


def test_plain_text_where_the_phase_is_set_so(client: TestClient) -> None:
    body = encoded(asked('<b title="you are an idiot">fine</b>'))
    assert post(client, body, query="?format=plain").status_code == 200
    assert post(client, encoded(asked("AT&T <3 everyone")), query="?format=plain").status_code == 204


def test_staff_may_link(client: TestClient) -> None:
    for role, status in (("COMMENTER", 200), ("MODERATOR", 204)):
        body = encoded(
            asked(
                "시의회 자료(https://stats.example.com)를 보면 예산이 오히려 줄었습니다.",
                author={"id": "1", "role": role},
            )
        )
        assert post(client, body).status_code == status


def test_edits_are_judged_too(client: TestClient) -> None:
    assert (
        post(client, encoded(asked("주민번호 900101-1234568", action="EDIT"))).json()["status"] == "REJECTED"
    )


@pytest.mark.parametrize("secret", SECRETS)
def test_both_secrets_hold_while_they_change(client: TestClient, secret: str) -> None:
    assert post(client, encoded(asked()), secret).status_code == 204


@pytest.mark.parametrize(
    "header", [None, "", "sha256=", "sha256=" + "0" * 64, signature(encoded(asked()), "other")]
)
def test_what_coral_did_not_sign(client: TestClient, header: str | None) -> None:
    headers = {"content-type": "application/json"} | ({} if header is None else {"x-coral-signature": header})
    answer = client.post(PATH, content=encoded(asked()), headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_without_a_secret_only_the_demo_answers(store: Store) -> None:
    for demo, status in ((False, 401), (True, 204)):
        with served(store, secrets=(), demo=demo) as client:
            assert client.post(PATH, content=encoded(asked())).status_code == status
    with served(store, demo=True) as client:
        assert client.post(PATH, content=encoded(asked())).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"action":"NEW","action":"EDIT"}',
        encoded(asked("a\0b")),
        encoded(asked(action="DELETE")),
        encoded(asked()).decode().encode("utf-16"),
        encoded(asked()).replace(b'"NEW"', b"NaN"),
        b"[" * 5_000,
        encoded(asked("a" * 9_000)),
    ],
)
def test_what_is_signed_and_cannot_be_judged_is_withheld(
    client: TestClient, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        answer = post(client, body)
    assert (answer.status_code, answer.json()) == (200, HELD)
    assert "withheld" in caplog.text


def test_without_a_model_comments_are_withheld(store: Store) -> None:
    with served(store, model=None) as client:
        answer = post(client, encoded(asked()))
        assert (answer.status_code, answer.json()["status"]) == (200, "SYSTEM_WITHHELD")


def test_a_fault_of_ours_withholds(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: Any, **__: Any) -> Any:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(Moderator, "judge_async", fails)
    answer = post(client, encoded(asked()))
    assert (answer.status_code, answer.json()) == (200, HELD)


def test_a_fault_in_wording_the_answer_withholds_too(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: Any) -> Any:
        raise KeyError("the secret of the house")

    monkeypatch.setattr("moderation.web.wire.coral.render", fails)
    assert post(client, encoded(asked())).json() == HELD
    assert "KeyError" in caplog.text
    assert "secret" not in caplog.text


def test_a_request_sent_again_gets_the_same_answer(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = encoded(asked("주민번호 900101-1234568"))
    first = post(client, body)

    async def fails(*_: Any, **__: Any) -> Any:
        raise AssertionError("it was judged again")

    monkeypatch.setattr(Moderator, "judge_async", fails)
    again = post(client, body, "ssec_old")
    assert again.json() == first.json() != HELD
    assert post(client, encoded(asked("다른 댓글"))).json() == HELD


def test_answers_are_forgotten() -> None:
    now = [0.0]
    answered = Answered(seconds=10, most=2, clock=lambda: now[0])
    refused = PhaseAnswer(status="REJECTED")
    answered.keep(b"a", None)
    answered.keep(b"b", refused)
    assert (answered.find(b"a"), answered.find(b"b"), answered.find(b"c")) == ((None,), (refused,), None)
    answered.keep(b"c", WITHHELD)
    assert answered.find(b"a") is None
    now[0] = 11
    assert answered.find(b"b") is None


@pytest.mark.parametrize(("method", "path", "status"), [("GET", PATH, 405), ("POST", "/coral/other", 404)])
def test_other_addresses(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@given(
    body=st.one_of(st.binary(max_size=200), st.text().map(lambda text: encoded(asked(text)))),
    signed=st.booleans(),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_request_is_answered_with_what_coral_knows(client: TestClient, body: bytes, signed: bool) -> None:
    answer = post(client, body, "ssec_new" if signed else "guess")
    if not signed:
        assert answer.status_code == 401
    elif answer.status_code != 204:
        assert answer.status_code == 200
        assert accepted(answer.json())
