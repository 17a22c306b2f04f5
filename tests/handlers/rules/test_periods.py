from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.periods import add_months, add_period, completed_years, within, year_end

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2025-03-31", 1, "2025-04-30"),
        ("2024-08-31", 6, "2025-02-28"),
        ("2024-02-29", 36, "2027-02-28"),
        ("2026-07-31", -1, "2026-06-30"),
        ("2026-11-30", -3, "2026-08-30"),
        ("2028-05-30", -3, "2028-02-29"),
        ("2026-01-15", -1, "2025-12-15"),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_last_of_the_month(
    day: str, months: int, expected: str
) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


@given(DAYS, st.integers(-600, 600))
def test_the_month_is_exact_and_the_day_never_grows(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day <= day.day
    # Clamped only when the corresponding day does not exist: the next day is another month.
    assert moved.day == day.day or (moved + timedelta(days=1)).month != moved.month


def test_units_are_days_months_and_years() -> None:
    day = date(2024, 2, 29)
    assert add_period(day, 1, "day") == date(2024, 3, 1)
    assert add_period(day, 1, "month") == date(2024, 3, 29)
    assert add_period(day, -1, "year") == date(2023, 2, 28)


def test_before_the_end_of_december_includes_the_thirty_first() -> None:
    assert year_end(date(2023, 5, 1)) == date(2023, 12, 31)


def test_both_ends_are_within() -> None:
    first, last = date(2025, 12, 31), date(2026, 3, 31)
    assert within(first, first, last) and within(last, first, last)
    assert not within(date(2026, 4, 1), first, last)


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        ("1954-09-13", "2025-09-12", 70),
        ("1954-09-12", "2025-09-12", 71),
        ("1957-01-01", "2027-03-01", 70),
        ("1956-02-29", "2027-02-28", 71),
        ("1956-02-29", "2027-02-27", 70),
    ],
)
def test_a_birthday_completes_the_year(born: str, on: str, years: int) -> None:
    assert completed_years(date.fromisoformat(born), date.fromisoformat(on)) == years
