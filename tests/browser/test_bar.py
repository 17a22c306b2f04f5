"""The bar for every page: no barrier, no violation of the policy, nothing from elsewhere, no
sideways scrolling, light, and usable without a mouse or without scripts.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, FileChooser, Page, TimeoutError, expect

from server.demo import DEMONSTRATION_PASSWORD
from server.views import HERE
from tests.browser.acts import PDF, begin_application, fill_papers, open_task
from tests.browser.conftest import SignIn, Windows

AXE = HERE / "web" / "node_modules" / "axe-core" / "axe.min.js"
LIMIT_INBOX = 40_000
"""Bytes, gzipped: HTML, scripts and styles of the inbox."""

FIRST_PAINT = 400
"""Milliseconds on loopback, when the machine has nothing else to do."""

ADDRESSES = [
    "/inbox",
    "/done",
    "/started",
    "/start",
    "/cases?state=open",
    "/deadlines",
    "/steps",
    "/dashboard",
    "/compare?regime=shanxi&regime=national",
    "/coverage?regime=shanxi",
    "/interpretations?regime=shanxi",
    "/clauses?q=公示",
    "/search?q=申报",
    "/search?q=没有这样的东西",
    "/nothing-here",
    "case",
    "forecast",
]
LISTENER = """
window.gcViolations = [];
document.addEventListener('securitypolicyviolation', event =>
    window.gcViolations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


@pytest.fixture(scope="module")
def case(windows: Windows) -> Iterator[str]:
    """The address of a case that the leader of Shanxi reads; complaints of all windows fail."""
    recommender = windows.sign_in("shanxi_recommender")
    begin_application(recommender)
    recommender.goto("/cases")
    yield recommender.get_attribute("td.gc-title a", "href") or ""
    windows.check()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_reaches_the_bar(windows: Windows, case: str, language: str, width: int) -> None:
    page = windows.sign_in("shanxi_recommender", language, width)
    page.add_init_script(LISTENER)
    known = {"case": case, "forecast": f"{case}/forecast"}
    found = {}
    for where in ADDRESSES:
        page.goto(known.get(where, where))
        found[where] = faults(page)
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


def faults(page: Page) -> list[object]:
    """The barriers, violations of the policy and too great a width of the page that is open."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    barriers = page.evaluate(
        """axe.run({exclude: [['.djs-container']]}).then(({violations}) => violations
            .filter(one => ['serious', 'critical'].includes(one.impact))
            .map(one => [one.id, ...one.nodes.slice(0, 3).map(node => node.html.slice(0, 160))]))"""
    )
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*barriers, *page.evaluate("window.gcViolations"), *([wide] if wide > 0 else [])]


def test_the_inbox_is_light(sign_in: SignIn, office: str) -> None:
    page = sign_in("shanxi_recommender")
    html = page.request.get("/inbox", headers={"Accept": "text/html"}).body()
    needed = re.findall(rb'(?:src|href)="(/static/[^"]+)"', html)
    parts = [html, *(page.request.get(one.decode()).body() for one in needed)]
    assert sum(len(gzip.compress(part)) for part in parts) <= LIMIT_INBOX


def test_the_inbox_is_painted_at_once(sign_in: SignIn) -> None:
    page = sign_in("shanxi_recommender")
    times = [_first_paint(page) for _ in range(5)]
    print(f"\nfirst paint of the inbox: {min(times):.0f} ms at best, {times} ms")
    assert min(times) < FIRST_PAINT


def _first_paint(page: Page) -> float:
    page.goto("/inbox")
    page.wait_for_function("() => performance.getEntriesByType('paint').length > 0")
    return float(page.evaluate("performance.getEntriesByType('paint')[0].startTime"))


# --- without a mouse ----------------------------------------------------------------------------


def test_a_task_is_done_with_the_keyboard_alone(
    sign_in: SignIn, browser: Browser, office: str
) -> None:
    recommender, applicant = sign_in("shanxi_recommender"), sign_in("shanxi_applicant")
    titles = [begin_application(recommender) for _ in range(2)]
    for title in titles:
        open_task(applicant, title)
        fill_papers(applicant)
        applicant.click("[data-form-submit]")
        applicant.wait_for_url("**/inbox?done=*")
    title = titles[0]
    page = browser.new_context(base_url=office, locale="zh-CN").new_page()
    _sign_in_by_keyboard(page)
    field = title.partition("（")[2].partition("）")[0]
    page.wait_for_load_state()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type(field)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("inbox[?].*q="))
    expect(page.locator("#inbox tbody tr").first).to_contain_text(title)
    _take_the_first(page)
    _fill_in_by_keyboard(page)
    _tab_to(page, "[data-form-submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox?done=*")
    expect(page.locator("main")).to_contain_text("已提交：SHANXI-2026-")
    _take_the_first(page)  # and so on to the next
    expect(page.locator("main")).not_to_contain_text(title)
    page.context.close()


def _take_the_first(page: Page) -> None:
    for stop in ("td.gc-title a", "main form .gc-btn-primary"):
        _tab_to(page, stop)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    page.wait_for_selector("[data-form][data-ready]")


def _sign_in_by_keyboard(page: Page) -> None:
    page.goto("/sign-in")
    _tab_to(page, "[name=login]")
    page.keyboard.type("shanxi_recommender")
    page.keyboard.press("Tab")
    page.keyboard.type(DEMONSTRATION_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox")


def _fill_in_by_keyboard(page: Page) -> None:
    _tab_to(page, "input[type=radio]")
    page.keyboard.press("Space")
    page.wait_for_selector("input[type=file]", state="attached")
    _open_chooser(page).set_files([{**PDF, "name": "推荐函.pdf"}])
    page.wait_for_selector(".gc-attachment li")
    _tab_to(page, "textarea")
    page.keyboard.type("同意推荐。")


def _open_chooser(page: Page) -> FileChooser:
    """The form draws its fields anew after an answer; a key that meets that is pressed again."""
    for _ in range(3):
        _tab_to(page, "input[type=file]")
        with suppress(TimeoutError):
            with page.expect_file_chooser(timeout=5000) as chooser:
                page.keyboard.press("Space")
            return chooser.value
    pytest.fail("the keyboard does not open the choice of a file")


@pytest.mark.parametrize("listed", ["/cases", "/steps"])
def test_a_bar_leads_by_keys_to_as_many_as_it_shows(sign_in: SignIn, listed: str) -> None:
    page = sign_in("shanxi_recommender")
    begin_application(page)
    page.goto("/dashboard")
    _tab_to(page, f'.gc-chart a[href^="{listed}?"]')
    bar = page.locator(":focus")
    told = bar.locator("title").text_content() or ""
    assert f'link "{told}"' in page.locator(".gc-halves").aria_snapshot()
    assert bar.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{listed}?*")
    expect(page.locator("td.gc-title")).to_have_count(int(told.rpartition(" ")[2]))


def _tab_to(page: Page, wanted: str) -> None:
    """Press Tab until something of this kind has the focus."""
    for _ in range(80):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {wanted}")


# --- without scripts ----------------------------------------------------------------------------


def test_without_scripts_one_signs_in_reads_and_claims(
    sign_in: SignIn, browser: Browser, office: str
) -> None:
    title = begin_application(sign_in("shanxi_recommender"))
    context = browser.new_context(base_url=office, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=login]", "shanxi_applicant")
    page.fill("[name=password]", DEMONSTRATION_PASSWORD)
    page.press("[name=password]", "Enter")
    page.goto(f"/inbox?q={title}")
    page.click("td.gc-title a")
    expect(page.locator("main")).to_contain_text("编制申报材料")
    expect(page.locator("main")).to_contain_text("SX-13.2")
    page.click("main form .gc-btn-primary")
    expect(page.locator("main")).to_contain_text("已签收")
    page.goto("/cases")
    page.click("td.gc-title a >> nth=0")
    expect(page.locator(".gc-standing")).to_contain_text("由谁办理")
    context.close()
