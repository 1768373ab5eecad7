"""Personal data in a comment reaches its own row and nothing else: no log, no metric, no evidence (PR-1, PR-2)."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from moderation import Comment, Moderator, load_policy
from moderation.settings import Settings
from moderation.store import Status, Store
from moderation.types import Context
from moderation.web.app import create_app
from tests.sqlite import upgraded
from tests.unhurried import rules_alone

# What must not be found: digits in a row, as written and as read, and the mailbox.
CANARIES = ("7391", "4826", "1928374", "canarybird")
BODIES = [
    "전화 010-7391-4826 주세요",
    "ring +82 10 7391 4826 now",
    "공일공 칠삼구일 사팔이육",
    "O1O-7391-4826",
    "010 ⑦③⑨① ④⑧②⑥",
    "주민번호 900101-1928374",
    "구공공일공일-일구이팔삼칠사",
    "외국인등록번호 850505-5928374 입니다, 010-7391-4826",
    "mail canarybird@example.com",
    "canarybird 골뱅이 네이버 닷 컴",
    "canarybird at gmail dot com",
    "카톡 canarybird1",
    "신한 110-7391-482600",
    "여권 M73914826",
    "고수익 재택 알바 카톡 canarybird1 문의 주세요 010-7391-4826",
    "https://user:canarybird@bit.ly/7391?4826 보세요",
    "010-7391-4826 " * 6,
    "canarybird@example.com " * 6,
    "canarybird" * 6,
    "연락처는 010-7391-4826 입니다. " * 4,
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(upgraded(tmp_path / "comments.db")) as opened:
        yield opened


@pytest.fixture
def moderator() -> Moderator:
    return rules_alone()


def leaked(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text]


@pytest.mark.parametrize("body", BODIES)
def test_stored_evidence_is_masked(body: str, store: Store, moderator: Moderator, tmp_path: Path) -> None:
    for _ in range(4):  # the last ones are near copies too
        comment = Comment(body, author="kim")
        decision = moderator.judge(comment, Context(author="kim", history=store))
        store.add(comment, decision, Status.HELD)
    assert decision.reasons
    with closing(sqlite3.connect(tmp_path / "comments.db")) as connection:
        rows = connection.execute(
            "SELECT findings, reasons, skipped, rule, clauses FROM decisions"
        ).fetchall()
    assert len(rows) == 4
    assert leaked(str(rows)) == []


def test_logs_and_metrics_carry_none(
    store: Store, moderator: Moderator, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with TestClient(create_app(moderator, store, Settings(check_limit=0))) as client:
        for body in BODIES:
            answer = client.post(
                f"/v1/check?text={body}",
                json={"text": body, "author": "kim"},
                headers={"x-note": "canarybird 7391"},
            )
            assert answer.status_code == 200
            for wrong in (body.encode(), b'{"text": "' + body.encode() + b'", "7391": ', b'{"text": 7391}'):
                assert client.post("/v1/check", content=wrong).status_code >= 400
            assert client.get(f"/v1/{body}").status_code == 404
        metrics = client.get("/metrics").text
    assert "moderation_" in metrics
    assert leaked(metrics) == []
    ours = [
        record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    ]
    assert leaked("\n".join(ours)) == []
    assert leaked("".join(capfd.readouterr())) == []


def test_a_check_that_crashes_on_personal_data_logs_none_of_it(caplog: pytest.LogCaptureFixture) -> None:
    class Crashing:
        name = "crashing"

        def run(self, text: object, context: Context) -> list[object]:
            raise ValueError(f"cannot read {BODIES[0]}")

    decision = Moderator(load_policy(), None, deadline=60.0, checks=[Crashing()]).judge(Comment(BODIES[0]))  # type: ignore[list-item]
    assert decision.skipped
    assert caplog.records
    assert leaked(caplog.text + str(decision)) == []
