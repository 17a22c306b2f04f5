"""A stranger can say where a case stands, who has it, until when, by which article."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from server import clock, db
from server.law.ahead import next_steps
from server.law.catalogue import Catalogue
from server.models import cases, deadlines
from tests.server.views.conftest import Visit, Visitor
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
