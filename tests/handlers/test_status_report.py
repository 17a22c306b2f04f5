"""The years on which the construction is reported."""

from datetime import date, datetime

from tests.walk import SHANGHAI, Office


def office(regime: str, day: date) -> Office:
    return Office(regime, datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI))


def test_the_first_year_is_the_year_of_approval() -> None:
    case = {"record": {"approved_on": "2024-11-05"}}
    opened = office("national", date(2025, 1, 3)).ask("status_report.open_year", case=case)
    assert opened == {
        "report_year": 2024,
        "reporting_from": date(2024, 1, 1),
        "next_report_year": 2025,
        "next_year_on": date(2025, 1, 1),
    }


def test_later_years_follow_each_other() -> None:
    case = {"record": {"approved_on": "2024-11-05"}}
    it = office("national", date(2025, 1, 1))
    opened = it.ask("status_report.open_year", case=case, next_report_year=2025)
    assert (opened["report_year"], opened["next_year_on"]) == (2025, date(2026, 1, 1))
