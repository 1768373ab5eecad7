from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.store.outbox import Delivery, Endpoint, Kind, Message, State
from moderation.webhooks.schedule import HOUR, Schedule
from moderation.webhooks.sending import Outcome

PLAN = Schedule()
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def delivery(attempts: int = 0, age: float = 0.0, failures: int = 0) -> Delivery:
    endpoint = Endpoint("ep_1", "https://a.example", (), False, (), NOW, failures=failures)
    return Delivery("l", endpoint, Message("msg_1", Kind.TEST, "s", {}, NOW), b"{}", attempts, age)


def test_what_arrived_is_done() -> None:
    settled = PLAN.settle(delivery(7, failures=4), Outcome(204))
    assert (settled.state, settled.wait, settled.rest, settled.disable) == (State.DELIVERED, None, 0, None)


@pytest.mark.parametrize(
    ("attempts", "middle"), [(0, 5), (1, 20), (2, 80), (3, 320), (4, 1280), (5, HOUR), (90, HOUR)]
)
def test_waits_grow_up_to_an_hour_and_are_spread(attempts: int, middle: float) -> None:
    waits = {PLAN.settle(delivery(attempts), Outcome(400, "answered 400")).wait for _ in range(50)}
    assert len(waits) > 1
    assert all(wait is not None and 0.75 * middle <= wait <= 1.25 * middle for wait in waits)


def test_a_message_is_given_up_after_three_days() -> None:
    assert PLAN.settle(delivery(60, age=70 * HOUR), Outcome(500, "answered 500")).state is State.PENDING
    given_up = PLAN.settle(delivery(80, age=72 * HOUR), Outcome(500, "answered 500"))
    assert (given_up.state, given_up.wait) == (State.DEAD, None)


@pytest.mark.parametrize("status", [None, 429, 500, 503])
def test_an_endpoint_that_is_down_rests_longer_each_time(status: int | None) -> None:
    rests = [PLAN.settle(delivery(failures=number), Outcome(status, "down")).rest for number in (0, 3, 30)]
    assert 0.75 <= rests[0] <= 1.25
    assert 6 <= rests[1] <= 10
    assert 225 <= rests[2] <= 375


@pytest.mark.parametrize("status", [301, 400, 401, 404, 422])
def test_a_message_that_is_not_liked_does_not_stop_the_others(status: int) -> None:
    settled = PLAN.settle(delivery(), Outcome(status, f"answered {status}"))
    assert (settled.state, settled.rest) == (State.PENDING, 0)


def test_what_it_asks_for_is_honoured_up_to_a_day() -> None:
    asked = PLAN.settle(delivery(), Outcome(503, "answered 503", 120.0))
    assert (asked.wait, asked.rest) == (120.0, 120.0)
    endless = PLAN.settle(delivery(), Outcome(429, "answered 429", 1e9))
    assert (endless.wait, endless.rest) == (24 * HOUR, 24 * HOUR)


def test_what_is_gone_is_switched_off_and_the_message_kept() -> None:
    settled = PLAN.settle(delivery(), Outcome(410, "answered 410"))
    assert settled.disable is not None
    assert settled.state is State.PENDING


@given(
    st.integers(0, 10_000),
    st.floats(0, 100 * HOUR),
    st.integers(0, 10_000),
    st.one_of(st.none(), st.integers(300, 599)),
    st.one_of(st.none(), st.floats(0, 1e12)),
)
def test_every_failure_is_tried_again_or_given_up(
    attempts: int, age: float, failures: int, status: int | None, retry_after: float | None
) -> None:
    settled = PLAN.settle(delivery(attempts, age, failures), Outcome(status, "fault", retry_after))
    assert settled.state is not State.DELIVERED
    assert settled.wait is None or 3.7 <= settled.wait <= 24 * HOUR
    assert 0 <= settled.rest <= 24 * HOUR
