"""The self-check counts within its window only."""

from datetime import date, datetime
from typing import Any

import pytest

from handlers.refusal import Refusal
from tests.walk import SHANGHAI, Office


def office(regime: str, day: date) -> Office:
    return Office(regime, datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI))


CASE: dict[str, Any] = {"record": {"construction_end": "2026-08-31"}}


def settle(day: date) -> Any:
    known = {"case": CASE, "conditions_met": "met", "self_check_summary": "符合。"}
    return office("national", day).ask("self_check.register_self_check", **known)


def test_it_counts_on_both_days_of_the_window() -> None:
    for day in (date(2026, 5, 31), date(2026, 8, 31)):
        assert settle(day) == {"self_check_on": day}


@pytest.mark.parametrize(
    ("day", "code"), [(date(2026, 5, 30), "premature"), (date(2026, 9, 1), "too_late")]
)
def test_it_does_not_count_outside(day: date, code: str) -> None:
    it = office("national", day)
    for ask in (lambda: it.ask("self_check.check_window", case=CASE), _settle(day)):
        with pytest.raises(Refusal) as error:
            ask()
        assert (error.value.code, error.value.clauses) == (code, ("GB-19.1",))


def _settle(day: date) -> Any:
    return lambda: settle(day)


def test_after_a_late_grant_it_counts_as_long_as_acceptance_may_be_applied_for() -> None:
    late = {"record": CASE["record"] | {"extension_received_on": "2026-09-17"}}
    it = office("national", date(2026, 9, 18))
    it.ask("self_check.check_window", case=late)


def test_the_latest_result_counts() -> None:
    known = {"case": CASE, "conditions_met": "unmet", "self_check_summary": "不符合。"}
    found = office("national", date(2026, 7, 1)).ask("self_check.register_self_check", **known)
    assert found == {"self_check_on": None}
