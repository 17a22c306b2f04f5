"""The report of one year, and whether it is late."""

from datetime import date, datetime

import pytest

from tests.walk import SHANGHAI, Office


def office(regime: str, day: date) -> Office:
    return Office(regime, datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI))


@pytest.mark.parametrize(("day", "late"), [(date(2024, 12, 31), False), (date(2025, 1, 1), True)])
def test_a_report_after_the_year_is_late(day: date, late: bool) -> None:
    known = {"report_year": 2024, "reporting_from": date(2024, 1, 1), "status_title": "报告"}
    told = office("national", day).ask("yearly_status.register_status", **known)
    assert (told["status_reported_for"], told["status_reported_late"]) == (2024, late)
