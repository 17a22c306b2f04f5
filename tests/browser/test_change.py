"""One change, from the editors to three cases: one new, one that stays as it was, one moved.

``PICTURES=folder`` keeps a picture of each station in both languages.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import follow, ready
from tests.browser.conftest import TODAY, Windows, serving
from tests.browser.filling import fill, usual
from tests.browser.test_application import hand_in
from tests.browser.test_workshop import (
    COUNT,
    DEADLINES,
    add_step,
    carry,
    consent,
    draft,
    edit,
    expect_saved,
    middle,
    submit,
)

PATIENCE = 60_000  # ms on a busy machine
LONG = 600_000  # ms for every scenario of a regime, twice
ROW = "deadlines_shanxi_status_publication"
DIAGRAM = "processes/regimes/shanxi/publicity.bpmn"
FORM = "forms/publicity/compile_status.form"
CELLS = {'"yearly"': '"latest_by"', "null": "11", '"year_end"': '"month"', '"within"': '"after"'}
"""The row of the deadline, from the end of the year to eleven months after it began."""

FLOW = "compile_status_to_publish_status"
OPINION = {"review_status_opinion": "同意发布。"}
OLD_DAY, NEW_DAY = "2026-12-31", "2026-12-01"
FIELD, REVIEW = "单行文本", "审核建设情况"
CHINESE = re.compile("[\u4e00-\u9fff]")


@dataclass
class Album:
    """Pictures of a window as the person sees it, in Chinese and in English."""

    folder: Path
    shots: int = 0

    def shoot(self, page: Page, name: str) -> None:
        self.shots += 1
        for language in ("en", "zh"):
            cookie = {"name": "language", "value": language, "url": page.url}
            page.context.add_cookies([cookie])  # type: ignore[list-item]
            page.reload()
            ready(page)
            if page.locator("[data-editor]").count():
                page.wait_for_selector("[data-editor][data-ready]")
                tools = page.locator(".gc-editor-tools").inner_text()
                assert bool(CHINESE.search(tools)) == (language == "zh")
            assert page.get_attribute("html", "lang") == ("en" if language == "en" else "zh-CN")
            path = self.folder / f"{self.shots}_{name}_{language}.png"
            page.screenshot(path=path)


def begun(authority: Page) -> str:
    """Begin a publication; the number of its case."""
    authority.goto("/start")
    follow(authority, authority.locator("a[href^='/start/shanxi/publicity']").first)
    ready(authority)
    fill(authority, {"publication_plan": "每年发布一次。"})
    authority.click("[data-form-submit]")
    authority.wait_for_url(lambda url: "/start/" not in url)
    found = re.search(r"SHANXI-[0-9]+-[0-9]+", authority.inner_text("main"))
    assert found
    return found[0]


def opened(authority: Page, number: str, task: str) -> None:
    """The form of a case's open task."""
    authority.goto(f"/inbox?q={number}")
    row = authority.locator("main tbody tr", has_text=task)
    follow(authority, row.locator("td.gc-title a").first)
    claim = authority.locator("main form button").first
    if authority.locator("[data-form-submit]").count() == 0:
        follow(authority, claim)
    ready(authority)


def handed_in(authority: Page, **answers: object) -> None:
    fill(authority, answers)
    hand_in(authority)


def is_over(authority: Page, number: str) -> None:
    authority.goto(f"/cases?q={number}")
    follow(authority, authority.locator("main td.gc-title a").first)
    ready(authority)
    expect(authority.locator("main")).to_contain_text("发布工作已办结")


def change_the_deadline(owner: Page, address: str) -> None:
    edit(owner, address, DEADLINES)
    for old, new in CELLS.items():
        cell = owner.locator(f"td[data-row-id={ROW}]", has_text=re.compile(f"^{old}$")).first
        cell.scroll_into_view_if_needed()
        cell.click()
        owner.keyboard.press("Control+a")
        owner.keyboard.type(new)
        owner.keyboard.press("Enter")
    expect_saved(owner)
    expect(owner.locator(COUNT)).to_have_text("通过", timeout=PATIENCE)


def add_the_review(owner: Page, address: str) -> None:
    edit(owner, address, DIAGRAM)
    add_step(owner, FLOW, REVIEW)
    owner.get_by_label("编号").fill("review_status")
    owner.get_by_label("编号").press("Tab")
    expect(owner.get_by_label("办理角色")).to_have_value("authority")
    owner.get_by_role("button", name="新建表单").click()
    made = owner.get_by_label("表单")
    expect(made).to_have_value("publicity/review_status", timeout=PATIENCE)
    owner.get_by_label("查找条款").fill("SX-6.5")
    owner.locator(".gc-results button").first.click()
    expect(owner.locator(COUNT)).to_have_text("通过", timeout=PATIENCE)
    expect_saved(owner)


def add_the_field(owner: Page, address: str) -> None:
    edit(owner, address, FORM)
    x, y = middle(owner.locator(".fjs-drop-container-vertical .fjs-element").nth(1))
    carry(owner, owner.locator(".fjs-palette-field[data-field-type=textfield]"), x, y + 4)
    owner.mouse.up()
    expect_saved(owner)


def rehearse(owner: Page, address: str) -> None:
    """Every scenario is played; what the change makes otherwise is told."""
    owner.goto(f"{address}/rehearsal")
    follow(owner, owner.get_by_role("button", name="开始演练"))
    expect(owner.locator("#list-title")).to_be_visible(timeout=LONG)
    row = owner.locator("tr", has_text="PB-11")
    expect(row).to_contain_text("修改后不符")
    expect(row).to_contain_text(f"应为 {OLD_DAY[:4].replace('2026', '2025')}-12-31")
    others = owner.locator("main tbody tr").filter(has_not_text="PB-11")
    expect(others.filter(has_text="修改后不符")).to_have_count(0)


def move(owner: Page, approver: Page, number: str) -> str:
    """One case goes over, ordered by one person and confirmed by another; the order's address."""
    owner.goto("/workshop/migrations/plan/shanxi/publicity")
    owner.get_by_label("只迁移下列选定的").check()
    owner.get_by_label(number).check()
    owner.get_by_label("理由").fill("与新办件一致。")
    follow(owner, owner.get_by_role("button", name="提出迁移"))
    approver.goto(owner.url)
    follow(approver, approver.get_by_role("button", name="确认迁移"))
    expect(approver.locator(".gc-moving")).to_contain_text("已完成", timeout=PATIENCE)
    return owner.url


@pytest.mark.long
@pytest.mark.timeout(1_500)
def test_a_change_meets_a_new_case_spares_an_old_one_and_a_third_is_moved(
    browser: Browser, tmp_path: Path
) -> None:
    album = Album(Path(os.environ.get("PICTURES") or tmp_path))
    with serving(tmp_path, TODAY) as office:
        windows = Windows(browser, office)
        authority = windows.sign_in("shanxi_authority")
        owner, approver = (
            windows.sign_in("shanxi_process_owner"),
            windows.sign_in("shanxi_approver"),
        )
        old, third = begun(authority), begun(authority)

        address = draft(owner, "建设情况经审核后发布")
        change_the_deadline(owner, address)
        album.shoot(owner, "table")
        add_the_review(owner, address)
        album.shoot(owner, "diagram")
        add_the_field(owner, address)
        album.shoot(owner, "form")
        rehearse(owner, address)
        album.shoot(owner, "rehearsal")
        submit(owner, address, "建设情况须经审核，年内十一个月内发布。")
        expect(owner.get_by_role("button", name="同意发布")).to_have_count(0)
        consent(approver, address)
        album.shoot(approver, "released")

        fresh = begun(authority)
        opened(authority, fresh, "编写建设情况")
        expect(authority.locator("main")).to_contain_text(NEW_DAY)
        expect(authority.get_by_label(FIELD)).to_have_count(1)
        album.shoot(authority, "new")
        answers = usual("shanxi")["compile_status"]
        handed_in(authority, **answers)
        opened(authority, fresh, REVIEW)
        handed_in(authority, **OPINION)
        is_over(authority, fresh)

        opened(authority, old, "编写建设情况")
        expect(authority.locator("main")).to_contain_text(OLD_DAY)
        expect(authority.get_by_label(FIELD)).to_have_count(0)
        handed_in(authority, **answers)
        is_over(authority, old)
        album.shoot(authority, "old")

        order = move(owner, approver, third)
        approver.goto(order)
        album.shoot(approver, "moved")
        opened(authority, third, "编写建设情况")
        expect(authority.get_by_label(FIELD)).to_have_count(1)
        handed_in(authority, **answers)
        opened(authority, third, REVIEW)
        handed_in(authority, **OPINION)
        is_over(authority, third)
        windows.check()
