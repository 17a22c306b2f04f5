"""Supervision and periodic evaluation: what they rest on, and what follows."""

from datetime import date, datetime
from typing import Any

import pytest

from handlers.refusal import Refusal
from tests.walk import SHANGHAI, Office

CASE = {"id": "case_1", "state": "established", "record": {"established_on": "2022-03-20"}}
TODAY = date(2025, 9, 30)


def office(regime: str = "national") -> Office:
    return Office(regime, datetime(2025, 9, 30, 9, tzinfo=SHANGHAI))


def with_records() -> Office:
    it = office()
    it.books.record("annual_assessment", {"case": "case_1", "title": "2024年度考核结果：合格"})
    it.books.record("supervision_check", {"case": "case_1", "title": "2025-05-06监督检查"})
    it.books.record("annual_assessment", {"case": "case_2", "title": "别的创新基地"})
    return it


def test_the_nation_inspects_on_the_ground_of_an_assessment() -> None:
    with pytest.raises(Refusal) as error:
        office().ask("supervision_check.refer_assessment", case=CASE)
    assert (error.value.code, error.value.clauses) == ("no_assessment", ("GB-31.1",))
    told = with_records().ask("supervision_check.refer_assessment", case=CASE)
    assert told["assessment_references"] == "2024年度考核结果：合格"


def test_the_provinces_inspect_at_any_time() -> None:
    told = office("shanxi").ask("supervision_check.refer_assessment", case=CASE)
    assert told == {"assessment_references": "无。", "review_stage": "assessment"}


def inspected(it: Office, **more: Any) -> Any:
    known = {"case": CASE, "inspected_on": "2025-09-30", "inspection_findings": "正常。"}
    return it.ask("supervision_check.register_check", **(known | more))


def test_a_finding_without_a_grade_leaves_the_last_grade() -> None:
    graded = CASE | {"record": {"assessment_grade": "合格"}}
    told = inspected(office("shanxi"), case=graded)
    assert told == {"supervision_checked_on": TODAY, "assessment_grade": "合格"}


def test_a_graded_inspection_is_entered_with_its_grade() -> None:
    it = office("jiangxi")
    assert inspected(it, ruling={"title": "不合格"})["assessment_grade"] == "不合格"
    assert it.books.entries[0][1]["title"] == "2025-09-30监督检查：不合格"


def test_nobody_inspects_tomorrow() -> None:
    with pytest.raises(Refusal) as error:
        inspected(office(), inspected_on="2025-10-01")
    assert error.value.code == "date_in_future"


@pytest.mark.parametrize(
    ("record", "opens", "due"),
    [
        ({"established_on": "2022-03-20"}, date(2025, 3, 20), date(2027, 3, 20)),
        (
            {"established_on": "2022-03-20", "evaluated_on": "2025-05-06"},
            date(2028, 5, 6),
            date(2030, 5, 6),
        ),
    ],
)
def test_a_cycle_runs_from_the_last_result(record: Any, opens: date, due: date) -> None:
    case = CASE | {"record": record}
    told = office().ask("periodic_evaluation.schedule_evaluation", case=case)
    assert (told["evaluation_opens_on"], told["evaluation_due_on"]) == (opens, due)


def test_the_references_are_those_of_the_case() -> None:
    told = with_records().ask("periodic_evaluation.gather_references", case=CASE)
    assert [each["label"] for each in told["assessment_options"]] == ["2024年度考核结果：合格"]
    assert "2025-05-06监督检查" in told["references_summary"]


def reported(it: Office, grade: str = "unqualified", **more: Any) -> Any:
    known = {
        "case": CASE,
        "evaluation_grade": grade,
        "evaluated_on": "2025-09-29",
        "evaluation_report_received_on": "2025-09-30",
        "referenced_assessments": ["2024年度考核结果：合格"],
        "referenced_checks": ["2025-05-06监督检查"],
    }
    return it.ask("periodic_evaluation.register_report", **(known | more))


def test_an_unqualified_base_has_a_year_from_the_delivery() -> None:
    told = reported(office())
    assert told["rectification_last_day"] == date(2026, 9, 30)
    assert (told["evaluation_priority"], told["is_reevaluation"]) == (False, False)


def test_after_the_rectification_it_is_the_second_evaluation() -> None:
    again = CASE | {"state": "rectifying_evaluation"}
    assert reported(office(), case=again)["is_reevaluation"] is True


def test_excellent_gives_priority_and_the_recommender_a_copy() -> None:
    it = office()
    told = reported(it, "excellent")
    assert told["evaluation_priority"] is True
    assert told["copied_to"] == "行业部门、地方政府（推荐单位）"
    assert it.books.entries[0][1]["grade"] == "excellent"


@pytest.mark.parametrize(
    ("more", "lacking"),
    [({"referenced_assessments": None}, "年度考核"), ({"referenced_checks": []}, "监督检查")],
)
def test_a_report_refers_to_assessment_and_inspection(more: Any, lacking: str) -> None:
    with pytest.raises(Refusal, match=lacking) as error:
        reported(office(), **more)
    assert error.value.code == "references_missing"


@pytest.mark.parametrize("received", ["2025-09-28", "2025-10-01"])
def test_a_report_is_delivered_after_it_is_made_and_by_today(received: str) -> None:
    with pytest.raises(Refusal) as error:
        reported(office(), evaluation_report_received_on=received)
    assert error.value.code == "evaluation_date_wrong"


def test_jiangxi_enters_its_evaluation_without_a_grade() -> None:
    it = office("jiangxi")
    told = it.ask("centre_evaluation.gather_references", case=CASE)
    assert told["references_summary"] == "无。"
    known = {"case": CASE, "evaluation_conclusion": "良好。"}
    it.ask("centre_evaluation.register_evaluation", evaluated_on="2025-09-30", **known)
    assert it.books.entries[0][0] == "evaluation_report"
    with pytest.raises(Refusal) as error:
        it.ask("centre_evaluation.register_evaluation", evaluated_on="2025-10-01", **known)
    assert error.value.code == "date_in_future"
