"""Every page of the workshop in both languages: no serious barrier, no wider than its window."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.acts import follow
from tests.browser.conftest import SignIn
from tests.browser.test_new_regime import FACTS, TEXT, main_button
from tests.browser.test_workshop import APPLICATION, MIDTERM, draft, looks_well

PAGES = (
    "", "/drafts", "/releases", "/migrations", "/migrations/plan/shanxi/application",
    f"/models/{MIDTERM}", "/regimes/new",
)  # fmt: skip
OF_A_DRAFT = (
    "", "/rehearsal", "/tryout", f"/simulation/{MIDTERM}", f"/preview/{APPLICATION}",
)  # fmt: skip
STEPS = ("facts", "text", "clauses", "model", "rows", "scenarios", "coverage")


def begun(owner: Page) -> str:
    """The address of a new regime with text, clauses and rows."""
    owner.goto("/workshop/regimes/new")
    for name, text in FACTS.items():
        owner.locator(f"[name={name}]").fill(text)
    follow(owner, main_button(owner))
    owner.locator("[name=source]").fill(TEXT.read_text(encoding="utf-8"))
    for _ in ("text", "clauses", "model"):
        follow(owner, main_button(owner))
    return owner.url.rpartition("/")[0]


@pytest.mark.long
@pytest.mark.timeout(1_500)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_the_workshop_is_open_to_everybody(sign_in: SignIn, language: str) -> None:
    owner = sign_in("shanxi_process_owner", language=language)
    changed, regime = draft(owner, "试改"), begun(owner)
    for page in (
        *(f"/workshop{each}" for each in PAGES),
        *(f"{changed}{each}" for each in OF_A_DRAFT),
        *(f"{regime}/{each}" for each in STEPS),
    ):
        looks_well(owner, page)
