"""Functions that make and read dates, times and durations (DMN 1.3 tables 73 and 77)."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from server.feel.builtins.registry import builtin
from server.feel.numbers import as_index
from server.feel.runtime import Run
from server.feel.temporal import (
    Months,
    months_between,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
    zone_offset,
)

_WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@builtin("date", "from: string")
def date_of_text(text: str) -> date | None:
    """The date written as ``2026-11-20``."""
    return parse_date(text)


@builtin("date", "from: calendar")
def date_of(value: date) -> date:
    """The day of a date and time."""
    return value.date() if isinstance(value, datetime) else value


@builtin("date", "year: number", "month: number", "day: number")
def date_of_parts(year: Decimal, month: Decimal, day: Decimal) -> date | None:
    """The date of three numbers; null when the calendar has no such day."""
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        return None


@builtin("date and time", "from: string")
def date_time_of_text(text: str) -> datetime | None:
    """The date and time written as ``2026-11-20T10:30:00+08:00`` and its like."""
    return parse_date_time(text)


@builtin("date and time", "date: calendar", "time: time")
def date_time_of(day: date, clock: time) -> datetime:
    """The day of the first with the time of the second."""
    return datetime.combine(date_of(day), clock)


@builtin("date and time", "from: calendar")
def date_time_of_date(value: date) -> datetime:
    """A date and time as it is, a date at its first second, local."""
    return value if isinstance(value, datetime) else datetime.combine(value, time())


@builtin("time", "from: string")
def time_of_text(text: str) -> time | None:
    """The time written as ``10:30:00`` and its like."""
    return parse_time(text)


@builtin("time", "from: date and time")
def time_of(value: datetime) -> time:
    """The time of a date and time, of a date midnight UTC."""
    return value.timetz()


@builtin("time", "from: time")
def time_as_it_is(value: time) -> time:
    """The time itself."""
    return value


@builtin(
    "time",
    "hour: number",
    "minute: number",
    "second: number",
    "offset?: days and time duration",
)
def time_of_parts(
    hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None
) -> time | None:
    """The time of three numbers, local or with an offset from UTC."""
    hours, minutes = as_index(hour), as_index(minute)
    zone = None if offset is None else zone_offset(offset)
    if hours is None or minutes is None or not 0 <= second < 60:
        return None
    if offset is not None and zone is None:
        return None
    micros = int(second % 1 * 1_000_000)
    try:
        return time(hours, minutes, int(second), micros, tzinfo=zone)
    except ValueError:
        return None


@builtin("duration", "from: string")
def duration_of_text(text: str) -> timedelta | Months | None:
    """The duration written as ``P1Y2M`` or ``P3DT4H``."""
    return parse_duration(text)


@builtin("duration", "from: duration")
def duration_as_it_is(value: timedelta | Months) -> timedelta | Months:
    """The duration itself."""
    return value


@builtin("years and months duration", "from: calendar", "to: calendar")
def years_and_months(start: date, end: date) -> Months:
    """The whole months from the first day to the second."""
    return months_between(start, end)


@builtin("now")
def now(run: Run) -> datetime | None:
    """The moment the evaluation was given; null when it was given none."""
    return run.now


@builtin("today")
def today(run: Run) -> date | None:
    """The day of the moment the evaluation was given; null when it was given none."""
    return None if run.now is None else run.now.date()


@builtin("day of year", "date: calendar")
def day_of_year(value: date) -> int:
    """1 for the first of January."""
    return value.timetuple().tm_yday


@builtin("day of week", "date: calendar")
def day_of_week(value: date) -> str:
    """The English name of the day."""
    return _WEEKDAYS[value.weekday()]


@builtin("month of year", "date: calendar")
def month_of_year(value: date) -> str:
    """The English name of the month."""
    return _MONTHS[value.month - 1]


@builtin("week of year", "date: calendar")
def week_of_year(value: date) -> int:
    """The number of the week as ISO 8601 counts."""
    return value.isocalendar().week
