"""Periods of whole days, by the clock of the place that the service is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from model.errors import InvalidInput

DEFAULT_DAYS = 7
MAX_DAYS = 366
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last`, both of them included."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def days(self) -> list[date]:
        """Every day, the first one first."""
        count = (self.last - self.first).days + 1
        return [self.first + number * _DAY for number in range(count)]

    @property
    def starts(self) -> list[datetime]:
        """When each day begins, UTC."""
        return [_begin(day, self.zone) for day in self.days]

    @property
    def since(self) -> datetime:
        return _begin(self.first, self.zone)

    @property
    def until(self) -> datetime:
        """When the day after the last one begins, UTC."""
        return _begin(self.last + _DAY, self.zone)


def choose_period(
    first: date | None, last: date | None, now: datetime, zone: ZoneInfo, days: int = DEFAULT_DAYS
) -> Period:
    """Returns the period that was asked for.

    Args:
        first: its first day; `days` days up to the last if None.
        last: its last day; today if None.
        now: the time now, UTC.
        zone: whose days they are.
        days: how many, where no first day is given.

    Raises:
        InvalidInput: it ends before it begins, or is longer than `MAX_DAYS`.
    """
    last = last or now.astimezone(zone).date()
    # The bound comes first: so many days ago there may be no date.
    count = days if first is None else (last - first).days + 1
    if not 1 <= count <= MAX_DAYS:
        raise InvalidInput(
            f"A report covers 1 to {MAX_DAYS} days, and ends no earlier than it begins",
            f"{count} days up to {last}",
            "Send other days for from and to",
            code="invalid_period",
        )
    return Period(last - (count - 1) * _DAY, last, zone)


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
