"""How a day stands to the period of an act."""

from dataclasses import dataclass
from datetime import date

import pytest

from handlers.rules.filings import Standing, standing

END = date(2026, 3, 31)


@dataclass(frozen=True)
class Days:
    """A period as the deadline service gives it."""

    opens_on: date | None
    due_on: date


WINDOW = Days(date(2025, 12, 31), END)
LATEST = Days(None, date(2026, 2, 28))


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2025, 12, 30), Standing.PREMATURE),
        (date(2025, 12, 31), Standing.IN_TIME),
        (date(2026, 3, 31), Standing.IN_TIME),
        (date(2026, 4, 1), Standing.TOO_LATE),
    ],
)
def test_a_window_has_two_days_that_both_count(day: date, found: Standing) -> None:
    assert standing(WINDOW, day, END) is found


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2025, 4, 1), Standing.IN_TIME),
        (date(2026, 2, 28), Standing.IN_TIME),
        (date(2026, 3, 1), Standing.LATE),
        (date(2026, 3, 31), Standing.LATE),
        (date(2026, 4, 1), Standing.TOO_LATE),
    ],
)
def test_a_latest_day_leaves_room_for_late_acts_up_to_the_end(day: date, found: Standing) -> None:
    assert standing(LATEST, day, END) is found


def test_a_window_rolled_past_the_end_is_in_time_on_its_rolled_day() -> None:
    rolled = Days(date(2026, 11, 28), date(2027, 3, 1))
    assert standing(rolled, date(2027, 3, 1), date(2027, 2, 28)) is Standing.IN_TIME


def test_an_admitted_act_is_late_to_the_day_named() -> None:
    admitted = date(2026, 5, 10)
    assert standing(WINDOW, admitted, END, admitted) is Standing.LATE
    assert standing(WINDOW, date(2026, 5, 11), END, admitted) is Standing.TOO_LATE
    assert standing(WINDOW, date(2026, 4, 1), END, date(2026, 3, 1)) is Standing.TOO_LATE
