"""A task in a browser: errors, attachments, drafts, handing in."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import begin_application, fill_papers, open_task
from tests.browser.conftest import SignIn

ERRORS = "[data-form-errors]"
STATUS = "[data-form-status]"


@pytest.fixture
def title(sign_in: SignIn) -> str:
    return begin_application(sign_in("shanxi_recommender"))


@pytest.fixture
def task(sign_in: SignIn, title: str) -> Page:
    """The applicant's window with the claimed task."""
    page = sign_in("shanxi_applicant")
    open_task(page, title)
    return page


def test_an_empty_form_lists_what_is_missing_and_leads_there(task: Page) -> None:
    task.click("[data-form-submit]")
    expect(task.locator(ERRORS)).to_be_focused()
    assert re.search(r"有 \d+ 处需要更正", task.inner_text(ERRORS))
    entry = task.locator(f"{ERRORS} a", has_text="联系电话")
    expect(entry).to_contain_text("必填")
    entry.click()
    expect(task.get_by_label("联系电话")).to_be_focused()


def test_what_the_server_refuses_stands_under_its_field(task: Page) -> None:
    fill_papers(task)
    task.get_by_label("统一社会信用代码").evaluate("one => one.value = ''")
    task.get_by_label("统一社会信用代码").fill("91140100MA0K12345X")
    task.route(
        "**/complete",
        lambda route: route.fulfill(
            status=422,
            content_type="application/problem+json",
            body='{"code": "invalid", "errors": {"credit_code": ["该代码已注销。"]}}',
        ),
    )
    task.click("[data-form-submit]")
    expect(task.locator(ERRORS)).to_contain_text("统一社会信用代码：该代码已注销。")
    expect(task.locator(".fjs-form-field-error")).to_have_text("该代码已注销。")


def test_a_rules_refusal_names_the_clause(task: Page) -> None:
    fill_papers(task)
    task.get_by_label("本单位（牵头单位）在本省").uncheck()
    task.click("[data-form-submit]")
    expect(task.locator(ERRORS)).to_contain_text("不符合申报条件")
    expect(task.locator(f"{ERRORS} a")).to_have_attribute("href", "/clauses/SX-11.1")


def test_typed_words_and_files_survive_leaving_the_page(task: Page) -> None:
    fill_papers(task)
    expect(task.locator(STATUS)).to_contain_text("已暂存", timeout=8000)
    task.reload()
    expect(task.get_by_label("建设目标")).to_have_value("目标。")
    expect(task.locator(".gc-attachment li a").first).to_have_text("申报书.pdf")


def test_who_types_without_a_pause_has_a_draft_meanwhile(task: Page) -> None:
    drafts: list[str] = []
    task.on("request", lambda asked: drafts.append(asked.url) if asked.method == "PUT" else None)
    task.get_by_label("建设目标").click()
    task.keyboard.type("目标" * 25, delay=100)
    assert drafts
    expect(task.locator(STATUS)).to_contain_text("已暂存", timeout=8000)
    task.reload()
    expect(task.get_by_label("建设目标")).to_have_value("目标" * 25)


def test_a_file_of_another_kind_is_refused_and_the_rest_stays(task: Page) -> None:
    wrong = {"name": "程序.pdf", "mimeType": "application/pdf", "buffer": b"MZ"}
    task.set_input_files(".gc-form input[type=file] >> nth=0", [wrong])
    told = task.locator(".fjs-form-field-attachment .fjs-form-field-error").first
    expect(told).to_contain_text("程序.pdf")
    table = {"name": "清单.csv", "mimeType": "text/csv", "buffer": b"a,b"}
    task.set_input_files(".gc-form input[type=file] >> nth=0", [table])
    expect(told).to_contain_text("清单.csv：不接受此类文件，可上传 PDF/DOCX/OFD")
    expect(task.locator(".gc-attachment li")).to_have_count(0)


def test_papers_that_are_wanted_and_missing_are_told_beside_the_button(task: Page) -> None:
    wanted = task.locator("[data-form-wanted]")
    expect(wanted).to_contain_text("还没有上传：申报书、")
    fill_papers(task)
    expect(wanted).not_to_contain_text("申报书")
    expect(wanted).to_contain_text("支持材料")


def test_a_file_is_removed_again(task: Page) -> None:
    fill_papers(task)
    task.click(".gc-attachment li button")
    expect(task.locator(".gc-attachment li")).to_have_count(0)


def test_a_complete_form_goes_to_the_next_office(task: Page, title: str, sign_in: SignIn) -> None:
    fill_papers(task)
    task.click("[data-form-submit]")
    task.wait_for_url("**/inbox?done=*")
    expect(task.locator("main")).to_contain_text("已提交：SHANXI-2026-")
    recommender = sign_in("shanxi_recommender")
    recommender.goto(f"/inbox?q={title}")
    expect(recommender.locator("tbody")).to_contain_text("审核推荐")


def test_who_comes_second_is_told_and_may_reload(task: Page) -> None:
    other = task.context.new_page()
    other.goto(task.url)
    task.bring_to_front()  # a window behind another one is slowed down
    fill_papers(task)
    task.click("[data-form-submit]")
    task.wait_for_url("**/inbox?done=*")
    other.bring_to_front()
    other.wait_for_selector("[data-form][data-ready]")
    fill_papers(other)
    other.click("[data-form-submit]")
    expect(other.locator(ERRORS)).to_contain_text("已经办结")
    expect(other.locator(f"{ERRORS} a")).to_have_text("重新载入")


def test_on_a_phone_what_is_to_be_done_comes_before_the_diagram(task: Page) -> None:
    fold, diagram = task.locator(".gc-fold"), task.locator("[data-diagram]")
    expect(diagram).to_be_visible()
    task.set_viewport_size({"width": 390, "height": 844})
    task.reload()
    expect(fold).to_contain_text("当前环节：编制申报材料")
    expect(diagram).to_be_hidden()
    assert (task.locator("[data-form-card]").bounding_box() or {})["y"] < 422
    fold.locator("summary").press("Enter")
    task.locator("[data-diagram][data-ready]").wait_for()
    expect(diagram.locator(".gc-current").first).to_be_visible()


def test_the_diagram_begins_at_the_current_step_and_shows_the_whole(task: Page) -> None:
    diagram = task.locator("[data-diagram]")
    expect(diagram).to_have_attribute("aria-label", "流程图，当前环节：编制申报材料")
    shape = task.locator(".gc-current .djs-visual")
    assert (shape.bounding_box() or {})["width"] > 80
    task.click("text=全图")
    task.wait_for_function(
        "() => document.querySelector('.gc-current').getBoundingClientRect().width < 60"
    )
    task.click(".gc-diagram-tools >> text=当前环节")
    task.wait_for_function(
        "() => document.querySelector('.gc-current').getBoundingClientRect().width > 80"
    )
