"""The workshop in a browser: each editor, consent by a second account, old and new cases."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from server.views import HERE
from tests.browser.acts import begin_application, follow, open_task, ready
from tests.browser.conftest import SignIn

AXE = HERE / "web" / "node_modules" / "axe-core" / "axe.min.js"
DEADLINES = "processes/tables/deadlines.dmn"
MIDTERM = "processes/regimes/national/midterm.bpmn"
APPLICATION = "forms/application/fill_application.shanxi.form"
PATIENCE = 20_000  # ms until the server has saved or checked on a busy machine
QUICK = 2  # seconds of one processor until an editor is ready
STATUS, COUNT = "[data-editor-status]", "[data-editor-count]"


def draft(page: Page, title: str) -> str:
    """The address of a new draft."""
    page.goto("/workshop/drafts")
    page.fill("#draft-title", title)
    follow(page, page.locator("main form .gc-btn-primary"))
    return page.url


def edit(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}/edit/{path}")
    page.wait_for_selector("[data-editor][data-ready]")


def expect_saved(page: Page, word: str = "已保存") -> None:
    expect(page.locator(STATUS)).to_contain_text(word, timeout=PATIENCE)


def submit(page: Page, address: str, reason: str) -> None:
    page.goto(address)
    page.get_by_label("修改理由").fill(reason)
    follow(page, page.get_by_role("button", name="提交审批"))


def consent(page: Page, address: str) -> None:
    page.goto(address)
    follow(page, page.get_by_role("button", name="同意发布"))
    expect(page.locator(".gc-head")).to_contain_text("已发布")


def carry(page: Page, source: Locator, x: float, y: float) -> None:
    """Take something up with the mouse and move it to a place, in steps as a hand does."""
    box = source.bounding_box()
    assert box
    start_x, start_y = box["x"] + 20, box["y"] + 20
    page.mouse.move(start_x, start_y)
    page.mouse.down()
    for part in range(1, 13):
        page.mouse.move(start_x + (x - start_x) * part / 12, start_y + (y - start_y) * part / 12)
        page.wait_for_timeout(20)


def middle(element: Locator) -> tuple[float, float]:
    box = element.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def add_step(page: Page, flow: str, name: str) -> str:
    """A user task from the palette dropped on a flow; returns its id."""
    tool = page.locator(".djs-palette .bpmn-icon-user-task")
    x, y = middle(page.locator(f"[data-element-id={flow}]").first)
    tool_x, tool_y = middle(tool)
    page.mouse.click(tool_x, tool_y)
    for part in range(1, 13):
        page.mouse.move(tool_x + (x - tool_x) * part / 12, tool_y + (y - tool_y) * part / 12)
        page.wait_for_timeout(20)
    page.mouse.click(x, y)
    made = page.locator(".djs-shape[data-element-id^=activity_]").first
    made.wait_for()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    return str(made.get_attribute("data-element-id"))


def test_a_deadline_is_changed_in_its_table_and_released(sign_in: SignIn) -> None:
    owner = sign_in("national_process_owner")
    address = draft(owner, "延长公示时间")
    edit(owner, address, DEADLINES)
    row = owner.locator("td[data-row-id=deadlines_national_public_notice]")
    row.filter(has_text=re.compile("^1$")).click()
    owner.keyboard.press("Control+a")
    owner.keyboard.type("2")
    owner.keyboard.press("Enter")
    expect_saved(owner)
    expect(owner.locator(COUNT)).to_have_text("通过", timeout=PATIENCE)
    owner.goto(address)
    expect(owner.locator(".gc-changes del")).to_have_text("1")
    expect(owner.locator(".gc-changes ins")).to_have_text("2")
    submit(owner, address, "公示不少于两个月。")
    expect(owner.get_by_role("button", name="同意发布")).to_have_count(0)
    consent(sign_in("national_approver"), address)
    owner.goto("/workshop/releases")
    expect(owner.locator("main tbody tr").first).to_contain_text("公示不少于两个月。")


def test_a_row_of_another_regime_stays_as_it_is(sign_in: SignIn) -> None:
    owner = sign_in("shanxi_process_owner")
    edit(owner, draft(owner, "越权"), DEADLINES)
    owner.locator("td[data-row-id=deadlines_national_public_notice]").nth(3).click()
    expect(owner.locator(STATUS)).to_contain_text("属于别的管理办法")
    owner.keyboard.type("x")
    expect(owner.locator(STATUS)).not_to_contain_text("已保存")


def test_a_step_is_added_to_a_diagram_with_role_form_and_clause(sign_in: SignIn) -> None:
    owner = sign_in("national_process_owner")
    address = draft(owner, "中期评估后复核")
    edit(owner, address, MIDTERM)
    step = add_step(owner, "register_midterm_to_midterm_done", "复核评估结果")
    expect(owner.locator("[data-editor-problems]")).to_contain_text(
        "没有写明表单", timeout=PATIENCE
    )
    owner.get_by_label("编号").fill("recheck_midterm")
    owner.get_by_label("编号").press("Tab")
    expect(owner.locator(f"[data-element-id={step}]")).to_have_count(0)
    expect(owner.get_by_label("办理角色")).to_have_value("authority")
    owner.get_by_role("button", name="新建表单").click()
    expect(owner.get_by_label("表单")).to_have_value("midterm/recheck_midterm", timeout=PATIENCE)
    owner.get_by_label("查找条款").fill("GB-18.1")
    owner.locator(".gc-results button").first.click()
    expect(owner.locator(".gc-chip")).to_contain_text("GB-18.1")
    expect(owner.locator(COUNT)).to_have_text("通过", timeout=PATIENCE)
    expect_saved(owner)
    owner.reload()
    owner.wait_for_selector("[data-editor][data-ready]")
    expect(owner.locator("[data-element-id=recheck_midterm]").first).to_be_visible()
    owner.goto(address)
    ready(owner)
    expect(owner.locator(".gc-compared .gc-added").first).to_be_visible()
    submit(owner, address, "评估结果须经复核。")
    consent(sign_in("national_approver"), address)
    owner.goto("/workshop/releases")
    row = owner.locator("main tbody tr", has_text="评估结果须经复核。")
    follow(owner, row.get_by_role("link", name="流程图"))
    expect(owner.locator("[data-element-id=recheck_midterm]")).to_contain_text("复核评估结果")


def test_a_field_added_to_a_form_meets_new_cases_and_leaves_old_ones(sign_in: SignIn) -> None:
    recommender = sign_in("shanxi_recommender")
    before = begin_application(recommender)
    owner = sign_in("shanxi_process_owner")
    address = draft(owner, "增加一个字段")
    edit(owner, address, APPLICATION)
    x, y = middle(owner.locator(".fjs-drop-container-vertical .fjs-element").nth(1))
    carry(owner, owner.locator(".fjs-palette-field[data-field-type=textfield]"), x, y + 4)
    owner.mouse.up()
    expect_saved(owner)
    follow(owner, owner.locator("[data-editor-preview]"))
    ready(owner)
    expect(owner.get_by_label("单行文本")).to_be_visible()
    submit(owner, address, "多填一项。")
    consent(sign_in("shanxi_approver"), address)
    after = begin_application(recommender)
    applicant = sign_in("shanxi_applicant")
    open_task(applicant, after)
    expect(applicant.get_by_label("单行文本")).to_be_visible()
    open_task(applicant, before)
    expect(applicant.get_by_label("单行文本")).to_have_count(0)


def test_a_third_case_goes_over_while_an_old_one_stays_and_a_new_one_begins(
    sign_in: SignIn,
) -> None:
    recommender, applicant = sign_in("shanxi_recommender"), sign_in("shanxi_applicant")
    old, third = begin_application(recommender), begin_application(recommender)
    owner, approver = sign_in("shanxi_process_owner"), sign_in("shanxi_approver")
    address = draft(owner, "再增加一个字段")
    edit(owner, address, APPLICATION)
    x, y = middle(owner.locator(".fjs-drop-container-vertical .fjs-element").nth(1))
    carry(owner, owner.locator(".fjs-palette-field[data-field-type=checkbox]"), x, y + 4)
    owner.mouse.up()
    expect_saved(owner)
    owner.goto(address)
    effect = owner.locator("section", has=owner.locator("#effect-title"))
    expect(effect).to_contain_text("全部可以", timeout=PATIENCE)
    submit(owner, address, "再多填一项。")
    consent(approver, address)
    fresh = begin_application(recommender)
    order = ordered(owner, applicant, third)
    approver.goto(order)
    follow(approver, approver.get_by_role("button", name="确认迁移"))
    expect(approver.locator(".gc-moving")).to_contain_text("已完成", timeout=PATIENCE)
    expect(approver.locator("main tbody")).to_contain_text("已迁移")
    for case, boxes in ((old, 0), (third, 1), (fresh, 1)):
        open_task(applicant, case)
        expect(applicant.get_by_label("复选框")).to_have_count(boxes)
    for page in ("/workshop/migrations", "/workshop/migrations/plan/shanxi/application", order):
        looks_well(owner, page)


def looks_well(page: Page, address: str) -> None:
    """Nothing serious stands in a reader's way, at a desk and on a phone."""
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run(document).then(result => result.violations)")
        grave = [one["id"] for one in found if one["impact"] in ("serious", "critical")]
        assert grave == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def ordered(owner: Page, applicant: Page, title: str) -> str:
    """Order one case to the version in force; the address of the order."""
    applicant.goto("/cases")
    number = applicant.locator("main tbody tr", has_text=title).locator("td").first.inner_text()
    owner.goto("/workshop/migrations")
    follow(owner, owner.get_by_role("link", name="迁移", exact=True).first)
    owner.get_by_label("只迁移下列选定的").check()
    owner.get_by_label(re.search(r"SHANXI-[0-9]+-[0-9]+", number)[0]).check()  # type: ignore[index]
    owner.get_by_label("理由").fill("与新办件一致。")
    follow(owner, owner.get_by_role("button", name="提出迁移"))
    return owner.url


def processor(page: Page) -> Callable[[], float]:
    """What a page keeps its processor busy, in seconds: the same on a busy machine."""
    tracing = page.context.new_cdp_session(page)
    tracing.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy() -> float:
        told = tracing.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in told if one["name"] == "TaskDuration"))

    return busy


def test_two_people_do_not_edit_one_draft_at_a_time(sign_in: SignIn) -> None:
    owner, other = sign_in("national_process_owner"), sign_in("shanxi_process_owner")
    address = draft(owner, "一人一次")
    edit(owner, address, MIDTERM)
    edit(other, address, MIDTERM)
    expect(other.locator(STATUS)).to_have_text("只读")
    other.goto(address)
    expect(other.locator(".gc-lock")).to_contain_text("正在修改")


@pytest.mark.parametrize("path", [MIDTERM, DEADLINES, APPLICATION])
def test_every_editor_speaks_english_and_is_quick(sign_in: SignIn, path: str) -> None:
    owner = sign_in("shanxi_process_owner", language="en")
    address = draft(owner, "English")
    worked = processor(owner)
    edit(owner, address, path)
    assert worked() < QUICK
    took = owner.evaluate(
        "performance.now() - performance.getEntriesByType('navigation')[0].responseEnd"
    )
    assert took < 10_000
    words = owner.locator(".gc-editor-tools").inner_text()
    assert not re.search("[\u4e00-\u9fff]", words)
