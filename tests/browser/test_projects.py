"""The Jiangxi base in a browser: a project from application to archive, a comment round."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import follow, ready, wait_for_work
from tests.browser.conftest import TODAY
from tests.browser.filling import fill
from tests.browser.test_application import (
    Office,
    hand_in,
    opened,
    told_in_public,
)

REGIME = "jiangxi_base"
CLOSED_ON = "2026-11-24"
"""The day after comments are due: four days after TODAY."""


@pytest.mark.long
def test_a_project_with_two_joiners_an_adjustment_and_a_returned_report_is_archived(
    browser: Browser, tmp_path: Path
) -> None:
    with opened(browser, tmp_path, REGIME, TODAY) as office:
        approve(office)
        visitor = office.windows.visit(width=390)
        join(office, visitor, "苍山生态公司", "accepted", "同意加入。")
        join(office, visitor, "江畔计量研究所", "accepted", "同意加入。")
        join(office, visitor, "外地某公司", "refused", "已有同类参与单位。")
        carry_out(office)
        returned_once(office)
        do(office, "authority", "archive_project")
        package = archive_of(office)
        assert "创新项目档案〔2026〕0001号" in package.read("index.html").decode()
        assert {"verify.py", "journal/journal.txt", "data/case.json"} <= set(package.namelist())


def test_comments_are_asked_for_handled_and_summed_up(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, REGIME, TODAY) as office:
        begin(office, "authority", "comment_round")
        comment(office)
        page = adopt_and_finish(office)
        page.click("[data-form-submit]")
        expect(page.locator("[data-form-errors]")).to_contain_text("24时之后")
    with opened(browser, tmp_path, REGIME, CLOSED_ON) as office:
        hand_in(adopt_and_finish(office))
        case = newest_case(office, "authority")
        expect(case.locator("main")).to_contain_text("征求意见")
        with case.expect_download() as download:
            case.get_by_role("link", name="意见汇总表（DOCX）").click()
        (table,) = Document(str(download.value.path())).tables
        assert [cell.text for cell in table.rows[1].cells] == [
            "1", "第十条", "建议明确公示期限。", "被征求意见单位甲", "采纳",
        ]  # fmt: skip


# --- what people do -----------------------------------------------------------------------------


def approve(office: Office) -> None:
    begin(office, "applicant", "project_approval")
    do(office, "authority", "decide_application", decision_reason=None)
    do(office, "authority", "prepare_publication")


def join(office: Office, visitor: Page, name: str, decision: str, answer: str) -> None:
    """Somebody without an account asks through the portal, the lead unit decides."""
    receipt, code = ask_to_join(visitor, name)
    take(office, "applicant", "决定是否接受")
    reason = None if decision == "accepted" else "已有同类参与单位。"
    own = {"join_decision": decision, "join_reason": reason}
    fill_in(office, office.page("applicant"), "decide_join", **own)
    hand_in(office.page("applicant"))
    assert answer in told_in_public(visitor, receipt, code)


def ask_to_join(visitor: Page, name: str) -> tuple[str, str]:
    """The receipt and its code."""
    visitor.goto("/portal/projects")
    follow(visitor, visitor.locator("td.gc-title a").first)
    visitor.get_by_label("名称（姓名）").fill(name)
    visitor.get_by_label("联系方式").fill("0791-7654321")
    visitor.get_by_label("拟承担的工作").fill("承担检测验证。")
    follow(visitor, visitor.get_by_role("button", name="提交"))
    receipt, code, *_ = visitor.locator("dd").all_inner_texts()
    return receipt, code


def carry_out(office: Office) -> None:
    """Working group, an adjustment that is granted, a result."""
    do(office, "applicant", "form_working_group")
    act(office, "applicant", "申请调整", "adjustment_request")
    do(office, "authority", "decide_adjustment")
    act(office, "applicant", "取得成果", "project_result")
    expect(projects(office, "applicant").locator(".gc-sums")).to_contain_text("团体标准")


def returned_once(office: Office) -> None:
    """The first report is not passed, the second is."""
    do(office, "applicant", "submit_closeout_report")
    expect(projects(office, "joiner").locator("tbody")).not_to_contain_text("申请加入")
    take(office, "authority", "审议结题报告")
    fill_in(office, office.page("authority"), "deliberate_closeout", closeout_verdict="returned")
    hand_in(office.page("authority"))
    do(office, "applicant", "submit_closeout_report")
    do(office, "authority", "deliberate_closeout")


def comment(office: Office) -> None:
    page = projects(office, "joiner")
    follow(page, page.get_by_role("link", name="反馈意见"))
    fill_in(office, page, "comment")
    hand_in(page)


def adopt_and_finish(office: Office) -> Page:
    """Adopt the comment and ask for the end of the round."""
    take(office, "authority", "逐条处理意见")
    page = office.page("authority")
    page.get_by_label("采纳", exact=True).first.check()
    page.get_by_label("结束征求意见").check()
    return page


def archive_of(office: Office) -> zipfile.ZipFile:
    case = newest_case(office, "authority")
    expect(case.locator("main")).to_contain_text("已归档")
    with case.expect_download() as download:
        case.get_by_role("link", name="档案包").click()
    return zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))


# --- how they do it -----------------------------------------------------------------------------


def begin(office: Office, role: str, procedure: str) -> None:
    page = office.page(role)
    page.goto("/start")
    follow(page, page.locator(f"a[href^='/start/{REGIME}/{procedure}']").first)
    fill_in(office, page, procedure)
    hand_in(page)


def do(office: Office, role: str, task: str, **own: Any) -> None:
    page = office.page(role)
    office.take(page)
    fill_in(office, page, task, **own)
    hand_in(page)


def take(office: Office, role: str, name: str) -> None:
    """Open the task of this name, of several that wait, as soon as it is there."""
    page = office.page(role)
    wait_for_work(page, f"/inbox?q={name}")
    follow(page, page.locator("td.gc-title a").first)
    if page.locator("[data-form-submit]").count() == 0:
        follow(page, page.locator("main form button").first)
    ready(page)


def act(office: Office, role: str, name: str, answers: str) -> None:
    """Do what a case offers beside its tasks."""
    page = newest_case(office, role)
    follow(page, page.get_by_role("link", name=name, exact=True))
    fill_in(office, page, answers)
    hand_in(page)


def projects(office: Office, role: str) -> Page:
    page = office.page(role)
    page.goto("/projects")
    return page


def newest_case(office: Office, role: str) -> Page:
    page = office.page(role)
    page.goto("/cases")
    follow(page, page.locator("td.gc-title a").first)
    ready(page)
    return page


def fill_in(office: Office, page: Page, answers: str, **own: Any) -> None:
    """The usual answers of scenarios, with days as days; ``own`` are others, None for none."""
    ready(page)
    given = {**office.answers[answers], **own}
    fill(page, {name: _day(value) for name, value in given.items() if value is not None})


def _day(value: Any) -> Any:
    if isinstance(value, str) and value.partition("+")[0] == "today":
        later = int(value.partition("+")[2] or 0)
        return date.fromisoformat(TODAY) + timedelta(days=later)
    return value
