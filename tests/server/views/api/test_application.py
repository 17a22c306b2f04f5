"""A case of Shanxi driven by programs alone, from the start to the approval and beyond."""

from __future__ import annotations

from tests.server.views.api.conftest import Program, Programs, approve, begin, convene


def test_an_application_is_driven_to_its_approval(program: Programs) -> None:
    case = begin(program)["caseId"]
    convene(program)
    answer = approve(program)
    assert (answer["caseState"], answer["ended"]) == ("in_construction", True)
    authority = program("shanxi_authority")
    found = authority.get(f"/cases/{case}")
    assert found["record"]["construction_end"] == "2029-11-20"
    assert found["record"]["base_name_zh"] == "山西省技术标准创新基地（碳基新材料）（筹）"
    assert found["journal"]["faults"] == []
    assert len(found["documents"]) == 5
    assert "complete" in {each["act"] for each in _history(authority, case)}


def _history(program: Program, case: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = program.get(f"/cases/{case}/audit-entries?limit=500")["items"]
    return found


def test_the_register_entry_is_told_as_it_stood_on_a_day(program: Programs) -> None:
    case = begin(program)["caseId"]
    convene(program)
    approve(program)
    authority = program("shanxi_authority")
    before = authority.get(f"/cases/{case}?on=2026-11-19")
    after = authority.get(f"/cases/{case}?on=2026-11-20")
    assert (before["recordOn"], before["record"]) == ("2026-11-19", {})
    assert "base_name_zh" in after["record"]


def test_a_procedure_is_started_in_a_case_when_it_is_time(program: Programs, case: str) -> None:
    authority = program("shanxi_authority")
    offered = authority.get(f"/cases/{case}")["startable"]
    body = {"processId": "extension", "data": {}}
    refused = program("shanxi_applicant").post(f"/cases/{case}/process-instances", body, 422)
    assert refused["code"] == "not_now"
    assert {"id", "instrument", "article"} == set(refused["clauses"][0])
    for each in offered:
        form = f"/cases/{case}/process-definitions/{each['processId']}/start-form"
        assert authority.get(form)["schema"]["components"]


def test_where_a_procedure_stands_is_told_by_elements(program: Programs, case: str) -> None:
    applicant = program("shanxi_applicant")
    instance = applicant.get(f"/cases/{case}/process-instances")["items"][0]
    place = applicant.get(f"/process-instances/{instance['id']}")["places"][0]
    assert (place["processId"], place["current"]) == ("application", ["fill_application"])
    assert "start" in " ".join(place["done"])


def test_an_expert_is_replaced_and_another_withdrawn(program: Programs) -> None:
    begin(program)
    reviewer = convene(program)
    case = reviewer.get("/cases")["items"][0]["id"]
    seats = reviewer.get(f"/cases/{case}")["panelSeats"]
    seat = reviewer.get(f"/panel-seats/{seats[0]['id']}")
    taken = {each["assigneeId"] for each in seats}
    free = [one["value"] for one in seat["experts"] if one["value"] not in taken]
    path = f"/panel-seats/{seat['id']}/replacement"
    answers = [_replace(reviewer, path, expert) for expert in free]
    assert 200 in answers
    gone = reviewer.post(f"/panel-seats/{seats[1]['id']}/withdrawal", {"reason": "身体不适。"})
    assert gone["caseId"] == case
    assert len(reviewer.get(f"/cases/{case}")["panelSeats"]) == 4


def _replace(reviewer: Program, path: str, expert: str) -> int:
    """Until one who may sit has the seat: the first of those offered may be bound."""
    body = {"expertId": expert, "reason": "原专家身体不适。"}
    return reviewer.ask("POST", path, body, Idempotency_Key=expert).status_code


def test_who_does_not_keep_the_panel_may_not_change_it(program: Programs) -> None:
    begin(program)
    reviewer = convene(program)
    case = reviewer.get("/cases")["items"][0]["id"]
    seat = reviewer.get(f"/cases/{case}")["panelSeats"][0]["id"]
    applicant = program("shanxi_applicant")
    assert applicant.get(f"/cases/{case}")["panelSeats"] == []
    assert applicant.get(f"/panel-seats/{seat}", 403)["code"] == "not_keeper"
