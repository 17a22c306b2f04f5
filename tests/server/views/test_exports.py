"""Lists as files: the same scope and filters as the page, and nothing that a spreadsheet runs."""

import csv
import io
import re
import zipfile

import pytest
from sqlalchemy import update

from server import db
from server.models import cases
from server.views import exports
from tests.server.views.conftest import Visit, Visitor

LISTS = ["/inbox", "/done", "/started", "/cases", "/deadlines", "/steps", "/clauses"]
FORMULA = '=HYPERLINK("http://example.org","x")'


def sheet(visitor: Visitor, path: str) -> list[dict[str, str]]:
    answer = visitor.get(f"{path}{'&' if '?' in path else '?'}format=csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))


def strings(visitor: Visitor, path: str) -> str:
    """The parts of a workbook that hold cells and formulas."""
    answer = visitor.get(f"{path}?format=xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


def rename(title: str) -> None:
    with db.transaction() as tx:
        tx.execute(update(cases).values(title=title))


@pytest.mark.parametrize("path", LISTS)
def test_every_list_is_a_csv_and_a_workbook_and_says_so(applicant: Visitor, path: str) -> None:
    page = applicant.get(path).get_data(as_text=True)
    for kind in exports.KINDS:
        assert f"format={kind}" in page
        answer = applicant.get(f"{path}?format={kind}")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert "编号" in strings(applicant, path)


def test_a_file_holds_what_the_person_may_read_and_no_more(
    applicant: Visitor, visit: Visit
) -> None:
    assert [row["办件名称"][-2:] for row in sheet(applicant, "/cases")] == ["申报"]
    for login in ("national_applicant", "jiangxi_authority", "shanxi_expert_1"):
        for path in ("/cases", "/steps", "/deadlines", "/inbox"):
            assert sheet(visit(login), path) == []


def test_a_file_has_the_filters_of_its_page(applicant: Visitor) -> None:
    assert len(sheet(applicant, "/cases?q=碳基&regime=shanxi&state=open")) == 1
    assert sheet(applicant, "/cases?state=closed") == []
    assert sheet(applicant, "/steps?role=authority") == []
    assert len(sheet(applicant, "/clauses?regime=shanxi&q=SX-14")) == 2


@pytest.mark.parametrize("first", exports.RUNNING)
def test_no_cell_begins_a_formula(applicant: Visitor, first: str) -> None:
    rename(f"{first}1+1")
    for path, column in (("/cases", "办件名称"), ("/inbox", "事项名称"), ("/steps", "办件名称")):
        assert [row[column] for row in sheet(applicant, path)] == [f"'{first}1+1"]


def test_a_workbook_has_texts_and_no_formulas_or_links(applicant: Visitor) -> None:
    rename(FORMULA)
    written = strings(applicant, "/cases")
    assert "HYPERLINK" in written
    assert not re.search(r"<f[ >]|<hyperlink|r:id", written)
    assert 't="n"' not in written


def test_an_unknown_kind_of_file_is_the_page(applicant: Visitor) -> None:
    assert applicant.get("/cases?format=exe").mimetype == "text/html"


def test_a_file_that_is_cut_off_says_so(
    applicant: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "LIMIT", 2)
    rows = sheet(applicant, "/clauses")
    assert len(rows) == 3
    assert rows[-1]["编号"].startswith("只导出前 2 行")
