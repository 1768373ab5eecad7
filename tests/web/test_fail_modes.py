"""FM-1, FM-5, FM-6: whatever fails, nothing is published unchecked or lost untold, and nobody sees a 500."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import anyio
import pytest

from moderation.engine import Moderator
from moderation.errors import PolicyError, StoreError
from moderation.in_force import InForce
from moderation.policy import load_policy
from moderation.settings import Settings
from moderation.store import Status, Store
from moderation.types import Comment, Context, Decision
from moderation.web.app import create_app
from moderation.web.middleware import ModerationMiddleware

from .sites import BAD, JSON_ROUTE, POLICY, MarkedWords, Site, acall, moderator, post, run, scope_of, whole

POSTS = 1_000


class Raising:
    name = "toxicity"

    def run(self, text: Any, context: Context) -> Any:
        raise RuntimeError(text.body)


class Stalling:
    name = "toxicity"

    def run(self, text: Any, context: Context) -> Any:
        time.sleep(5)
        return []


def statuses(app: Any, count: int, at_once: int = 50) -> dict[int, int]:
    """How often each status was answered to that many different fine comments."""
    seen: dict[int, int] = {}

    async def main() -> None:
        limit = anyio.CapacityLimiter(at_once)

        async def one(number: int) -> None:
            async with limit:
                body = json.dumps({"text": f"a fine comment, number {number}"}).encode()
                status = (await acall(app, scope_of(), whole(body))).status
                seen[status] = seen.get(status, 0) + 1

        async with anyio.create_task_group() as tasks:
            for number in range(count):
                tasks.start_soon(one, number)

    run(main)
    return seen


def over(store: Any, judge: Moderator) -> tuple[Site, ModerationMiddleware]:
    site = Site()
    return site, ModerationMiddleware(site, moderator=judge, store=store, routes=[JSON_ROUTE])


class TestPartsThatFail:
    def test_without_a_model_comments_are_held(self, store: Store) -> None:
        site, app = over(store, Moderator(POLICY, None, deadline=60.0))
        assert statuses(app, POSTS) == {202: POSTS}
        assert (site.bodies, store.held_count()) == ([], POSTS)
        assert store.held()[0].decision.rule == "skipped.toxicity"

    def test_a_classifier_that_raises(self, store: Store) -> None:
        site, app = over(store, moderator(MarkedWords(), Raising()))
        assert statuses(app, POSTS) == {202: POSTS}
        assert (site.bodies, store.held_count()) == ([], POSTS)

    def test_a_classifier_that_stalls(self, store: Store) -> None:
        """Answered by the deadline, and the store keeps what was not judged."""
        site, app = over(store, moderator(MarkedWords(), Stalling(), deadline=0.2))
        started = time.monotonic()
        assert statuses(app, 60) == {202: 60}
        assert time.monotonic() - started < 60 * 0.5  # a stall lasts five seconds
        assert (site.bodies, store.held_count()) == ([], 60)

    def test_a_moderator_that_raises(self, store: Store) -> None:
        class Broken(Moderator):
            async def judge_async(
                self, comment: Comment, context: Context | None = None, *, by: InForce | None = None
            ) -> Decision:
                raise MemoryError(comment.body)

        site, app = over(store, Broken(POLICY, None, checks=[MarkedWords()]))
        answer = post(app, {"text": "fine"})
        assert (answer.status, site.bodies) == (503, [])
        assert int(answer.headers["retry-after"]) > 0

    def test_a_store_that_is_down(self, tmp_path: Path) -> None:
        """Held comments get 503 and are not said to be kept; fine ones are the application's own business."""
        folder = tmp_path / "disk"
        store = Store.open(f"sqlite:///{folder / 'm.db'}")
        store.close()
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        folder.touch()  # a file where the folder was: nothing can be opened there
        site, app = over(store, moderator(MarkedWords(), Raising()))
        assert statuses(app, POSTS) == {503: POSTS}
        assert site.bodies == []
        answer = post(app, {"text": "fine"})
        assert answer.headers["retry-after"]
        assert "held" not in answer.json
        assert str(tmp_path) not in answer.body.decode()
        assert "sqlite" not in answer.body.decode().lower()
        refused = over(store, moderator())[1]
        assert post(refused, {"text": BAD}).status == 422

    def test_a_full_disk(self) -> None:
        class Full:
            def add(self, comment: Comment, decision: Decision, status: Status) -> None:
                raise StoreError("the disk of the comment database is full; free some space")

            def count_same(self, *_: object) -> int:
                return 0

        site, app = over(Full(), moderator(MarkedWords(), Raising()))
        assert statuses(app, POSTS) == {503: POSTS}
        assert site.bodies == []

    def test_rules_without_a_model(self, store: Store) -> None:
        """FM-6: length, personal data and link rules still decide."""
        _, app = over(store, Moderator(POLICY, None, deadline=60.0))
        expected: Iterable[tuple[str, int, str]] = [
            ("x" * 251, 422, "length.too_long"),
            (" \u200b ", 422, "length.empty"),
            ("제 주민번호는 900101-1234567 입니다", 422, "personal_data.resident_number"),
            ("전화 주세요 010-1234-5678", 202, "personal_data.phone"),
            ("여기 보세요 https://spam.example/a", 202, "links.link"),
        ]
        for text, status, rule in expected:
            answer = post(app, {"text": text})
            reasons = [reason["rule"] for reason in answer.json["decision"]["reasons"]]
            assert (answer.status, rule in reasons) == (status, True), text


class TestBrokenSettings:
    """FM-5: a service without its rules does not start."""

    @pytest.mark.parametrize(
        "text",
        ["[limits\n", "[limits]\ngraphemes = 0\n", "[rules.links.link]\nclause = 'none'\naction = 'hold'\n"],
    )
    def test_a_broken_policy_stops_the_start(self, store: Store, tmp_path: Path, text: str) -> None:
        file = tmp_path / "site.toml"
        file.write_text(text)
        with pytest.raises(PolicyError, match=r"site\.toml"):
            create_app(None, store, Settings(policy_files=(file,)))

    def test_a_missing_policy_file(self, store: Store, tmp_path: Path) -> None:
        with pytest.raises(PolicyError, match="no such file"):
            create_app(None, store, Settings(policy_files=(tmp_path / "gone.toml",)))

    def test_a_site_may_have_its_say_on_skipped_checks(self, store: Store, tmp_path: Path) -> None:
        file = tmp_path / "site.toml"
        file.write_text('[lexicon]\nfiles = []\n[skipped]\naction = "reject"\n')
        app = over(store, Moderator(load_policy(file), None))[1]
        answer = post(app, {"text": "a fine comment"})
        assert (answer.status, answer.json["decision"]["reasons"]) == (422, [])
        assert answer.json["detail"]
