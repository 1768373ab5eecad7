"""A candidate judges along: it counts what it would have decided otherwise, and changes no answer."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from moderation import Moderator, load_policy
from moderation.settings import Settings
from moderation.shadow import WAITING, Difference, Shadow
from moderation.store import Store
from moderation.text.normalize import Text
from moderation.types import Comment, Context, Decision, Finding, NearCopy
from moderation.web.app import create_app
from tests.sqlite import upgraded


@pytest.fixture
def strict(tmp_path: Path) -> Path:
    """A policy that allows ten characters."""
    file = tmp_path / "strict.toml"
    file.write_text("[limits]\ngraphemes = 10", "utf-8")
    return file


def settled(shadow: Shadow, *asked: tuple[Comment, Context, Decision]) -> None:
    """Have it judge these to the end."""
    shadow.start()
    for each in asked:
        shadow.follow(*each)
    shadow.stop()


def test_what_it_would_have_decided_otherwise_is_counted(strict: Path) -> None:
    judge, shadow = (
        Moderator(load_policy(), None, deadline=60.0),
        Shadow(Moderator(load_policy(strict), None, deadline=60.0)),
    )
    comments = [
        Comment("짧은 글"),
        Comment("열 글자보다 분명히 긴 글"),
        Comment("열 글자보다 분명히 긴 다른 글"),
    ]
    settled(shadow, *((comment, Context(), judge.judge(comment)) for comment in comments))
    assert shadow.same == 1
    assert shadow.differences == {Difference("hold", "skipped.toxicity", "reject", "length.too_long"): 2}


class Stalling:
    """A check that hangs until it is told to go on."""

    name = "stalling"

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        assert self.go_on.wait(60)
        return []


def test_one_that_cannot_keep_up_drops_and_never_waits() -> None:
    check = Stalling()
    judge, shadow = (
        Moderator(load_policy(), None, deadline=60.0),
        Shadow(Moderator(load_policy(), None, deadline=60.0, checks=[check])),
    )
    decision = judge.judge(Comment("글"))
    shadow.start()
    for _ in range(WAITING * 2):
        shadow.follow(Comment("글"), Context(), decision)
    assert shadow.dropped in (WAITING, WAITING - 1)  # one may have left the queue
    check.go_on.set()
    shadow.stop()
    assert shadow.same + shadow.differences.total() + shadow.dropped == WAITING * 2


class Forgetful:
    """A history that answers otherwise each time."""

    def __init__(self) -> None:
        self.asked = 0

    def _answer(self) -> int:
        self.asked += 1
        return self.asked

    def count_same(self, author: str, fingerprint: str, since: datetime) -> int:
        return self._answer()

    def count_by(self, author: str, since: datetime, at_most: int) -> int:
        return self._answer()

    def find_near(self, sketch: str, since: datetime) -> Sequence[NearCopy]:
        self._answer()
        return ()


def test_the_history_tells_it_what_it_told_before() -> None:
    """By then the comment itself is kept, and would count as a copy of itself."""
    history = Forgetful()
    judge = Moderator(load_policy(), None, deadline=60.0)
    shadow = Shadow(Moderator(load_policy(), None, deadline=60.0))
    context = shadow.remembering(Context(author="kim", history=history))
    comment = Comment("같은 글을 또 올립니다", author="kim")
    decision = judge.judge(comment, context)
    asked = history.asked
    assert asked > 0
    settled(shadow, (comment, context, decision))
    assert (history.asked, shadow.same, shadow.differences.total()) == (asked, 1, 0)


POST = {"origin": "http://testserver", "sec-fetch-site": "same-origin", "accept": "application/json"}


def posted(settings: Settings, store: Store, text: str) -> tuple[int, str, str]:
    """Status, the answer's policy or limit, and the counters after the service has stopped."""
    app = create_app(Moderator(load_policy(), None, deadline=60.0), store, settings)
    with TestClient(app) as client:
        client.post("/demo/sign-in", headers=POST, data={"name": "kim"})
        answer = client.post("/v1/comments", headers=POST, json={"text": text, "article": "a"})
    client = TestClient(app)  # without its lifespan: what was waiting has been judged
    return answer.status_code, answer.text, client.get("/metrics").text


def test_the_service_answers_as_without_it_and_counts(strict: Path, tmp_path: Path) -> None:
    text = "열 글자보다 분명히 긴 글"
    with Store.open(upgraded(tmp_path / "plain.db")) as store:
        plain, _, metrics = posted(Settings(), store, text)
        assert "moderation_shadow" not in metrics
    with Store.open(upgraded(tmp_path / "shadowed.db")) as store:
        settings = Settings(shadow_policy_files=(strict,), shadow_model_dir=tmp_path / "no model")
        status, body, metrics = posted(settings, store, text)
    assert status == plain == 202
    assert load_policy().version in body
    labels = (
        'action="hold",candidate_action="reject",candidate_rule="length.too_long",rule="skipped.toxicity"'
    )
    assert f"moderation_shadow_differences_total{{{labels}}} 1.0" in metrics
    assert 'moderation_shadow_total{outcome="different"} 1.0' in metrics
    version = load_policy(strict).version
    assert f'moderation_shadow_version_info{{part="policy",version="{version}"}} 1.0' in metrics
    assert text not in metrics


def test_a_broken_candidate_stops_nothing(
    strict: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    strict.write_text("[limits]\ngraphemes = 0", "utf-8")
    with Store.open(upgraded(tmp_path / "m.db")) as store:
        assert posted(Settings(shadow_policy_files=(strict,)), store, "짧은 글")[0] == 202
    assert "no shadow: " in caplog.text
    assert "`limits.graphemes`: must be at least 1" in caplog.text
