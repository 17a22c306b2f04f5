"""Civil periods in days, months and years (D-01, Civil Code arts. 200-202 by analogy)."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

MONTHS_IN_YEAR = 12


def add_months(day: date, months: int) -> date:
    """The corresponding day `months` calendar months later, clamped to the month's end.

    Negative months count backwards by the same rule.  31 January plus one month is the last
    day of February; 29 February plus twelve months is 28 February.
    """
    index = day.year * MONTHS_IN_YEAR + day.month - 1 + months
    year, month = divmod(index, MONTHS_IN_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """The corresponding day `years` years later, clamped to the month's end."""
    return add_months(day, years * MONTHS_IN_YEAR)


def add_days(day: date, days: int) -> date:
    """The day `days` civil days later."""
    return day + timedelta(days=days)


PERIODS: dict[str, Callable[[date, int], date]] = {
    "day": add_days,
    "month": add_months,
    "year": add_years,
}


def add_period(day: date, amount: int, unit: str) -> date:
    """`amount` units of `day`, `month` or `year` after the day; negative amounts go back."""
    return PERIODS[unit](day, amount)


def year_end(day: date) -> date:
    """31 December of the day's year: "before the end of December" includes it (D-09)."""
    return date(day.year, MONTHS_IN_YEAR, 31)


def within(day: date, first: date, last: date) -> bool:
    """Whether the day lies between first and last, both included (D-07)."""
    return first <= day <= last


def completed_years(born: date, on: date) -> int:
    """Full years of age on a day; the birthday itself completes the year (JC-15.3, D-34)."""
    years = on.year - born.year
    return years if add_years(born, years) <= on else years - 1


def latest(*days: date | None) -> date | None:
    """The latest of the days that are given."""
    return max((each for each in days if each), default=None)
