"""What comes back every year: papers, assessment, quotas, publication."""

from datetime import date, datetime
from typing import Any

import pytest

from handlers.refusal import Refusal
from tests.walk import SHANGHAI, Office

CASE = {
    "id": "case_1",
    "state": "established",
    "record": {"approved_on": "2023-03-20", "established_on": "2024-05-20"},
}


def office(regime: str, day: date = date(2025, 12, 31)) -> Office:
    return Office(regime, datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI))


@pytest.mark.parametrize(("regime", "first"), [("national", 2023), ("jiangxi", 2024)])
def test_papers_begin_with_approval_or_establishment(regime: str, first: int) -> None:
    opened = office(regime).ask("annual_papers.open_year", case=CASE)
    assert (opened["papers_year"], opened["next_papers_year"]) == (first, first + 1)
    assert opened["next_year_on"] == date(first + 1, 1, 1)


def test_a_year_hands_on_to_the_next() -> None:
    opened = office("jiangxi").ask("annual_papers.open_year", case=CASE, next_papers_year=2026)
    assert (opened["papers_year"], opened["papers_from"]) == (2026, date(2026, 1, 1))


def filed(it: Office, **papers: Any) -> Any:
    known = {"papers_year": 2025, "papers_from": date(2025, 1, 1), "submitted_papers": papers}
    return it.ask("yearly_papers.register_papers", case=CASE, **known)


def test_a_summary_alone_is_not_filed() -> None:
    it = office("national")
    told = filed(it, annual_work_summary=["document"], annual_work_plan=[])
    assert (told["papers_complete"], told["papers_lacking"]) == (False, "下一年度工作计划")
    assert it.books.entries == []


@pytest.mark.parametrize(("day", "late"), [(date(2025, 12, 31), False), (date(2026, 1, 1), True)])
def test_both_papers_are_filed_and_late_after_the_year(day: date, late: bool) -> None:
    it = office("national", day)
    told = filed(it, annual_work_summary=["one"], annual_work_plan=["other"])
    assert told["papers_complete"] is True and told["annual_papers_late"] is late
    assert it.books.entries[0][1]["late"] is late


def test_a_paper_of_the_unit_is_entered_under_its_kind() -> None:
    it = office("jiangxi", date(2026, 1, 5))
    known = {"paper_kind": "work_report", "paper_title": "工作报告", "papers_year": 2025}
    it.ask("yearly_papers.register_paper", case=CASE, papers_from=date(2025, 1, 1), **known)
    kind, entry = it.books.entries[0]
    assert (kind, entry["year"], entry["late"]) == ("work_report", 2025, True)


def test_the_assessment_begins_with_the_year_of_establishment() -> None:
    opened = office("shanxi").ask("annual_assessment.open_year", case=CASE)
    assert (opened["assessment_year"], opened["next_year_on"]) == (2024, date(2025, 1, 1))


@pytest.mark.parametrize("year", [2024, 2025])
def test_a_missing_self_check_is_noted_and_bars_nothing(year: int) -> None:
    it = office("shanxi")
    it.books.record("self_check_report", {"case": "case_1", "year": 2025})
    known = {"case": CASE, "assessment_year": year}
    told = it.ask("yearly_assessment.check_self_report", **known)
    assert told["self_report_missing"] is (year == 2024)
    assert str(year) in told["self_report_note"]


def test_the_result_goes_to_all_its_recipients_at_once() -> None:
    it = office("national")
    known = {"case": CASE, "ruling": {"title": "合格"}, "assessment_year": 2025}
    told = it.ask("yearly_assessment.register_assessment", **known)
    assert told["notified_to"] == "行业部门、地方政府（推荐单位）、国家标准化管理委员会"
    assert it.books.entries[0][1]["number"] == "0001"


@pytest.mark.parametrize("year", [2024, 2025])
def test_a_report_that_came_before_the_result_is_not_missing(year: int) -> None:
    it = office("shanxi")
    it.books.record("self_check_report", {"case": "case_1", "year": 2025})
    known = {"case": CASE, "ruling": {"title": "合格"}, "assessment_year": year}
    it.ask("yearly_assessment.register_assessment", self_report_missing=True, **known)
    assert it.books.entries[-1][1]["self_report_missing"] is (year == 2024)


def test_quotas_count_from_the_first_full_year() -> None:
    it = office("jiangxi")
    assert it.ask("quota_check.open_year", case=CASE)["quota_year"] == 2025
    opened = it.ask("quota_check.open_year", case=CASE, next_quota_year=2026)
    assert (opened["quota_year"], opened["quota_from"]) == (2026, date(2026, 1, 1))


def put_out(it: Office, kind: str, count: int = 1, year: int = 2025) -> Any:
    known = {"achievement_kind": kind, "achievement_title": "成果", "achievement_year": year}
    for _ in range(count):
        told = it.ask("achievement.count_achievement", case=CASE, **known)
    return told["quota_progress"]


@pytest.mark.parametrize(("standards", "met"), [(4, False), (5, True), (6, True)])
def test_five_one_and_one_meet_the_quotas(standards: int, met: bool) -> None:
    it = office("jiangxi")
    put_out(it, "association_standards", standards)
    put_out(it, "association_standards", 3, year=2024)
    put_out(it, "local_standards")
    assert "绿色低碳标准化试点（JX-22.6）：1／1" in put_out(it, "pilots")
    counted = it.ask("yearly_quota.count_outputs", case=CASE, quota_year=2025)
    judged = it.ask("yearly_quota.judge_quota", case=CASE, quota_year=2025)
    assert f"{standards}／5" in counted["quota_summary"]
    assert judged["quota_met"] is met and it.books.entries[-1][1]["met"] is met


def test_output_verified_after_the_check_completes_its_year() -> None:
    it = office("jiangxi")
    put_out(it, "association_standards", 5)
    put_out(it, "local_standards")
    it.ask("yearly_quota.judge_quota", case=CASE, quota_year=2025)
    known = {"achievement_kind": "pilots", "achievement_title": "试点", "achievement_year": 2025}
    checked = CASE | {"record": {"quota_year": 2025}}
    told = it.ask("achievement.count_achievement", case=checked, **known)
    assert told["quota_met"] is True and it.books.entries[-1][1]["met"] is True
    assert put_out(it, "pilots") and it.books.entries[-1][0] == "counted_output"


def test_a_later_year_on_record_stays() -> None:
    it = office("jiangxi")
    it.ask("yearly_quota.judge_quota", case=CASE, quota_year=2024)
    known = {"achievement_kind": "pilots", "achievement_title": "试点", "achievement_year": 2024}
    checked = CASE | {"record": {"quota_year": 2025}}
    assert "quota_met" not in it.ask("achievement.count_achievement", case=checked, **known)


def achieved(it: Office, kind: str, **more: Any) -> Any:
    known = {"achievement_kind": kind, "achievement_title": "成果", "achieved_on": "2025-12-31"}
    return it.ask("achievement.register_achievement", case=CASE, **(known | more))


@pytest.mark.parametrize(
    ("kind", "named", "countable"),
    [
        ("association_standards", True, True),
        ("association_standards", False, False),
        ("local_standards", None, True),
        ("visit", None, False),
    ],
)
def test_what_counts_is_an_output_in_the_name_of_the_base(
    kind: str, named: bool | None, countable: bool
) -> None:
    told = achieved(office("jiangxi"), kind, in_base_name=named)
    assert (told["achievement_countable"], told["achievement_year"]) == (countable, 2025)


def test_who_verifies_an_output_reads_what_it_is() -> None:
    assert achieved(office("jiangxi"), "pilots")["achievement_label"] == "绿色低碳标准化试点"


@pytest.mark.parametrize(
    ("kind", "day", "code"),
    [
        ("branch", "2025-12-31", "branch_prohibited"),
        ("seal", "2025-12-31", "seal_prohibited"),
        ("standard", "2026-01-01", "date_in_future"),
    ],
)
def test_what_is_forbidden_or_of_tomorrow_is_not_entered(kind: str, day: str, code: str) -> None:
    it = office("national")
    with pytest.raises(Refusal) as error:
        achieved(it, kind, achieved_on=day)
    assert error.value.code == code and it.books.entries == []


def test_the_state_of_the_bases_is_published_once_a_year() -> None:
    it = office("shanxi")
    opened = it.ask("publicity.open_year")
    assert (opened["publication_year"], opened["next_year_on"]) == (2025, date(2026, 1, 1))
    known = {"publication_title": "建设情况", "publication_year": 2025}
    assert it.ask("publicity.publish_status", **known) == {"published_on": date(2025, 12, 31)}
    assert it.books.entries[0][1]["year"] == 2025
