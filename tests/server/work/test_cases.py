"""A case as each person may read it; experts' opinions stay sealed, their names masked."""

from __future__ import annotations

from typing import Any

import pytest

from server import db
from server.errors import Invalid, NotAllowed, NotFound, Refused, Stale
from server.models import journal, work_items
from server.work import access, cases, worklist
from server.work.cases import Dossier
from server.work.people import Person
from tests.office import Office
from tests.server.work.helpers import assert_intact, do, fill, open_item, review_all, rows


def read(person: Person, case_id: str) -> Dossier:
    with db.read() as tx:
        return cases.dossier(tx, person, case_id)


def reviews(found: Dossier) -> list[dict[str, Any]]:
    return [item for item in found.items if item["element_id"] == "review"]


def opinions(found: Dossier) -> list[dict[str, Any]]:
    return [entry for entry in found.entries if entry["element_id"] == "review"]


def one_opinion(office: Office) -> str:
    case = office.start()["case"]
    fill(office, size=2)
    item = open_item("review", assignee_id=office["expert_1"].id)
    worklist.complete(office["expert_1"], item["id"], 1, {"opinion": "同意，理由如下"})
    return str(case)


def test_a_dossier_has_what_the_page_shows(office: Office) -> None:
    case = office.start()["case"]
    found = read(office["applicant"], case)
    assert [item["name"] for item in found.items if item["mine"]] == ["编制材料"]
    assert found.deadlines[0]["proof"][0].keys() == {"zh", "en"}
    assert found.roles == {"undertaker"}
    facts = cases.facts(found)
    assert facts["parties"]["authority"] == "省标准化主管部门"
    assert facts["state"] == "application_drafting"


def test_progress_tells_what_is_done_and_where_the_case_stands(office: Office) -> None:
    case = office.start()["case"]
    found = read(office["applicant"], case)
    with db.read() as tx:
        view = cases.progress(tx, found.case, found.instances[0])
    assert view["current"] == ["fill"]
    assert "permit_applied" in view["done"]


@pytest.mark.parametrize("login", ["stranger", "recommender", "expert_5"])
def test_a_case_is_not_found_by_those_it_does_not_concern(office: Office, login: str) -> None:
    case = one_opinion(office)
    with pytest.raises(NotFound):
        read(office[login], case)
    with db.read() as tx, pytest.raises(NotFound):
        cases.task(tx, office[login], open_item("review")["id"])


def test_a_case_that_does_not_exist_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        read(office["applicant"], "nothing")


@pytest.mark.parametrize("login", ["applicant", "officer", "reviewer", "operator", "expert_2"])
def test_an_opinion_is_sealed_while_the_panel_sits(office: Office, login: str) -> None:
    case = one_opinion(office)
    found = read(office[login], case)
    assert [item["result"] for item in reviews(found)] == [None, None]
    assert [entry["actor_name"] for entry in opinions(found)] == [access.MASK]
    assert "同意" not in str(found)


def test_an_expert_reads_their_own_opinion(office: Office) -> None:
    case = one_opinion(office)
    found = read(office["expert_1"], case)
    assert {"opinion": "同意，理由如下"} in [item["result"] for item in reviews(found)]
    assert opinions(found)[0]["actor_id"] == office["expert_1"].id


def test_afterwards_the_office_reads_names_and_applicants_only_opinions(office: Office) -> None:
    case = one_opinion(office)
    item = open_item("review", assignee_id=office["expert_2"].id)
    worklist.complete(office["expert_2"], item["id"], 1, {"opinion": "不同意"})
    officer, applicant = read(office["officer"], case), read(office["applicant"], case)
    assert {i["completed_by_name"] for i in reviews(officer)} == {"expert_1", "expert_2"}
    assert {i["completed_by_name"] for i in reviews(applicant)} == {access.MASK}
    assert all(item["result"] for item in reviews(applicant))
    experts = {office["expert_1"].id, office["expert_2"].id, "expert_1", "expert_2"}
    assert not any(one in str(applicant.entries) + str(reviews(applicant)) for one in experts)


def test_a_message_is_open_to_the_lane_that_may_bring_it(office: Office) -> None:
    case = office.start("notice")["case"]
    assert [w["name"] for w in read(office["officer"], case).waiting] == ["收到异议"]
    assert read(office["applicant"], case).waiting == []


def test_an_objection_is_brought_with_its_form(office: Office) -> None:
    case = office.start("notice")["case"]
    waiting = read(office["officer"], case).waiting[0]
    with pytest.raises(NotFound):
        worklist.deliver(office["applicant"], waiting["id"], {"objection_text": "不服"})
    with pytest.raises(Invalid):
        worklist.deliver(office["officer"], waiting["id"], {})
    data = {"objection_text": "名称与他人相同"}
    answer = worklist.deliver(office["officer"], waiting["id"], data, "key-1")
    assert [item["name"] for item in answer["next"]] == ["处理异议"]
    with pytest.raises(NotFound):
        worklist.deliver(office["officer"], waiting["id"], data)
    entry = rows(journal, act="deliver")[0]
    assert (entry["name"], entry["clauses"]) == ("收到异议", ["GB-16.1"])
    assert entry["detail"]["values"] == data
    assert_intact()


# --- changes of the panel -----------------------------------------------------------------------


def test_a_withdrawn_expert_does_not_block_the_panel(office: Office) -> None:
    case = one_opinion(office)
    item = open_item("review", assignee_id=office["expert_2"].id)
    worklist.withdraw_expert(office["officer"], item["id"], "声明有利害关系")
    assert rows(work_items, id=item["id"])[0]["status"] == "cancelled"
    with pytest.raises(Stale):
        worklist.complete(office["expert_2"], item["id"], item["version"], {"opinion": "迟到"})
    entry = rows(journal, act="withdraw")[0]
    assert entry["detail"]["reason"] == "声明有利害关系"
    assert office["expert_2"].id not in str(read(office["applicant"], case).entries)
    assert open_item("decide")
    assert_intact()


def test_a_replacement_takes_the_seat(office: Office) -> None:
    one_opinion(office)
    item = open_item("review", assignee_id=office["expert_2"].id)
    expert = office["expert_3"]
    worklist.replace_expert(office["reviewer"], item["id"], expert.id, "因故不能参加")
    seat = open_item("review")
    assert seat["assignee_id"] == expert.id
    worklist.complete(expert, seat["id"], 1, {"opinion": "同意"})
    assert open_item("decide")
    assert_intact()


def test_only_the_office_changes_a_panel(office: Office) -> None:
    one_opinion(office)
    item = open_item("review")
    for login in ("applicant", "expert_1", "stranger", "operator"):
        with pytest.raises((NotAllowed, NotFound)):
            worklist.withdraw_expert(office[login], item["id"], "理由")


def test_a_change_of_the_panel_needs_a_reason_and_a_fit_expert(office: Office) -> None:
    one_opinion(office)
    item, officer = open_item("review"), office["officer"]
    with pytest.raises(Invalid):
        worklist.withdraw_expert(officer, item["id"], " ")
    with pytest.raises(Invalid):
        worklist.replace_expert(officer, item["id"], office["applicant"].id, "理由")
    with pytest.raises(Refused):
        worklist.replace_expert(officer, item["id"], office["expert_1"].id, "理由")
    assert rows(work_items, id=item["id"])[0]["status"] == "open"


def test_an_item_outside_a_panel_has_no_expert_to_change(office: Office) -> None:
    office.start()
    with pytest.raises(Invalid):
        worklist.withdraw_expert(office["officer"], open_item("fill")["id"], "理由")


def test_a_panel_may_be_replaced_wholly(office: Office) -> None:
    office.start()
    fill(office, size=1)
    review_all(office, size=1)
    do(office["officer"], "decide", decision="return")
    fill(office, size=2)
    assert len(rows(work_items, element_id="review", status="open")) == 2
