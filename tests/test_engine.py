"""The moderator: every comment gets a decision, whatever its text and whatever becomes of a check."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation import Moderator, load_policy
from moderation.checks import Check
from moderation.text.normalize import NORMALISER_VERSION, Text
from moderation.types import Action, Comment, Context, Decision, Finding, Skipped, Span
from tests.unhurried import shipped_moderator

COMMENTS = [
    "좋은 기사 감사합니다.",
    "이 정책은 실패했고, 책임을 져야 한다고 생각합니다.",
    "A fair piece, though the second chart needs a source.",
    "제 번호는 010-1234-5678 입니다",
    "see https://example.com/offer for more",
    "WHY IS NOBODY TALKING ABOUT THE BUDGET HERE",
    "가" * 251,
    "",
    "\u200b\u200b",
    "👩‍👩‍👧‍👦 가족 나들이 기사네요 🇰🇷",
    "ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ",
    "you are all idiots and the writer is the worst of you",
]


class Crashing:
    """A check with a fault, whose message quotes the comment as careless code would."""

    name = "crashing"

    def __init__(self) -> None:
        self.calls = 0
        self.well = False

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        self.calls += 1
        if self.well:
            return [Finding("links.link", Span(0, 1))]
        raise RuntimeError(f"cannot read {text.body}")


class Stalling:
    """A check that hangs until it is told to go on."""

    name = "stalling"

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def run(self, text: Text, context: Context) -> Sequence[Finding]:
        self.go_on.wait(10)
        return [Finding("length.too_long", Span(0, 1))]


def with_check(check: Check, deadline: float = 60.0) -> Moderator:
    return Moderator(load_policy(), None, deadline=deadline, checks=[check])


def rounded(decision: Decision) -> Decision:
    """The same decision with rounded scores: a batch adds weights up in another order."""

    def of(finding: Finding) -> Finding:
        return replace(finding, score=None if finding.score is None else round(finding.score, 9))

    return replace(
        decision,
        findings=tuple(map(of, decision.findings)),
        reasons=tuple(replace(reason, finding=of(reason.finding)) for reason in decision.reasons),
    )


def judged_async(judge: Moderator, body: str) -> Decision:
    async def run() -> Decision:
        return await judge.judge_async(Comment(body))

    return anyio.run(run)


def test_a_decision_names_the_versions_that_made_it() -> None:
    versions = shipped_moderator().judge(Comment(COMMENTS[0])).versions
    classifier = shipped_moderator().classifier
    assert classifier is not None
    assert (versions.policy, versions.model) == (load_policy().version, classifier.version)
    assert versions.normaliser == NORMALISER_VERSION


def test_a_fair_comment_is_published_and_keeps_its_scores() -> None:
    for body in COMMENTS[:3]:
        decision = shipped_moderator().judge(Comment(body))
        assert (decision.action, decision.skipped) == (Action.ALLOW, ()), body
        assert set(decision.scores) >= {"toxicity", "identity_attack", "profanity", "spam"}


@pytest.mark.parametrize("batch", [1, 2, 5, 256])
def test_a_batch_decides_as_one_by_one(batch: int) -> None:
    comments = [Comment(body, id=str(index)) for index, body in enumerate(COMMENTS)]
    for together, alone in zip(
        shipped_moderator().judge_many(comments, batch=batch),
        map(shipped_moderator().judge, comments),
        strict=True,
    ):
        assert rounded(together) == rounded(alone)


def test_the_async_way_decides_the_same() -> None:
    for body in COMMENTS:
        assert judged_async(shipped_moderator(), body) == shipped_moderator().judge(Comment(body))


def test_a_stream_is_judged_as_it_comes() -> None:
    taken = 0

    def stream() -> object:
        nonlocal taken
        for body in COMMENTS:
            taken += 1
            yield Comment(body)

    decisions = shipped_moderator().judge_many(stream(), batch=2)  # type: ignore[arg-type]
    next(decisions)
    assert taken == 2


@given(st.text(alphabet=st.characters(), max_size=300))
def test_no_text_is_too_odd(body: str) -> None:
    decision = shipped_moderator().judge(Comment(body))
    assert not decision.skipped
    for finding in decision.findings:
        for span in (finding.span, *finding.marks):
            assert 0 <= span.start <= span.end <= len(body)


def test_lone_surrogates_and_nul_are_judged() -> None:
    assert not shipped_moderator().judge(Comment("\ud800 안녕 \x00 \udfff")).skipped


# FM-6: rules without a model.


@pytest.mark.parametrize(
    ("body", "action", "rule"),
    [
        ("가" * 251, Action.REJECT, "length.too_long"),
        ("", Action.REJECT, "length.empty"),
        ("주민번호 900101-1234568 입니다", Action.REJECT, "personal_data.resident_number"),
        ("연락 주세요 010-1234-5678", Action.HOLD, "personal_data.phone"),
        ("https://example.com/a", Action.HOLD, "links.link"),
        ("좋은 기사 감사합니다.", Action.HOLD, "skipped.toxicity"),
    ],
)
def test_rules_work_without_a_model(body: str, action: Action, rule: str) -> None:
    decision = Moderator(load_policy(), None, deadline=60.0).judge(Comment(body))
    assert (decision.action, decision.rule) == (action, rule)
    assert [(skip.check, skip.reason) for skip in decision.skipped] == [("toxicity", "unavailable")]
    assert decision.versions.model is None


# FM-1, FM-3: a check that crashes or stalls costs a moderator a look, never the reader an error.


def test_a_crash_is_recorded_and_the_comment_held(caplog: pytest.LogCaptureFixture) -> None:
    decision = with_check(Crashing()).judge(Comment("비밀 이야기", id="c-1"))
    assert (decision.action, decision.rule) == (Action.HOLD, "skipped.crashing")
    assert decision.skipped == (Skipped("crashing", "crashed", "RuntimeError"),)
    assert "crashing" in caplog.text
    assert "비밀" not in caplog.text


def test_a_crash_in_a_batch_spares_the_other_comments() -> None:
    class Picky(Crashing):
        def run(self, text: Text, context: Context) -> Sequence[Finding]:
            if "kaputt" in text.body:
                raise RuntimeError
            return []

    decisions = list(with_check(Picky()).judge_many([Comment("a"), Comment("kaputt"), Comment("b")]))
    assert [decision.action for decision in decisions] == [Action.ALLOW, Action.HOLD, Action.ALLOW]


def test_the_breaker_spares_a_check_that_keeps_failing(monkeypatch: pytest.MonkeyPatch) -> None:
    check = Crashing()
    judge = with_check(check)
    for _ in range(5):
        assert judge.judge(Comment("a")).skipped[0].reason == "crashed"
    assert judge.judge(Comment("a")).skipped[0].reason == "unavailable"
    assert check.calls == 5

    clock = time.monotonic
    monkeypatch.setattr("moderation.engine.time.monotonic", lambda: clock() + 31)
    assert judge.judge(Comment("a")).skipped[0].reason == "crashed"  # one probe
    assert judge.judge(Comment("a")).skipped[0].reason == "unavailable"
    monkeypatch.setattr("moderation.engine.time.monotonic", lambda: clock() + 62)
    check.well = True
    assert [judge.judge(Comment("a")).rule for _ in range(2)] == ["links.link", "links.link"]


def test_a_stalled_check_is_answered_by_the_deadline() -> None:
    check = Stalling()
    judge = with_check(check, deadline=0.2)
    waits: list[float] = []
    while min(waits, default=1) > 0.25 and len(waits) < 10:
        start = time.perf_counter()
        decision = judged_async(judge, "a")
        waits.append(time.perf_counter() - start)
        assert (decision.action, decision.rule) == (Action.HOLD, "skipped.stalling")
        assert decision.skipped == (Skipped("stalling", "deadline"),)
    check.go_on.set()
    # FM-3: the deadline and 50 ms; the least of ten at most, as other work shares the machine.
    assert min(waits) <= 0.25


def test_what_comes_after_the_deadline_does_not_count() -> None:
    class Slow(Stalling):
        def run(self, text: Text, context: Context) -> Sequence[Finding]:
            time.sleep(0.05)
            return [Finding("length.too_long", Span(0, 1))]

    decision = with_check(Slow(), deadline=0.01).judge(Comment("a"))
    assert (decision.action, decision.rule, decision.findings) == (Action.HOLD, "skipped.stalling", ())


def test_the_breaker_opens_on_stalls_too() -> None:
    check = Stalling()
    judge = with_check(check, deadline=0.1)
    # Five stalls open it; a thread that a busy machine starts too late counts for none, hence the spare ones.
    reasons = [judged_async(judge, "a").skipped[0].reason for _ in range(12)]
    check.go_on.set()
    assert reasons[:5] == ["deadline"] * 5
    assert reasons[-1] == "unavailable"


def test_every_decision_belongs_to_its_own_text() -> None:
    bodies = [f"연락처 010-{index:04d}-5678" + " 네" * (index % 7) for index in range(200)]

    async def run() -> list[Decision | None]:
        decisions: list[Decision | None] = [None] * len(bodies)

        async def one(index: int) -> None:
            decisions[index] = await judge.judge_async(Comment(bodies[index]))

        async with anyio.create_task_group() as tasks:
            for index in range(len(bodies)):
                tasks.start_soon(one, index)
        return decisions

    judge = Moderator(load_policy(), None, deadline=30)
    for body, decision in zip(bodies, anyio.run(run), strict=True):
        assert decision is not None
        assert decision.length.graphemes == len(body)
        assert decision.rule == "personal_data.phone"
