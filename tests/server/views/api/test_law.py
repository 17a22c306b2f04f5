"""The law over the API: regimes, clauses, diagrams, forms, the self-check."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.server.views.api.conftest import Program, Programs


@pytest.fixture
def applicant(program: Programs) -> Program:
    return program("shanxi_applicant")


def test_regimes_say_whether_they_bind(applicant: Program) -> None:
    found = {each["id"]: each for each in applicant.get("/regimes")["items"]}
    assert {"national", "shanxi", "jiangxi"} <= set(found)
    assert (found["national"]["status"], found["shanxi"]["canCheck"]) == ("draft", True)
    assert applicant.get("/regimes/shanxi") == found["shanxi"]


def test_a_clause_is_told_with_its_article_and_places(applicant: Program) -> None:
    clause = applicant.get("/clauses/SX-14.1")
    assert clause["textZh"] and clause["articleText"]["text"]
    place = next(each for each in clause["citations"] if each["kind"] == "element")
    found = applicant.get(f"/citations?file={place['file']}&element={place['element']}")
    assert "SX-14.1" in {each["id"] for each in found["items"]}


def test_procedures_are_told_with_their_elements(applicant: Program) -> None:
    items = applicant.get("/process-definitions?regime=shanxi")["items"]
    application = next(each for each in items if each["processId"] == "application")
    assert (application["starts"], application["startRole"]) == ("case", "sponsor")
    found = applicant.get("/process-definitions/shanxi/application")
    task = next(each for each in found["elements"] if each["id"] == "fill_application")
    assert (task["kind"], task["role"]) == ("userTask", "undertaker")
    diagram = applicant.ask("GET", "/process-definitions/shanxi/application/diagram")
    assert etree.fromstring(diagram.data).tag.endswith("definitions")


def test_what_may_be_started_depends_on_the_office(program: Programs, applicant: Program) -> None:
    path = "/process-definitions/startable"
    assert applicant.get(path)["items"] == []
    offered = program("shanxi_recommender").get(path)["items"]
    assert "application" in {each["processId"] for each in offered}
    refused = applicant.get("/process-definitions/shanxi/application/start-form", 403)
    assert refused["code"] == "not_starter"


def test_a_unit_checks_itself_before_it_applies(applicant: Program) -> None:
    asked = {each["key"]: each for each in applicant.get(f"{CHECK}-questions")["items"]}
    assert asked["legal_person"]["type"] == "checkbox"
    assert asked["standards_kinds"]["options"]
    facts = {
        "legal_person": True,
        "registered_in_province": True,
        "standards_staff": True,
        "standards_kinds": ["national"],
        "no_incident": True,
    }
    good = applicant.post(f"{CHECK}-checks", {"facts": facts})
    bad = applicant.post(f"{CHECK}-checks", {"facts": {**facts, "legal_person": False}})
    assert (good["eligible"], bad["eligible"]) == (True, False)
    unmet = [each["clause"] for each in bad["criteria"] if each["result"] == "not_met"]
    assert unmet and all(clause.startswith("SX-") for clause in unmet)


@pytest.mark.parametrize("day", ["2025/1/1", "去年", " ", 5, ["2025-13-01"]])
def test_nobody_is_judged_by_a_day_that_cannot_be_read(applicant: Program, day: object) -> None:
    stated = {"no_incident": True, "last_incident_on": day}
    problem = applicant.post(f"{CHECK}-checks", {"facts": stated}, 422)
    assert [each["pointer"] for each in problem["errors"]] == ["/facts/last_incident_on"]


@pytest.mark.parametrize("day", ["", None])
def test_a_day_that_is_left_out_is_not_stated(applicant: Program, day: object) -> None:
    stated = {"no_incident": True, "last_incident_on": day}
    found = applicant.post(f"{CHECK}-checks", {"facts": stated})["criteria"]
    assert next(one["result"] for one in found if one["clause"] == "SX-11.5") == "met"


CHECK = "/regimes/shanxi/eligibility"
