"""What a case page offers beside tasks: the panel's seats, the way in for objections."""

import re

import pytest
from werkzeug.test import TestResponse

from tests.server.views.conftest import Visit, Visitor, convene_panel


def address(visitor: Visitor, part: str) -> str:
    """The first link of the visitor's first case whose address begins so."""
    case = re.search(r'href="(/cases/\w+)"', visitor.get("/cases").text)
    assert case
    found = re.search(rf'href="({part}\w+)"', visitor.get(case[1]).text)
    return found[1] if found else ""


@pytest.fixture
def reviewer(visit: Visit, applicant: Visitor) -> Visitor:
    """Who organises the review of a case of Shanxi whose five experts have been asked."""
    return convene_panel(visit, applicant)


def change(reviewer: Visitor, seat: str, expert: str, reason: str) -> TestResponse:
    form = {"csrf_token": reviewer.token, "expert": expert, "reason": reason}
    return reviewer.client.post(seat, data=form, headers={"Accept": "text/html"})


def test_an_expert_is_replaced_from_the_case_page(visit: Visit, reviewer: Visitor) -> None:
    seat = address(reviewer, "/seats/")
    page = reviewer.get(seat).text
    assert "不接替，只撤回" in page
    free = re.findall(r'<option value="(\w+)">评审专家6', page)
    answer = change(reviewer, seat, free[0], "原专家身体不适。")
    assert (answer.status_code, answer.headers["Location"][:7]) == (303, "/cases/")
    assert "独立评审" in visit("shanxi_expert_6").get("/inbox").text


def test_a_change_of_the_panel_needs_a_reason(reviewer: Visitor) -> None:
    answer = change(reviewer, address(reviewer, "/seats/"), "", " ")
    assert answer.status_code == 422
    assert "请写明理由" in answer.text


def test_who_does_not_keep_the_panel_is_not_offered_its_seats(
    visit: Visit, reviewer: Visitor
) -> None:
    seat = address(reviewer, "/seats/")
    applicant = visit("shanxi_applicant")
    assert address(applicant, "/seats/") == ""
    assert applicant.get(seat).status_code == 403


def test_an_expert_sees_the_own_task_and_nobody_elses_opinion(
    visit: Visit, reviewer: Visitor
) -> None:
    first, second = visit("shanxi_expert_1"), visit("shanxi_expert_2")
    first.do(
        {
            "declared_interest": "none",
            "expert_verdict": first.claim()["data"]["verdict_choices"][0]["value"],
            "expert_opinion": "只有我知道的意见。",
        }
    )
    for other in (second, reviewer, visit("shanxi_applicant")):
        case = re.search(r'href="(/cases/\w+)"', other.get("/cases").text)
        assert case
        page = other.get(case[1]).text
        assert "只有我知道的意见" not in page and "独立评审" in page
    assert "只有我知道的意见" not in second.get(second.task()).text
