"""Nothing is decided before what it rests on."""

from datetime import date

from handlers.rules.order import too_early

STEPS = [(date(2025, 3, 10), "审核"), (date(2025, 3, 3), "申请"), (None, "异议")]


def test_the_latest_step_that_was_missed_is_named() -> None:
    assert too_early(date(2025, 3, 1), STEPS) == "审核"


def test_the_day_of_the_last_step_is_late_enough() -> None:
    assert too_early(date(2025, 3, 10), STEPS) is None
