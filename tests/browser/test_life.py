"""The life of a base after its approval, in a browser: what is begun for it, what it starts."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.acts import follow, ready
from tests.browser.conftest import TODAY
from tests.browser.filling import fill
from tests.browser.test_application import STORIES, Office, hand_in, opened

PLAN = {
    "plan_title": "碳基新材料标准创新基地建设方案",
    "plan_goals": "建成标准创新基地。",
    "plan_tasks": "研制标准，服务产业。",
    "construction_plan": ["plan.pdf"],
}


def test_an_approved_base_files_its_plan_and_applies_for_acceptance(
    browser: Browser, tmp_path: Path
) -> None:
    with opened(browser, tmp_path, "shanxi", TODAY) as office:
        office.play(STORIES["shanxi"])
        office.answers["file_plan"] |= PLAN
        office.play([("applicant", "file_plan")])
        case = case_of(office, "applicant")
        expect(runs(case).first).to_contain_text("进行中")
        expect(runs(case).last).to_contain_text("已结束")
        expect(case.locator("main")).to_contain_text("建设方案报送日期")
        apply_for_acceptance(office, case)
        organise = office.page("authority")
        office.take(organise)
        ready(organise)
        expect(organise.locator("main")).to_contain_text("组织验收")
        expect(organise.locator(".gc-attachment")).to_contain_text("验收申请.pdf")
        expect(runs(case_of(office, "applicant")).first).to_contain_text("验收")


def case_of(office: Office, role: str) -> Page:
    page = office.page(role)
    page.goto("/cases")
    follow(page, page.locator("td.gc-title a").first)
    ready(page)
    return page


def runs(page: Page) -> Locator:
    return page.locator("section[aria-labelledby^=run-]")


def apply_for_acceptance(office: Office, case: Page) -> None:
    follow(case, case.get_by_role("link", name="提出验收申请"))
    ready(case)
    fill(case, office.answers["acceptance"])
    hand_in(case)
