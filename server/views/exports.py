"""Lists as files: every list is also a CSV and an XLSX with the same filters and the same scope.

A view asks for ``size()`` rows and hands its page to ``answer`` when ``asked()``. Nothing a person
typed becomes a formula: CSV cells that a spreadsheet would run are marked as text, XLSX cells are
written as text.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import IO, Any, NamedTuple
from urllib.parse import quote

import xlsxwriter
from flask import Response, request
from flask_babel import gettext
from werkzeug.wsgi import wrap_file

from server import clock
from server.views.words import local_time
from server.work.inbox import PAGE, Page

LIMIT = 10_000
"""Rows of one file; a narrower filter gives the rest."""

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
RUNNING = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet runs."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as GBK."""

LIMIT_CELL = 32_000
"""Characters; Excel takes 32 767."""


class Column(NamedTuple):
    """A heading, and how a row fills the cell below it."""

    heading: str
    value: Callable[[Any], object]


class Sheet(NamedTuple):
    """One list of a page that has several, or one that is not paged."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Any]


def asked() -> str:
    """The kind of file the address asks for; empty for the page."""
    kind = request.args.get("format", "")
    return kind if kind in KINDS else ""


def size() -> int:
    """How many rows to read: those of a page, or those of a file."""
    return LIMIT if asked() else PAGE


def answer(name: str, columns: Sequence[Column], page: Page) -> Response:
    """The rows as the file that was asked for, saved as ``name`` with the day."""
    lines = list(_lines(columns, page))
    content = _csv(lines) if asked() == "csv" else _xlsx(lines)
    file = quote(f"{name}-{clock.today()}.{asked()}", safe="")
    return Response(
        content,
        content_type=KINDS[asked()],
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{file}"},
    )


def chosen(sheets: Mapping[str, Sheet]) -> Response:
    """The list that the address names with ``list``, the first when it names none."""
    sheet = sheets.get(request.args.get("list", "")) or next(iter(sheets.values()))
    return answer(sheet.name, sheet.columns, whole(sheet.rows))


def whole(rows: Sequence[Any]) -> Page:
    """A list that is not paged by key, such as the clauses."""
    return Page(list(rows[:LIMIT]), "more" if len(rows) > LIMIT else "")


def tame(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(RUNNING) else cell


def _lines(columns: Sequence[Column], page: Page) -> Iterator[list[str]]:
    yield [column.heading for column in columns]
    for row in page.items:
        yield [_text(column.value(row)) for column in columns]
    if page.cursor:
        yield [gettext("只导出前 %(num)s 行，其余请缩小筛选范围后导出", num=LIMIT)]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return local_time(value)
    return value.isoformat() if isinstance(value, date) else str(value)[:LIMIT_CELL]


def _csv(lines: Iterable[list[str]]) -> Iterator[bytes]:
    yield BYTE_ORDER_MARK.encode()
    for line in lines:
        out = io.StringIO()
        csv.writer(out, lineterminator="\r\n").writerow([tame(cell) for cell in line])
        yield out.getvalue().encode()


def _xlsx(lines: Iterable[list[str]]) -> Iterable[bytes]:
    """One row at a time goes to the disk; nothing is kept in memory but that row."""
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_urls": False})
    book.set_properties({"created": clock.now()})
    sheet = book.add_worksheet()
    sheet.set_column(0, 40, 22)
    sheet.freeze_panes(1, 0)
    heading = book.add_format({"bold": True})
    for number, line in enumerate(lines):
        for place, cell in enumerate(line):
            sheet.write_string(number, place, cell, None if number else heading)
    book.close()
    file.seek(0)
    return wrap_file(request.environ, file)
