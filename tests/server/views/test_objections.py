"""A national application up to its public notice, and an objection brought from the case page."""

import re
from typing import Any

import pytest

from tests.server.views.conftest import PAPERS, Visit, Visitor, pool
from tests.server.views.test_case_acts import address

NOTICE = ("notice_name", "notice_undertaker", "notice_recommender")
NATIONAL = {
    name: value
    for name, value in PAPERS.items()
    if name
    not in (
        "registered_in_province",
        "standards_staff",
        "standards_kinds",
        "no_incident",
        "key_field",
    )
}


@pytest.fixture
def authority(visit: Visit) -> Visitor:
    """The authority, whose notice of a case is published and runs."""
    sponsor = visit("national_sponsor")
    start = re.search(r'href="(/start/national/application[^"]*)"', sponsor.get("/start").text)
    assert start
    form = sponsor.form(start[1])
    chosen: dict[str, Any] = {
        name: next(one["value"] for one in form["data"][f"{name}_choices"] if word in one["label"])
        for name, word in (("undertaker", "先进计算"), ("recommender", "人民政府"))
    }
    given = {
        **{f"{name}_id": value for name, value in chosen.items()},
        "field_name": "先进计算",
        "field_name_en": "Advanced Computing",
        "direction": "方向。",
    }
    answer = sponsor.send(form["urls"]["submit"], {"data": given})
    assert answer.status_code == 201, answer.get_json()
    applicant = visit("national_applicant")
    plan = {name: [applicant.upload()] for name in ("application_plan", "support_documents")}
    applicant.do({**NATIONAL, "undertaker_name": "甲", "supported": True, **plan})
    argued = {"argued_on": "2026-11-20", "argumentation_summary": "可行。"}
    sponsor.do(argued | {"argumentation_opinion": [sponsor.upload()]})
    recommender = visit("national_recommender")
    recommender.do(
        {
            "recommender_name": "华河省人民政府",
            "recommendation": "recommended",
            "recommendation_opinion": "同意。",
            "recommendation_letter": [recommender.upload()],
        }
    )
    reviewer = visit("national_formal_reviewer")
    reviewer.do({"formal_review_verdict": "passed", "formal_review_opinion": "齐全。"})
    experts = pool(reviewer)[:5]
    reviewer.do(
        {"proposed_experts": experts, "panel_leader": experts[0], "review_method": "meeting"}
    )
    for number in range(1, 11):
        expert = visit(f"national_expert_{number}")
        if "/tasks/" in expert.get("/inbox").text:
            expert.do(
                {"declared_interest": "none", "expert_verdict": "pass", "expert_opinion": "好。"}
            )
    leader = visit("national_expert_1")
    leader.do({"panel_verdict": "pass", "review_opinion": "通过。"})
    decider = visit("national_authority")
    decider.do({"study_conclusion": "met", "study_opinion": "符合。", "studied_on": "2026-11-20"})
    notice = {name: text for name, text in decider.claim()["data"].items() if name in NOTICE}
    decider.do({**notice, "notice_contact": "0351-1234567"})
    return decider


def test_an_objection_is_brought_from_the_case_page(authority: Visitor) -> None:
    entrance = address(authority, "/entrances/")
    form = authority.form(entrance)
    assert "异议" in authority.get(entrance).text
    shown = form["data"]
    assert "先进计算" in shown["notice_name"] and shown["notice_last_day"] > "2026-11-27"
    objection = {
        "objector_name": "某单位",
        "objector_contact": "电话",
        "objection_content": "理由。",
    }
    answer = authority.send(form["urls"]["submit"], {"data": objection})
    assert answer.status_code == 200, answer.get_json()
    assert "处理异议" in authority.get("/inbox").text


def test_an_incomplete_objection_is_refused_by_field(authority: Visitor) -> None:
    answer = authority.send(address(authority, "/entrances/"), {"data": {"objector_name": "甲"}})
    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == {"objector_contact", "objection_content"}


def test_the_way_in_is_closed_to_others(visit: Visit, authority: Visitor) -> None:
    entrance = address(authority, "/entrances/")
    for login in ("national_applicant", "shanxi_authority"):
        assert visit(login).get(entrance).status_code == 404


def begun(visit: Visit) -> str:
    """Address of the applicant's first task in a new case."""
    sponsor = visit("national_sponsor")
    start = re.search(r'href="(/start/national/application[^"]*)"', sponsor.get("/start").text)
    assert start
    form = sponsor.form(start[1])
    chosen = {
        f"{name}_id": form["data"][f"{name}_choices"][0]["value"]
        for name in ("undertaker", "recommender")
    }
    named = {"field_name": "先进计算", "field_name_en": "Advanced Computing", "direction": "方向。"}
    assert sponsor.send(form["urls"]["submit"], {"data": chosen | named}).status_code == 201
    found = re.search(r"/tasks/\w{26}", visit("national_applicant").get("/inbox").text)
    assert found
    return found[0]


def test_a_first_step_offers_no_return(visit: Visit) -> None:
    task, applicant = begun(visit), visit("national_applicant")
    applicant.post(f"{task}/claim")
    page = applicant.get(task).text
    assert "/acts/transfer" in page and "/acts/return" not in page
    assert applicant.get(f"{task}/acts/return").status_code == 403


def test_a_list_names_in_the_language_of_the_page_who_has_a_task(visit: Visit) -> None:
    task, applicant = begun(visit), visit("national_applicant")
    applicant.post(f"{task}/claim")
    assert "<td>申报单位经办人" in applicant.get("/inbox").text
    applicant.client.set_cookie("language", "en")
    page = applicant.get("/inbox").text
    assert "<td>Applicant&#39;s clerk" in page and "申报单位经办人" not in page


def test_the_history_names_people_in_english_and_still_hides_experts(
    visit: Visit, authority: Visitor
) -> None:
    found = re.search(r"/cases/\w{26}", authority.get("/cases").text)
    assert found
    applicant = visit("national_applicant")
    applicant.client.set_cookie("language", "en")
    page = applicant.get(found[0]).text
    history = page[page.index(">History<") :]
    assert "Applicant&#39;s clerk" in history and "申报单位经办人" not in history
    assert "Expert 2" not in history and "评审专家2" not in history


def test_who_may_only_read_a_task_is_offered_no_claim(visit: Visit) -> None:
    task, applicant, sponsor = begun(visit), visit("national_applicant"), visit("national_sponsor")
    assert f"{task}/claim" in applicant.get(task).text
    page = sponsor.get(task).text
    assert "本环节等待申报（承担）单位签收办理。" in page and f"{task}/claim" not in page
