"""Dates, times and durations."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.feel.temporal import Months, add_months, format_temporal, parse_temporal
from tests.server.feel.evaluating import feel


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('@"2026-01-31" + @"P1M"', "2026-02-28"),
        ('@"2024-01-31" + @"P1M"', "2024-02-29"),
        ('@"2024-02-29" + @"P1Y"', "2025-02-28"),
        ('@"2026-08-31" + @"P6M"', "2027-02-28"),
        ('@"2026-03-31" - @"P1M"', "2026-02-28"),
        ('@"2026-11-20" + @"P30D"', "2026-12-20"),
        ('@"P1D" + @"2026-12-31"', "2027-01-01"),
        ('@"2026-11-20" - @"2026-11-01"', "P19D"),
        ('@"2026-11-20T10:00:00Z" - @"2026-11-20"', "PT10H"),
        ('@"2026-11-20T10:00:00" - @"2026-11-20T10:00:00Z"', None),
        ('@"2026-01-31T10:00:00+08:00" + @"P1M"', "2026-02-28T10:00:00+08:00"),
        ('@"2026-03-28T12:00:00@Europe/Paris" + @"P1D"', "2026-03-29T13:00:00@Europe/Paris"),
        ('@"23:30:00" + @"PT1H"', "00:30:00"),
        ('@"10:00:00+08:00" - @"01:00:00Z"', "PT1H"),
        ('@"10:00:00@Europe/Paris" - @"10:00:00"', None),
        ('@"P1D" * 1.5', "P1DT12H"),
        ('@"P1Y" / 2', "P6M"),
        ('@"P2D" / @"PT12H"', 4),
        ('@"P1Y" + @"P2M" - @"P3M"', "P11M"),
        ('@"P1Y" + @"P1D"', None),
        ('@"P1Y" = @"P12M"', True),
        ('@"P1D" < @"PT25H"', True),
        ('@"2026-11-20" < @"2026-11-20T00:00:01Z"', True),
        ('@"10:00:00Z" = @"18:00:00+08:00"', True),
        ('@"2026-11-20T24:00:00"', "2026-11-21T00:00:00"),
        ('@"2026-11-20".weekday', 5),
        ('@"P1DT2H3M4S".minutes', 3),
        ('@"-P1DT2H".hours', -2),
        ('@"-P14M".years', -1),
        ('@"10:30:00+08:00".time offset', "PT8H"),
        ('@"2026-11-20T10:30:00@Asia/Shanghai".timezone', "Asia/Shanghai"),
        ('@"2026-13-01"', None),
        ('@"10:00:00@No/Where"', None),
        ('@"10:00:00+15:00"', None),
        ('@"PT"', None),
    ],
)
def test_calendar_arithmetic(text: str, value: object) -> None:
    assert feel(text) == value


@settings(deadline=None)
@given(st.dates(date(1901, 1, 1), date(2100, 1, 1)), st.integers(-1200, 1200))
def test_months_are_held_at_the_end_of_a_shorter_month(day: date, months: int) -> None:
    later = add_months(day, months)
    last = calendar.monthrange(later.year, later.month)[1]
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == min(day.day, last)


@settings(deadline=None)
@given(
    st.dates()
    | st.times()
    | st.datetimes()
    | st.timedeltas(timedelta(days=-(10**6)), timedelta(days=10**6))
    | st.integers(-(10**6), 10**6).map(Months)
)
def test_what_is_written_is_read_again(value: object) -> None:
    assert parse_temporal(format_temporal(value)) == value


def test_a_duration_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(OverflowError):
        Months(10**15)
