"""Money in Jiangxi: instalments with their tasks, subsidies for lead drafters."""

from datetime import date, datetime
from typing import Any

import pytest

from handlers.refusal import Refusal
from tests.walk import SHANGHAI, Office

CASE = {"id": "case_1", "state": "established", "record": {}}


def office() -> Office:
    return Office("jiangxi", datetime(2025, 5, 6, 9, tzinfo=SHANGHAI))


def paid(it: Office, **more: Any) -> Any:
    known = {
        "case": CASE,
        "funding_year": 2025,
        "instalment_number": 1,
        "instalment_amount": 100000,
        "instalment_paid_on": "2025-05-06",
    }
    return it.ask("funding.register_instalment", **(known | more))


def test_an_instalment_goes_with_its_tasks() -> None:
    it = office()
    told = paid(it, work_tasks=[{"task_title": "标准宣贯"}])
    assert told["work_tasks"] == [{"task_title": "标准宣贯"}] and told["instalment_note"] == ""
    assert it.books.entries[0][1]["title"] == "2025年第1期标准化工作经费"


def test_an_instalment_without_a_task_is_entered_and_marked() -> None:
    it = office()
    assert paid(it)["instalment_note"] == "没有对应的标准化工作任务。"
    assert it.books.entries[0][1]["note"] == "没有对应的标准化工作任务。"


def test_nothing_is_paid_tomorrow() -> None:
    with pytest.raises(Refusal) as error:
        paid(office(), instalment_paid_on="2025-05-07")
    assert (error.value.code, error.value.clauses) == ("date_in_future", ("JX-22.1",))


def test_results_tell_what_was_done_and_what_could_not_be() -> None:
    it = office()
    results = [
        {"title": "标准宣贯", "able": "done", "result": "已举办。", "done_on": "2025-05-01"},
        {"title": "标准验证", "able": "unable", "result": "没有条件。", "done_on": None},
    ]
    told = it.ask("funding.register_results", case=CASE, task_results=results)
    lines = "标准宣贯：已完成。已举办。\n\n标准验证：不具备条件。没有条件。"
    assert told == {"results_summary": lines}
    assert [kind for kind, _ in it.books.entries] == ["work_task", "work_task"]


def wanted(role: str, approved: str, it: Office | None = None) -> Any:
    case = CASE | {"record": {"approved_on": "2025-01-10"}}
    known = {"drafting_role": role, "project_approved_on": approved, "case": case}
    project = {"standard_project_number": "20250001-T-001"}
    return (it or office()).ask("subsidy.check_subsidy", **(known | project))


def test_the_lead_drafter_of_an_approved_project_may_ask() -> None:
    assert wanted("lead", "2025-01-10") == {"subsidy_requested_on": date(2025, 5, 6)}


@pytest.mark.parametrize(
    ("role", "approved", "code"),
    [
        ("participant", "2025-01-10", "not_lead_drafter"),
        ("lead", "2025-06-30", "project_not_approved"),
        ("lead", "2025-01-09", "project_before_centre"),
    ],
)
def test_a_participant_or_an_unapproved_project_may_not(
    role: str, approved: str, code: str
) -> None:
    with pytest.raises(Refusal) as error:
        wanted(role, approved)
    assert (error.value.code, error.value.clauses) == (code, ("JX-23.1",))


def test_a_subsidy_is_entered_with_its_amount() -> None:
    it = office()
    known = {"standard_title": "竹制品", "standard_project_number": "1", "subsidy_amount": 50000}
    it.ask("subsidy.register_subsidy", case=CASE, **known)
    assert it.books.entries[0][1]["amount"] == 50000


def test_a_project_is_subsidised_once() -> None:
    it = office()
    known = {"standard_title": "竹制品", "subsidy_amount": 50000}
    for number in ("20250002-T-001", "20250001-T- 001"):
        project = {"standard_project_number": number, "case": CASE}
        it.ask("subsidy.register_subsidy", **(known | project))
    with pytest.raises(Refusal) as error:
        wanted("lead", "2025-01-10", it)
    assert error.value.code == "subsidised_already"
    with pytest.raises(Refusal):
        it.ask("subsidy.register_subsidy", **(known | project))
