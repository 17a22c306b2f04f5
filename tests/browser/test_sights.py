"""Every page in every state, both languages, at a desk and on a phone: no barrier, no violation of
the policy, nothing from elsewhere, no sideways scrolling, one language.

``make pictures`` leaves a picture of each in a folder, for people to look at.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import sights
from tests.browser.conftest import TODAY, Windows, serving
from tests.browser.sights import PUBLIC, Sight
from tests.browser.test_bar import LISTENER, faults

pytestmark = [pytest.mark.long, pytest.mark.timeout(5400)]

CHINESE = re.compile("[\u4e00-\u9fff]+")
SAID = ".gc-side, h2, th, dt, button, legend, label, main .gc-btn, .gc-tag, caption"
"""What a page itself says, as against names of cases, people and bodies."""


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an office with cases under way."""
    with serving(tmp_path_factory.mktemp("samples"), TODAY, "--samples") as address:
        yield address


@pytest.fixture(scope="module")
def every_sight(browser: Browser, samples: str) -> dict[str, Sight]:
    windows = Windows(browser, samples)
    found = sights.every_sight(windows)
    windows.check()
    return found


def test_every_route_of_a_page_is_among_the_sights(every_sight: dict[str, Sight]) -> None:
    found = {sights.kind(sight.address)[0] for sight in every_sight.values()}
    assert sights.pages() - found == set()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sight_reaches_the_bar(
    browser: Browser, samples: str, every_sight: dict[str, Sight], language: str, width: int
) -> None:
    found = {}
    for login in sorted({sight.login for sight in every_sight.values()}):
        windows = Windows(browser, samples)
        page = window(windows, login, language, width)
        for name, sight in every_sight.items():
            if sight.login == login:
                found[name] = looked_at(page, sight, f"{name}.{language}.{width}")
        windows.check()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def window(windows: Windows, login: str, language: str, width: int) -> Page:
    if login == PUBLIC:
        page = windows.visit(language, width)
    else:
        page = windows.sign_in(login, language, width)
    page.add_init_script(LISTENER)
    return page


def looked_at(page: Page, sight: Sight, name: str) -> list[object]:
    """What is wrong with a page; its picture is kept where the environment says SIGHTS."""
    page.goto(sight.address)
    sight.then(page)
    if folder := os.environ.get("SIGHTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    of_files = name.startswith(("workshop", "draft"))
    return [*faults(page), *([] if of_files else foreign_words(page))]


def foreign_words(page: Page) -> list[str]:
    """What an English page says in Chinese."""
    if page.evaluate("document.documentElement.lang") != "en":
        return []
    page.evaluate("document.querySelectorAll('.gc-hidden').forEach(one => one.remove())")
    said = page.eval_on_selector_all(SAID, "all => all.map(one => one.innerText)")
    return sorted({text[:60] for text in said if CHINESE.search(text.replace("中文", ""))})
