"""The rules of the public notice: its content, its days, objections and their settlement."""

from datetime import date, datetime
from typing import Any

import pytest

from handlers.refusal import Refusal
from tests.walk import SHANGHAI, Office

PUBLISHED, LAST = date(2025, 9, 5), date(2025, 10, 9)


def office(day: date) -> Office:
    return Office("national", datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI))


def publish(day: date = PUBLISHED, **changes: Any) -> Any:
    items = {"notice_name": "某基地", "notice_undertaker": "甲", "notice_recommender": "某部"}
    return office(day).ask("public_notice.publish_notice", **(items | changes))


def test_the_notice_ends_a_month_later_rolled_over_the_holiday() -> None:
    found = publish()
    assert (found["notice_published_on"], found["notice_last_day"]) == (PUBLISHED, LAST)
    assert found["objections"] == [] and found["objections_open"] == 0
    assert found["objections_summary"] == "没有收到异议。"


@pytest.mark.parametrize("missing", ["notice_name", "notice_undertaker", "notice_recommender"])
def test_a_missing_item_keeps_it_from_being_published(missing: str) -> None:
    with pytest.raises(Refusal) as error:
        publish(PUBLISHED, **{missing: " "})
    assert error.value.code == "notice_incomplete" and "GB-15.2" in error.value.clauses


def test_a_longer_notice_is_allowed_and_a_shorter_one_is_not() -> None:
    assert publish(announced_last_day="2025-10-31")["notice_last_day"] == date(2025, 10, 31)
    with pytest.raises(Refusal, match="2025-10-09"):
        publish(announced_last_day=date(2025, 10, 8))


def object_on(day: date, **changes: Any) -> Any:
    variables = {
        "notice_published_on": PUBLISHED,
        "notice_last_day": LAST,
        "objections": [],
        "objector_name": "某协会",
        "objector_contact": "电话",
        "objection_content": "有异议。",
    } | changes
    return office(day).ask("public_notice.register_objection", **variables)


def test_an_objection_of_the_last_day_is_in_time() -> None:
    found = object_on(LAST)
    assert found["objection_timely"] is True and found["objections_open"] == 1
    assert found["open_objections"] == [{"value": "1", "label": "第1件 某协会"}]
    assert found["objector_name"] is None


def test_the_day_it_was_received_decides_not_the_day_it_is_entered() -> None:
    later = date(2025, 10, 13)
    assert object_on(later)["objection_timely"] is False
    assert object_on(later, objection_received_on="2025-10-09")["objection_timely"] is True


def test_a_late_objection_is_recorded_and_waits_for_nothing() -> None:
    found = object_on(date(2025, 10, 10))
    assert found["objections_open"] == 0
    assert "逾期，仅登记" in found["objections_summary"]


@pytest.mark.parametrize("received", [date(2025, 9, 4), date(2025, 9, 11)])
def test_it_cannot_have_come_before_the_notice_or_tomorrow(received: date) -> None:
    with pytest.raises(Refusal) as error:
        object_on(date(2025, 9, 10), objection_received_on=received)
    assert error.value.code == "received_outside_notice"


def settle(objections: list[dict[str, Any]], **changes: Any) -> Any:
    variables = {
        "objections": objections,
        "settled_objection": "1",
        "objection_result": "dismissed",
        "settlement_note": "不属实。",
    } | changes
    return office(LAST).ask("public_notice.record_settlement", **variables)


def test_a_settled_objection_is_closed_once() -> None:
    objections = object_on(date(2025, 9, 10))["objections"]
    objections = object_on(date(2025, 9, 11), objections=objections)["objections"]
    found = settle(objections)
    assert found["objections_open"] == 1
    assert found["objections"][0]["settled_on"] == LAST
    assert "异议不成立" in found["objections_summary"] and "待处理" in found["objections_summary"]
    with pytest.raises(Refusal) as error:
        settle(found["objections"])
    assert error.value.code == "objection_not_open"


def conclude(objections: list[dict[str, Any]], conclusion: str = "passed") -> Any:
    variables = {"objections": objections, "notice_conclusion": conclusion}
    return office(LAST).ask("public_notice.check_settlements", **variables)


def test_a_notice_without_objections_passes() -> None:
    assert conclude([]) == {"objections_open": 0}


def test_an_open_objection_keeps_the_result_back() -> None:
    with pytest.raises(Refusal) as error:
        conclude(object_on(date(2025, 9, 10))["objections"])
    assert (error.value.code, error.value.clauses) == ("objections_open", ("GB-16.1",))


def test_an_upheld_objection_allows_only_a_refusal() -> None:
    objections = object_on(date(2025, 9, 10))["objections"]
    upheld = settle(objections, objection_result="upheld")["objections"]
    with pytest.raises(Refusal) as error:
        conclude(upheld)
    assert error.value.code == "objection_upheld"
    assert conclude(upheld, "failed") == {"objections_open": 0}
