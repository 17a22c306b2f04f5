"""Every page, looked at by rules: accessible, in one language, within a phone's width."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from server.views import HERE
from tests.browser.acts import begin_application, open_task, ready
from tests.browser.conftest import SignIn, Windows

AXE = HERE / "web" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = [
    "/sign-in",
    "/inbox",
    "/done",
    "/started",
    "/start",
    "/cases",
    "/clauses",
    "/clauses/SX-14.1",
    "/self-check/shanxi",
    "/why/processes/application.bpmn?element=fill_application",
    "/nothing-here",
    "task",
    "case",
    "start form",
]
LATIN = re.compile(r"[A-Za-z]{3,}")
NAMES = {"CSV", "XLSX", "English", "SHANXI", "pdf", "PDF", "DOCX", "OFD", "FEEL"}
"""What may stand in Latin letters on a Chinese page: the switch, numbers, kinds of files."""

CHINESE = re.compile("[\u4e00-\u9fff]")
OF_THE_PAGE = "nav, h2, h3, th, dt, button, legend, label, main .gc-btn, .gc-tag, caption"
"""What the page itself says, as against the names of cases, people and bodies."""


Look = Callable[..., Page]


@pytest.fixture(scope="module")
def look(windows: Windows) -> Iterator[Look]:
    """Open one of PAGES for somebody who has a claimed task, a case and something to start.

    ``look("task", language="en", width=390)``. Windows are kept for the next page.
    """
    recommender = windows.sign_in("shanxi_recommender")
    claimed = windows.sign_in("shanxi_applicant")
    open_task(claimed, begin_application(recommender))
    recommender.goto("/cases")
    case = recommender.get_attribute("td.gc-title a", "href") or ""
    recommender.goto("/start")
    form = recommender.get_attribute(".gc-choices a", "href") or ""
    addresses = {"task": claimed.url, "case": case, "start form": form}
    known: dict[tuple[str, str, int], Page] = {}

    def page(where: str, language: str = "zh", width: int = 1440) -> Page:
        login = "shanxi_applicant" if where == "task" else "shanxi_recommender"
        wanted = (login, language, width)
        if wanted not in known:
            known[wanted] = windows.sign_in(*wanted)
        known[wanted].goto(addresses.get(where, where))
        ready(known[wanted])
        return known[wanted]

    yield page
    windows.check()


@pytest.mark.parametrize("where", PAGES)
def test_a_page_has_no_serious_barrier(look: Look, where: str) -> None:
    page = look(where)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document).then(result => result.violations)")
    serious = [
        (one["id"], [node["html"][:200] for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("where", PAGES)
def test_a_page_fits_a_phone(look: Look, where: str, language: str) -> None:
    page = look(where, language, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("where", PAGES)
def test_a_chinese_page_speaks_chinese(look: Look, where: str) -> None:
    page = look(where)
    page.evaluate("document.querySelectorAll('.gc-hash').forEach(one => one.remove())")
    text = page.inner_text("body")
    hints = page.eval_on_selector_all("[placeholder]", "all => all.map(one => one.placeholder)")
    assert set(LATIN.findall(text + " ".join(hints))) - NAMES == set()


@pytest.mark.parametrize("where", PAGES)
def test_an_english_page_speaks_english(look: Look, where: str) -> None:
    page = look(where, "en")
    page.evaluate("document.querySelectorAll('.gc-hidden').forEach(one => one.remove())")
    said = page.eval_on_selector_all(OF_THE_PAGE, "all => all.map(one => one.innerText)")
    assert [text for text in said if CHINESE.search(text.replace("中文", ""))] == []


@pytest.mark.parametrize("width", [1440, 390])
def test_the_marks_of_bpmn_io_stay_visible(sign_in: SignIn, width: int) -> None:
    title = begin_application(sign_in("shanxi_recommender"))
    page = sign_in("shanxi_applicant", width=width)
    open_task(page, title)
    if width < 701:
        page.click(".gc-fold > summary")
    for mark in (".bjs-powered-by", ".fjs-powered-by-link"):
        page.locator(mark).scroll_into_view_if_needed()
        assert page.evaluate(
            """mark => {
                const one = document.querySelector(mark);
                const box = one.getBoundingClientRect();
                const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
                const there = document.elementFromPoint(x, y);
                return one.contains(there) && box.width > 40;
            }""",
            mark,
        ), mark


def test_text_is_never_smaller_than_a_reader_can_bear(look: Look) -> None:
    page = look("task")
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('main *')]
            .filter(one => !one.closest('svg') && one.offsetWidth > 1)
            .filter(one => [...one.childNodes].some(part => part.data?.trim()))
            .map(one => parseFloat(getComputedStyle(one).fontSize))"""
    )
    assert min(sizes) >= 12
