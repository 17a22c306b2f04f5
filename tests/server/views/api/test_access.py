"""Tokens, scopes and sessions; 404 for what one may not know."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from server import clock
from server.views.api import PREFIX
from tests.server.views.api.conftest import (
    Json,
    Program,
    Programs,
    begin,
    convene,
    experts,
    judge,
    token_of,
)
from tests.server.views.conftest import TODAY, Visit

STRANGERS = ("shanxi_applicant_2", "jiangxi_authority", "national_applicant", "shanxi_expert_1")
SECRET = "只有我知道的意见"


def doors(program: Program, case: str) -> list[str]:
    """Every path that tells of a case, its task, its procedure."""
    found = program.get(f"/cases/{case}")
    task, run = found["userTasks"][0]["id"], found["processInstances"][0]["id"]
    return [
        f"/cases/{case}",
        f"/cases/{case}/process-instances",
        f"/cases/{case}/audit-entries",
        f"/process-instances/{run}",
        f"/user-tasks/{task}",
        f"/user-tasks/{task}/form",
        f"/user-tasks/{task}/draft",
        f"/panel-seats/{task}",
    ]


@pytest.mark.parametrize("login", STRANGERS)
def test_strangers_find_nothing(program: Programs, case: str, login: str) -> None:
    stranger = program(login)
    for path in doors(program("shanxi_applicant"), case):
        assert stranger.get(path, 404)["code"] == "not_found"
    assert stranger.get("/cases")["items"] == stranger.get("/steps")["items"] == []
    assert stranger.post("/audit-entries/search", {"filter": {"caseId": case}}, 404)
    assert stranger.get("/user-tasks/counts")["total"] == 0


@pytest.mark.parametrize("login", STRANGERS)
def test_strangers_change_nothing(program: Programs, case: str, login: str) -> None:
    task = program("shanxi_applicant").task()["id"]
    stranger, version = program(login), {"If_Match": '"1"'}
    stranger.post(f"/user-tasks/{task}/assignment", None, 404)
    stranger.post(f"/user-tasks/{task}/completion", {"data": {}}, 404, **version)
    stranger.post(f"/user-tasks/{task}/completion?dryRun=true", {"data": {}}, 404, **version)
    started = {"processId": "extension", "data": {}}
    stranger.post(f"/cases/{case}/process-instances", started, 404)
    for method, path, body in (
        ("DELETE", "assignee", None),
        ("PUT", "draft", {"data": {}}),
        ("DELETE", "draft", None),
    ):
        answer = stranger.ask(method, f"/user-tasks/{task}/{path}", body, If_Match='"0"')
        assert answer.status_code == 404


def test_what_does_not_exist_is_told_in_the_same_words(program: Programs, case: str) -> None:
    stranger = program("national_applicant")
    hidden = stranger.get(f"/cases/{case}", 404)
    missing = stranger.get("/cases/01ARZ3NDEKTSV4RRFFQ69G5FAV", 404)
    assert {**hidden, "instance": ""} == {**missing, "instance": ""}


def test_a_document_of_a_case_is_read_by_its_readers(program: Programs, case: str) -> None:
    applicant = program("shanxi_applicant")
    document = applicant.paper()
    assert program("shanxi_recommender").get(f"/documents/{document}", 404)
    assert program("jiangxi_authority").get(f"/documents/{document}/content", 404)


def test_only_operators_see_incidents(program: Programs, case: str) -> None:
    for login in ("shanxi_operator", "shanxi_applicant"):
        assert program(login).get("/incidents")["items"] == []
    gone = program("shanxi_operator").post("/incidents/01ARZ3NDEKTSV4RRFFQ69G5FAV/retry", None, 404)
    assert gone["code"] == "not_found"


def test_an_opinion_is_seen_by_nobody_else_while_the_panel_sits(program: Programs) -> None:
    case = begin(program)["caseId"]
    reviewer = convene(program)
    first, second, *_ = experts(program)
    task = judge(first, SECRET)
    assert first.get(f"/user-tasks/{task['id']}")["result"]["expert_opinion"] == SECRET
    for other in (second, reviewer, program("shanxi_applicant"), program("shanxi_leader")):
        for path in (*doors(other, case), f"/user-tasks/{task['id']}"):
            answer = other.ask("GET", path)
            assert SECRET not in answer.text
        assert other.search("user-tasks", filter={"text": SECRET, "state": "completed"}) == []
        assert other.search("cases", filter={"text": SECRET}) == []


# --- credentials --------------------------------------------------------------------------------


def test_nobody_is_told_to_bring_a_token(app: Flask) -> None:
    answer = app.test_client().get(f"{PREFIX}/session")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer", "Basic YTpi", "gct_x", "Bearer  "])
def test_a_wrong_token_opens_nothing(app: Flask, header: str) -> None:
    given = {"Authorization": header}
    assert app.test_client().get(f"{PREFIX}/session", headers=given).status_code == 401


def test_a_token_in_the_header_counts_and_the_cookie_beside_it_does_not(visit: Visit) -> None:
    visitor = visit("shanxi_applicant")
    wrong = {"Authorization": "Bearer gct_wrong"}
    assert visitor.client.get(f"{PREFIX}/session", headers=wrong).status_code == 401


def test_a_token_opens_no_page(app: Flask) -> None:
    given = {"Authorization": f"Bearer {token_of('shanxi_applicant')}"}
    client = app.test_client()
    assert client.get("/inbox", headers=given | {"Accept": "application/json"}).status_code == 401


def test_a_token_that_may_only_read_does_nothing(program: Programs, case: str) -> None:
    reader = program("shanxi_applicant", "read")
    task = reader.task()["id"]
    answer = reader.post(f"/user-tasks/{task}/assignment", None, 403)
    assert answer["code"] == "read_only_token"
    assert reader.upload().status_code == 403
    assert reader.search("user-tasks")[0]["id"] == task
    assert reader.get("/session")["scope"] == "read"


def test_a_token_ends_on_its_day(app: Flask, program: Programs) -> None:
    short = token_of("shanxi_applicant", days=1)
    given = {"Authorization": f"Bearer {short}"}
    client = app.test_client()
    assert client.get(f"{PREFIX}/session", headers=given).status_code == 200
    with clock.frozen(TODAY + timedelta(days=2)):
        assert client.get(f"{PREFIX}/session", headers=given).status_code == 401


def test_a_token_cannot_make_tokens(program: Programs) -> None:
    applicant = program("shanxi_applicant")
    body = {"name": "另一个", "scope": "act", "days": 300}
    assert applicant.post("/tokens", body, 403)["code"] == "session_required"
    assert applicant.get("/tokens", 403)["code"] == "session_required"


def test_a_session_makes_lists_and_revokes_tokens(visit: Visit, app: Flask) -> None:
    visitor = visit("shanxi_applicant")
    body = {"name": "对账程序", "scope": "read", "days": 30}
    made = visitor.send(f"{PREFIX}/tokens", body, **{"Idempotency-Key": "one"}).get_json()
    given = {"Authorization": f"Bearer {made['token']}"}
    client = app.test_client()
    assert client.get(f"{PREFIX}/session", headers=given).get_json()["credentials"] == "token"
    listed: list[Json] = visitor.get(f"{PREFIX}/tokens").get_json()["items"]
    assert [one["name"] for one in listed] == ["对账程序"]
    assert "token" not in listed[0] and made["token"] not in str(listed)
    gone = visitor.send(f"{PREFIX}/tokens/{made['id']}", None, "DELETE")
    assert gone.status_code == 204
    assert client.get(f"{PREFIX}/session", headers=given).status_code == 401


def test_a_session_needs_its_token_to_change_anything(visit: Visit, case: str) -> None:
    visitor = visit("shanxi_applicant")
    task = visitor.get(f"{PREFIX}/user-tasks").get_json()["items"][0]["id"]
    path = f"{PREFIX}/user-tasks/{task}/assignment"
    assert visitor.client.post(path).get_json()["code"] == "csrf"
    assert visitor.post(path).status_code == 200


def test_another_site_cannot_use_the_session(visit: Visit, case: str) -> None:
    visitor = visit("shanxi_applicant")
    answer = visitor.post(f"{PREFIX}/user-tasks/search", **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
