"""Major problems: numbered, and not of tomorrow."""

from datetime import date, datetime

import pytest

from handlers.refusal import Refusal
from tests.walk import SHANGHAI, Office


def office(regime: str, day: date) -> Office:
    return Office(regime, datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI))


def test_it_gets_a_number_of_the_year() -> None:
    it = office("jiangxi", date(2025, 6, 3))
    known = {"problem_title": "中试线停产", "problem_occurred_on": "2025-06-01"}
    told = it.ask("major_problem.register_problem", **known)
    assert told == {
        "problem_number": "JX报〔2025〕0001号",
        "problem_reported_on": date(2025, 6, 3),
    }


def test_it_cannot_have_happened_tomorrow() -> None:
    it = office("national", date(2025, 6, 3))
    known = {"problem_title": "停产", "problem_occurred_on": "2025-06-04"}
    with pytest.raises(Refusal) as error:
        it.ask("major_problem.register_problem", **known)
    assert (error.value.code, error.value.clauses) == ("date_in_future", ("GB-17.3",))
