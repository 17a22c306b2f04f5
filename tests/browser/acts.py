"""What people do in a browser, in a few words."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

from playwright.sync_api import Locator, Page

PDF = {
    "name": "申报书.pdf",
    "mimeType": "application/pdf",
    "buffer": (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
    ),
}
_fields = (f"新材料{number}" for number in itertools.count(1))


def ready(page: Page) -> None:
    """Wait until every form, every editor and every visible diagram is drawn."""
    for island in page.query_selector_all(".gc-form, .gc-diagram, [data-editor]"):
        if island.is_visible():
            island.scroll_into_view_if_needed()
            page.wait_for_function("one => 'ready' in one.dataset", arg=island)
    page.evaluate("window.scrollTo(0, 0)")


def follow(page: Page, link: Locator) -> None:
    """Press what leads to another page and wait until that page is there."""
    with page.expect_navigation():
        link.click()


def wait_for_work(page: Page, inbox: str = "/inbox", row: Locator | None = None) -> None:
    """Look into an inbox until something is there: what procedures and timers begin, and what the
    public hands in, comes by a job, of another process perhaps."""
    for _ in range(40):
        page.goto(inbox)
        if (row or page.locator("td.gc-title")).count():
            return
        page.wait_for_timeout(250)


def begin_application(recommender: Page) -> str:
    """Start an application of Shanxi's first applicant over HTTP; returns the case's title."""
    start = re.search(r'href="(/start/shanxi/application[^"]*)"', text_of(recommender, "/start"))
    assert start
    form = payload(text_of(recommender, start[1]))
    units = form["data"]["undertaker_choices"]
    field = next(_fields)
    data = {
        "undertaker_id": next(one["value"] for one in units if "云岭" in one["label"]),
        "recommending_channel": "area",
        "field_name": field,
        "field_name_en": "New Materials",
    }
    answer = recommender.request.post(
        form["urls"]["submit"], data={"data": data}, headers={"X-CSRFToken": token(recommender)}
    )
    assert answer.status == 201, answer.text()
    return f"山西省技术标准创新基地（{field}）申报"


def text_of(page: Page, path: str) -> str:
    return page.request.get(path, headers={"Accept": "text/html"}).text()


def payload(page: str) -> dict[str, Any]:
    """What a page gives its form."""
    found = re.search(r'id="form-payload">(.*?)</script>', page, re.DOTALL)
    assert found
    content: dict[str, Any] = json.loads(found[1])
    return content


def token(page: Page) -> str:
    return page.get_attribute("meta[name=csrf-token]", "content") or ""


def open_task(page: Page, title: str) -> None:
    """Find a task by its title, claim it, wait for its form."""
    page.goto(f"/inbox?q={title}")
    follow(page, page.locator("td.gc-title a").first)
    follow(page, page.locator("main form button").first)
    ready(page)


def fill_papers(page: Page) -> None:
    """Fill in the application form of Shanxi lawfully, with one attachment."""
    texts = {
        "统一社会信用代码": "91140100MA0K12345X",
        "法定代表人": "甲",
        "联系人": "乙",
        "联系电话": "0351-1234567",
        "工作基础": "已有基础。",
        "建设目标": "目标。",
        "重点任务": "任务。",
    }
    for label, text in texts.items():
        page.get_by_label(label, exact=False).first.fill(text)
    ticks = ("企业", "本单位（牵头单位）在本省", "本单位为具有独立", "有标准化管理机构", "国家标准")
    for label in (*ticks, "三年内未发生", "本单位承诺"):
        page.get_by_label(label).first.check()
    page.click(".fjs-select-display")
    page.click(".fjs-dropdownlist-item >> nth=0")
    page.set_input_files(".gc-form input[type=file] >> nth=0", [PDF])
    page.wait_for_selector(".gc-attachment li")
