"""Judging on behalf of a request: timed, and a fault of ours never becomes a 500 or a pass."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from moderation.engine import Moderator
from moderation.policy import Policy
from moderation.types import Comment, Context, Decision
from moderation.web import problems
from moderation.web.faults import log_fault

logger = logging.getLogger(__name__)

Observe = Callable[[Decision, float], None]


async def judge(
    moderator: Moderator, comment: Comment, context: Context, observe: Observe
) -> tuple[Decision, Policy]:
    """The decision on a comment and the policy that made it, which the answer quotes.

    Raises Refused with 503 where the moderator itself fails.
    """
    started = time.perf_counter()
    in_force = moderator.in_force
    try:
        decision = await moderator.judge_async(comment, context, by=in_force)
    except Exception as error:
        log_fault(logger, "judging a comment", error)
        raise problems.Refused(problems.check_unavailable()) from None
    observe(decision, time.perf_counter() - started)
    return decision, in_force.policy
