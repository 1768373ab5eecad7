"""The Moderator: normalise once, run the checks, decide."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Literal

from moderation.checks import BatchCheck, Check
from moderation.checks.toxicity import Unavailable
from moderation.decide import decide
from moderation.in_force import InForce
from moderation.model.artifact import load_shipped
from moderation.model.classifier import Classifier
from moderation.off_loop import Threads
from moderation.policy import Policy, load_policy
from moderation.text.normalize import Text, normalize
from moderation.types import Comment, Context, Decision, Finding, Length, Skipped, Versions

logger = logging.getLogger(__name__)

JUDGED_AT_ONCE = 16
"""Comments that have a thread each; the others wait for one."""


@dataclass
class _Progress:
    """How far one judgement has come, so that a deadline can settle what is there."""

    by: InForce
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
    """Judges comments by one policy and one classifier, which can be swapped while it judges.

    deadline : seconds a comment may take; checks that have not run by then are skipped, and the policy
        says what that means (by default the comment is held).
    checks : instead of those that follow from policy and classifier.

    >>> Moderator.default().judge(Comment("좋은 기사 감사합니다")).action.name
    'ALLOW'
    """

    def __init__(
        self,
        policy: Policy,
        classifier: Classifier | None,
        *,
        deadline: float = 1.0,
        checks: Sequence[Check] | None = None,
    ) -> None:
        self.deadline = deadline
        self._own_checks = checks
        self._in_force = InForce.of(policy, classifier, checks)
        self._swapping = threading.Lock()
        self._threads = Threads(JUDGED_AT_ONCE)

    @classmethod
    def default(cls) -> Moderator:
        """The shipped policy and the shipped model."""
        return cls(load_policy(), load_shipped())

    @property
    def in_force(self) -> InForce:
        """What comments are judged by at this moment; read once where several parts of it must agree."""
        return self._in_force

    @property
    def policy(self) -> Policy:
        """The policy in force at this moment."""
        return self._in_force.policy

    @property
    def classifier(self) -> Classifier | None:
        """The classifier in force at this moment."""
        return self._in_force.classifier

    @property
    def checks(self) -> Sequence[Check]:
        """The checks in force at this moment."""
        return self._in_force.checks

    @property
    def versions(self) -> Versions:
        """What decisions made at this moment name."""
        return self._in_force.versions

    def swap(self, *, policy: Policy | None = None, classifier: Classifier | None = None) -> Versions:
        """Judge by another policy, another classifier or both from the next comment on; None: as before.

        Comments under way are judged to the end by what they began with. Safe from any thread.

        >>> moderator = Moderator.default()
        >>> moderator.swap(policy=load_policy()).policy == moderator.policy.version
        True
        """
        with self._swapping:
            now = self._in_force
            self._in_force = InForce.of(
                policy or now.policy, classifier or now.classifier, self._own_checks, before=now
            )
            return self._in_force.versions

    def judge(self, comment: Comment, context: Context | None = None) -> Decision:
        """Judge one comment in this thread. Never raises for what a comment holds."""
        progress = self._progress(comment, context, self._in_force)
        self._run(comment, progress)
        return self._settle(progress, comment)

    async def judge_async(
        self, comment: Comment, context: Context | None = None, *, by: InForce | None = None
    ) -> Decision:
        """Judge one comment off the event loop, answering by the deadline even when a check stalls.

        by : what to judge by, for a caller that goes on to quote the same policy; None: what is in force.
        """
        progress = self._progress(comment, context, by or self._in_force)
        await self._threads.run(partial(self._run, comment, progress), self.deadline)
        return self._settle(progress, comment)

    def judge_many(
        self, comments: Iterable[Comment], contexts: Iterable[Context] | None = None, *, batch: int = 256
    ) -> Iterator[Decision]:
        """Judge a stream in order; the classifier scores `batch` comments at a time, all by one policy.

        contexts : one for each comment; None: nothing is known of any but its author.
        """
        stream = iter(comments)
        known = None if contexts is None else iter(contexts)
        while chunk := list(islice(stream, batch)):
            around = (
                [Context(author=each.author) for each in chunk]
                if known is None
                else islice(known, len(chunk))
            )
            yield from self._judge_batch(chunk, around)

    def _judge_batch(self, comments: list[Comment], contexts: Iterable[Context]) -> list[Decision]:
        in_force = self._in_force
        progresses = [_Progress(in_force, float("inf"), context) for context in contexts]
        for comment, progress in zip(comments, progresses, strict=True):
            self._normalise(comment, progress)
        ready = [(progress, progress.text) for progress in progresses if progress.text is not None]
        for check in in_force.checks:
            if batched := in_force.batched.get(check.name):
                self._run_batch(batched, ready)
            else:
                for progress, text in ready:
                    self._run_check(check, text, progress)
        return [self._settle(p, comment) for p, comment in zip(progresses, comments, strict=True)]

    def _progress(self, comment: Comment, context: Context | None, by: InForce) -> _Progress:
        return _Progress(by, time.monotonic() + self.deadline, context or Context(author=comment.author))

    def _run(self, comment: Comment, progress: _Progress) -> None:
        self._normalise(comment, progress)
        if progress.text is None:
            return
        for check in progress.by.checks:
            self._run_check(check, progress.text, progress)

    def _normalise(self, comment: Comment, progress: _Progress) -> None:
        try:
            progress.text = normalize(comment.body)
        except Exception as error:  # a fault of ours must cost a moderator a look, not the reader an error
            logger.error("normalising comment %s failed: %s", comment.id, _where(error))
            progress.failed = True

    def _run_check(self, check: Check, text: Text, progress: _Progress) -> None:
        name, breaker = check.name, progress.by.breakers[check.name]
        if time.monotonic() >= progress.deadline:
            return  # _settle names it as skipped
        if breaker.failures and breaker.is_open():
            progress.skip(name, "unavailable", "rests after repeated failures")
            return
        progress.running = name
        try:
            findings = check.run(text, progress.context)
        except Unavailable as error:
            progress.skip(name, "unavailable", str(error))
        except Exception as error:
            logger.error("check %s failed: %s", name, _where(error))
            progress.skip(name, "crashed", type(error).__name__)
            breaker.failed()
        else:
            if time.monotonic() < progress.deadline:
                progress.findings += findings
                progress.done.add(name)
                if breaker.failures:
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
        by, text, context = progress.by, progress.text, progress.context
        # In this order: a thread that is late may go on, and what it calls done has its findings in by then.
        skipped = tuple(progress.skipped)
        named = progress.done | {skip.check for skip in skipped}
        findings = tuple(progress.findings)
        if len(named) < len(by.checks):
            skipped += _late(progress, named)
        return decide(
            by.policy,
            findings,
            skipped,
            length=Length(text.graphemes if text else len(comment.body), by.policy.limits.graphemes),
            language=text.language if text else "ko",
            versions=by.versions,
            now=context.now,
            standing=context.standing,
            section=context.section,
        )


def _late(progress: _Progress, named: set[str]) -> tuple[Skipped, ...]:
    """The checks that had no time, or nothing to read."""
    reason: Literal["crashed", "deadline"] = "crashed" if progress.failed else "deadline"
    running = progress.running
    late = [check.name for check in progress.by.checks if check.name not in named]
    if running is not None and running in late:
        progress.by.breakers[running].failed()
    return tuple(Skipped(name, reason) for name in late)


def _where(error: Exception) -> str:
    """Type and place of a fault. Never its message: that may quote the comment, which logs must not carry."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {frame.name}:{frame.lineno}"
