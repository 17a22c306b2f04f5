from datetime import date

import pytest

from server.feel import compile_expression
from server.law.law import Law
from server.law.tables import NoTable


def evaluate(law: Law, text: str, **variables: object) -> object:
    return compile_expression(text)(variables, law.functions())


def test_an_optional_step_is_asked_by_name(national: Law, shanxi: Law) -> None:
    assert evaluate(national, 'step("public_notice")') is True
    assert evaluate(shanxi, 'step("public_notice")') is False


def test_an_unknown_step_is_refused_by_name(shanxi: Law) -> None:
    with pytest.raises(NoTable, match="没有本规程的“publik_notice”"):
        shanxi.step("publik_notice")


def test_a_deadline_in_an_expression_is_its_last_day(national: Law, shanxi: Law) -> None:
    notice = 'deadline("public_notice", date("2025-09-05")) + duration("P1D")'
    assert evaluate(national, notice) == date(2025, 10, 10)
    assert evaluate(shanxi, 'deadline("construction_end", date("2021-12-20"), 36)') == date(
        2024, 12, 20
    )


def test_an_anchor_that_is_no_date_gives_null(shanxi: Law) -> None:
    assert evaluate(shanxi, 'deadline("plan_filing", null)') is None
    assert evaluate(shanxi, 'working_days_after("tomorrow", 5)') is None


def test_working_days_are_counted_in_an_expression(shanxi: Law) -> None:
    assert evaluate(shanxi, 'working_days_after(date("2025-09-25"), 30)') == date(2025, 11, 12)


def test_a_table_is_asked_in_an_expression_for_the_regime_of_the_case(
    national: Law, jiangxi: Law
) -> None:
    text = 'decide("quotas", {quota: "construction_period"}).amount'
    assert evaluate(national, text) == 36
    assert evaluate(jiangxi, text) == 12


def test_case_data_cannot_pose_as_another_regime(jiangxi: Law) -> None:
    decided = jiangxi.decide("steps", {"regime": "national", "step": "public_notice"})
    assert decided.matched == ("steps_jiangxi_public_notice",)


def test_a_reading_has_its_value(shanxi: Law) -> None:
    assert (shanxi.default("D-16"), shanxi.default("D-47"), shanxi.default("D-48")) == (3, 5, "1/2")
    with pytest.raises(NoTable, match="D-99"):
        shanxi.default("D-99")


def test_handlers_get_the_law_by_the_names_of_their_parameters(shanxi: Law) -> None:
    ports = shanxi.ports()
    assert set(ports) == {"calendar", "deadline", "table", "defaults"}
    assert ports["calendar"] is shanxi.calendar


def test_names_of_the_three_bases(national: Law, shanxi: Law, jiangxi: Law) -> None:
    def name(law: Law, phase: str) -> str:
        return str(law.table("names", phase=phase)["zh"])

    assert name(national, "construction") == name(national, "established")
    assert name(shanxi, "construction").endswith("（筹）")
    assert name(jiangxi, "established") == "国家技术标准创新基地（江西绿色生态{field}中心）"
