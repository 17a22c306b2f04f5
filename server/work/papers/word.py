"""A paper as DOCX, to be completed and sealed by the office."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from server.work.papers import layout

SONG, FANGSONG = "方正小标宋简体", "仿宋_GB2312"
"""Typefaces of title and body that offices have; a machine without them takes its own."""

CENTER, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT

RED = RGBColor.from_string(layout.RED)


def draw(content: dict[str, Any]) -> bytes:
    """The bytes of the file."""
    document = Document()
    properties = document.core_properties
    properties.title, properties.author = content["title"], content["organ"]
    properties.last_modified_by = content["organ"]
    properties.comments = ""
    form = content.get("form", "letter")
    draws = {"minutes": _minutes, "certificate": _certificate, "table": _sheet}
    draws.get(form, _letter)(document, content)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# --- what stands on a paper of each form ----------------------------------------------------------


def _letter(document: Any, content: dict[str, Any]) -> None:
    _upright(document)
    _head(document, content)
    if content["addressee"]:
        _line(document, f"{content['addressee']}：")
    _paragraphs(document, content["body"])
    _attachments(document, content.get("attachments", []))
    for _ in range(2):
        _line(document, "")
    _signature(document, content, layout.BODY)
    _imprint(document, content)


def _minutes(document: Any, content: dict[str, Any]) -> None:
    """Minutes have the people where letters have the signature."""
    _upright(document)
    _head(document, content)
    _paragraphs(document, content["body"])
    _line(document, "")
    _paragraphs(document, content["people"])
    _imprint(document, content)


def _certificate(document: Any, content: dict[str, Any]) -> None:
    _lie_down(document)
    _line(document, content["title"], SONG, layout.CERTIFICATE, CENTER, color=RED)
    if content["mark"]:
        _line(document, content["mark"], align=CENTER)
    _line(document, f"编号：{content['number']}", size=layout.SMALL, align=RIGHT)
    _line(document, "")
    if content["addressee"]:
        _line(document, f"{content['addressee']}：", size=layout.GRANTED)
    for text in content["body"]:
        paragraph = _line(document, text, size=layout.GRANTED)
        paragraph.paragraph_format.first_line_indent = Pt(2 * layout.GRANTED)
    _line(document, "")
    _signature(document, content, layout.GRANTED)


def _sheet(document: Any, content: dict[str, Any]) -> None:
    _lie_down(document)
    _line(document, content["title"], SONG, 18, CENTER)
    for text in content["body"]:
        _line(document, text, size=layout.SMALL, align=RIGHT)
    _table(document, **content["table"])


# --- their parts ----------------------------------------------------------------------------------


def _upright(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(layout.PAGE_WIDTH), Mm(layout.PAGE_HEIGHT)
    section.top_margin, section.bottom_margin = Mm(layout.TOP), Mm(layout.BOTTOM)
    section.left_margin, section.right_margin = Mm(layout.LEFT), Mm(layout.RIGHT)


def _lie_down(document: Any) -> None:
    """Turn the page on its side."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(layout.PAGE_HEIGHT), Mm(layout.PAGE_WIDTH)
    section.left_margin = section.right_margin = Mm(layout.SIDE)
    section.top_margin = section.bottom_margin = Mm(layout.SIDE)


def _table(
    document: Any, headings: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]]
) -> None:
    """A ruled table whose headings stand on every page; ``widths`` in millimetres."""
    drawn = document.add_table(rows=0, cols=len(headings), style="Table Grid")
    drawn.autofit = False
    for texts in (headings, *rows):
        row = drawn.add_row()
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width = Mm(width)
            _write(cell.paragraphs[0], text, FANGSONG, layout.CELL)
    head = drawn.rows[0]._tr.get_or_add_trPr()
    head.append(head.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))


def _head(document: Any, content: dict[str, Any]) -> None:
    head = f"{content['organ']}{layout.SUFFIX[content.get('form', 'letter')]}"
    _line(document, head, SONG, layout.head_size(head), CENTER, color=RED)
    _line(document, "")
    _ruled(_line(document, content["number"], align=CENTER), layout.RED)
    _line(document, "")
    _broken(document, layout.title_lines(content["title"]))
    if content["mark"]:
        _line(document, content["mark"], SONG, layout.TITLE, CENTER)
    _line(document, "")


def _broken(document: Any, lines: Sequence[str]) -> None:
    """A title in one paragraph, its lines broken as in the other drawing."""
    paragraph = _line(document, lines[0], SONG, layout.TITLE, CENTER)
    for line in lines[1:]:
        paragraph.runs[-1].add_break()
        _write(paragraph, line, SONG, layout.TITLE)


def _paragraphs(document: Any, texts: Sequence[str]) -> None:
    for text in texts:
        _line(document, text).paragraph_format.first_line_indent = Pt(layout.INDENT)


def _attachments(document: Any, names: Sequence[str]) -> None:
    hang = layout.INDENT + layout.width("附件：", layout.BODY)
    if names:
        _line(document, "")
    for number, name in enumerate(names, 1):
        mark = f"{number}." if len(names) > 1 else ""
        text = f"附件：{mark}{name}" if number == 1 else f"{mark}{name}"
        form = _line(document, text).paragraph_format
        first = layout.INDENT if number == 1 else hang
        form.left_indent = Pt(hang + layout.width(mark, layout.BODY))
        form.first_line_indent = Pt(first) - form.left_indent


def _signature(document: Any, content: dict[str, Any], size: float) -> None:
    of_name, of_day = layout.signature_indents(content["organ"], content["date"], size)
    lines = [(content["organ"], of_name), (content["date"], of_day)]
    if seal := content.get("seal"):
        day = layout.width(content["date"], size)
        lines.insert(1, (seal, of_day + (day - layout.width(seal, size)) / 2))
    for text, indent in lines:
        form = _line(document, text, size=size, align=RIGHT).paragraph_format
        form.right_indent = Pt(indent)
        form.keep_with_next = text != content["date"]


def _imprint(document: Any, content: dict[str, Any]) -> None:
    """Copies, then who printed it and when."""
    _line(document, "")
    printed = f"{content.get('office', content['organ'])}　{content['date']}印发"
    texts = [f"抄送：{content['copies']}。"] if content["copies"] else []
    for text in (*texts, printed):
        _ruled(_line(document, text, size=layout.SMALL), "000000", "top", "bottom")


def _line(
    document: Any,
    text: str,
    font: str = FANGSONG,
    size: float = layout.BODY,
    align: Any = None,
    color: Any = None,
) -> Any:
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    form = paragraph.paragraph_format
    form.space_after = form.space_before = Pt(0)
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = Pt(max(layout.LINE, size * 1.4))
    _write(paragraph, text, font, size, color)
    return paragraph


def _write(paragraph: Any, text: str, font: str, size: float, color: Any = None) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(size), font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if color is not None:
        run.font.color.rgb = color


def _ruled(paragraph: Any, color: str, *sides: str) -> None:
    """Rules above or below a paragraph; below where no side is named."""
    borders = OxmlElement("w:pBdr")
    for side in sides or ("bottom",):
        rule = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", color)):
            rule.set(qn(f"w:{name}"), value)
        borders.append(rule)
    paragraph._p.get_or_add_pPr().append(borders)
