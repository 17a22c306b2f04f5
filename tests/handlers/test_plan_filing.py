"""Filing of the construction plan: addressees and the day."""

from datetime import date, datetime
from typing import Any

import pytest

from handlers.refusal import Refusal
from tests.walk import SHANGHAI, Office

RECEIVED = {"record": {"approved_on": "2024-01-10", "approval_received_on": "2024-01-15"}}


def office(regime: str, day: date) -> Office:
    return Office(regime, datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI))


def filed(it: Office, *addressees: str, case: Any = None) -> dict[str, Any]:
    known = {"case": case or RECEIVED, "plan_title": "建设方案", "filed_with": list(addressees)}
    answer: dict[str, Any] = it.ask("plan_filing.register_filing", **known)
    return answer


def test_a_plan_with_both_addressees_is_filed_in_time_on_the_last_day() -> None:
    it = office("shanxi", date(2024, 2, 29))
    assert filed(it, "authority", "recommender") == {
        "plan_filed_on": date(2024, 2, 29),
        "plan_filed_late": False,
        "plan_version": 1,
    }
    assert [kind for kind, _ in it.books.entries] == ["construction_plan"]


def test_a_plan_a_day_late_is_taken_and_marked() -> None:
    it = office("shanxi", date(2024, 3, 1))
    assert filed(it, "authority", "recommender")["plan_filed_late"] is True


def test_a_plan_with_one_addressee_only_is_not_filed() -> None:
    with pytest.raises(Refusal, match="推荐单位") as error:
        filed(office("shanxi", date(2024, 2, 20)), "authority")
    assert (error.value.code, error.value.clauses) == ("addressee_missing", ("SX-16.2",))


def test_jiangxi_knows_one_addressee_and_two_months_from_receipt() -> None:
    case = {"record": {"approved_on": "2025-08-01", "approval_received_on": "2025-08-04"}}
    assert filed(office("jiangxi", date(2025, 10, 9)), case=case)["plan_filed_late"] is False
    assert filed(office("jiangxi", date(2025, 10, 10)), case=case)["plan_filed_late"] is True


def test_without_a_delivery_on_record_the_day_of_the_document_counts() -> None:
    case = {"record": {"approved_on": "2024-01-15"}}
    it = office("shanxi", date(2024, 3, 1))
    assert filed(it, "authority", "recommender", case=case)["plan_filed_late"] is True
