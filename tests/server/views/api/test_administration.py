"""The administrators by program: each does their own part, two where it weighs."""

from __future__ import annotations

import pytest

from tests.server.views.api.conftest import Json, Program, Programs

ROOT = "/administration"


@pytest.fixture
def system(program: Programs) -> Program:
    return program("system_administrator")


@pytest.fixture
def security(program: Programs) -> Program:
    return program("security_administrator")


def newcomer(system: Program) -> Json:
    body = {"login": "newcomer", "name": "新来的人", "nameEn": "Newcomer"}
    return system.post(f"{ROOT}/people", body, 201)


def office(system: Program) -> str:
    (row,) = system.search("administration/organisations", filter={"text": "云岭"})
    return str(row["id"])


def test_an_account_is_made_with_a_secret_shown_once(system: Program) -> None:
    made = newcomer(system)
    assert made["secret"] and made["changeId"] is None
    told = system.get(f"{ROOT}/people/{made['id']}")
    assert told["state"] == "active" and made["secret"] not in str(told)
    again = {"login": "newcomer", "name": "又一人", "nameEn": ""}
    assert system.post(f"{ROOT}/people", again, 422)["errors"][0]["pointer"] == "/login"


def test_who_makes_accounts_grants_nothing_and_the_other_way_round(
    system: Program, security: Program
) -> None:
    person = newcomer(system)["id"]
    path = f"{ROOT}/people/{person}/appointments"
    body = {"organisationId": office(system), "role": "undertaker", "regime": "shanxi"}
    assert system.post(path, body, 403)["code"] == "other_administrator"
    made = security.post(path, body, 201)
    assert made["changeId"] is None
    (held,) = security.get(f"{ROOT}/people/{person}")["appointments"]
    assert (held["id"], held["role"]) == (made["id"], "undertaker")
    ended = security.post(f"{ROOT}/appointments/{held['id']}/end", {"on": "2026-11-20"})
    assert ended["id"] == person
    assert security.post(f"{ROOT}/people", {"login": "abc", "name": "x", "nameEn": ""}, 403)


def test_what_weighs_waits_for_the_other_administrator(system: Program, security: Program) -> None:
    person = newcomer(system)["id"]
    body = {"organisationId": office(system), "role": "authority", "regime": "shanxi"}
    change = security.post(f"{ROOT}/people/{person}/appointments", body, 201)["changeId"]
    assert security.post(f"{ROOT}/changes/{change}/approval", None, 403)["code"] == "two_people"
    (waiting,) = system.search("administration/changes", filter={"status": "open"})
    assert waiting["id"] == change and waiting["payload"]["role"] == "authority"
    system.post(f"{ROOT}/changes/{change}/approval", None)
    assert system.get(f"{ROOT}/changes/{change}")["status"] == "approved"
    assert system.post(f"{ROOT}/changes/{change}/approval", None, 409)["code"] == "not_open"
    assert system.get(f"{ROOT}/people/{person}")["appointments"][0]["role"] == "authority"


def test_a_locked_account_is_let_in_by_the_security_administrator(
    system: Program, security: Program
) -> None:
    person = newcomer(system)["id"]
    assert system.ask("PUT", f"{ROOT}/people/{person}/lock").status_code == 200
    assert security.get(f"{ROOT}/people/{person}")["state"] == "locked"
    assert [row["id"] for row in security.search("administration/people",
            filter={"state": "locked"})] == [person]  # fmt: skip
    assert system.ask("DELETE", f"{ROOT}/people/{person}/lock").status_code == 403
    assert security.ask("DELETE", f"{ROOT}/people/{person}/lock").status_code == 200
    assert security.get(f"{ROOT}/people/{person}")["state"] == "active"


def test_an_organisation_has_its_names_over_time(system: Program) -> None:
    body = {"code": "new_lab", "kind": "technical_body", "name": "新实验室", "nameEn": ""}
    made = system.post(f"{ROOT}/organisations", body, 201)["id"]
    naming = {"name": "更名实验室", "nameEn": "Lab", "fromOn": "2026-12-01"}
    system.post(f"{ROOT}/organisations/{made}/names", naming, 201)
    told = system.get(f"{ROOT}/organisations/{made}")
    assert [one["name"] for one in told["names"]][-1] in ("更名实验室", "新实验室")
    assert told["name"] == "新实验室" and len(told["names"]) >= 2
    change = system.post(f"{ROOT}/organisations/{made}/end", {"on": "2026-12-31"})["changeId"]
    assert system.get(f"{ROOT}/changes/{change}")["subjectName"] == "新实验室"


def test_experts_have_their_ties_on_record(system: Program) -> None:
    expert = system.get(f"{ROOT}/experts?regime=shanxi&limit=1")["items"][0]
    before = len(system.get(f"{ROOT}/experts/{expert['personId']}")["ties"])
    body = {"organisationId": office(system), "kind": "worked", "until": "2025-06-30"}
    system.post(f"{ROOT}/experts/{expert['personId']}/ties", body, 201)
    ties = system.get(f"{ROOT}/experts/{expert['personId']}")["ties"]
    assert len(ties) > before and ("worked", "2025-06-30") in {
        (tie["kind"], tie["until"]) for tie in ties
    }


def test_the_auditor_reads_what_was_done_and_nothing_else(
    program: Programs, system: Program
) -> None:
    newcomer(system)
    auditor = program("auditor")
    entry = auditor.search("administration/entries", filter={"act": "create_person"})[0]
    assert entry["subjectName"] == "新来的人" and entry["hash"]
    assert auditor.get(f"{ROOT}/entries/chain") == {"faults": []}
    assert auditor.get(f"{ROOT}/people", 403)
    assert system.get(f"{ROOT}/entries", 403)


def test_lists_are_sorted_and_paged(system: Program) -> None:
    def logins(query: str) -> list[str]:
        return [row["login"] for row in system.get(f"{ROOT}/people?{query}")["items"]]

    everybody = logins("sort=login&limit=500")
    assert everybody == sorted(everybody) == logins("sort=-login&limit=500")[::-1]
    page = system.get(f"{ROOT}/people?sort=login&limit=3")
    rest = logins(f"sort=login&limit=3&after={page['page']['endCursor']}")
    assert [row["login"] for row in page["items"]] + rest == everybody[:6]
    body = {"sort": {"field": "login", "order": "desc"}, "page": {"limit": 500}}
    assert [row["login"] for row in system.search("administration/people", **body)] == (
        everybody[::-1]
    )


def test_nobody_else_finds_the_administration(program: Programs) -> None:
    for login in ("shanxi_authority", "shanxi_operator", "shanxi_process_owner"):
        stranger = program(login)
        for what in ("people", "organisations", "appointments", "experts", "sessions", "changes",
                     "entries"):  # fmt: skip
            assert stranger.get(f"{ROOT}/{what}", 404)
            assert stranger.post(f"{ROOT}/{what}/search", {}, 404)


def test_no_session_tells_its_token(system: Program, program: Programs) -> None:
    assert system.get(f"{ROOT}/sessions")["items"] == []
