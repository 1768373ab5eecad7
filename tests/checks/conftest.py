"""What the tests of all checks share."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from moderation.checks import Check
from moderation.text.normalize import Text, normalize
from moderation.types import Context

LARGE = 16_384
"""Bytes that a comment may have at most (`limits.bytes`)."""


@pytest.fixture
def stays_linear() -> Callable[[Check, str], None]:
    """Fails where a check takes more than in proportion for ten times the text (RX-1, AP-2).

    A square law would take 100 times as long; 40 times and two milliseconds leave room for a busy machine.
    """

    def compare(check: Check, unit: str) -> None:
        small, large = (_seconds(check, _filled(unit, size)) for size in (LARGE // 10, LARGE))
        assert large < 40 * small + 0.002, f"{small:.6f} s for a tenth, {large:.6f} s for the whole"

    return compare


def _filled(unit: str, size: int) -> Text:
    return normalize((unit * size).encode("utf-8", "surrogatepass")[:size].decode("utf-8", "ignore"))


def _seconds(check: Check, text: Text) -> float:
    """Processor time of the quickest of five runs."""
    context = Context()
    taken = []
    for _ in range(5):
        start = time.thread_time()
        check.run(text, context)
        taken.append(time.thread_time() - start)
    return min(taken)
