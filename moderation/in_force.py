"""What a judgement goes by: policy, model and checks that belong together, swapped only as a whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from moderation.checks import BatchCheck, Check, build_checks
from moderation.model.classifier import Classifier
from moderation.policy import Policy
from moderation.text.normalize import NORMALISER_VERSION
from moderation.types import Versions

BREAKER_FAILURES = 5
BREAKER_REST = 30.0


@dataclass
class Breaker:
    """Spares a check that keeps failing: after BREAKER_FAILURES in a row it rests for BREAKER_REST seconds."""

    failures: int = 0
    rests_until: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_open(self) -> bool:
        """Whether the check is to be left alone by this caller."""
        if self.failures < BREAKER_FAILURES:
            return False
        with self.lock:
            if time.monotonic() < self.rests_until:
                return True
            self.rests_until = time.monotonic() + BREAKER_REST  # this caller probes, the others wait
            return False

    def failed(self) -> None:
        """The check crashed or stalled."""
        with self.lock:
            self.failures += 1
            if self.failures >= BREAKER_FAILURES:
                self.rests_until = time.monotonic() + BREAKER_REST

    def passed(self) -> None:
        """The check did its work."""
        if self.failures:
            with self.lock:
                self.failures = 0

    def renewed(self) -> Breaker:
        """Its failures without its rest: the swap may have mended the check, so one comment tries at once."""
        return Breaker(min(self.failures, BREAKER_FAILURES))


@dataclass(frozen=True)
class InForce:
    """One policy, one classifier and the checks built from them; a judgement goes by one of these throughout."""

    policy: Policy
    classifier: Classifier | None
    checks: tuple[Check, ...]
    batched: Mapping[str, BatchCheck]
    breakers: Mapping[str, Breaker]
    versions: Versions

    @classmethod
    def of(
        cls,
        policy: Policy,
        classifier: Classifier | None,
        checks: Sequence[Check] | None = None,
        *,
        before: InForce | None = None,
    ) -> InForce:
        """Build what belongs together. A check that was failing `before` is tried again by one comment only."""
        built = tuple(build_checks(policy, classifier) if checks is None else checks)
        breakers = before.breakers if before else {}
        return cls(
            policy=policy,
            classifier=classifier,
            checks=built,
            batched={check.name: check for check in built if isinstance(check, BatchCheck)},
            breakers={check.name: breakers.get(check.name, Breaker()).renewed() for check in built},
            versions=Versions(
                policy=policy.version,
                model=classifier.version if classifier else None,
                normaliser=NORMALISER_VERSION,
            ),
        )
