"""Violations and ordered rectification: findings decide nothing, days stand in their order."""

from datetime import date, datetime
from typing import Any

import pytest

from handlers.refusal import Refusal
from tests.walk import SHANGHAI, Office


def office(regime: str = "national") -> Office:
    return Office(regime, datetime(2025, 5, 6, 9, tzinfo=SHANGHAI))


def found(it: Office, **more: Any) -> Any:
    known = {
        "case": {"id": "case_1"},
        "violation_ground": "branch",
        "violation_found_on": "2025-05-06",
        "statement_until": "2025-05-20",
    }
    return it.ask("violation.register_violation", **(known | more))


def test_a_finding_is_entered_with_the_clause_that_forbids_it() -> None:
    it = office()
    assert found(it) == {"violation_clause": "GB-22.2", "party_statement": None}
    assert it.books.entries[0][1]["found_on"] == date(2025, 5, 6)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"violation_found_on": "2025-05-07"}, "date_in_future"),
        ({"statement_until": "2025-05-06"}, "statement_too_soon"),
    ],
)
def test_it_was_found_by_today_and_the_party_has_time(more: Any, code: str) -> None:
    with pytest.raises(Refusal) as error:
        found(office(), **more)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("suspected", "ground"),
    [("false_papers", "violation"), ("conditions_lost", "conditions_lost")],
)
def test_lost_conditions_are_a_ground_of_their_own(suspected: str, ground: str) -> None:
    known = {"violation_ground": suspected, "violation_clause": "GB-36.1"}
    told = office().ask("violation.find_ground", **known)
    assert (told["ground"], told["ground_clause"]) == (ground, "GB-36.1")


def order(regime: str, ordered: str, due: str, case: Any = None) -> Any:
    known = {"case": case or {"state": "established"}, "order_on": ordered, "order_due_on": due}
    return office(regime).ask("ordered_rectification.check_order", **known)


@pytest.mark.parametrize(("regime", "clause"), [("shanxi", "SX-38.2"), ("jiangxi", "JX-35.2")])
def test_an_order_names_a_later_day(regime: str, clause: str) -> None:
    told = order(regime, "2025-05-06", "2025-05-07")
    assert told["order_due_on"] == date(2025, 5, 7)
    assert (told["ground"], told["ground_clause"]) == ("assessment_not_rectified", clause)


@pytest.mark.parametrize(
    ("ordered", "due", "code"),
    [
        ("2025-05-07", "2025-06-10", "date_in_future"),
        ("2025-05-06", "2025-05-06", "order_date_wrong"),
        ("2025-04-01", "2025-05-05", "order_date_wrong"),
    ],
)
def test_an_order_of_tomorrow_or_for_today_is_refused(ordered: str, due: str, code: str) -> None:
    with pytest.raises(Refusal) as error:
        order("shanxi", ordered, due)
    assert error.value.code == code


def rectifying(*orders: int) -> Any:
    record = {"open_orders": list(orders)} if orders else {}
    return {"state": "rectifying_assessment", "record": record}


@pytest.mark.parametrize(
    ("case", "number", "orders"),
    [
        ({"state": "established", "record": {"open_orders": [3]}}, 1, [1]),
        (rectifying(1), 2, [1, 2]),
        (rectifying(), 1, [0, 1]),
    ],
)
def test_an_order_stands_beside_those_that_run(case: Any, number: int, orders: Any) -> None:
    told = order("shanxi", "2025-05-06", "2025-05-07", case)
    assert (told["order_number"], told["open_orders"]) == (number, orders)


@pytest.mark.parametrize(
    ("case", "known", "others"),
    [
        (rectifying(1, 2), {"order_number": 2}, [1]),
        (rectifying(2), {"order_number": 2}, []),
        (rectifying(), {"order_number": 0}, []),
        (rectifying(0, 1), {"order_number": 0}, [1]),
    ],
)
def test_operation_resumes_when_no_other_order_runs(case: Any, known: Any, others: Any) -> None:
    told = judged("compliant", "2025-05-06", case=case, **known)
    assert told["open_orders"] == others


def judged(result: str, checked: str, **more: Any) -> Any:
    known = {
        "case": rectifying(1),
        "order_on": "2025-03-10",
        "order_due_on": "2025-05-06",
        "rectification_result": result,
        "assessment_rectified_on": checked,
        "order_number": 1,
    }
    return office("shanxi").ask("ordered_rectification.judge_rectification", **(known | more))


@pytest.mark.parametrize(("due", "goes_on"), [("2025-05-06", True), ("2025-05-05", False)])
def test_a_base_still_wanting_goes_on_until_its_time_is_over(due: str, goes_on: bool) -> None:
    told = judged("not_compliant", "2025-05-06", order_due_on=due)
    assert told["rectification_goes_on"] is goes_on


@pytest.mark.parametrize(
    ("result", "checked", "code"),
    [
        ("compliant", "2025-05-07", "date_in_future"),
        ("compliant", "2025-03-09", "check_date_wrong"),
        ("not_compliant", "2025-05-05", "checked_too_soon"),
    ],
)
def test_the_inspection_lies_between_order_and_today(result: str, checked: str, code: str) -> None:
    with pytest.raises(Refusal) as error:
        judged(result, checked, order_due_on="2025-05-05")
    assert error.value.code == code


@pytest.mark.parametrize("day", ["assessed_on", "supervision_checked_on"])
def test_an_order_does_not_precede_its_assessment(day: str) -> None:
    known = {"order_on": "2025-05-05", "order_due_on": "2025-06-10", day: "2025-05-06"}
    with pytest.raises(Refusal) as error:
        office("shanxi").ask("ordered_rectification.check_order", case=rectifying(), **known)
    assert error.value.code == "order_date_wrong"
