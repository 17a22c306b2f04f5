"""Working together by program: what an act will do, the act, what others see of it."""

from __future__ import annotations

import pytest

from server import clock
from tests.server.views.api.conftest import Json, Program, Programs, begin, papers
from tests.server.views.test_sealed_opinions import ticking

SOON = "2026-12-10"


@pytest.fixture
def reviewer(program: Programs) -> Program:
    """The formal reviewer of Shanxi, before whom an application lies."""
    begin(program)
    applicant = program("shanxi_applicant")
    applicant.do(papers(applicant))
    recommender = program("shanxi_recommender")
    recommender.do(
        {
            "recommender_name": "汾东市标准化主管部门",
            "recommendation": "recommended",
            "recommendation_opinion": "同意推荐。",
            "recommendation_letter": [recommender.paper()],
        }
    )
    return program("shanxi_formal_reviewer")


def act(program: Program, task: Json, name: str, body: Json, status: int = 200) -> Json:
    version = {"If_Match": f'"{task["version"]}"'}
    return program.post(f"/user-tasks/{task['id']}/{name}", body, status, **version)


def preview(program: Program, task: Json, name: str) -> Json:
    return program.get(f"/user-tasks/{task['id']}/acts/{name}")


def test_the_acts_of_a_task_are_told_with_what_they_need(reviewer: Program) -> None:
    task = reviewer.claim()
    told = reviewer.get(f"/user-tasks/{task['id']}/acts")
    assert {"consult", "copy"} <= set(told["acts"])
    assert told["correction"] is None and told["consultations"] == []
    for name in told["acts"]:
        assert preview(reviewer, task, name)["act"] == name


def test_an_opinion_is_asked_and_given_once(program: Programs, reviewer: Program) -> None:
    task = reviewer.claim()
    offered = preview(reviewer, task, "consult")["people"]
    asked = next(one for one in offered if one["name"] != "")
    given = {"of": asked["id"], "question": "材料是否齐全？"}
    made = act(reviewer, task, "consultations", given, 201)
    someone = next(
        each
        for each in map(program, ("shanxi_authority", "shanxi_assistant", "shanxi_leader",
                                  "shanxi_supervisor", "shanxi_recommender"))
        if each.get("/session")["id"] == asked["id"]
    )  # fmt: skip
    (waiting,) = someone.get("/consultations")["items"]
    assert waiting["id"] == made["id"] and waiting["question"] == "材料是否齐全？"
    assert someone.get(f"/consultations/{made['id']}")["answer"] is None
    someone.post(f"/consultations/{made['id']}/opinion", {"answer": "齐全。"}, 201)
    again = someone.post(f"/consultations/{made['id']}/opinion", {"answer": "不。"}, 409)
    assert again["code"] == "answered"
    (told,) = reviewer.get(f"/user-tasks/{task['id']}/acts")["consultations"]
    assert told["answer"] == "齐全。"


def test_a_copy_is_read_and_that_is_seen(program: Programs, reviewer: Program) -> None:
    task = reviewer.claim()
    leader = program("shanxi_leader")
    people = {one["id"] for one in preview(reviewer, task, "copy")["people"]}
    assert leader.get("/session")["id"] in people
    body = {"to": [leader.get("/session")["id"]], "note": "请知悉"}
    assert reviewer.post(f"/user-tasks/{task['id']}/copies", body, 201)["copies"] == 1
    (copy,) = leader.get("/copies")["items"]
    assert copy["note"] == "请知悉" and copy["readAt"] is None
    assert leader.search("copies", filter={"text": "碳基"}) == [copy]
    for _ in range(2):
        marked = leader.ask("PUT", f"/copies/{copy['id']}/read-mark").get_json()
        assert marked == {"caseId": copy["caseId"]}
    assert leader.get("/copies")["items"][0]["readAt"]
    assert reviewer.ask("PUT", f"/copies/{copy['id']}/read-mark").status_code == 404


def test_work_is_returned_with_one_list_of_defects(program: Programs) -> None:
    begin(program)
    applicant, recommender = program("shanxi_applicant"), program("shanxi_recommender")
    applicant.do(papers(applicant))
    task = recommender.claim()
    (target,) = preview(recommender, task, "return")["returnTargets"]
    body = {"to": target["elementId"], "defects": ["缺公章", "缺签名"], "dueOn": SOON}
    assert act(recommender, task, "return", {**body, "to": "x"}, 422)["code"] == "no_way_back"
    assert act(recommender, task, "return", body)["caseId"]
    again = applicant.task()
    told = applicant.get(f"/user-tasks/{again['id']}/acts")["correction"]
    assert (told["defects"], told["dueOn"]) == (body["defects"], SOON)
    assert again["dueOn"] == SOON
    assert act(recommender, task, "return", body, 409)["code"] == "not_open"


def test_where_the_diagram_draws_the_way_back_its_answer_is_told(reviewer: Program) -> None:
    told = preview(reviewer, reviewer.claim(), "return")
    assert told["returnTargets"] == [] and not told["possible"]
    assert [way["elementId"] for way in told["drawn"]]


def test_who_has_handed_in_takes_it_back_while_nobody_began(program: Programs) -> None:
    with clock.following(ticking(minute=0)):
        begin(program)
        applicant = program("shanxi_applicant")
        task = applicant.claim()
        applicant.complete(task, papers(applicant))
        path = f"/user-tasks/{task['id']}"
        assert "withdraw" in applicant.get(f"{path}/acts")["acts"]
        assert preview(applicant, task, "withdraw")["following"]["name"]
        (again,) = applicant.post(f"{path}/withdrawal", None)["nextTasks"]
        assert applicant.task()["id"] == again["id"]
        assert program("shanxi_recommender").post(f"{path}/withdrawal", None, 404)


def test_a_stranger_learns_nothing_of_an_act(program: Programs, reviewer: Program) -> None:
    task, stranger = reviewer.claim(), program("jiangxi_authority")
    for name in ("transfer", "consult", "return", "withdraw", "copy", "urge"):
        assert stranger.get(f"/user-tasks/{task['id']}/acts/{name}", 404)["code"] == "not_found"
    assert stranger.get(f"/user-tasks/{task['id']}/acts", 404)
    assert stranger.get(f"/cases/{task['caseId']}/comments", 404)


def test_a_task_of_others_is_urged_once_a_day(program: Programs, reviewer: Program) -> None:
    task, leader = reviewer.task(), program("shanxi_leader")
    path = f"/user-tasks/{task['id']}/urging"
    assert leader.post(path, {"note": "请抓紧"})["caseId"] == task["caseId"]
    assert leader.post(path, {}, 422)["code"] == "urged_today"


def test_a_comment_for_officials_is_not_read_by_applicants(
    program: Programs, reviewer: Program
) -> None:
    case = reviewer.task()["caseId"]
    reviewer.post(f"/cases/{case}/comments", {"body": "内部情况", "internal": True}, 201)
    reviewer.post(f"/cases/{case}/comments", {"body": "请补章"}, 201)
    written = {one["body"] for one in reviewer.get(f"/cases/{case}/comments")["items"]}
    assert written == {"内部情况", "请补章"}
    seen = program("shanxi_applicant").get(f"/cases/{case}/comments")["items"]
    assert [one["body"] for one in seen] == ["请补章"]


def test_a_deputy_is_named_for_days_and_ended(program: Programs) -> None:
    away = program("shanxi_authority")
    told = away.get("/deputies")
    assert told["items"] == []
    if not told["candidates"]:
        body = {"deputy": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "fromOn": SOON, "untilOn": SOON}
        assert away.post("/deputies", body, 422)["errors"][0]["pointer"] == "/deputy"
        return
    body = {"deputy": told["candidates"][0]["id"], "fromOn": SOON, "untilOn": SOON}
    made = away.post("/deputies", body, 201)
    assert away.post("/deputies", body, 422)["errors"][0]["pointer"] == "/fromOn"
    (row,) = away.get("/deputies")["items"]
    assert (row["id"], row["phase"]) == (made["id"], "ahead")
    assert away.ask("DELETE", f"/deputies/{made['id']}").status_code == 204
    assert away.get("/deputies")["items"][0]["phase"] == "ended"


def test_who_heads_no_office_hands_nothing_over(program: Programs) -> None:
    assert program("shanxi_applicant").get("/handovers", 404)["code"] == "not_found"
    leader = program("shanxi_leader")
    told = leader.get("/handovers")
    office = next(one for one in leader.get("/session")["memberships"] if one["role"] == "leader")
    people = [one["id"] for one in told["people"]]
    body = {"leaver": people[0], "successor": people[-1], "regime": office["regime"],
            "organisationId": office["organisationId"]}  # fmt: skip
    if len(people) == 1:
        assert leader.post("/handovers", body, 422)["errors"][0]["pointer"] == "/successor"
        return
    made = leader.post("/handovers", body, 201)
    assert leader.get(f"/handovers/{made['id']}")["waiting"] == 0
    done = leader.post(f"/handovers/{made['id']}/batches", None)
    assert done["finishedAt"] and done["items"] == []
