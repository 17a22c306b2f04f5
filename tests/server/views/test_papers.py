"""Official papers: numbered with the act, drawn by a job, their files among those of the case."""

from __future__ import annotations

import re
from typing import Any

import pytest

from server import db
from server.jobs import claims, daily, worker
from server.models import jobs
from server.work import papers
from server.work.papers import pdf, rendering
from tests.server.views.conftest import Visit, Visitor
from tests.server.views.test_objections import authority
from tests.server.work.helpers import rows

__all__ = ["authority"]


def case_of(authority: Visitor) -> str:
    found = re.search(r'href="/cases/(\w+)"', authority.get("/cases").text)
    assert found
    return found[1]


def issued(case: str) -> list[dict[str, Any]]:
    with db.read() as tx:
        return papers.of_case(tx, case)


def test_a_published_notice_is_a_paper_with_a_number(authority: Visitor) -> None:
    (paper,) = issued(case_of(authority))
    assert (paper["kind"], paper["serial"], paper["number"]) == (
        "public_notice",
        1,
        "GB公示〔2026〕1号",
    )
    assert paper["content"]["mark"] == "（征求意见稿）"
    assert "公示时间：自2026年11月20日起，至2026年12月21日止。" in paper["content"]["body"]
    assert "第十五条" in paper["content"]["body"][0]


def test_its_files_are_drawn_once_and_stand_among_the_documents(authority: Visitor) -> None:
    case = case_of(authority)
    while worker.run_one(claims.OUTSIDE):
        pass
    (paper,) = issued(case)
    page = authority.get(f"/cases/{case}").text
    assert page.count("GB公示〔2026〕1号") >= 2
    drawn = authority.get(f"/documents/{paper['pdf_id']}")
    assert drawn.data.startswith(b"%PDF-")
    (job,) = rows_of("render")
    assert papers.draw(job) == {}
    with db.transaction() as tx:
        papers.keep(tx, job | {"ready": {}})
    assert issued(case)[0]["pdf_id"] == paper["pdf_id"]


def test_while_a_paper_is_drawn_others_write(
    authority: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite has one writer at a time; nobody waits until a drawing is finished."""
    written: list[int] = []

    def slow(content: dict[str, Any]) -> bytes:
        daily.plan()
        written.append(1)
        return pdf.draw(content)

    monkeypatch.setitem(rendering.DRAWINGS, "pdf", slow)
    while worker.run_one(claims.OUTSIDE):
        pass
    assert written == [1]
    assert issued(case_of(authority))[0]["pdf_id"]


def rows_of(kind: str) -> list[dict[str, Any]]:
    return rows(jobs, kind=kind)


def test_a_paper_is_read_by_the_parties_and_by_nobody_else(
    visit: Visit, authority: Visitor
) -> None:
    while worker.run_one(claims.OUTSIDE):
        pass
    (paper,) = issued(case_of(authority))
    answers = {
        login: visit(login).get(f"/documents/{paper['pdf_id']}").status_code
        for login in ("national_applicant", "shanxi_authority")
    }
    assert answers == {"national_applicant": 200, "shanxi_authority": 404}
