"""Whole lives of bases in a browser, years long: the demonstration's own control moves the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from server.law.catalogue import from_disk
from tests.browser.acts import follow, ready
from tests.browser.conftest import TODAY, Windows, serving
from tests.browser.filling import fill
from tests.browser.test_application import (
    AFTER_THE_NOTICE,
    AFTERWARDS,
    EXPERTS,
    STORIES,
    Office,
    hand_in,
)
from tests.contract.test_arrows import ROOT

pytestmark = pytest.mark.long

PANEL = [("formal_reviewer", "propose_experts"), *EXPERTS, ("expert_1", "confirm_opinion")]

Story = list[tuple[str, str]]


class Life(NamedTuple):
    """A regime's days: when the extension is asked for, when acceptance, and who does what."""

    days: Mapping[str, str]
    extend: Story
    accept: Story
    review: Story
    rectify: Story
    rejection: str


LIVES = {
    "shanxi": Life(
        {"extend": "2029-09-03", "accept": "2030-02-18", "again": "2030-06-03"},
        [("applicant", "+extension"), ("authority", "decide_extension")],
        [("applicant", "+acceptance")],
        [("authority", "organise_acceptance"), ("authority", "record_verdict")],
        [
            ("applicant", "rectify_defect"),
            ("applicant", "verify_defect"),
            ("applicant", "file_again"),
        ],
        "not_passed",
    ),
    "national": Life(
        {"extend": "2029-10-08", "accept": "2030-10-08", "again": "2031-01-20"},
        [
            ("sponsor", "+extension"),
            ("recommender", "consent_extension"),
            ("authority", "decide_extension"),
        ],
        [
            ("sponsor", "+self_check"),
            ("applicant", "report_self_check"),
            ("sponsor", "confirm_self_check"),
            ("sponsor", "+acceptance"),
        ],
        [
            ("authority", "review_application"),
            ("authority", "organise_acceptance"),
            *PANEL,
            ("authority", "record_verdict"),
        ],
        [("applicant", "rectify_defect"), ("sponsor", "verify_defect"), ("sponsor", "file_again")],
        "rectify",
    ),
    "jiangxi": Life(
        {"extend": "2027-10-15", "accept": "2028-04-10", "again": "2028-08-01"},
        [
            ("applicant", "+extension"),
            ("sponsor", "consent_extension"),
            ("authority", "decide_extension"),
        ],
        [("sponsor", "+acceptance")],
        [
            ("recommender", "sign_application"),
            ("authority", "review_application"),
            ("authority", "organise_acceptance"),
            *PANEL,
            ("authority", "record_verdict"),
        ],
        [("applicant", "rectify_defect"), ("sponsor", "verify_defect"), ("sponsor", "file_again")],
        "not_passed",
    ),
}
ESTABLISHED = {
    "shanxi": "山西省技术标准创新基地（碳基新材料）",
    "national": "国家技术标准创新基地（先进计算）",
    "jiangxi": "国家技术标准创新基地（江西绿色生态竹产业中心）",
}


class Time(Office):
    """An office whose operator moves the day."""

    def __init__(self, windows: Windows, regime: str, today: str) -> None:
        super().__init__(windows, regime, today)
        self.today = date.fromisoformat(today)
        read = from_disk(ROOT)
        drawn = filter(None, map(read.describe, read.diagrams(regime).values()))
        self.names = {box.id: box.name for each in drawn for box in each.elements}

    def move(self, day: str) -> None:
        operator = self.page("operator")
        operator.goto("/demonstration/day")
        operator.fill("input.gc-input[name=day]", day)
        follow(operator, operator.locator("main .gc-btn-primary"))
        expect(operator.locator("header time")).to_have_text(day)
        self.today = date.fromisoformat(day)

    def live(self, story: Story, **other: Any) -> None:
        """Do tasks, or start what has a plus before its name, on the present day."""
        for role, task in story:
            page = self.page(role)
            if task.startswith("+"):
                page.goto(self.case)
                follow(page, page.locator(f"a[href$='/start/{task[1:]}']"))
            else:
                self.take(page, self.names[task])
            ready(page)
            usual = self.answers.get(task.removeprefix("+"), {})
            fill(page, {**usual, **other}, self.today)
            hand_in(page)

    def approve(self) -> None:
        self.play(STORIES[self.regime])
        if self.regime == "national":
            self.move(AFTER_THE_NOTICE)
            self.answers["approve_construction"]["approved_on"] = self.today
            self.play(AFTERWARDS)
        self.case = self.approved_case().url


def verdict(value: str) -> dict[str, str]:
    return {"acceptance_verdict": value, "expert_verdict": value, "panel_verdict": value}


def until_the_second_review(office: Time, life: Life) -> None:
    """Approval, an extension, an acceptance that fails, rectification, another application."""
    office.approve()
    office.move(life.days["extend"])
    office.live(life.extend)
    office.move(life.days["accept"])
    office.live(life.accept)
    office.live(life.review, **verdict(life.rejection))
    office.move(life.days["again"])
    office.live(life.rectify)


def case_page(office: Time) -> Page:
    page = office.page("authority")
    page.goto(office.case)
    ready(page)
    return page


@pytest.mark.parametrize("regime", LIVES)
def test_a_base_lives_from_start_to_establishment(
    browser: Browser, tmp_path: Path, regime: str
) -> None:
    life = LIVES[regime]
    with serving(tmp_path, TODAY) as address:
        windows = Windows(browser, address)
        office = Time(windows, regime, TODAY)
        until_the_second_review(office, life)
        office.live(life.review, **verdict("pass"))
        office.live([("authority", "approve_establishment")])
        main = case_page(office).locator("main")
        expect(main.locator(".gc-meta").first).to_contain_text("已成立")
        expect(main).to_contain_text(ESTABLISHED[regime])
        expect(main).to_contain_text(office.today.isoformat())
        windows.check()


def test_a_base_that_fails_acceptance_twice_is_revoked(browser: Browser, tmp_path: Path) -> None:
    life = LIVES["jiangxi"]
    with serving(tmp_path, TODAY) as address:
        windows = Windows(browser, address)
        office = Time(windows, "jiangxi", TODAY)
        until_the_second_review(office, life)
        office.live(life.review, **verdict(life.rejection))
        office.live([("authority", "decide_case")])
        main = case_page(office).locator("main")
        expect(main.locator(".gc-meta").first).to_contain_text("撤销")
        expect(main).to_contain_text("JX-20.4")
        windows.check()
