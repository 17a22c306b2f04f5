"""A paper as DOCX, to be completed and sealed by the office."""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from server.work.papers import layout

SONG, FANGSONG = "方正小标宋简体", "仿宋_GB2312"
"""Typefaces of title and body that offices have; a machine without them takes its own."""

CENTER, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def draw(content: dict[str, Any]) -> bytes:
    """The bytes of the file."""
    document = Document()
    _page(document, content)
    head = f"{content['organ']}{layout.SUFFIX}"
    red = RGBColor.from_string(layout.RED)
    _line(document, head, SONG, layout.head_size(head), CENTER, color=red)
    _line(document, "", FANGSONG, layout.BODY)
    _ruled(_line(document, content["number"], FANGSONG, layout.BODY, CENTER), layout.RED)
    _line(document, "", FANGSONG, layout.BODY)
    _line(document, content["title"], SONG, layout.TITLE, CENTER)
    if content["mark"]:
        _line(document, content["mark"], SONG, layout.TITLE, CENTER)
    _line(document, "", FANGSONG, layout.BODY)
    _body(document, content)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any, content: dict[str, Any]) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(layout.PAGE_WIDTH), Mm(layout.PAGE_HEIGHT)
    section.top_margin, section.bottom_margin = Mm(layout.TOP), Mm(layout.BOTTOM)
    section.left_margin, section.right_margin = Mm(layout.LEFT), Mm(layout.RIGHT)
    document.core_properties.title = content["title"]
    document.core_properties.author = content["organ"]


def _body(document: Any, content: dict[str, Any]) -> None:
    if content["addressee"]:
        _line(document, f"{content['addressee']}：", FANGSONG, layout.BODY)
    for text in content["body"]:
        paragraph = _line(document, text, FANGSONG, layout.BODY)
        paragraph.paragraph_format.first_line_indent = Pt(layout.INDENT)
    for _ in range(2):
        _line(document, "", FANGSONG, layout.BODY)
    signed = _line(document, content["organ"], FANGSONG, layout.BODY, RIGHT)
    signed.paragraph_format.right_indent = Pt(layout.INDENT)
    signed.paragraph_format.keep_with_next = True
    day = _line(document, content["date"], FANGSONG, layout.BODY, RIGHT)
    day.paragraph_format.right_indent = Pt(layout.DATE_INDENT)
    if content["copies"]:
        _line(document, "", FANGSONG, layout.BODY)
        copies = _line(document, f"抄送：{content['copies']}。", FANGSONG, layout.SMALL)
        _ruled(copies, "000000", "top", "bottom")


def _line(
    document: Any, text: str, font: str, size: float, alignment: Any = None, color: Any = None
) -> Any:
    paragraph = document.add_paragraph()
    paragraph.alignment = alignment
    form = paragraph.paragraph_format
    form.space_after = form.space_before = Pt(0)
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = Pt(max(layout.LINE, size * 1.4))
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if color is not None:
        run.font.color.rgb = color
    return paragraph


def _ruled(paragraph: Any, color: str, *sides: str) -> None:
    """Rules above or below a paragraph; below where no side is named."""
    borders = OxmlElement("w:pBdr")
    for side in sides or ("bottom",):
        rule = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", color)):
            rule.set(qn(f"w:{name}"), value)
        borders.append(rule)
    paragraph._p.get_or_add_pPr().append(borders)
