"""The administrators' pages, and everybody's own account, over HTTP."""

import csv
import io
import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from server import demo
from tests.server.views.conftest import Visit, Visitor

PLACES = ("people", "organisations", "offices", "experts", "sessions", "changes")


def submit(visitor: Visitor, path: str, **form: str) -> TestResponse:
    given = {"csrf_token": visitor.token, **form}
    return visitor.client.post(path, data=given, headers={"Accept": "text/html"})


def found(visitor: Visitor, place: str, word: str) -> str:
    """The address of what a list shows for a word."""
    page = visitor.get(f"/administration/{place}?q={word}&sort=login").text
    address = re.search(rf'href="(/administration/{place}/\w{{26}})">', page)
    assert address, page
    return address[1]


@pytest.fixture
def system(visit: Visit) -> Visitor:
    return visit("system_administrator")


@pytest.fixture
def security(visit: Visit) -> Visitor:
    return visit("security_administrator")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_list_is_shown_searched_and_exported(
    system: Visitor, place: str, language: str
) -> None:
    system.get(f"/language/{language}")
    page = system.get(f"/administration/{place}")
    assert page.status_code == 200 and "<table" in page.text
    assert 'class="gc-none"' in system.get(f"/administration/{place}?q=没有这样的").text
    file = system.get(f"/administration/{place}?format=csv").get_data().decode("utf-8-sig")
    assert len(next(csv.reader(io.StringIO(file)))) == page.text.count('<th scope="col"')


def test_a_list_is_paged_and_sorted(system: Visitor) -> None:
    first = system.get("/administration/people?sort=-login").text
    second = system.get("/administration/people?sort=-login&page=2").text
    assert 'aria-sort="descending"' in first and "page=2" in first
    rows = [re.findall(r'href="(/administration/people/\w{26})"', page) for page in (first, second)]
    assert len(rows[0]) == 30 and not set(rows[0]) & set(rows[1])


def test_an_account_is_made_used_once_and_given_a_role_that_two_approve(
    app: Flask, visit: Visit, system: Visitor, security: Visitor
) -> None:
    shown = submit(system, "/administration/people/new", name="新来的", login="new.one").text
    secret = re.search(r"<code>([\w-]+)</code>", shown)
    assert secret
    person = found(system, "people", "new.one")
    page = security.get(person).text
    unit = re.search(r'<option value="(\w{26})">省标准化主管部门（演示）', page)
    assert unit
    wanted = {"regime": "shanxi", "role": "authority", "organisation_id": unit[1]}
    asked = submit(security, f"{person}/offices", **wanted, from_on="2026-11-20")
    change = asked.headers["Location"]
    assert (asked.status_code, change[:24]) == (303, "/administration/changes/")
    assert submit(security, f"{change}/approve").status_code == 403
    assert "主管部门" in system.get(change).text
    assert submit(system, f"{change}/approve").status_code == 303
    newcomer = Visitor(app.test_client())
    newcomer.client.post("/sign-in", data={"login": "new.one", "password": secret[1]})
    assert newcomer.get("/inbox").headers["Location"] == "/account"
    assert newcomer.get("/inbox", Accept="application/json").status_code == 403
    newcomer.token = newcomer.client.get("/session").get_json()["csrf"]
    words = {
        "old": secret[1],
        "new": "一条新的长长的口令句子吧",
        "again": "一条新的长长的口令句子吧",
    }
    assert submit(newcomer, "/account/password", **words).status_code == 303
    entered = newcomer.client.post("/sign-in", data={"login": "new.one", "password": words["new"]})
    assert entered.status_code == 303
    assert "省标准化主管部门" in newcomer.get("/inbox").text


def test_a_secret_is_shown_only_once(system: Visitor) -> None:
    person = found(system, "people", "shanxi_applicant")
    secret = re.search(r"<code>([\w-]+)</code>", submit(system, f"{person}/password").text)
    assert secret and secret[1] not in system.get(person).text


def test_who_has_tasks_in_hand_cannot_leave_but_can_be_locked(
    visit: Visit, applicant: Visitor, system: Visitor
) -> None:
    applicant.claim()
    person = found(system, "people", "shanxi_applicant")
    answer = submit(system, f"{person}/end", on="2026-11-20")
    assert answer.status_code == 422 and "请先移交" in answer.text
    assert submit(system, f"{person}/lock").status_code == 303
    assert applicant.get("/inbox").status_code == 401


def test_what_was_filled_in_stays_when_it_is_refused(system: Visitor) -> None:
    given = {"name": "某局", "code": "Not A Code", "kind": "authority"}
    answer = submit(system, "/administration/organisations/new", **given)
    assert answer.status_code == 422
    assert 'value="某局"' in answer.text and "小写字母" in answer.text


def test_an_organisation_is_renamed(system: Visitor) -> None:
    place = found(system, "organisations", "云岭")
    new = {"name": "云岭材料科学院", "from_on": "2026-11-20"}
    assert submit(system, f"{place}/name", **new).status_code == 303
    page = system.get(place).text
    assert "<h1>云岭材料科学院</h1>" in page and "云岭碳基材料研究院" in page


def test_an_experts_former_post_is_entered(system: Visitor) -> None:
    expert = found(system, "experts", "shanxi_expert_1")
    unit = re.search(r'<option value="(\w{26})">云岭', system.get(expert).text)
    assert unit
    tie = {"organisation_id": unit[1], "kind": "worked", "until": "2025-06-30"}
    assert submit(system, expert, **tie).status_code == 303
    assert "2025-06-30" in system.get(expert).text
    assert submit(system, expert, **{**tie, "kind": "friend"}).status_code == 422


def test_the_auditor_reads_what_the_others_did_and_nothing_else(
    visit: Visit, system: Visitor
) -> None:
    submit(system, f"{found(system, 'people', 'shanxi_applicant')}/lock")
    auditor = visit("auditor")
    page = auditor.get("/").headers["Location"]
    assert page == "/administration/journal"
    told = auditor.get(page).text
    assert "锁定账号" in told and "日志完整" in told
    assert {auditor.get(f"/administration/{each}").status_code for each in PLACES} == {403}


def test_administrators_see_no_case(visit: Visit, applicant: Visitor) -> None:
    case = re.search(r'href="(/cases/\w+)"', applicant.get("/cases").text)
    assert case
    for login in ("system_administrator", "security_administrator", "auditor"):
        administrator = visit(login)
        assert administrator.get(case[1]).status_code == 404
        assert "/cases/" not in administrator.get("/cases").text


def test_a_person_ends_the_own_other_sessions(visit: Visit) -> None:
    one, other = visit("shanxi_applicant"), visit("shanxi_applicant")
    assert submit(one, "/account/sessions/end").status_code == 303
    assert (one.get("/account").status_code, other.get("/account").status_code) == (200, 401)


def test_a_person_keeps_a_language(visit: Visit) -> None:
    visitor = visit("shanxi_applicant")
    assert submit(visitor, "/account/language", locale="fr").status_code == 422
    assert submit(visitor, "/account/language", locale="en").status_code in (302, 303)
    assert "My tasks" in visit("shanxi_applicant").get("/inbox").text


@pytest.mark.parametrize(
    "given",
    [
        {"old": "wrong", "new": "a-new-long-password", "again": "a-new-long-password"},
        {"new": "a-new-long-password", "again": "another-long-password"},
        {"new": "short", "again": "short"},
        {"new": "password1234", "again": "password1234"},
    ],
)
def test_a_change_of_password_that_does_not_fit_is_refused(
    visit: Visit, given: dict[str, Any]
) -> None:
    visitor = visit("shanxi_applicant")
    form = {"old": demo.DEMONSTRATION_PASSWORD, **given}
    answer = submit(visitor, "/account/password", **form)
    assert answer.status_code == 422 and "gc-problem" in answer.text
    assert visitor.get("/account").status_code == 200


def test_offices_of_one_name_are_told_apart_where_a_role_is_given(
    system: Visitor, security: Visitor
) -> None:
    page = security.get(found(security, "people", "shanxi_applicant")).text
    names = re.findall(r'<option value="\w{26}"[^>]*>([^<]+)</option>', page)
    assert len(names) > 30 and len(names) == len(set(names))


def test_the_rule_of_an_account_is_told_before_it_is_broken(system: Visitor) -> None:
    assert "3 至 64 个字符" in system.get("/administration/people/new").text


def test_who_has_no_office_is_shown_who_gives_one(system: Visitor) -> None:
    submit(system, "/administration/people/new", name="新来的", login="new.one")
    assert "请安全管理员在本页授予角色" in system.get(found(system, "people", "new.one")).text
