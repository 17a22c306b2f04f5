"""The summary of a comment round in the form of annex 3, as DOCX and as XLSX."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

import xlsxwriter
from sqlalchemy import Connection

from server import clock
from server.engine import runtime
from server.errors import NotFound
from server.law import papers
from server.work import cases
from server.work import desk as desks
from server.work.papers import word
from server.work.people import Person
from server.work.sql import Row
from server.work.surroundings import spec_of

PROCEDURE = "comment_round"
HEADINGS = ("序号", "制度文件章条编号", "意见内容", "提出人或提出单位意见", "处理意见")
WIDTHS = (1.5, 3.5, 8.5, 4.5, 6.0)
"""Centimetres; the page lies on its side."""

WORDS = {"adopted": "采纳", "partly_adopted": "部分采纳", "not_adopted": "不采纳"}


@dataclass(frozen=True, slots=True)
class Summary:
    """``rows`` are the cells of the five columns; ``title`` that of the draft."""

    title: str
    filled_on: date
    rows: list[tuple[str, str, str, str, str]]

    @property
    def heading(self) -> str:
        """《…》（征求意见稿）意见汇总表"""
        return f"《{self.title}》（征求意见稿）意见汇总表"


def summary(tx: Connection, person: Person, case_id: str) -> Summary:
    """The comments of a round as they stand; raises NotFound."""
    found = cases.dossier(tx, person, case_id)
    rounds = [each for each in found.instances if each["process_id"] == PROCEDURE]
    if not rounds:
        raise NotFound("这个办件没有征求意见")
    desk = desks.of_instance(tx, case_id, rounds[-1]["id"], lock=False)
    known: Row = dict(runtime.variables(spec_of(desk), bytes(desk.instance["state_blob"])))
    filled_on = known.get("round_closed_on") or clock.today()
    return Summary(str(known["document_title"]), filled_on, [_row(c) for c in known["comments"]])


def _row(comment: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    proposer = "，".join(filter(None, (comment["unit"], comment["proposer"])))
    late = "" if comment["timely"] else f"（逾期，{comment['received_on']:%Y-%m-%d}收到）"
    handling = WORDS.get(comment["handling"] or "", "")
    told = "：".join(filter(None, (handling, comment["reason"])))
    number, article = str(comment["number"]), str(comment["article"])
    return number, article, str(comment["content"]), f"{proposer}{late}", told


# --- the table as files -------------------------------------------------------------------------


def write_docx(summary: Summary, out: IO[bytes]) -> None:
    """The table as annex 3 draws it, its headings on every page."""
    filled = papers.written(summary.filled_on)
    said = {"title": summary.heading, "body": [f"{filled}填写"], "organ": "", "form": "table"}
    rows = [list(each) for each in summary.rows]
    table = {"headings": list(HEADINGS), "widths": [each * 10 for each in WIDTHS], "rows": rows}
    out.write(word.draw({**said, "table": table}))


def write_xlsx(summary: Summary, out: IO[bytes]) -> None:
    """The same table as a sheet; every cell is text."""
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("意见汇总表")
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    heading = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center"})
    text = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, summary.heading, title)
    sheet.write_string(1, len(HEADINGS) - 1, f"{summary.filled_on:%Y-%m-%d}填写")
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width * 5)
    for number, cells in enumerate((HEADINGS, *summary.rows), start=2):
        for column, cell in enumerate(cells):
            sheet.write_string(number, column, cell, text if number > 2 else heading)
    sheet.freeze_panes(3, 0)
    sheet.set_landscape()
    sheet.repeat_rows(2)
    book.close()


Writer = Callable[[Summary, IO[bytes]], None]

KINDS: Mapping[str, tuple[str, Writer]] = {
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", write_docx),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
}
"""Ending -> media type and how it is written."""
