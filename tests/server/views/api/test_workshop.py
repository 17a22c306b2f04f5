"""Procedures changed by program: a draft, its file, the check, consent, release."""

from __future__ import annotations

import re

import pytest

from tests.server.views.api.conftest import Json, Program, Programs

FORM = "forms/formal_review/review_papers.form"


@pytest.fixture
def owner(program: Programs) -> Program:
    return program("shanxi_process_owner")


@pytest.fixture
def draft(owner: Program) -> str:
    return str(owner.post("/drafts", {"title": "修改形式审查表单"}, 201)["id"])


def file(program: Program, draft: str, path: str = FORM) -> Json:
    return program.get(f"/drafts/{draft}/file?path={path}")


def save(program: Program, draft: str, content: str, seen: int, status: int = 200) -> Json:
    answer = program.ask(
        "PUT", f"/drafts/{draft}/file?path={FORM}", {"content": content}, If_Match=f'"{seen:x}"'
    )
    assert answer.status_code == status, answer.text
    found: Json = answer.get_json()
    return found


def changed(program: Program, draft: str) -> str:
    content = str(file(program, draft)["content"])
    return content.replace('"components"', '"versionTag": "2", "components"', 1)


def test_models_are_listed_as_the_page_lists_them(owner: Program) -> None:
    some = owner.search("models", filter={"kind": "table"}, sort={"field": "name"})
    assert some and {row["kind"] for row in some} == {"table"}
    assert [row["name"] for row in some] == sorted(row["name"] for row in some)
    path = "processes/application.bpmn"
    assert "<bpmn" in owner.get(f"/models/source?path={path}")["content"]
    assert owner.get("/models/source?path=processes/nowhere.bpmn", 404)


def test_a_file_is_saved_once_and_taken_back(owner: Program, draft: str) -> None:
    assert file(owner, draft)["save"] == 0
    made = save(owner, draft, changed(owner, draft), 0)
    assert made["save"] == 1 == file(owner, draft)["save"]
    assert save(owner, draft, changed(owner, draft), 0, 412)["code"] == "outdated"
    told = owner.get(f"/drafts/{draft}")
    assert [one["path"] for one in told["files"]] == [FORM] and told["errors"] == 0
    back = owner.ask("DELETE", f"/drafts/{draft}/file?path={FORM}", If_Match='"1"')
    assert back.status_code == 200
    assert owner.get(f"/drafts/{draft}")["files"] == []


def test_a_check_names_what_is_wrong_and_keeps_nothing(owner: Program, draft: str) -> None:
    table = "processes/tables/deadlines.dmn"
    text = owner.get(f"/drafts/{draft}/file?path={table}")["content"]
    clause = re.search(r"SX-\d+\.\d+", text)
    assert clause
    body = {"path": table, "content": text.replace(clause[0], "SX-99.9")}
    told = owner.post(f"/drafts/{draft}/check", body)
    assert told["errors"] and any("SX-99.9" in one["sentence"] for one in told["findings"])
    assert owner.post(f"/drafts/{draft}/check", {})["errors"] == 0
    assert owner.get(f"/drafts/{draft}")["saves"] == 0


def test_consent_of_every_regime_releases_and_the_release_is_taken_back(
    program: Programs, owner: Program, draft: str
) -> None:
    save(owner, draft, changed(owner, draft), 0)
    body = {"reason": "表单改版", "effectiveOn": "2026-11-20"}
    owner.post(f"/drafts/{draft}/submission", body)
    regimes = owner.get(f"/drafts/{draft}")["waiting"]
    assert regimes
    answers = [
        program(f"{regime}_approver").post(f"/drafts/{draft}/consent", None) for regime in regimes
    ]
    assert [one["released"] for one in answers] == [False] * (len(regimes) - 1) + [True]
    assert owner.get(f"/drafts/{draft}")["status"] == "released"
    (release, *_) = owner.get("/releases")["items"]
    assert release["draftId"] == draft and release["inForce"]
    undone = owner.post(f"/releases/{release['id']}/take-back", None, 201)["id"]
    assert [one["path"] for one in owner.get(f"/drafts/{undone}")["files"]] == [FORM]


def test_nobody_consents_to_their_own_change(program: Programs, owner: Program, draft: str) -> None:
    save(owner, draft, changed(owner, draft), 0)
    body = {"reason": "表单改版", "effectiveOn": "2026-11-20"}
    owner.post(f"/drafts/{draft}/submission", body)
    assert owner.post(f"/drafts/{draft}/consent", None, 403)["code"] == "own_change"
    approver = program("shanxi_approver")
    approver.post(f"/drafts/{draft}/refusal", {"reason": "再议"})
    assert owner.get(f"/drafts/{draft}")["status"] == "open"


def test_a_draft_is_held_by_one_and_given_up(program: Programs, owner: Program, draft: str) -> None:
    assert owner.ask("PUT", f"/drafts/{draft}/hold").get_json()["heldUntil"]
    other = program("jiangxi_process_owner")
    assert other.ask("PUT", f"/drafts/{draft}/hold").get_json()["code"] == "held"
    assert owner.ask("DELETE", f"/drafts/{draft}/hold").status_code == 204
    assert other.ask("PUT", f"/drafts/{draft}/hold").status_code == 200
    assert other.ask("DELETE", f"/drafts/{draft}").status_code == 403
    other.ask("DELETE", f"/drafts/{draft}/hold")
    assert owner.ask("DELETE", f"/drafts/{draft}").status_code == 200
    assert [one["id"] for one in owner.get("/drafts?state=done")["items"]] == [draft]


def test_an_unchanged_draft_is_not_submitted(owner: Program, draft: str) -> None:
    body = {"reason": "无", "effectiveOn": "2026-11-20"}
    assert owner.post(f"/drafts/{draft}/submission", body, 422)["code"] == "unchanged"
    past = {"reason": "无", "effectiveOn": "2026-11-19"}
    assert owner.post(f"/drafts/{draft}/submission", past, 422)["code"] == "effective_on"


@pytest.mark.parametrize(
    "path", ["processes/../server/db.py", "processes/regimes/shanxi/regime.toml"]
)
def test_nothing_else_can_be_saved(owner: Program, draft: str, path: str) -> None:
    answer = owner.ask("PUT", f"/drafts/{draft}/file?path={path}", {"content": "x"}, If_Match='"0"')
    assert answer.status_code == 422
