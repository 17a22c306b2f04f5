"""Three applications from the start to the approval, in a browser, as the people of each regime."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import follow, ready, wait_for_work
from tests.browser.conftest import TODAY, Windows, serving
from tests.browser.filling import fill, usual

AFTER_THE_NOTICE = "2026-12-22"
"""One month after TODAY is 2026-12-20, a Sunday; Monday is the last day, this the day after."""

EXPERTS = [(f"expert_{number}", "review_independently") for number in range(1, 6)]

TO_THE_PANEL = [
    ("formal_reviewer", "review_papers"),
    ("formal_reviewer", "propose_experts"),
    *EXPERTS,
    ("expert_1", "confirm_opinion"),
    ("authority", "study_application"),
]

STORIES = {
    "shanxi": [
        ("recommender", "application"),
        ("applicant", "fill_application"),
        ("recommender", "recommend_application"),
        *TO_THE_PANEL,
        ("authority", "approve_construction"),
    ],
    "jiangxi": [
        ("sponsor", "application"),
        ("applicant", "fill_application"),
        ("sponsor", "recommend_application"),
        *TO_THE_PANEL,
        ("authority", "approve_construction"),
    ],
    "national": [
        ("sponsor", "application"),
        ("applicant", "fill_application"),
        ("sponsor", "argue_plan"),
        ("recommender", "recommend_application"),
        *TO_THE_PANEL,
        ("authority", "prepare_notice"),
        ("authority", "objection"),
        ("authority", "settle_objection"),
    ],
}
"""Who does what; a story begins at ``/start`` and goes on in the inboxes."""

AFTERWARDS = [("authority", "conclude_notice"), ("authority", "approve_construction")]

NAMES = {
    "shanxi": "山西省技术标准创新基地（碳基新材料）（筹）",
    "jiangxi": "国家技术标准创新基地（江西绿色生态竹产业中心）（筹）",
    "national": "国家技术标准创新基地（先进计算）",
}
END_OF_CONSTRUCTION = {"shanxi": "2029-11-20", "jiangxi": "2027-11-20", "national": "2029-12-22"}


class Office:
    """The people of one regime, each in a window of their own that stays open."""

    def __init__(self, windows: Windows, regime: str, today: str) -> None:
        self.windows, self.regime = windows, regime
        self.today = date.fromisoformat(today)
        self.answers = usual(regime)
        self.pages: dict[str, Page] = {}

    def page(self, role: str) -> Page:
        if role not in self.pages:
            self.pages[role] = self.windows.sign_in(f"{self.regime}_{role}")
        return self.pages[role]

    def play(self, story: list[tuple[str, str]]) -> None:
        for role, task in story:
            page = self.page(role)
            {"application": self.start, "objection": self.object}.get(task, self.take)(page)
            ready(page)
            fill(page, self.answers[task], self.today)
            hand_in(page)

    def start(self, page: Page) -> None:
        page.goto("/start")
        follow(page, page.locator(f"a[href^='/start/{self.regime}/application']").first)

    def take(self, page: Page, words: str = "") -> None:
        wait_for_work(page, f"/inbox?q={words}")
        follow(page, page.locator("td.gc-title a").first)
        if page.locator("[data-form-submit]").count() == 0:
            follow(page, page.locator("main form button").first)

    def object(self, page: Page) -> None:
        page.goto("/cases")
        follow(page, page.locator("td.gc-title a").first)
        follow(page, page.get_by_role("link", name=re.compile("异议")).first)

    def approved_case(self) -> Page:
        page = self.page("authority")
        page.goto("/cases")
        follow(page, page.locator("td.gc-title a").first)
        ready(page)
        return page


def hand_in(page: Page) -> None:
    """Press the button and come out on the next page; what is refused is the failure's message."""
    here = page.url
    page.click("[data-form-submit]")
    page.wait_for_function(
        """here => location.href !== here
            || document.querySelector("[data-form-errors]:not([hidden])")""",
        arg=here,
    )
    assert page.url != here, page.inner_text("[data-form-errors]")
    page.wait_for_load_state()


@contextmanager
def opened(browser: Browser, folder: Path, regime: str, today: str) -> Iterator[Office]:
    """An office on a day; whatever a page had to complain about fails at the end."""
    with serving(folder, today) as address:
        windows = Windows(browser, address)
        yield Office(windows, regime, today)
        windows.check()


def assert_approved(page: Page, regime: str) -> None:
    main = page.locator("main")
    expect(main).to_contain_text(NAMES[regime])
    expect(main).to_contain_text(END_OF_CONSTRUCTION[regime])


@pytest.mark.parametrize("regime", ["shanxi", "jiangxi"])
def test_an_application_goes_from_start_to_approval(
    browser: Browser, tmp_path: Path, regime: str
) -> None:
    with opened(browser, tmp_path, regime, TODAY) as office:
        office.play(STORIES[regime])
        assert_approved(office.approved_case(), regime)


def test_a_national_application_waits_for_the_end_of_its_notice(
    browser: Browser, tmp_path: Path
) -> None:
    with opened(browser, tmp_path, "national", TODAY) as office:
        office.play(STORIES["national"])
        public = office.windows.visit(width=390)
        receipt, code = object_in_public(public)
        authority = office.page("authority")
        wait_for_work(authority)
        office.answers["settle_objection"]["settled_objection"] = "2"
        office.play([("authority", "settle_objection")])
        assert "已答复" in told_in_public(public, receipt, code)
        authority.goto("/inbox")
        expect(authority.locator("td.gc-title")).to_have_count(0)
    with opened(browser, tmp_path, "national", AFTER_THE_NOTICE) as office:
        authority = office.page("authority")
        wait_for_work(authority)
        office.play(AFTERWARDS)
        assert_approved(office.approved_case(), "national")


def object_in_public(page: Page, period: str = "还有 31 天") -> tuple[str, str]:
    """Anybody's objection to the notice, whose period the page tells; its receipt and code."""
    page.goto("/portal/notices")
    follow(page, page.locator("td.gc-title a").first)
    expect(page.locator("main")).to_contain_text(period)
    page.get_by_label("姓名或者单位").fill("某检测公司")
    page.get_by_label("联系方式").fill("0351-7654321")
    page.get_by_label("内容和理由").fill("承担单位的条件请再核实。")
    follow(page, page.get_by_role("button", name="提交"))
    receipt, code, _ = page.locator("dd").all_inner_texts()
    return receipt, code


def told_in_public(page: Page, receipt: str, code: str) -> str:
    """What the portal says of a receipt."""
    page.goto("/portal/receipts")
    page.get_by_label("回执编号").fill(receipt)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    return page.locator("dl").inner_text()
