"""ML-3: policy and model are swapped under load, and each judgement goes by one of them throughout."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import pytest

from moderation import Moderator, load_policy
from moderation.model.artifact import load_shipped
from moderation.policy import Policy
from moderation.text.normalize import Text
from moderation.types import Comment, Context, Decision, Finding


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> list[Policy]:
    """Policies that differ in the length they allow: 100, 101, 102."""
    folder = tmp_path_factory.mktemp("policies")
    files = [folder / f"{limit}.toml" for limit in range(100, 103)]
    for file in files:
        file.write_text(f"[limits]\ngraphemes = {file.stem}", "utf-8")
    return [load_policy(file) for file in files]


def test_a_swap_is_in_force_with_the_next_comment(policies: list[Policy]) -> None:
    judge = Moderator(policies[0], None)
    assert judge.judge(Comment("가" * 101)).rule == "length.too_long"
    versions = judge.swap(policy=policies[1])
    assert versions == judge.versions == judge.judge(Comment("가")).versions
    assert judge.judge(Comment("가" * 101)).rule != "length.too_long"
    assert judge.policy is policies[1]
    assert judge.versions.model is None


def test_what_is_not_named_stays(policies: list[Policy]) -> None:
    judge = Moderator(policies[0], None)
    classifier = load_shipped()
    assert judge.swap(classifier=classifier).policy == policies[0].version
    assert judge.swap(policy=policies[1]).model == classifier.version
    assert judge.judge(Comment("좋은 기사 감사합니다")).skipped == ()


class Waiting:
    """A check that waits until it is told to go on."""

    name = "waiting"

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        self.begun.set()
        assert self.go_on.wait(20)
        return []


def test_a_comment_under_way_is_judged_by_what_it_began_with(policies: list[Policy]) -> None:
    check = Waiting()
    judge = Moderator(policies[0], None, checks=[check], deadline=30)
    with ThreadPoolExecutor() as pool:
        under_way = pool.submit(judge.judge, Comment("가"))
        assert check.begun.wait(20)
        judge.swap(policy=policies[1])
        check.go_on.set()
        decision = under_way.result()
    assert (decision.versions.policy, decision.length.limit) == (policies[0].version, 100)
    assert judge.judge(Comment("가")).length.limit == 101


def test_a_batch_goes_by_one_policy(policies: list[Policy]) -> None:
    judge = Moderator(policies[0], None)

    def comments() -> Iterator[Comment]:
        for index in range(6):
            if index % 3 == 1:  # in the middle of a batch that is still being gathered, and of the next
                judge.swap(policy=policies[1 + index // 3])
            yield Comment("가")

    limits = [decision.length.limit for decision in judge.judge_many(comments(), batch=3)]
    assert limits == [101, 101, 101, 102, 102, 102]


def test_two_hundred_swaps_under_load_mix_nothing(policies: list[Policy]) -> None:
    judge = Moderator(policies[0], None, deadline=60)
    limits = {policy.version: policy.limits.graphemes for policy in policies}
    done = threading.Event()

    def load() -> list[Decision]:
        decisions = []
        while not done.is_set():
            decisions.append(judge.judge(Comment("가" * 101)))
            decisions += judge.judge_many([Comment("가" * 101)] * 5, batch=5)
        return decisions

    with ThreadPoolExecutor() as pool:
        loads = [pool.submit(load) for _ in range(4)]
        for policy in islice(cycle(policies), 200):
            judge.swap(policy=policy)
        done.set()
        decisions = [decision for each in loads for decision in each.result()]
    assert {decision.versions.policy for decision in decisions} == set(limits)
    for decision in decisions:
        limit = limits[decision.versions.policy]
        assert decision.length.limit == limit
        assert (decision.rule == "length.too_long") == (limit == 100)
        assert [skip.check for skip in decision.skipped] == ["toxicity"]


class Crashing:
    """A check that crashes until it is mended."""

    name = "crashing"
    well = False
    calls = 0

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        self.calls += 1
        if not self.well:
            raise RuntimeError
        return []


def reasons(judge: Moderator, comments: int) -> list[str]:
    decisions = [judge.judge(Comment("가")) for _ in range(comments)]
    return [skip.reason for decision in decisions for skip in decision.skipped]


def test_a_swap_lets_one_comment_try_a_resting_check_again(policies: list[Policy]) -> None:
    check = Crashing()
    judge = Moderator(policies[0], None, checks=[check])
    assert reasons(judge, 7) == ["crashed"] * 5 + ["unavailable"] * 2
    judge.swap(policy=policies[1])
    assert reasons(judge, 3) == ["crashed", "unavailable", "unavailable"]  # still broken: one comment paid
    check.well = True
    judge.swap(policy=policies[2])
    assert reasons(judge, 3) == []


def test_a_swap_of_a_sound_check_forgets_no_failures(policies: list[Policy]) -> None:
    check = Crashing()
    judge = Moderator(policies[0], None, checks=[check])
    for policy in islice(cycle(policies), 5):
        assert reasons(judge, 1) == ["crashed"]
        judge.swap(policy=policy)
    assert reasons(judge, 2) == ["crashed", "unavailable"]
