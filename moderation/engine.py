"""The Moderator: normalise once, run the checks, decide."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

import anyio
import anyio.to_thread

from moderation.checks import BatchCheck, Check, build_checks
from moderation.checks.toxicity import Unavailable
from moderation.decide import decide
from moderation.model.artifact import load_shipped
from moderation.model.classifier import Classifier
from moderation.policy import Policy, load_policy
from moderation.text.normalize import NORMALISER_VERSION, Text, normalize
from moderation.types import Comment, Context, Decision, Finding, Length, Skipped, Versions

logger = logging.getLogger(__name__)

BREAKER_FAILURES = 5
BREAKER_REST = 30.0


@dataclass
class _Breaker:
    """Spares a check that keeps failing: after BREAKER_FAILURES in a row it rests for BREAKER_REST seconds."""

    failures: int = 0
    rests_until: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_open(self) -> bool:
        if self.failures < BREAKER_FAILURES:
            return False
        with self.lock:
            if time.monotonic() < self.rests_until:
                return True
            self.rests_until = time.monotonic() + BREAKER_REST  # this caller probes, the others wait
            return False

    def failed(self) -> None:
        with self.lock:
            self.failures += 1
            if self.failures >= BREAKER_FAILURES:
                self.rests_until = time.monotonic() + BREAKER_REST

    def passed(self) -> None:
        if self.failures:
            with self.lock:
                self.failures = 0


@dataclass
class _Progress:
    """How far one judgement has come, so that a deadline can settle what is there."""

    deadline: float
    context: Context
    findings: list[Finding] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    running: str | None = None
    text: Text | None = None
    failed: bool = False
    settled: bool = False

    def skip(self, check: str, reason: Literal["crashed", "deadline", "unavailable"], detail: str) -> None:
        self.skipped.append(Skipped(check, reason, detail))


class Moderator:
    """Judges comments by one policy and one classifier.

    deadline : seconds a comment may take; checks that have not run by then are skipped, and the policy
        says what that means (by default the comment is held).

    >>> Moderator.default().judge(Comment("좋은 기사 감사합니다")).action.name
    'ALLOW'
    """

    def __init__(
        self,
        policy: Policy,
        classifier: Classifier | None,
        *,
        deadline: float = 1.0,
        checks: list[Check] | None = None,
    ) -> None:
        self.policy = policy
        self.classifier = classifier
        self.deadline = deadline
        self.checks = build_checks(policy, classifier) if checks is None else checks
        self._breakers = {check.name: _Breaker() for check in self.checks}
        self._limiter: anyio.CapacityLimiter | None = None
        self.versions = Versions(
            policy=policy.version,
            model=classifier.version if classifier else None,
            normaliser=NORMALISER_VERSION,
        )

    @classmethod
    def default(cls) -> Moderator:
        """The shipped policy and the shipped model."""
        return cls(load_policy(), load_shipped())

    def judge(self, comment: Comment, context: Context | None = None) -> Decision:
        """Judge one comment in this thread. Never raises for what a comment holds."""
        progress = self._progress(comment, context)
        self._run(comment, progress)
        return self._settle(progress, comment)

    async def judge_async(self, comment: Comment, context: Context | None = None) -> Decision:
        """Judge one comment off the event loop, answering by the deadline even when a check stalls."""
        progress = self._progress(comment, context)
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(16)
        with anyio.move_on_after(self.deadline):
            await anyio.to_thread.run_sync(
                self._run,
                comment,
                progress,
                abandon_on_cancel=True,
                limiter=self._limiter,
            )
        return self._settle(progress, comment)

    def judge_many(self, comments: Iterable[Comment], *, batch: int = 256) -> Iterator[Decision]:
        """Judge a stream in order; the classifier scores `batch` comments at a time."""
        stream = iter(comments)
        while chunk := list(islice(stream, batch)):
            yield from self._judge_batch(chunk)

    def _judge_batch(self, comments: list[Comment]) -> list[Decision]:
        progresses = [_Progress(float("inf"), Context(author=comment.author)) for comment in comments]
        for comment, progress in zip(comments, progresses, strict=True):
            self._normalise(comment, progress)
        for check in self.checks:
            ready = [(progress, progress.text) for progress in progresses if progress.text is not None]
            if isinstance(check, BatchCheck):
                self._run_batch(check, ready)
            else:
                for progress, text in ready:
                    self._run_check(check, text, progress)
        return [self._settle(p, comment) for p, comment in zip(progresses, comments, strict=True)]

    def _progress(self, comment: Comment, context: Context | None) -> _Progress:
        return _Progress(time.monotonic() + self.deadline, context or Context(author=comment.author))

    def _run(self, comment: Comment, progress: _Progress) -> None:
        self._normalise(comment, progress)
        if progress.text is None:
            return
        for check in self.checks:
            self._run_check(check, progress.text, progress)

    def _normalise(self, comment: Comment, progress: _Progress) -> None:
        try:
            progress.text = normalize(comment.body)
        except Exception as error:  # a fault of ours must cost a moderator a look, not the reader an error
            logger.error("normalising comment %s failed: %s", comment.id, _where(error))
            progress.failed = True

    def _run_check(self, check: Check, text: Text, progress: _Progress) -> None:
        breaker = self._breakers[check.name]
        if time.monotonic() >= progress.deadline:
            return  # _settle names it as skipped
        if breaker.is_open():
            progress.skip(check.name, "unavailable", "rests after repeated failures")
            return
        progress.running = check.name
        try:
            findings = check.run(text, progress.context)
        except Unavailable as error:
            progress.skip(check.name, "unavailable", str(error))
        except Exception as error:
            logger.error("check %s failed: %s", check.name, _where(error))
            progress.skip(check.name, "crashed", type(error).__name__)
            breaker.failed()
        else:
            if time.monotonic() < progress.deadline:
                progress.findings.extend(findings)
                progress.done.add(check.name)
                breaker.passed()
            elif not progress.settled:
                breaker.failed()
        progress.running = None

    def _run_batch(self, check: BatchCheck, ready: list[tuple[_Progress, Text]]) -> None:
        try:
            batches = check.run_many([text for _, text in ready])
        except Exception:  # one comment must not cost the others their check: find it by asking one by one
            for progress, text in ready:
                self._run_check(check, text, progress)
            return
        for (progress, _), findings in zip(ready, batches, strict=True):
            progress.findings.extend(findings)
            progress.done.add(check.name)

    def _settle(self, progress: _Progress, comment: Comment) -> Decision:
        progress.settled = True
        findings, skipped = list(progress.findings), list(progress.skipped)
        named = progress.done | {skip.check for skip in skipped}
        text = progress.text
        late: Literal["crashed", "deadline"] = "deadline" if text or not progress.failed else "crashed"
        for check in self.checks:
            if check.name not in named:
                if check.name == progress.running:
                    self._breakers[check.name].failed()
                skipped.append(Skipped(check.name, late))
        return decide(
            self.policy,
            findings,
            skipped,
            length=Length(text.graphemes if text else len(comment.body), self.policy.limits.graphemes),
            language=text.language if text else "ko",
            versions=self.versions,
            now=progress.context.now,
            standing=progress.context.standing,
            section=progress.context.section,
        )


def _where(error: Exception) -> str:
    """Type and place of a fault. Never its message: that may quote the comment, which logs must not carry."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {frame.name}:{frame.lineno}"
