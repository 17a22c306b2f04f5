"""The record of a case as PDF, its typeface embedded: the same facts as the page to read."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, LongTable, Paragraph, SimpleDocTemplate, TableStyle

from server.work.archive.page import Record, moment, plain
from server.work.papers import pdf

MARGIN = 20 * mm
LINE = HexColor("#c9ced6")
HASH_DIGITS = 16
TITLE, HEADING, TEXT = 16, 12, 9
"""Points."""


def draw(record: Record) -> bytes:
    """The bytes of the file."""
    pdf.register_font()
    out = io.BytesIO()
    title = record.case["title"]
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN)
    SimpleDocTemplate(
        out, pagesize=A4, title=title, invariant=True, initialFontName=pdf.FONT, **margins
    ).build(_story(record))
    return out.getvalue()


def _story(record: Record) -> list[Flowable]:
    told = f"{record.case['number']}　{record.state}　依据《{record.instrument}》"
    made = f"形成于 {moment(record.made_at)}"
    return [
        _line(record.case["title"], TITLE),
        _line(told, TEXT),
        _line(made, TEXT),
        _line("登记内容", HEADING),
        _table((35, 135), [(word, plain(value)) for word, value in record.facts]),
        _line("材料", HEADING),
        _table((70, 100), [(each.name, each.sha) for each, _ in record.documents]),
        _line(f"办理记录（{len(record.entries)}条）", HEADING),
        _table((10, 36, 54, 36, 34), [_entry(each) for each in record.entries]),
        _line(f"末条校验值 {record.case['journal_head']}", TEXT),
    ]


def _entry(entry: dict[str, object]) -> tuple[str, ...]:
    name, digest = str(entry["name"] or entry["act"]), str(entry["hash"])[:HASH_DIGITS]
    return str(entry["seq"]), moment(entry["at"]), name, str(entry["actor_name"]), digest  # type: ignore[arg-type]


def _table(widths: Sequence[float], rows: Iterable[Sequence[str]]) -> Flowable:
    cells = [[_line(cell, TEXT) for cell in row] for row in rows] or [[_line("无", TEXT)]]
    ruled = TableStyle(
        [("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    )
    return LongTable(cells, [width * mm for width in widths[: len(cells[0])]], style=ruled)


def _line(text: str, size: float) -> Paragraph:
    style = ParagraphStyle(
        f"line{size}",
        fontName=pdf.FONT,
        fontSize=size,
        leading=size * 1.5,
        spaceBefore=size if size > TEXT else 0,
        spaceAfter=size / 2 if size > TEXT else 0,
        keepWithNext=size > TEXT,
        wordWrap="CJK",
    )
    return Paragraph(escape(text), style)
