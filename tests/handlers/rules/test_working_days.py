from datetime import date

import pytest

from handlers.rules.working_days import Calendar, Year

NATIONAL_DAY = Year(
    off=frozenset(date(2025, 10, day) for day in (1, 2, 3, 6, 7, 8)),
    work=frozenset({date(2025, 9, 28), date(2025, 10, 11)}),
    notice="国办发明电〔2024〕12号",
)
CALENDAR = Calendar("test", {2025: NATIONAL_DAY})


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2025-09-26", True),
        ("2025-09-27", False),
        ("2025-09-28", True),
        ("2025-10-01", False),
        ("2025-10-11", True),
        ("2026-10-01", True),
    ],
)
def test_a_notice_frees_weekdays_and_works_weekend_days(day: str, worked: bool) -> None:
    assert CALENDAR.is_working_day(date.fromisoformat(day)) is worked


def test_a_rest_day_rolls_to_the_next_working_day_and_a_working_day_stays() -> None:
    assert CALENDAR.roll_forward(date(2025, 10, 5)) == date(2025, 10, 9)
    assert CALENDAR.roll_forward(date(2025, 9, 28)) == date(2025, 9, 28)


def test_the_first_day_is_not_counted_in_either_direction() -> None:
    assert CALENDAR.add(date(2025, 9, 25), 30) == date(2025, 11, 12)
    assert CALENDAR.add(date(2025, 10, 9), -1) == date(2025, 9, 30)
    assert CALENDAR.add(date(2025, 10, 1), 0) == date(2025, 10, 1)


def test_exceptions_between_two_days_are_sorted_and_bounded() -> None:
    off, work = CALENDAR.exceptions(date(2025, 10, 1), date(2025, 10, 3))
    assert off == (date(2025, 10, 1), date(2025, 10, 2), date(2025, 10, 3))
    assert work == ()


def test_a_year_without_notice_is_not_covered() -> None:
    assert CALENDAR.covers(date(2025, 1, 1), date(2025, 12, 31))
    assert not CALENDAR.covers(date(2025, 12, 31), date(2026, 1, 1))
    assert CALENDAR.known(2025) and not CALENDAR.known(2026)
