"""A candidate policy or model judges along with the one in service; it only counts, and never changes an answer."""

from __future__ import annotations

import logging
import queue
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from moderation.engine import Moderator
from moderation.errors import PolicyError
from moderation.model.signature import Trust
from moderation.reload import Reloader
from moderation.settings import Settings
from moderation.types import Comment, Context, Decision, History, NearCopy

Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)

WAITING = 64
"""Comments that may wait for the candidate; more are dropped, so that it cannot fall behind for ever."""


@dataclass(frozen=True, order=True)
class Difference:
    """What was decided and what the candidate would have decided: actions and the rules that settled them."""

    action: str
    rule: str
    candidate_action: str
    candidate_rule: str


class Shadow:
    """Judges by a candidate what has been judged already, in a thread of its own.

    same, differences, dropped : what it counted since the start; no text, no author, no id.
    """

    def __init__(self, candidate: Moderator, reloader: Reloader | None = None) -> None:
        self.candidate = candidate
        self.reloader = reloader
        self.same = 0
        self.dropped = 0
        self.differences: Counter[Difference] = Counter()
        self._waiting: queue.Queue[tuple[Comment, Context, Decision] | None] = queue.Queue(WAITING)
        self._thread: threading.Thread | None = None

    @classmethod
    def of(cls, settings: Settings) -> Shadow | None:
        """The candidate that the settings name, if they do. A broken one is logged, and nothing else suffers."""
        if not (settings.shadow_policy_files or settings.shadow_model_dir):
            return None
        try:
            reloader = Reloader(
                settings.shadow_policy_files or settings.policy_files,
                settings.shadow_model_dir or settings.model_dir,
                trust=Trust.of(settings.model_keys, settings.require_signature),
                deadline=60.0,
                interval=settings.reload_interval,
                name="shadow ",
            )
        except PolicyError as error:
            logger.error("no shadow: %s", error)
            return None
        return cls(reloader.moderator, reloader)

    def remembering(self, context: Context) -> Context:
        """The context with a history that tells the candidate later what it tells the first who asks."""
        return context if context.history is None else replace(context, history=_Remembered(context.history))

    def follow(self, comment: Comment, context: Context, decision: Decision) -> None:
        """Have the candidate judge it, too, when there is time; returns at once."""
        try:
            self._waiting.put_nowait((comment, context, decision))
        except queue.Full:
            self.dropped += 1

    def start(self) -> None:
        """Begin to judge."""
        if self.reloader:
            self.reloader.start()
        self._thread = threading.Thread(target=self._run, name="shadow", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Judge what is waiting, and no more."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None
        if self.reloader:
            self.reloader.stop()

    def _run(self) -> None:
        while (asked := self._waiting.get()) is not None:
            comment, context, decision = asked
            other = self.candidate.judge(comment, context)
            found = Difference(
                str(decision.action), decision.rule or "none", str(other.action), other.rule or "none"
            )
            if (found.action, found.rule) == (found.candidate_action, found.candidate_rule):
                self.same += 1
            else:
                self.differences[found] += 1


class _Remembered:
    """A history whose answers stay as they were: by the time the candidate asks, the comment itself is kept."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._known: dict[tuple[Any, ...], Any] = {}

    def count_same(self, author: str, fingerprint: str, since: datetime) -> int:
        """As the history says at first."""
        return self._ask(self._history.count_same, author, fingerprint, since)

    def count_by(self, author: str, since: datetime, at_most: int) -> int:
        """As the history says at first."""
        return self._ask(self._history.count_by, author, since, at_most)

    def find_near(self, sketch: str, since: datetime) -> Sequence[NearCopy]:
        """As the history says at first."""
        return self._ask(self._history.find_near, sketch, since)

    def _ask(self, question: Callable[..., Answer], *about: Any) -> Answer:
        key = question.__name__, *about
        if key not in self._known:
            self._known[key] = question(*about)
        answer: Answer = self._known[key]
        return answer
