"""The editors in a browser: what is written stays, files of other tools come and go whole, help for
the one who writes, and what the pages weigh."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from server.studio.foreign import take
from server.views import assets
from tests.browser.acts import ready
from tests.browser.conftest import SignIn, Windows
from tests.browser.test_appearance import AXE, LATIN
from tests.browser.test_workshop import (
    APPLICATION,
    COUNT,
    DEADLINES,
    MIDTERM,
    PATIENCE,
    STATUS,
    draft,
    edit,
    middle,
)
from tests.server.studio.foreign.comparing import lost
from tests.server.studio.foreign.files import BARE, MANNERS, written

ELEMENT = 2
"""What a fact of an element holds beside its kind: id and text."""

FIRST_LOAD = 600_000  # bytes, compressed
FOREIGN = (
    ".djs-container, .dmn-js-parent, .fjs-editor-container, .fjs-form-editor, .bio-properties-panel"
)
"""Parts of the pages that the libraries draw."""

FLOW = "register_midterm_to_midterm_done"


@pytest.fixture(scope="module")
def owner(windows: Windows) -> Iterator[Page]:
    """A process owner's window for all the tests here."""
    page = windows.sign_in("national_process_owner")
    yield page
    windows.check()


@pytest.fixture(scope="module")
def address(owner: Page) -> str:
    return draft(owner, "编辑器")


@pytest.fixture
def midterm(owner: Page, address: str) -> Page:
    """The midterm diagram, open and as it is in force."""
    edit(owner, address, MIDTERM)
    return owner


def choose(page: Page, element: str) -> None:
    page.locator(f"[data-element-id={element}] .djs-hit").first.click(force=True)


def label(page: Page, element: str) -> str:
    return page.locator(f"[data-element-id={element}]").first.text_content() or ""


def drop(page: Page, tool: str, x: float, y: float) -> None:
    """Take something from the palette and put it down."""
    tool_x, tool_y = middle(page.locator(f".djs-palette {tool}"))
    page.mouse.click(tool_x, tool_y)
    for part in range(1, 13):
        page.mouse.move(tool_x + (x - tool_x) * part / 12, tool_y + (y - tool_y) * part / 12)
        page.wait_for_timeout(20)
    page.mouse.click(x, y)


def boxes(page: Page) -> list[dict[str, float]]:
    """Where the steps, gateways and events of a diagram stand on the page."""
    shapes = page.locator(".djs-shape:not([data-element-id$=_label]) > .djs-visual")
    found = [each.locator("> :first-child").bounding_box() for each in shapes.all()]
    return [box for box in found if box and 20 < box["width"] < 200]


def overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    across = min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"])
    down = min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"])
    return across > 1 and down > 1


@pytest.mark.parametrize(("tool", "above"), [(".bpmn-icon-user-task", 0), (".gc-block-review", 30)])
def test_what_is_dropped_on_or_beside_a_short_flow_finds_room(
    midterm: Page, tool: str, above: int
) -> None:
    before = boxes(midterm)
    x, y = middle(midterm.locator(f"[data-element-id={FLOW}]").first)
    drop(midterm, tool, x, y - above)
    made = midterm.locator(".djs-shape[data-element-id^=activity_]")
    expect(made).to_have_count(1)
    expect(midterm.locator(".djs-drag-group")).to_have_count(0)
    midterm.keyboard.press("Escape")
    after = boxes(midterm)
    assert len(after) > len(before)
    assert not [pair for pair in combinations(after, 2) if overlap(*pair)]
    midterm.keyboard.press("Control+z")
    expect(made).to_have_count(0)
    assert [round(box["x"]) for box in boxes(midterm)] == [round(box["x"]) for box in before]


def test_a_name_given_while_its_label_is_open_stays(midterm: Page) -> None:
    x, y = middle(midterm.locator(f"[data-element-id={FLOW}]").first)
    drop(midterm, ".bpmn-icon-user-task", x, y)
    expect(midterm.locator(".djs-direct-editing-content")).to_be_visible()
    midterm.keyboard.type("草稿")
    name = midterm.get_by_label("名称")
    name.click()
    expect(name).to_have_value("草稿")  # the panel has taken what the label said
    midterm.keyboard.press("Control+a")
    midterm.keyboard.type("复核评估结果")
    midterm.keyboard.press("Tab")
    expect(midterm.locator(".djs-direct-editing-content")).to_have_count(0)
    step = midterm.locator(".djs-shape[data-element-id^=activity_]").first
    expect(step).to_have_text("复核评估结果")
    midterm.mouse.click(x, y + 250)
    expect(step).to_have_text("复核评估结果")
    expect(midterm.locator(STATUS)).to_contain_text("已保存", timeout=PATIENCE)


def test_what_is_typed_in_the_panel_is_saved_by_the_key(midterm: Page) -> None:
    choose(midterm, "submit_report")
    midterm.get_by_label("名称").fill("报送中期评估报告")
    midterm.keyboard.press("Control+s")
    expect(midterm.locator(STATUS)).to_contain_text("已保存", timeout=PATIENCE)
    midterm.reload()
    midterm.wait_for_selector("[data-editor][data-ready]")
    assert "报送中期评估报告" in label(midterm, "submit_report")


def test_what_is_being_typed_survives_a_reload_at_once(midterm: Page) -> None:
    choose(midterm, "submit_report")
    midterm.get_by_label("名称").fill("正在填写的名称")
    midterm.reload()
    midterm.wait_for_selector("[data-editor][data-ready]")
    assert "正在填写的名称" in label(midterm, "submit_report")


def test_the_full_panel_speaks_chinese_and_changes_the_diagram(midterm: Page) -> None:
    choose(midterm, "evaluate_midterm")
    midterm.locator(".gc-advanced > summary").click()
    midterm.wait_for_selector(".bio-properties-panel")
    headings = midterm.locator(".bio-properties-panel-group-header")
    for number in range(headings.count()):
        headings.nth(number).click()
    said = midterm.locator(".gc-full").inner_text()
    names = {"FEEL", "clauses", "due", "from"}  # the language, and properties of this step
    assert set(LATIN.findall(said)) <= names, said
    documentation = midterm.locator("[name=documentation]")
    documentation.fill("由主管机构组织。")
    documentation.press("Tab")
    expect(midterm.get_by_label("说明")).to_have_value("由主管机构组织。")


def test_an_attachment_is_set_up_in_the_form_editor_in_chinese(owner: Page, address: str) -> None:
    edit(owner, address, "forms/application/fill_application.form")
    field = owner.locator(".fjs-form-editor .fjs-form-field-attachment").first
    field.click()
    headings = owner.locator("[data-editor-panel] .bio-properties-panel-group-header")
    for number in range(headings.count()):
        headings.nth(number).click()
    said = owner.locator("[data-editor-panel]").inner_text()
    assert {"字段标签", "允许多个文件", "必填"} <= set(said.splitlines()), said
    own = {"label", "description", "wanted", "true", "pdf", "docx", "ofd"}
    assert set(LATIN.findall(said)) <= own, said
    assert owner.locator(".fjs-palette-field[data-field-type=attachment] img").count() == 1


def test_only_variables_that_exist_at_a_point_are_offered_there(midterm: Page) -> None:
    choose(midterm, "submit_report")
    start = midterm.get_by_label("起算日")
    start.focus()
    midterm.keyboard.press("Control+Space")
    start.press("Control+a")
    start.press("Backspace")
    midterm.keyboard.press("Control+Space")
    offered = set(midterm.locator(".gc-hint").all_inner_texts())
    assert {"midterm_on", "evaluated_on", "midterm_conclusion", "regime"} <= offered
    assert not {"midterm_done_on", "midterm_report_note", "plan_version"} & offered
    start.type("= midt")
    midterm.locator(".gc-hint", has_text=re.compile("^midterm_on$")).click()
    expect(start).to_have_value("= midterm_on")


@pytest.mark.parametrize("manner", sorted(MANNERS))
def test_a_file_of_another_tool_comes_and_goes_whole(
    owner: Page, address: str, manner: str
) -> None:
    saved: list[str] = []

    def keep(route: Route) -> None:
        if route.request.method != "PUT":
            return route.continue_()
        saved.append(route.request.post_data_json["content"])
        return route.fulfill(json={"seen": 0})

    owner.route("**/files/**", keep)
    edit(owner, address, MIDTERM)
    data = written(MANNERS[manner], "utf-16", "UTF-16")
    file = {"name": "file.bpmn", "mimeType": "application/xml", "buffer": data}
    owner.set_input_files("[data-editor-import]", files=[file])
    expect(owner.locator(STATUS)).to_contain_text("已保存", timeout=PATIENCE)
    expect(owner.locator(".djs-shape").first).to_be_attached()
    expect(owner.locator("[data-editor-problems] li").first).to_be_visible(timeout=PATIENCE)
    owner.unroute("**/files/**")
    brought = take(MANNERS[manner].encode(), "bpmn").content
    assert lost(brought, saved[-1]) == []
    more = {kind for kind, *rest in lost(saved[-1], brought) if len(rest) == ELEMENT}
    doubled = ("/DI}", "Loop", "}expression")
    assert not [kind for kind in more if any(each in kind for each in doubled)]


def test_what_cannot_be_read_is_told_and_changes_nothing(midterm: Page) -> None:
    file = {"name": "x.bpmn", "mimeType": "application/xml", "buffer": b"<definitions"}
    midterm.set_input_files("[data-editor-import]", files=[file])
    expect(midterm.locator(STATUS)).to_contain_text("不能导入")
    expect(midterm.locator("[data-element-id=evaluate_midterm]").first).to_be_visible()


def test_steps_are_copied_from_one_diagram_to_another(owner: Page, address: str) -> None:
    edit(owner, address, "processes/parts/public_notice.bpmn")
    choose(owner, "prepare_notice")
    name = label(owner, "prepare_notice")
    owner.keyboard.press("Control+c")
    edit(owner, address, MIDTERM)
    before = owner.locator(".djs-shape").count()
    choose(owner, "evaluate_midterm")
    owner.keyboard.press("Control+v")
    x, y = middle(owner.locator("[data-element-id=midterm_reached]").first)
    owner.mouse.move(x, y + 120)
    owner.mouse.move(x, y + 140)
    owner.mouse.click(x, y + 140)
    expect(owner.locator(".djs-shape")).to_have_count(before + 1)
    assert owner.locator(".djs-shape").all_text_contents().count(name) == 1
    owner.keyboard.press("Control+z")
    expect(owner.locator(".djs-shape")).to_have_count(before)


def test_search_overview_and_files_to_take_away(midterm: Page) -> None:
    midterm.locator("[data-editor-do=search]").click()
    asked = midterm.locator(".djs-search-input input")
    asked.fill("组织")
    asked.press("Shift")
    expect(midterm.locator(".djs-search-result")).to_have_count(1)
    midterm.keyboard.press("Escape")
    midterm.locator(".djs-minimap .toggle").click()
    expect(midterm.locator(".djs-minimap.open svg").first).to_be_visible()
    begins = {"picture": b"<?xml", "raster": b"\x89PNG", "download": b"<?xml"}
    for act, beginning in begins.items():
        with midterm.expect_download() as told:
            midterm.locator(f"[data-editor-do={act}]").click()
        assert Path(told.value.path()).read_bytes().startswith(beginning)


def test_a_building_block_inserts_bpmn_that_the_check_reads(midterm: Page) -> None:
    block = midterm.locator(".gc-block-review")
    x, y = middle(midterm.locator("[data-element-id=evaluate_midterm]").first)
    block.click()
    midterm.mouse.move(x, y + 110)
    midterm.mouse.move(x - 20, y + 120)
    midterm.mouse.click(x - 20, y + 120)
    problems = midterm.locator("[data-editor-problems]")
    expect(problems).to_contain_text("用户任务“审核”", timeout=PATIENCE)
    expect(problems).to_contain_text("是否通过？", timeout=PATIENCE)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", [MIDTERM, DEADLINES, APPLICATION, ""])
def test_our_parts_of_an_editor_have_no_serious_barrier(
    sign_in: SignIn, address: str, path: str, language: str
) -> None:
    page = sign_in("national_process_owner", language=language)
    if path:
        edit(page, address, path)
    else:
        page.goto("/workshop")
        ready(page)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "own => axe.run({ exclude: own }).then(result => result.violations)",
        [[one.strip()] for one in FOREIGN.split(",")],
    )
    serious = [
        (one["id"], [node["html"][:200] for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []


@pytest.mark.parametrize("entry", ["modeler", "tables", "form-editor"])
def test_the_first_load_of_an_editor_is_small(entry: str) -> None:
    manifest = json.loads((assets.DIST / "manifest.json").read_text(encoding="utf-8"))
    files = {"app": manifest["app"], entry: manifest[entry]}
    names = {name for e in files.values() for name in (e["js"], e["css"], *e["preload"]) if name}
    assert sum(len(gzip.compress((assets.DIST / name).read_bytes())) for name in names) < FIRST_LOAD
    assert "full" in manifest, "the full panel is not loaded at first"


def test_the_list_of_what_is_wrong_names_element_and_rule(owner: Page, address: str) -> None:
    edit(owner, address, MIDTERM)
    broken = BARE.replace('targetRef="look"', 'targetRef="begun"', 1)
    file = {"name": "x.bpmn", "mimeType": "application/xml", "buffer": broken.encode()}
    owner.route("**/files/**", lambda route: route.fulfill(json={"seen": 0}))
    owner.set_input_files("[data-editor-import]", files=[file])
    problems = owner.locator("[data-editor-problems]")
    expect(problems).to_contain_text("“开始”不能有进入的连线", timeout=PATIENCE)
    expect(owner.locator(COUNT)).to_have_class(re.compile("gc-tag-bad"))
    problems.get_by_role("button", name="不能有进入的连线").first.click()
    expect(owner.locator("[data-element-id=begun].selected")).to_be_attached()
    owner.unroute("**/files/**")
