from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import make_url

from moderation.store.tables import UtcDateTime

SQLITE = make_url("sqlite://").get_dialect()()
POSTGRESQL = make_url("postgresql://").get_dialect()()
SEOUL = timezone(timedelta(hours=9))
NINE_IN_SEOUL = datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=SEOUL)


def test_a_time_is_written_in_utc() -> None:
    column = UtcDateTime()
    midnight = datetime(2026, 11, 24, 0, 0, 0, 123456)

    assert column.process_bind_param(NINE_IN_SEOUL, SQLITE) == midnight
    assert column.process_bind_param(NINE_IN_SEOUL, POSTGRESQL) == midnight.replace(tzinfo=UTC)


def test_a_time_is_read_aware_and_in_utc() -> None:
    column = UtcDateTime()

    for dialect, stored in (
        (SQLITE, datetime(2026, 11, 24, 0, 0, 0, 123456)),
        (POSTGRESQL, NINE_IN_SEOUL),
    ):
        read = column.process_result_value(stored, dialect)
        assert read == NINE_IN_SEOUL
        assert read is not None
        assert read.tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"without a zone"):
        UtcDateTime().process_bind_param(datetime(2026, 11, 24), SQLITE)
