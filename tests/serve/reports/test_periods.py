from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from model.errors import InvalidInput
from serve.reports.periods import MAX_DAYS, Period, choose_period

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
EVENING = datetime(2026, 12, 8, 17, tzinfo=UTC)


def test_today_is_the_day_of_the_zone() -> None:
    assert choose_period(None, None, EVENING, SHANGHAI, 1).days == [date(2026, 12, 9)]
    assert choose_period(None, None, EVENING, BERLIN, 1).days == [date(2026, 12, 8)]


def test_days_are_as_long_as_the_zone_makes_them() -> None:
    days = Period(date(2026, 3, 28), date(2026, 3, 30), BERLIN)
    starts = [*days.starts, days.until]
    lengths = [b - a for a, b in itertools.pairwise(starts)]
    assert lengths == [timedelta(hours=24), timedelta(hours=23), timedelta(hours=24)]


def test_a_period_is_a_year_at_most() -> None:
    last = date(2026, 12, 8)
    longest = choose_period(last - timedelta(MAX_DAYS - 1), last, EVENING, SHANGHAI)
    assert len(longest.days) == MAX_DAYS
    with pytest.raises(InvalidInput, match="366 days"):
        choose_period(last - timedelta(MAX_DAYS), last, EVENING, SHANGHAI)
