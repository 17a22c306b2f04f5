"""Working together in a browser: each act with the page that says what it will do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import (
    begin_application,
    fill_papers,
    follow,
    open_task,
    payload,
    token,
)
from tests.browser.conftest import Windows

UNTIL = "2026-12-20"
RECOMMENDED = {"recommendation": "recommended", "recommendation_opinion": "同意推荐。"}


@dataclass(frozen=True)
class People:
    """Windows of the people of one office, shared by the tests of this module."""

    recommender: Page
    applicant: Page
    reviewer: Page
    colleague: Page
    officer: Page
    leader: Page


@pytest.fixture(scope="module")
def people(browser: Browser, office: str) -> Iterator[People]:
    windows = Windows(browser, office)
    yield People(
        recommender=windows.sign_in("shanxi_recommender"),
        applicant=windows.sign_in("shanxi_applicant"),
        reviewer=windows.sign_in("shanxi_formal_reviewer"),
        colleague=windows.sign_in("shanxi_formal_reviewer_2"),
        officer=windows.sign_in("shanxi_authority"),
        leader=windows.sign_in("shanxi_leader"),
    )
    windows.check()


@pytest.fixture(scope="module")
def title(people: People) -> str:
    """An application that the applicant has handed in."""
    found = begin_application(people.recommender)
    _hand_in(people.applicant, found)
    return found


def _hand_in(page: Page, title: str) -> None:
    open_task(page, title)
    fill_papers(page)
    page.click("[data-form-submit]")
    page.wait_for_url("**/inbox?done=*")


def _act(page: Page, name: str) -> None:
    follow(page, page.locator(".gc-acts-row a", has_text=name))


def _confirm(page: Page) -> None:
    follow(page, page.locator("main form.gc-stack button"))


def _task(page: Page, title: str) -> None:
    page.goto(f"/inbox?q={title}")
    follow(page, page.locator("td.gc-title a").first)


def test_who_handed_in_withdraws_while_nobody_has_begun(people: People, title: str) -> None:
    page = people.applicant
    page.goto(f"/done?q={title}")
    follow(page, page.locator("td.gc-title a").first)
    _act(page, "撤回")
    expect(page.locator(".gc-effects")).to_contain_text("审核推荐")
    _confirm(page)
    expect(page.locator("h1")).to_have_text(title)
    page.wait_for_selector("[data-form][data-ready]")
    expect(page.get_by_label("建设目标")).to_have_value("目标。")
    page.click("[data-form-submit]")
    page.wait_for_url("**/inbox?done=*")


def test_work_is_returned_with_one_list_and_comes_back(people: People) -> None:
    title = begin_application(people.recommender)
    _hand_in(people.applicant, title)
    page = people.recommender
    _task(page, title)
    follow(page, page.locator("main form button").first)
    _act(page, "退回补正")
    page.fill("[name=defects]", "缺法人证书\n联系电话有误")
    page.fill("[name=due_on]", UNTIL)
    _confirm(page)
    expect(page.locator("main")).to_contain_text("已提交")
    applicant = people.applicant
    _task(applicant, title)
    note = applicant.locator(".gc-note", has_text="退回补正")
    expect(note).to_contain_text(UNTIL)
    expect(note.locator("li")).to_have_text(["缺法人证书", "联系电话有误"])
    applicant.goto("/notices")
    expect(applicant.locator("main")).to_contain_text("退回补正")


def test_an_item_of_others_is_urged_and_a_comment_stands_beside_the_case(people: People) -> None:
    title = begin_application(people.recommender)
    applicant, page = people.applicant, people.recommender
    page.goto(f"/cases?q={title}")
    follow(page, page.locator("td.gc-title a").first)
    follow(page, page.get_by_role("link", name=re.compile("^催办")).first)
    expect(page.locator(".gc-effects")).to_contain_text("每天只能催办一次")
    _confirm(page)
    page.fill("#comments [name=body]", "请尽快填报")
    follow(page, page.locator("#comments button"))
    expect(page.locator("#comments li")).to_contain_text(["请尽快填报"])
    applicant.goto(f"/inbox?q={title}")
    expect(applicant.locator("tbody")).to_contain_text("已催办")
    follow(applicant, applicant.locator("tbody a").first)
    _urge_again(page)


def _urge_again(page: Page) -> None:
    follow(page, page.get_by_role("link", name=re.compile("^催办")).first)
    _confirm(page)
    expect(page.locator(".gc-problem")).to_contain_text("今天已经催办过")


def test_an_opinion_is_asked_and_given_and_a_copy_is_read(people: People, title: str) -> None:
    _recommend(people.recommender, title)
    page, officer = people.reviewer, people.officer
    _task(page, title)
    follow(page, page.locator("main form button").first)
    _act(page, "征求意见")
    page.select_option("[name=of]", label="主管机关经办人（省标准化主管部门（演示））")
    page.fill("[name=question]", "材料是否齐全？")
    _confirm(page)
    expect(page.locator("main")).to_contain_text("尚未答复")
    officer.goto("/opinions")
    follow(officer, officer.locator("tbody tr", has_text=title).locator("a", has_text="答复"))
    officer.fill("[name=answer]", "齐全。")
    _confirm(officer)
    page.reload()
    expect(page.locator("main")).to_contain_text("齐全。")
    _act(page, "抄送")
    page.get_by_label("分管领导").check()
    _confirm(page)
    leader = people.leader
    leader.goto(f"/copies?q={title}")
    expect(leader.locator("tbody")).to_contain_text("未阅")
    follow(leader, leader.locator("tbody button"))
    expect(leader.locator("h1")).to_have_text(title)
    leader.goto(f"/copies?q={title}")
    expect(leader.locator("tbody")).to_contain_text("已阅")


def test_a_task_is_transferred_to_a_colleague_who_goes_on(people: People, title: str) -> None:
    page, colleague = people.reviewer, people.colleague
    _task(page, title)
    _act(page, "转办")
    page.select_option("[name=to]", label="形式审查人员2（省标准化技术机构（演示））")
    page.fill("[name=reason]", "出差")
    _confirm(page)
    page.goto(f"/inbox?q={title}")
    expect(page.locator("td.gc-title a")).to_have_count(0)
    _task(colleague, title)
    colleague.wait_for_selector("[data-form][data-ready]")
    expect(colleague.locator("[data-form-submit]")).to_be_enabled()


def _recommend(page: Page, title: str) -> None:
    """The recommender recommends, over HTTP."""
    _task(page, title)
    follow(page, page.locator("main form button").first)
    form = payload(page.content())
    answer = page.request.post(
        form["urls"]["submit"],
        data={"version": form["version"], "data": RECOMMENDED},
        headers={"X-CSRFToken": token(page)},
    )
    assert answer.status == 200, answer.text()


def test_a_deputy_is_named_for_a_period_and_ended(people: People) -> None:
    page = people.officer
    page.goto("/deputies")
    page.select_option("[name=deputy]", label="分管领导（省标准化主管部门（演示））")
    page.fill("[name=until_on]", UNTIL)
    _confirm(page)
    row = page.locator("tbody tr").first
    expect(row).to_contain_text("代理中")
    people.leader.goto("/deputies")
    expect(people.leader.locator("tbody tr").first).to_contain_text("主管机关经办人")
    follow(page, row.locator("button"))
    expect(page.locator("tbody tr").first).to_contain_text("已提前结束")


def test_a_leaver_hands_over(people: People) -> None:
    page = people.leader
    page.goto("/handovers")
    page.select_option("[name=leaver]", label="主管机关经办人（省标准化主管部门（演示））")
    page.select_option("[name=successor]", label="监督检查人员（省标准化主管部门（演示））")
    _confirm(page)
    expect(page.locator("h1")).to_contain_text("主管机关经办人 移交给 监督检查人员")
    follow(page, page.locator("main form button"))
    expect(page.locator("main")).to_contain_text("待移交 0 项")


def test_an_act_needs_no_script(people: People) -> None:
    title = begin_application(people.recommender)
    page = people.applicant
    page.route("**/*.js", lambda route: route.abort())
    try:
        page.goto(f"/inbox?q={title}")
        follow(page, page.locator("tbody button").first)
        _task(page, title)
        _act(page, "转办")
        expect(page.locator("main")).to_contain_text("不能转办")
    finally:
        page.unroute("**/*.js")
