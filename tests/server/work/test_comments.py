"""The summary of a comment round as a document and as a sheet, in the form of annex 3."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date

import pytest
from docx import Document
from lxml import etree

from server import db
from server.errors import NotFound
from server.studio.scenarios import finding
from server.work import comments
from server.work.comments import Summary
from tests.server.work.played import played

ANNEX = ["序号", "制度文件章条编号", "意见内容", "提出人或提出单位意见", "处理意见"]
REGIME = "jiangxi_base"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Three comments, one late, all handled."""
    with played("jiangxi_base/CR-01", tmp_path_factory.mktemp("papers")) as play:
        yield play.cases["本案"]


@pytest.fixture(scope="module")
def summary(case: str) -> Summary:
    with db.read() as tx:
        return comments.summary(tx, finding.holder("authority", REGIME), case)


def test_each_comment_has_its_row_with_proposer_lateness_and_handling(summary: Summary) -> None:
    assert summary.heading == (
        "《国家技术标准创新基地（江西绿色生态）管理办法》（征求意见稿）意见汇总表"
    )
    assert summary.filled_on == date(2024, 12, 30)
    assert [row[:2] for row in summary.rows] == [
        ("1", "第十条"), ("2", "第十二条"), ("3", "第十一条"),
    ]  # fmt: skip
    assert summary.rows[1][3:] == ("被征求意见单位甲，张某", "不采纳：已在第三款规定。")
    assert summary.rows[2][3] == "被征求意见单位乙（逾期，2024-12-28收到）"
    assert summary.rows[2][4] == "部分采纳：采纳文字修改。"


def test_the_document_has_the_five_columns_of_the_annex(summary: Summary) -> None:
    out = io.BytesIO()
    comments.write_docx(summary, out)
    paper = Document(out)
    assert paper.paragraphs[0].text == summary.heading
    assert paper.paragraphs[1].text == "2024年12月30日填写"
    (table,) = paper.tables
    assert [cell.text for cell in table.rows[0].cells] == ANNEX
    assert [[c.text for c in row.cells] for row in table.rows[1:]] == [
        list(r) for r in summary.rows
    ]


def test_the_sheet_has_the_same_rows_and_no_formula() -> None:
    row = ("1", "第十条", "=HYPERLINK(1)", "单位甲", "采纳")
    out = io.BytesIO()
    comments.write_xlsx(Summary("某办法", date(2024, 12, 30), [row]), out)
    with zipfile.ZipFile(out) as book:
        texts = etree.fromstring(book.read("xl/sharedStrings.xml"))
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    found = ["".join(one.itertext()) for one in texts]
    assert set(ANNEX) | set(row) <= set(found)
    assert "<f>" not in sheet


def test_a_case_without_a_round_has_no_summary(tmp_path_factory: pytest.TempPathFactory) -> None:
    with played("jiangxi_base/FB-01", tmp_path_factory.mktemp("papers")) as play:
        officer = finding.holder("authority", REGIME)
        with db.read() as tx, pytest.raises(NotFound):
            comments.summary(tx, officer, play.cases["本案"])
