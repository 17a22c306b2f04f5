"""The rules of the public notice: its content, its days, objections and their settlement."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from handlers.refusal import Refusal
from server.law.calendar import with_year
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


DAY_AFTER = date(2025, 10, 10)


def conclude(
    objections: list[dict[str, Any]], conclusion: str = "passed", day: date = DAY_AFTER
) -> Any:
    variables = {"notice_published_on": PUBLISHED, "notice_last_day": LAST}
    given = {"objections": objections, "notice_conclusion": conclusion}
    return office(day).ask("public_notice.check_settlements", **variables, **given)


def refused(objections: list[dict[str, Any]], conclusion: str = "passed") -> str:
    with pytest.raises(Refusal) as error:
        conclude(objections, conclusion)
    assert error.value.clauses == ("GB-16.1",)
    return error.value.code


def test_a_notice_without_objections_passes() -> None:
    nothing_to_settle = {"objections_open": 0, "objections_settled_on": None}
    assert conclude([]) == nothing_to_settle | {"notice_last_day": LAST}


def test_there_is_no_result_on_the_last_day_itself() -> None:
    with pytest.raises(Refusal, match="2025-10-09届满") as error:
        conclude([], day=LAST)
    assert error.value.code == "notice_running"


def test_an_open_objection_keeps_the_result_back() -> None:
    assert refused(object_on(date(2025, 9, 10))["objections"]) == "objections_open"


def test_an_upheld_objection_allows_only_a_refusal() -> None:
    objections = object_on(date(2025, 9, 10))["objections"]
    upheld = settle(objections, objection_result="upheld")["objections"]
    assert refused(upheld) == "objection_upheld"
    assert conclude(upheld, "failed")["objections_open"] == 0


@pytest.mark.parametrize("result", ["dismissed", "resolved"])
def test_nothing_is_refused_on_objections_that_were_not_upheld(result: str) -> None:
    objections = object_on(date(2025, 9, 10))["objections"]
    settled = settle(objections, objection_result=result)["objections"]
    assert refused(settled, "failed") == "no_objection_upheld"
    assert refused([], "failed") == "no_objection_upheld"


def notice_of_december(day: date) -> Office:
    """Published on 1 December 2026, the holidays of 2027 loaded since: 1 to 3 January are off."""
    it = office(day)
    sheet = "day,kind,note\n" + "".join(
        f"2027-01-0{number},off,国办发明电〔2026〕9号\n" for number in (1, 2, 3)
    )
    it.law = replace(it.law, calendar=with_year(it.law.calendar, 2027, sheet.encode()))
    return it


DECEMBER = {"notice_published_on": date(2026, 12, 1), "notice_last_day": date(2027, 1, 1)}


def test_a_notice_announced_before_the_holidays_were_known_lasts_over_them() -> None:
    assert publish(date(2026, 12, 1))["notice_last_day"] == date(2027, 1, 1)
    ask = {"objections": [], "notice_conclusion": "passed"} | DECEMBER
    with pytest.raises(Refusal, match="2027-01-04届满"):
        notice_of_december(date(2027, 1, 4)).ask("public_notice.check_settlements", **ask)
    found = notice_of_december(date(2027, 1, 5)).ask("public_notice.check_settlements", **ask)
    assert found["notice_last_day"] == date(2027, 1, 4)


def test_an_objection_of_the_days_gained_is_in_time() -> None:
    asked = {"objector_name": "某协会", "objector_contact": "电话", "objection_content": "异议。"}
    found = notice_of_december(date(2027, 1, 4)).ask(
        "public_notice.register_objection", objections=[], **DECEMBER, **asked
    )
    assert found["objection_timely"] is True
