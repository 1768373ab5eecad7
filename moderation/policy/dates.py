"""From when and until when a clause, a rule or a condition is in force, in the site's own days."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from pydantic import Field, model_validator

from moderation.policy.tables import Table


class Calendar(Table):
    """Where the site's day begins."""

    utc_offset: str = Field(
        pattern=r"^[+-](0\d|1[0-4]):[0-5]\d$",
        description="hours and minutes before (+) or behind (-) UTC, such as +09:00 for Korea",
    )

    def day(self, now: datetime) -> date:
        """The site's day at that time."""
        return now.astimezone(self._zone()).date()

    def _zone(self) -> timezone:
        hours, minutes = self.utc_offset[1:].split(":")
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-offset if self.utc_offset.startswith("-") else offset)


class Dated(Table):
    """Something that may begin and end on a day; both days count."""

    first: date | None = Field(
        default=None, alias="from", description="the first day on which it is in force"
    )
    until: date | None = Field(default=None, description="the last day on which it is in force")

    @model_validator(mode="after")
    def _in_order(self) -> Dated:
        if self.first and self.until and self.first > self.until:
            raise ValueError(f"begins on {self.first}, after it ends on {self.until}; `from` comes first")
        return self

    def is_in_force(self, day: date | None) -> bool:
        """Whether it holds on that day; None asks without looking at the calendar."""
        if day is None:
            return True
        return (self.first is None or self.first <= day) and (self.until is None or day <= self.until)
