"""Pages as a browser without scripts gets them."""

import re
from datetime import date

import pytest
from sqlalchemy import insert, select, update

from server import db
from server.ids import new_id
from server.models import deadlines, work_items
from server.work import cases
from tests.server.views.conftest import (
    Visit,
    Visitor,
    convene_panel,
    start_application,
)

PAGES = [
    "/inbox",
    "/inbox?sort=-number&q=基地&regime=shanxi&role=undertaker",
    "/done",
    "/started",
    "/start",
    "/cases",
    "/cases?state=open&q=基地",
    "/deadlines",
    "/deadlines?state=overdue&regime=shanxi&role=undertaker",
    "/steps",
    "/steps?state=week&q=基地",
    "/clauses",
    "/compare",
    "/search",
    "/search?q=申报",
    "/dashboard",
    "/dashboard?regime=shanxi",
    "/coverage",
    "/coverage?regime=shanxi&state=manual&q=SX",
    "/interpretations?regime=shanxi",
    "/compare?regime=shanxi&regime=national&only=different",
    "/clauses?q=公示&regime=national&kind=timer",
    "/clauses/SX-14.1",
    "/self-check/shanxi?legal_person=1",
    "/why/processes/application.bpmn?element=fill_application",
]
CONTRADICTED = "/self-check/shanxi?no_incident=1&last_incident_on=2025/1/1"
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_in_both_languages(visit: Visit, path: str) -> None:
    visitor = visit("shanxi_recommender")
    for language, word in (("zh", "退出"), ("en", "Sign out")):
        visitor.get(f"/language/{language}")
        answer = visitor.get(path)
        assert (answer.status_code, word in answer.get_data(as_text=True)) == (200, True)


def test_pages_need_no_inline_script_or_style(applicant: Visitor) -> None:
    for path in [*PAGES, applicant.task()]:
        page = applicant.get(path).get_data(as_text=True)
        scripts = re.findall(r"<script(?![^>]* src=)[^>]*>", page)
        assert all('type="application/json"' in script for script in scripts)
        assert not re.search(r"\s(style|on\w+)=", page), path


def test_pages_ask_no_other_machine_for_anything(applicant: Visitor) -> None:
    for path in [*PAGES, applicant.task()]:
        page = applicant.get(path).get_data(as_text=True)
        assert not re.search(r'(src|href|action)="(https?:)?//', page), path


def test_a_page_that_does_not_exist_says_so_in_words(visit: Visit) -> None:
    for path in ("/nothing", "/cases/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/clauses/XX-1.1", "/why/x"):
        answer = visit("shanxi_applicant").get(path)
        assert answer.status_code == 404
        assert "没有" in answer.get_data(as_text=True)


def test_hostile_text_is_shown_as_text(visit: Visit) -> None:
    page = visit("shanxi_applicant").get("/inbox?q=<script>alert(1)</script>&done=<b>x</b>")
    text = page.get_data(as_text=True)
    assert "<script>alert" not in text and "<b>x</b>" not in text


def test_the_inbox_tells_the_task_its_step_and_who_may_take_it(applicant: Visitor) -> None:
    page = applicant.get("/inbox").get_data(as_text=True)
    for words in ("（碳基新材料）申报", "编制申报材料", "待签收", "山西省", "无期限", "签收"):
        assert words in page


def test_the_list_alone_is_sent_when_the_page_asks_for_it(applicant: Visitor) -> None:
    part = applicant.get("/inbox", **{"HX-Request": "true", "HX-Target": "inbox"})
    assert part.get_data(as_text=True).lstrip().startswith('<section class="gc-card" id="inbox"')


def test_a_search_without_result_says_so(applicant: Visitor) -> None:
    assert "没有符合条件的待办事项" in applicant.get("/inbox?q=不存在").get_data(as_text=True)


def test_a_task_shows_step_basis_and_history_before_it_is_claimed(applicant: Visitor) -> None:
    page = applicant.get(applicant.task()).get_data(as_text=True)
    for words in ("签收后即可填写", "第十三条", "SX-13.2", "核对申报轮次", "data-diagram="):
        assert words in page
    assert "form-payload" not in page


def test_only_clauses_of_the_cases_own_regime_are_its_basis(applicant: Visitor) -> None:
    page = applicant.get(applicant.task()).get_data(as_text=True)
    assert not re.search(r">(GB|JX)-\d", page)


def test_claiming_and_handing_back_work_without_scripts(applicant: Visitor) -> None:
    task = applicant.task()
    claimed = applicant.client.post(
        f"{task}/claim", data={"csrf_token": applicant.token, "open": "1"}
    )
    assert (claimed.status_code, claimed.headers["Location"]) == (303, task)
    assert "form-payload" in applicant.get(task).get_data(as_text=True)
    assert applicant.post(f"{task}/release").headers["Location"] == "/inbox"
    assert "待签收" in applicant.get("/inbox").get_data(as_text=True)


def test_claiming_in_place_answers_the_row(applicant: Visitor) -> None:
    row = applicant.post(f"{applicant.task()}/claim", **{"HX-Request": "true"})
    text = row.get_data(as_text=True).strip()
    assert text.startswith("<tr") and text.endswith("</tr>") and "退回待签" in text


def test_a_refusal_in_place_is_a_row_with_the_reason(applicant: Visitor, visit: Visit) -> None:
    stranger = visit("national_applicant")
    answer = stranger.post(f"{applicant.task()}/claim", **{"HX-Target": "item-1"})
    assert answer.status_code == 404
    assert answer.get_data(as_text=True).startswith("<tr><td")


def test_an_act_without_the_sessions_token_changes_nothing(applicant: Visitor) -> None:
    task = applicant.task()
    assert applicant.client.post(f"{task}/claim").status_code == 403
    assert "待签收" in applicant.get("/inbox").get_data(as_text=True)


def test_who_started_a_case_finds_it_and_its_page(visit: Visit, applicant: Visitor) -> None:
    sponsor = visit("shanxi_recommender")
    found = re.search(r'href="(/cases/\w+)"', sponsor.get("/started").get_data(as_text=True))
    assert found
    page = sponsor.get(found[1]).get_data(as_text=True)
    for words in (
        "申报准备",
        "云岭碳基材料研究院",
        "校验一致",
        "编制申报材料",
        "目前没有在计算的法定期限",
    ):
        assert words in page


def test_a_stranger_does_not_learn_that_a_case_exists(visit: Visit, applicant: Visitor) -> None:
    stranger = visit("national_applicant")
    sponsor = visit("shanxi_recommender")
    found = re.search(r'href="(/cases/\w+)"', sponsor.get("/started").get_data(as_text=True))
    assert found
    assert stranger.get(found[1]).status_code == 404
    assert stranger.get(applicant.task()).status_code == 404
    assert "SHANXI-" not in stranger.get("/cases").get_data(as_text=True)


def test_an_english_page_has_english_labels_and_a_translated_diagram(applicant: Visitor) -> None:
    applicant.get("/language/en")
    page = applicant.get(applicant.task()).get_data(as_text=True)
    assert "Prepare the application papers" in page
    diagram = re.search(r'data-diagram="([^"]+)"', page)
    assert diagram and diagram[1].endswith(".en.bpmn")
    answer = applicant.get(diagram[1])
    assert 'name="Prepare the application papers"' in answer.get_data(as_text=True)
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_diagram_that_is_not_published_is_not_found(visit: Visit) -> None:
    visitor = visit("shanxi_applicant")
    for path in ("1/nowhere/application", "1/shanxi/nothing", "99/shanxi/application"):
        assert visitor.get(f"/diagrams/{path}.zh.bpmn").status_code == 404


def test_what_may_be_started_depends_on_the_office(visit: Visit) -> None:
    assert "/start/shanxi/application" in visit("shanxi_recommender").get("/start").text
    assert "您的岗位没有可以发起的程序" in visit("shanxi_applicant").get("/start").text
    assert visit("shanxi_applicant").get("/start/shanxi/application").status_code == 403
    assert visit("shanxi_recommender").get("/start/shanxi/formal_review").status_code == 404


def test_a_stranger_is_told_whether_why_not_and_whom_to_ask(visit: Visit) -> None:
    page = visit("shanxi_applicant").get("/self-check/shanxi?legal_person=1").text
    assert "有 3 项条件不符合，现在还不能申报。" in page
    assert "另有 2 项由审查人员和专家判断。" in page
    assert "推荐单位（省行业主管部门、市及示范区标准化主管部门）" in page and "SX-13.1" in page


def test_the_self_check_names_the_offices_that_may_begin_an_application(visit: Visit) -> None:
    page = visit("shanxi_applicant").get("/self-check/shanxi").text
    assert "本系统中可以发起的单位：" in page and "汾东市标准化主管部门" in page


def test_what_was_submitted_in_the_round_is_told_in_the_self_check(
    visit: Visit, applicant: Visitor
) -> None:
    asked = "/self-check/shanxi?legal_person=1&field_name=碳基 新材料"
    assert "同一单位同一领域" not in applicant.get(asked).text
    convene_panel(visit, applicant)
    page = applicant.get(asked).text
    assert "由汾东市标准化主管部门报送同一单位同一领域的申报（SX申" in page
    assert 'role="alert"><b>本批次已由' in page and '/clauses/SX-13.1"' in page
    assert "同一单位同一领域" not in applicant.get(asked.replace("新材料", "纤维")).text
    for other in ("shanxi_expert_1", "shanxi_recommender", ""):
        address = asked if other else asked.replace("/self-check", "/portal/self-check")
        page = visit(other).get(address).text
        assert "SX申" not in page and 'name="field_name"' not in page
    assert 'name="field_name"' not in applicant.get("/self-check/national?field_name=x").text
    applicant.client.set_cookie("language", "en")
    assert "has submitted an application of the same unit" in applicant.get(asked).text


def test_a_second_application_of_the_round_is_refused_at_its_start(
    visit: Visit, applicant: Visitor
) -> None:
    convene_panel(visit, applicant)
    with pytest.raises(AssertionError, match="already_submitted"):
        start_application(visit)


def test_a_unit_that_ticks_nothing_is_told_what_is_not_met(visit: Visit) -> None:
    visitor = visit("shanxi_applicant")
    assert 'name="checked" value="1"' in visitor.get("/self-check/jiangxi").text
    assert "有 2 项“原则上”的条件不符合" in visitor.get("/self-check/jiangxi?checked=1").text


def test_a_day_that_cannot_be_read_is_told_and_stays(visit: Visit) -> None:
    page = visit("shanxi_applicant").get(CONTRADICTED).text
    assert "日期没有读懂" in page and 'value="2025/1/1"' in page and "可以申报" not in page
    assert ">符合<" not in page


def test_a_condition_that_only_the_register_knows_is_not_asked(visit: Visit) -> None:
    visitor = visit("shanxi_applicant")
    page = visitor.get("/self-check/jiangxi_base").text
    assert "按登记核对" in page and "待填写" not in page
    assert "/self-check/jiangxi_base" not in visitor.get("/start").text


def test_ones_own_regime_is_offered_first(visit: Visit) -> None:
    start = visit("shanxi_applicant").get("/start").text
    assert start.index("/self-check/shanxi", start.index("<h1>")) < start.index("/self-check/nat")


def test_units_that_apply_find_the_conditions_in_the_menu(visit: Visit) -> None:
    menu = visit("shanxi_applicant").get("/inbox").text
    assert 'href="/self-check/shanxi"' in menu
    assert "/self-check/" not in visit("shanxi_authority").get("/inbox").text


def test_the_proof_of_a_deadline_is_told_step_by_step(applicant: Visitor) -> None:
    task = applicant.task()
    with_deadline(task.rpartition("/")[2])
    page = applicant.get(task).text
    for words in ("期限是怎样算出来的", "起算点", "SX-16.2", "日历版本", "超期", "2026-02-"):
        assert words in page
    applicant.get("/language/en")
    page = applicant.get(task).text
    assert "How the deadline was computed" in page and "working day 30 after" in page


def with_deadline(item_id: str) -> None:
    """Give a task the deadline of the plan filing (SX-16.2), counted from 2026-01-05."""
    with db.transaction() as tx:
        item = tx.execute(select(work_items).where(work_items.c.id == item_id)).mappings().one()
        law = cases.law_of(tx, "shanxi")
        due = law.deadline("plan_filing", date(2026, 1, 5))
        row = {name: getattr(due, name) for name in deadlines.c.keys() if hasattr(due, name)}  # noqa: SIM118
        row |= {"id": new_id(), "case_id": item["case_id"], "instance_id": item["instance_id"]}
        row |= {"status": "open", "proof": [{"zh": one.zh, "en": one.en} for one in due.proof]}
        tx.execute(insert(deadlines).values(row))
        change = {"deadline_id": row["id"], "due_on": due.due_on, "due_kind": due.kind}
        tx.execute(update(work_items).where(work_items.c.id == item_id).values(change))


def test_an_english_list_of_dates_has_room_for_the_article(applicant: Visitor) -> None:
    with_deadline(applicant.task().rpartition("/")[2])
    applicant.get("/language/en")
    row = applicant.get("/deadlines").text.partition("<tbody>")[2]
    assert 'class="gc-wrap">Filing of the construction plan</td>' in row, row
