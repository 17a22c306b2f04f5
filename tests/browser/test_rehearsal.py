"""A draft rehearsed, tried out and seen through regimes; a forbidden way drawn."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import follow
from tests.browser.conftest import SignIn
from tests.browser.test_workshop import draft

DEADLINES = "processes/tables/deadlines.dmn"
ACCEPTANCE = "processes/acceptance.bpmn"
LONG = 240_000  # ms for some dozens of scenarios on a busy machine
ACT = 60_000
DAYS = 'deadlines_shanxi_plan_filing_amount"><text>'


def put(page: Page, address: str, path: str, old: str, new: str) -> None:
    """Save a file of a draft with one passage replaced."""
    text = page.request.get(f"{address}/files/{path}").text()
    assert old in text
    token = str(page.locator("meta[name=csrf-token]").get_attribute("content"))
    answer = page.request.put(
        f"{address}/files/{path}",
        data={"content": text.replace(old, new, 1), "seen": 0},
        headers={"X-CSRFToken": token},
    )
    assert answer.ok, answer.text()


@pytest.mark.long
def test_a_draft_is_rehearsed_and_the_page_tells_what_fails(sign_in: SignIn) -> None:
    owner = sign_in("shanxi_process_owner")
    address = draft(owner, "报送方案改为31个工作日")
    put(owner, address, DEADLINES, f"{DAYS}30<", f"{DAYS}31<")
    owner.goto(f"{address}/rehearsal")
    follow(owner, owner.get_by_role("button", name="开始演练"))
    expect(owner.get_by_role("progressbar")).to_be_visible()
    expect(owner.locator("#list-title")).to_be_visible(timeout=LONG)
    row = owner.locator("tr", has_text="DT-11")
    expect(row).to_contain_text("修改后不符")
    expect(row).to_contain_text("应为 2025-11-07，实为 2025-11-10")
    expect(row).to_contain_text("SX-16.2")
    painted = owner.locator(".gc-painted[data-ready]")
    painted.wait_for()
    assert painted.locator(".gc-passed").count() > 5
    assert painted.locator(".gc-unpassed").count() > 0
    expect(painted.locator(".gc-note-count").first).to_contain_text("×")
    owner.goto(address)
    expect(owner.locator("main")).to_contain_text("演练未通过")


def test_the_way_that_breaks_an_obligation_is_drawn(sign_in: SignIn) -> None:
    owner = sign_in("shanxi_process_owner")
    address = draft(owner, "不经整改提请撤销")
    flow = 'id="detour" sourceRef="check_verdict" targetRef="decision_requested"'
    detour = f"<bpmn:sequenceFlow {flow}/>"
    put(owner, address, ACCEPTANCE, "</bpmn:process>", f"{detour}</bpmn:process>")
    owner.goto(address)
    drawn = owner.locator(".gc-ways[data-ready]").first
    drawn.wait_for()
    expect(owner.locator("main")).to_contain_text("先要求整改，才能提请撤销")
    assert drawn.locator(".gc-walked").count() > 5
    expect(drawn.locator("[data-element-id=decision_requested].gc-wrong")).to_have_count(1)


def test_a_draft_is_tried_out_by_hand(sign_in: SignIn) -> None:
    owner = sign_in("shanxi_process_owner")
    address = draft(owner, "试办")
    owner.goto(f"{address}/tryout")
    owner.get_by_label("从哪里开始").select_option("shanxi application")
    owner.get_by_label("开始的日期").fill("2025-03-03")
    owner.get_by_role("button", name="开始试办").click()
    expect(owner.locator("#form-title")).to_have_text("编制申报材料", timeout=ACT)
    owner.locator("[data-form][data-ready]").wait_for()
    owner.get_by_role("button", name="提交", exact=True).click()
    expect(owner.locator("[data-form-errors]")).to_be_visible()
    owner.get_by_role("button", name="用虚构数据办理").click()
    expect(owner.locator("#form-title")).to_have_text("审核推荐", timeout=ACT)
    owner.locator("[data-form][data-ready]").wait_for()
    owner.get_by_label("推荐并报送").check()
    owner.get_by_role("button", name="提交", exact=True).click()
    expect(owner.locator("#items-title")).to_be_visible(timeout=ACT)
    owner.get_by_role("button", name="过一周").click()
    expect(owner.locator(".gc-clock")).to_contain_text("2025-03-10", timeout=ACT)
    owner.locator("[data-diagram][data-ready]").first.wait_for()
    assert owner.locator(".gc-diagram .gc-current").count() >= 1


def test_a_diagram_is_seen_through_two_regimes_and_taken_along(
    sign_in: SignIn, tmp_path: Path
) -> None:
    leader = sign_in("shanxi_leader")
    leader.goto("/compare")
    follow(leader, leader.get_by_role("link", name="办法视图（流程图）"))
    leader.goto("/lens/application?regime=national&regime=shanxi")
    assert leader.locator(".gc-lens svg").count() == 2
    expect(leader.locator(".gc-lens").nth(1)).to_contain_text("省标准化主管部门")
    with leader.expect_download() as taken:
        leader.get_by_role("link", name="下载为网页文件").click()
    file = tmp_path / "lens.html"
    taken.value.save_as(file)
    text = file.read_text(encoding="utf-8")
    assert text.count("<svg") == 2
    assert not re.findall(r'(?:src|href)="', text)
