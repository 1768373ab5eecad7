"""When a message that did not arrive is tried again, and when it is given up."""

from __future__ import annotations

import random
from dataclasses import dataclass

from moderation.store.outbox import Delivery, Settlement
from moderation.webhooks.sending import Outcome

HOUR = 3_600.0
GONE = 410


@dataclass(frozen=True)
class Schedule:
    """Waits that grow by `factor` from `first` to `longest`, in seconds, until a message is `give_up` old.

    An endpoint that cannot be reached at all, or asks for patience, rests as a whole, up to `longest_rest`: so it is not
    run over by everything that has waited. What it asks for by `Retry-After` counts, up to `longest_asked`.
    """

    first: float = 5.0
    factor: float = 4.0
    longest: float = HOUR
    give_up: float = 72 * HOUR
    longest_rest: float = 300.0
    longest_asked: float = 24 * HOUR

    def settle(self, delivery: Delivery, outcome: Outcome) -> Settlement:
        """What becomes of a message after this attempt."""
        if outcome.fault is None:
            return Settlement(outcome.status)
        if outcome.status == GONE:
            wait = self._wait(delivery)  # it goes on from here where somebody switches the endpoint on again
            return Settlement(
                outcome.status, outcome.fault, wait, disable="answered 410: it is gone for good"
            )
        asked = min(outcome.retry_after or 0.0, self.longest_asked)
        wait = max(self._wait(delivery), asked)
        given_up = delivery.age + wait > self.give_up
        rest = max(self._rest(delivery), asked) if _is_down(outcome) or asked else 0.0
        return Settlement(outcome.status, outcome.fault, None if given_up else wait, rest)

    def _wait(self, delivery: Delivery) -> float:
        return _spread(min(self.first * self.factor ** min(delivery.attempts, 20), self.longest))

    def _rest(self, delivery: Delivery) -> float:
        return _spread(min(self.first / 5 * 2.0 ** min(delivery.endpoint.failures, 20), self.longest_rest))


def _is_down(outcome: Outcome) -> bool:
    """Whether it is the endpoint that fails, and not this one message that it does not like."""
    return outcome.status is None or outcome.status == 429 or outcome.status >= 500


def _spread(seconds: float) -> float:
    """A quarter more or less, so that many do not come back at the same moment."""
    return seconds * random.uniform(0.75, 1.25)  # noqa: S311  (nobody gains by guessing it)
