"""A stranger can say where a case stands, who has it, until when, by which article."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from server import clock, db
from server.jobs import claims, worker
from server.law.ahead import next_steps
from server.law.catalogue import Catalogue
from server.models import cases, deadlines
from tests.server.views.conftest import PAGE, PAPERS, Visit, Visitor
from tests.server.views.test_pages import with_deadline
from tests.walk import shipped


def case_page(visitor: Visitor) -> str:
    found = re.search(r'href="(/cases/\w+)"', visitor.get("/cases").get_data(as_text=True))
    assert found
    return visitor.get(found[1]).get_data(as_text=True)


def test_a_party_reads_who_has_the_case_and_what_is_next(visit: Visit, applicant: Visitor) -> None:
    page = case_page(visit("shanxi_recommender"))
    standing = page[page.index("办到哪里了") : page.index("deadlines-title")]
    for words in ("申报准备", "编制申报材料", "云岭碳基材料研究院", "待签收", "没有规定期限"):
        assert words in standing
    assert "SX-13.2" in standing and "审核推荐" in standing
    assert "去办理" not in standing
    assert "去办理" in case_page(applicant)


def test_a_case_that_is_over_says_when_and_why(applicant: Visitor) -> None:
    with db.transaction() as tx:
        record = tx.execute(select(cases.c.record)).scalar_one()
        record = {**record, "ended_ground": "violation"}
        tx.execute(update(cases).values(closed_at=clock.now(), record=record))
    page = case_page(applicant)
    assert "本办件已于 2026-11-20 了结" in page
    assert "事由：存在办法所列违规情形。" in page


@pytest.mark.parametrize(
    ("regime", "then"),
    [("shanxi", ("审核推荐",)), ("national", ("论证申报方案",))],
)
def test_the_next_step_is_that_of_the_regime(regime: str, then: tuple[str, ...]) -> None:
    law: Catalogue = shipped()
    assert next_steps(law, regime, "application", "fill_application")[: len(then)] == then


def test_an_unknown_step_has_no_next_one() -> None:
    assert next_steps(shipped(), "shanxi", "x", "y") == ()
    assert next_steps(shipped(), "shanxi", "application", "gone") == ()


@pytest.fixture
def date_id(applicant: Visitor) -> str:
    """The filing of the plan (SX-16.2), counted from 2026-01-05 and long overdue."""
    with_deadline(applicant.task().rpartition("/")[2])
    with db.read() as tx:
        return str(tx.execute(select(deadlines.c.id)).scalar_one())


def test_a_proof_is_a_page_to_print_and_a_void_date_is_none(
    applicant: Visitor, date_id: str
) -> None:
    page = applicant.get(f"/deadlines/{date_id}").get_data(as_text=True)
    for words in ("期限推算说明", "2026-01-05 当日不计", "第十六条", "打印日期：2026-11-20"):
        assert words in page
    with db.transaction() as tx:
        tx.execute(update(deadlines).values(status="void"))
    assert applicant.get(f"/deadlines/{date_id}").status_code == 404


def test_an_overdue_date_is_red_in_words_and_leads_to_its_proof(
    applicant: Visitor, date_id: str
) -> None:
    for page in (case_page(applicant), applicant.get("/deadlines?state=overdue").text):
        assert "gc-late" in page and "超期 " in page and f"/deadlines/{date_id}" in page
    assert date_id not in applicant.get("/deadlines?state=week").text


@pytest.fixture
def recommender(visit: Visit, applicant: Visitor) -> Visitor:
    """Who has to recommend what the applicant has handed in."""
    applicant.do(PAPERS)
    return visit("shanxi_recommender")


DEFECTS = ("缺少所在地人民政府支持材料。", "缺少信用承诺。")


def send_back(recommender: Visitor) -> None:
    task = recommender.task()
    recommender.post(f"{task}/claim")
    page = recommender.get(f"{task}/acts/return").text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    given = {**hidden, "to": "fill_application", "defects": "\n".join(DEFECTS)}
    answer = recommender.client.post(
        f"{task}/acts/return", data={**given, "due_on": "2026-12-10"}, headers=PAGE
    )
    assert answer.status_code == 303, answer.text


def test_what_was_returned_says_so_in_the_list_and_on_the_page_of_the_case(
    visit: Visit, recommender: Visitor
) -> None:
    send_back(recommender)
    applicant = visit("shanxi_applicant")
    assert "退回补正" in applicant.get("/inbox").text
    page = case_page(applicant)
    standing = page[page.index("办到哪里了") : page.index("deadlines-title")]
    assert "退回补正" in standing and "请于 2026-12-10 前一并补正" in standing
    assert all(defect in standing for defect in DEFECTS)
    notice = applicant.get("/notices").text
    assert "退回补正</b>，期限 2026-12-10" in notice
    assert "缺少所在地人民政府支持材料；缺少信用承诺。" in notice


def test_an_applicant_who_is_turned_down_is_told_why_by_which_article_and_what_is_open(
    visit: Visit, recommender: Visitor
) -> None:
    given = {"recommendation": "declined", "not_approved_reason": "同一领域已有一个基地。"}
    recommender.do(given)
    worker.drain(claims.OUTSIDE)
    applicant = visit("shanxi_applicant")
    page = case_page(applicant)
    standing = page[page.index("办到哪里了") : page.index("deadlines-title")]
    for words in ("未获推荐，不予批准", "同一领域已有一个基地。", "SX-13.1", "SX-13.3"):
        assert words in standing
    assert "以后批次可重新申报" in standing and "/clauses/D-19" in standing
    assert "/self-check/shanxi" in standing
    notice = applicant.get("/notices").text
    assert "办件已了结" in notice and "同一领域已有一个基地。" in notice
    assert "办件已了结" not in recommender.get("/notices").text
    listed = applicant.get("/cases").text.partition("<tbody>")[2]
    assert "已于 2026-11-20 了结" in listed and "无期限" not in listed


def test_a_party_reads_what_the_formal_review_asks_for(visit: Visit, recommender: Visitor) -> None:
    recommender.do(
        {
            "recommender_name": "汾东市标准化主管部门",
            "recommendation": "recommended",
            "recommendation_opinion": "同意推荐。",
            "recommendation_letter": [recommender.upload()],
        }
    )
    note = "申报书第三页缺失。"
    given = {"formal_review_verdict": "supplement", "formal_review_opinion": "缺页。"}
    visit("shanxi_formal_reviewer").do(given | {"supplement_note": note})
    page = case_page(visit("shanxi_applicant"))
    standing = page[page.index("办到哪里了") : page.index("deadlines-title")]
    assert "补正申报材料" in standing and f"须补正</b><p>{note}</p>" in standing


def test_what_goes_on_is_named_before_what_would_end_the_case() -> None:
    then = next_steps(shipped(), "shanxi", "application", "recommend_application")
    assert then == ("形式审查", "未获推荐，不予批准")
