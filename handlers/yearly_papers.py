"""报送年度材料: the automatic boxes of yearly_papers.bpmn, in the order of the diagram."""

from collections.abc import Mapping
from datetime import date

from handlers.ports import DeadlineOf, Register, Table
from handlers.rules import papers
from handlers.rules.answers import Row, rows


def register_paper(
    today: date,
    case: Row,
    register: Register,
    deadline: DeadlineOf,
    paper_kind: str,
    paper_title: str,
    papers_year: int,
    papers_from: date,
) -> None:
    """登记年度材料

    A late one is taken and marked; the text knows no sanction. Clauses: GB-25.2 SX-24.1 SX-24.2
    SX-35.1 JX-31.1 JX-32.1.
    """
    late = today > deadline(paper_kind, papers_from).due_on
    entry = {"case": case["id"], "year": papers_year, "title": paper_title, "late": late}
    register.record(paper_kind, entry | {"effective_on": today})


def register_papers(
    today: date,
    case: Row,
    register: Register,
    table: Table,
    deadline: DeadlineOf,
    papers_year: int,
    papers_from: date,
    submitted_papers: Mapping[str, object],
) -> dict[str, object]:
    """登记总结和计划

    Filed when summary and plan are both there; the day counts on which the last of them came.
    Clauses: GB-29.1 JX-30.1.
    """
    lacking = papers.missing(rows(table("papers", phase="annual_papers")), submitted_papers)
    late = today > deadline("annual_papers", papers_from).due_on
    if not lacking:
        entry = {"case": case["id"], "year": papers_year, "late": late, "title": "年度总结和计划"}
        register.record("annual_papers", entry | {"effective_on": today})
    return {
        "papers_complete": not lacking,
        "papers_lacking": papers.titles(lacking),
        "annual_papers_filed_for": papers_year,
        "annual_papers_filed_on": today,
        "annual_papers_late": late,
    }
