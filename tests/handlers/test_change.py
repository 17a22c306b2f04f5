"""Changes and adjustments: what is asked, and what the entry becomes."""

from datetime import date, datetime
from typing import Any

import pytest

from handlers.refusal import Refusal
from tests.walk import SHANGHAI, Office

ENTRY = {
    "field_name": "先进计算",
    "field_name_en": "Advanced Computing",
    "undertaker_name": "甲研究院",
}
CASE = {"id": "case_1", "state": "established", "undertaker_id": "unit_a", "record": ENTRY}
TODAY = date(2025, 9, 30)


def office(regime: str = "national", day: date = TODAY) -> Office:
    return Office(regime, datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI))


def asked(regime: str = "national", case: Any = CASE, **wanted: Any) -> Any:
    return office(regime).ask("change.check_change", case=case, **wanted)


def decided(it: Office, case: Any = CASE, **more: Any) -> Any:
    known = {
        "change_summary": "变更",
        "change_decided_on": "2025-09-30",
        "change_document_number": "1号",
    }
    return it.ask("change_review.apply_change", case=case, **(known | more))


def test_a_new_field_is_told_with_the_name_it_gives() -> None:
    told = asked(new_field_name="智能计算", new_field_name_en="Intelligent Computing")
    assert told["change_notice_name"] == "国家技术标准创新基地（智能计算）"
    assert told["change_notice_undertaker"] == "甲研究院"
    assert told["change_summary"] == "名称（领域）改为“智能计算”"


def test_unit_and_other_matters_are_told_together() -> None:
    told = asked(
        new_undertaker_id="unit_b", new_undertaker_name="乙研究院", other_change=" 增加共建单位 "
    )
    assert told["change_summary"] == "承担单位改为乙研究院；增加共建单位"


def test_nothing_to_change_is_no_application() -> None:
    with pytest.raises(Refusal) as error:
        asked(other_change="  ")
    assert (error.value.code, error.value.clauses) == ("nothing_to_change", ("GB-35.1",))


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        ({"new_field_name": "先进计算"}, "名称"),
        ({"new_field_name": " 先进 计算"}, "名称"),
        ({"new_undertaker_id": "unit_a"}, "承担单位"),
    ],
)
def test_what_stays_the_same_is_no_change(wanted: dict[str, str], named: str) -> None:
    with pytest.raises(Refusal, match=named) as error:
        asked(**wanted)
    assert error.value.code == "same_as_before"


def test_a_unit_that_only_takes_another_name_is_a_change_without_a_consent() -> None:
    renamed = {"new_undertaker_id": "unit_a", "new_undertaker_name": "甲科学院"}
    assert asked("jiangxi", **renamed)["change_summary"] == "承担单位改为甲科学院"
    same = renamed | {"new_undertaker_name": "甲研究院"}
    with pytest.raises(Refusal) as error:
        asked(**same)
    assert error.value.code == "same_as_before"


def test_a_further_change_is_compared_with_the_unit_on_record_and_keeps_it() -> None:
    entry = ENTRY | {"undertaker_id": "unit_b", "undertaker_name": "乙研究院"}
    case = CASE | {"record": entry | {"applicant_id": "unit_a"}}
    back = {"new_undertaker_id": "unit_a", "new_undertaker_name": "甲研究院"}
    assert asked(case=case, **back)["change_summary"] == "承担单位改为甲研究院"
    again = {"new_undertaker_id": "unit_b", "new_undertaker_name": "乙研究院"}
    with pytest.raises(Refusal) as error:
        asked(case=case, **again)
    assert error.value.code == "same_as_before"
    kept = decided(office(), case=case, new_field_name="智能计算")
    assert (kept["undertaker_id"], kept["applicant_id"]) == ("unit_b", "unit_a")


def test_jiangxi_wants_the_consent_of_the_new_unit() -> None:
    wanted = {"new_undertaker_id": "unit_b", "new_undertaker_name": "乙公司"}
    with pytest.raises(Refusal) as error:
        asked("jiangxi", **wanted)
    assert (error.value.code, error.value.clauses) == ("consent_missing", ("JX-21.2",))
    assert asked("jiangxi", new_unit_consent=["document"], **wanted)["change_summary"]


def test_a_decided_change_is_entered_from_its_day() -> None:
    it = office()
    entry = decided(it, new_field_name="智能计算", new_field_name_en="Intelligent Computing")
    assert entry["base_name_en"].endswith("of Intelligent Computing")
    assert entry["undertaker_id"] == "unit_a"
    assert entry["change_effective_on"] == TODAY
    assert it.books.entries[0][0] == "change"


def test_a_base_in_preparation_keeps_the_name_of_the_preparation() -> None:
    building = CASE | {"state": "in_construction"}
    entry = decided(office("shanxi"), building, new_field_name="碳材料")
    assert entry["base_name_zh"] == "山西省技术标准创新基地（碳材料）（筹）"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"change_decided_on": "2025-10-01"}, "date_in_future"),
        ({"change_decided_on": None}, "date_in_future"),
        ({"notice_last_day": "2025-09-30"}, "notice_running"),
    ],
)
def test_it_is_decided_neither_tomorrow_nor_during_the_notice(more: Any, code: str) -> None:
    with pytest.raises(Refusal) as error:
        decided(office(), **more)
    assert error.value.code == code


def test_the_day_after_the_notice_is_early_enough() -> None:
    assert decided(office(), notice_last_day="2025-09-29")["change_effective_on"] == TODAY


def test_an_adjustment_names_what_it_adjusts() -> None:
    told = office().ask("adjustment.check_adjustment", new_field_name="智能计算")
    assert told == {"adjustment_summary": "名称（领域）改为“智能计算”"}
    with pytest.raises(Refusal) as error:
        office().ask("adjustment.check_adjustment")
    assert error.value.code == "nothing_to_change"


def test_an_adjustment_is_in_effect_at_once() -> None:
    it, known = office(), {"case": CASE, "adjustment_summary": "调整"}
    wanted = {"new_field_name": "智能计算", "adjusted_on": "2025-09-30"}
    entry = it.ask("adjustment.apply_adjustment", **known, **wanted)
    assert entry["base_name_zh"] == "国家技术标准创新基地（智能计算）"
    assert (entry["adjusted_on"], it.books.entries[0][0]) == (TODAY, "adjustment")
    with pytest.raises(Refusal) as error:
        it.ask("adjustment.apply_adjustment", **known, adjusted_on="2025-10-01")
    assert error.value.code == "date_in_future"
