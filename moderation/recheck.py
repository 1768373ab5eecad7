"""Comments that were held because a check could not run are judged by themselves once it can."""

from __future__ import annotations

import logging
import queue
import threading

from moderation.engine import Moderator
from moderation.rounds import Rounds
from moderation.store import Store, StoredComment
from moderation.store.unchecked import is_unchecked
from moderation.types import Comment, Context, Decision

logger = logging.getLogger(__name__)

INTERVAL = 10.0
AT_ONCE = 20
STILL_DOWN = 3
"""As many comments in a row that cannot be judged either, and the part is taken to be down still."""


class Recheck:
    """Judges again what waits for a check, a few at a time, as long as the checks run.

    Any number of processes may do it over one database: a comment is judged by one of them, and of two decisions
    only the first would be kept. What a moderator has settled, or holds at the moment, is left alone.
    """

    def __init__(self, moderator: Moderator, store: Store, *, interval: float = INTERVAL) -> None:
        self._moderator, self._store = moderator, store
        self._rounds = Rounds("recheck", self.round, interval)

    def start(self) -> None:
        """Begin to look for comments."""
        self._rounds.start()

    def stop(self) -> None:
        """Take no more, and wait for the comment that is being judged."""
        self._rounds.stop()

    def round(self) -> int:
        """Judge what is due, until nothing is or the part is still down; how many decisions were appended."""
        settled = 0
        while not self._rounds.stopping and (taken := self._store.rechecks.take(AT_ONCE)):
            done, is_down = self._judge_all(taken)
            settled += done
            if is_down:
                break
        if settled:
            logger.warning("%d comments that were held unchecked are judged now", settled)
        return settled

    def _judge_all(self, taken: list[StoredComment]) -> tuple[int, bool]:
        settled, failed = 0, 0
        for place, comment in enumerate(taken):
            decision = None if self._rounds.stopping else self._judge(comment)
            if decision is None or is_unchecked(decision):
                failed += 1
                self._store.rechecks.put_off(comment.id)
            else:
                failed = 0
                settled += self._store.rechecks.settle(comment, decision) is not None
            if failed == STILL_DOWN:
                self._store.rechecks.give_back([rest.id for rest in taken[place + 1 :]])
                return settled, True
        return settled, False

    def _judge(self, comment: StoredComment) -> Decision | None:
        """As it would have been judged when it came in; None where the moderator itself stalls or fails."""
        context = Context(
            now=comment.received_at,
            author=comment.author,
            history=self._store.rechecks.before(comment),
            standing=comment.decision.standing,
            section=comment.decision.section,
        )
        posted = Comment(comment.body, comment.id, comment.author, comment.article, comment.parent)
        answer: queue.SimpleQueue[Decision] = queue.SimpleQueue()
        # In a thread of its own: a check that never returns must not keep the service from stopping.
        judging = threading.Thread(
            target=lambda: answer.put(self._moderator.judge(posted, context)), name="recheck-one", daemon=True
        )
        judging.start()
        try:
            return answer.get(timeout=2 * self._moderator.deadline + 1)
        except queue.Empty:
            return None
