"""The public in a browser: a notice on its last evening, before and after 24:00 in China."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.acts import follow, wait_for_work
from tests.browser.conftest import TODAY, SignIn, Windows, serving
from tests.browser.test_application import (
    STORIES,
    Office,
    object_in_public,
    opened,
    told_in_public,
)

BEFORE, AFTER = "2026-12-21T23:58", "2026-12-22T00:00:05"
"""The last day of a notice of TODAY, a minute or two before it ends, and the day after."""

WITHOUT_OBJECTION = STORIES["national"][:-2]
PAGES = ["", "notices", "bases", "projects", "disclosures", "statistics", "receipts"]


@pytest.mark.long
def test_an_objection_counts_until_24_00_of_the_last_evening(
    browser: Browser, tmp_path: Path
) -> None:
    with opened(browser, tmp_path, "national", TODAY) as office:
        office.play(WITHOUT_OBJECTION)
    with serving(tmp_path, BEFORE) as address:
        windows = Windows(browser, address)
        visitor = windows.visit(width=390)
        early = object_in_public(visitor, "今天24时截止")
        expect(visitor.locator("main")).not_to_contain_text("公示期已过")
        assert waiting(Office(windows, "national", TODAY)) == ["处理异议"]
        windows.check()
    with serving(tmp_path, AFTER) as address:
        windows = Windows(browser, address)
        visitor = windows.visit()
        late = object_in_public(visitor, "已期满")
        expect(visitor.locator("main")).to_contain_text("公示期已过")
        named = {"处理异议", "答复来件", "认定公示结果"}
        assert set(waiting(Office(windows, "national", TODAY), len(named))) == named
        assert "正在办理" in told_in_public(visitor, *early)
        assert "正在办理" in told_in_public(visitor, *late)
        windows.check()


def waiting(office: Office, least: int = 1) -> list[str]:
    """The names of the tasks before the authority, once there are so many."""
    page = office.page("authority")
    for _ in range(40):
        wait_for_work(page)
        names = page.locator("tbody td:nth-child(3)").all_inner_texts()
        if len(names) >= least:
            break
        page.wait_for_timeout(250)
    return [each.strip() for each in names]


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_portal_is_read_without_signing_in(
    browser: Browser, office: str, language: str, width: int
) -> None:
    windows = Windows(browser, office)
    page = windows.visit(language, width)
    for each in PAGES:
        page.goto(f"/portal/{each}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    windows.check()


def test_the_portal_knows_nothing_of_who_is_signed_in(sign_in: SignIn) -> None:
    page = sign_in("shanxi_authority")
    page.goto("/portal/notices")
    expect(page.locator("header")).to_contain_text("登录")
    expect(page.locator("header .gc-who")).to_have_count(0)
    expect(page.locator("meta[name=csrf-token]")).to_have_count(0)
    follow(page, page.locator("header .gc-brand"))
    assert page.url.endswith("/portal/")
