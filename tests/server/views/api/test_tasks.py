"""User tasks: claimed once, handed in once, by version and key; drafts; the dry run."""

from __future__ import annotations

import pytest

from server import db
from server.work import journal
from tests.server.views.api.conftest import Json, Program, Programs, begin, papers


@pytest.fixture
def applicant(program: Programs, case: str) -> Program:
    """Whose task it is to prepare the papers."""
    return program("shanxi_applicant")


def refusal(answer: Json) -> tuple[int, str]:
    return answer["status"], answer["code"]


def test_a_task_is_claimed_by_one_and_handed_back(program: Programs, case: str) -> None:
    first, second = program("shanxi_applicant"), program("shanxi_applicant_2")
    task = first.task()
    path = f"/user-tasks/{task['id']}"
    claimed = first.ask("POST", f"{path}/assignment")
    again = first.ask("POST", f"{path}/assignment")
    assert claimed.headers["ETag"] == again.headers["ETag"] == '"2"'
    assert second.get("/user-tasks")["items"] == []
    assert refusal(second.post(f"{path}/assignment", None, 404)) == (404, "not_found")
    assert first.ask("DELETE", f"{path}/assignee").get_json()["version"] == 3
    assert first.task()["assigneeId"] is None


def test_a_colleague_learns_that_the_task_is_taken(program: Programs, case: str) -> None:
    with db.transaction() as tx:
        _same_office(tx, "shanxi_applicant_2", "shanxi_applicant")
    first, second = program("shanxi_applicant"), program("shanxi_applicant_2")
    task = first.claim()
    answer = second.post(f"/user-tasks/{task['id']}/assignment", None, 409)
    assert refusal(answer) == (409, "claimed")
    assert refusal(second.complete(task, {}, 409)) == (409, "claimed")


def _same_office(tx, login: str, like: str) -> None:  # type: ignore[no-untyped-def]
    tx.exec_driver_sql(
        "INSERT INTO memberships (person_id, organisation_id, role, regime)"
        " SELECT (SELECT id FROM people WHERE login = ?), m.organisation_id, m.role, m.regime"
        " FROM memberships m JOIN people p ON p.id = m.person_id WHERE p.login = ?",
        (login, like),
    )


def test_the_form_is_there_once_the_task_is_claimed(applicant: Program) -> None:
    task = applicant.task()
    assert refusal(applicant.get(f"/user-tasks/{task['id']}/form", 403)) == (403, "not_claimed")
    form = applicant.claim()["form"]
    assert form["data"]["undertaker_name"] == "云岭碳基材料研究院"
    assert form["schema"]["components"] and set(form) == {"schema", "data", "documents"}


def test_a_completion_needs_a_key_and_a_version(applicant: Program) -> None:
    task = applicant.claim()
    path, body = f"/user-tasks/{task['id']}/completion", {"data": {}}
    without_key = applicant.ask("POST", path, body, If_Match='"2"')
    without_version = applicant.ask("POST", path, body, Idempotency_Key="k")
    assert refusal(without_key.get_json()) == (400, "idempotency_key_required")
    assert refusal(without_version.get_json()) == (428, "version_required")
    assert refusal(applicant.complete(task, {}, 400, If_Match="2")) == (400, "bad_tag")
    assert refusal(applicant.complete(task, {}, 412, If_Match='"1"')) == (412, "outdated")
    assert refusal(applicant.complete(task, {}, 412, If_Match='"abc"')) == (412, "outdated")


def test_the_same_key_gets_the_stored_answer_and_another_body_is_refused(
    applicant: Program,
) -> None:
    task, data = applicant.claim(), papers(applicant)
    first = applicant.complete(task, data, Idempotency_Key="once")
    second = applicant.complete(task, data, Idempotency_Key="once")
    assert first == second
    other = applicant.complete(task, {**data, "goals": "别的目标。"}, 422, Idempotency_Key="once")
    assert refusal(other) == (422, "key_reused")
    late = applicant.complete(task, data, 409, Idempotency_Key="later")
    assert refusal(late) == (409, "not_open")


def test_a_dry_run_says_what_would_happen_and_does_nothing(applicant: Program) -> None:
    task, data = applicant.claim(), papers(applicant)
    path = f"/user-tasks/{task['id']}/completion?dryRun=true"
    tried = applicant.post(path, {"data": data}, If_Match=f'"{task["version"]}"')
    assert (tried["dryRun"], tried["fault"]) == (True, False)
    case = applicant.get(f"/cases/{task['caseId']}")
    assert case["userTasks"][0]["status"] == "open" and case["journal"]["faults"] == []
    assert case["documents"] == []
    done = applicant.complete(task, data)
    assert {**tried, "dryRun": False, "nextTasks": []} == {**done, "nextTasks": []}


def test_a_dry_run_refuses_what_the_act_would_refuse(applicant: Program) -> None:
    task = applicant.claim()
    path = f"/user-tasks/{task['id']}/completion?dryRun=true"
    answer = applicant.post(path, {"data": {"goals": "x"}}, 422, If_Match=f'"{task["version"]}"')
    assert "/data/credit_code" in {each["pointer"] for each in answer["errors"]}


def test_what_was_handed_in_is_seen_by_whoever_did_it(program: Programs, case: str) -> None:
    applicant = program("shanxi_applicant")
    task = applicant.claim()
    applicant.complete(task, papers(applicant))
    own = applicant.get(f"/user-tasks/{task['id']}")
    others = program("shanxi_recommender").get(f"/user-tasks/{task['id']}")
    assert own["result"]["credit_code"] == "91140100MA0K12345X"
    assert (others["result"], others["status"]) == (None, "completed")
    listed = applicant.search("user-tasks", filter={"state": "completed"})
    assert [each["id"] for each in listed] == [task["id"]]


def test_a_draft_is_kept_by_version(applicant: Program) -> None:
    task = applicant.claim()
    path = f"/user-tasks/{task['id']}/draft"
    empty = applicant.ask("GET", path)
    assert empty.get_json() == {"data": {}, "savedAt": None}
    body = {"data": {"goals": "初稿。"}}
    assert refusal(applicant.ask("PUT", path, body).get_json()) == (428, "version_required")
    kept = applicant.ask("PUT", path, body, If_Match=empty.headers["ETag"])
    assert kept.status_code == 200
    other = applicant.ask("PUT", path, {"data": {}}, If_Match=empty.headers["ETag"])
    assert refusal(other.get_json()) == (412, "outdated")
    assert applicant.get(path)["data"] == body["data"]
    assert applicant.get(f"/user-tasks/{task['id']}/form")["data"]["goals"] == "初稿。"
    gone = applicant.ask("DELETE", path, If_Match=kept.headers["ETag"])
    assert (gone.status_code, gone.data) == (204, b"")
    assert applicant.get(path)["data"] == {}


def test_a_draft_is_seen_by_nobody_else(program: Programs, case: str) -> None:
    applicant, sponsor = program("shanxi_applicant"), program("shanxi_recommender")
    task = applicant.claim()
    path = f"/user-tasks/{task['id']}/draft"
    tag = applicant.ask("GET", path).headers["ETag"]
    applicant.ask("PUT", path, {"data": {"goals": "只给自己看。"}}, If_Match=tag)
    assert sponsor.get(path) == {"data": {}, "savedAt": None}


def test_a_case_is_started_once_however_often_it_is_asked(program: Programs) -> None:
    sponsor = program("shanxi_recommender")
    form = sponsor.get("/process-definitions/shanxi/application/start-form")
    unit = form["data"]["undertaker_choices"][0]["value"]
    data = {
        "undertaker_id": unit,
        "recommending_channel": "area",
        "field_name": "半导体",
        "field_name_en": "Semiconductors",
    }
    body = {"regime": "shanxi", "processId": "application", "title": "一次", "data": data}
    first = sponsor.post("/cases", body, 201, Idempotency_Key="a")
    again = sponsor.post("/cases", body, 201, Idempotency_Key="a")
    assert first == again
    assert len(sponsor.get("/cases")["items"]) == 1
    assert sponsor.get("/cases")["items"][0]["title"] == "一次"
    other = sponsor.post("/cases", body | {"title": "两次"}, 422, Idempotency_Key="a")
    assert refusal(other) == (422, "key_reused")


def test_a_key_belongs_to_one_person(program: Programs) -> None:
    begin(program)
    first, second = program("shanxi_applicant"), program("shanxi_recommender")
    ids = {one.upload(key="shared").get_json()["id"] for one in (first, second)}
    assert len(ids) == 2


def test_a_file_is_kept_once_by_its_key(applicant: Program) -> None:
    first, again = applicant.upload(key="file"), applicant.upload(key="file")
    assert (first.status_code, first.get_json()) == (201, again.get_json())
    other = applicant.upload("其他.pdf", key="file")
    assert refusal(other.get_json()) == (422, "key_reused")
    document = first.get_json()["id"]
    assert applicant.get(f"/documents/{document}")["name"] == "材料.pdf"
    content = applicant.ask("GET", f"/documents/{document}/content")
    assert (
        content.data.startswith(b"%PDF") and "attachment" in content.headers["Content-Disposition"]
    )


def test_the_journal_is_the_same_whoever_calls(program: Programs, case: str) -> None:
    applicant = program("shanxi_applicant")
    applicant.do(papers(applicant))
    with db.read() as tx:
        assert journal.verify(tx, case) == []
    entries = applicant.search("audit-entries", filter={"caseId": case, "act": "complete"})
    assert [each["actorName"] for each in entries] == ["申报单位经办人"]
