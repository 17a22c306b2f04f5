"""A paper as PDF, its fonts embedded."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    Flowable,
    HRFlowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
)

from server.work.papers import layout

FONT = "paper"
FILE = Path(__file__).parent / "fonts" / "NotoSerifSC.ttf"
"""The Song typeface of the papers (OFL); ``make web`` puts it there."""

RED = HexColor(f"#{layout.RED}")


def draw(content: dict[str, Any]) -> bytes:
    """The bytes of the file; raises FileNotFoundError where the typeface is missing."""
    register_font()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        topMargin=layout.TOP * mm,
        leftMargin=layout.LEFT * mm,
        rightMargin=layout.RIGHT * mm,
        bottomMargin=layout.BOTTOM * mm,
        title=content["title"],
        author=content["organ"],
        invariant=True,
        initialFontName=FONT,
    )
    document.build(_story(content), onFirstPage=_foot, onLaterPages=_foot)
    return out.getvalue()


@cache
def register_font() -> None:
    """Make the typeface known, once; raises FileNotFoundError where it is missing."""
    if not FILE.exists():
        raise FileNotFoundError("文书的字体还没有安装：请运行 make web")
    pdfmetrics.registerFont(TTFont(FONT, str(FILE)))


def _style(name: str, size: float, leading: float, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(
        name, fontName=FONT, fontSize=size, leading=leading, wordWrap="CJK", **more
    )


def _story(content: dict[str, Any]) -> list[Any]:
    body = _style("body", layout.BODY, layout.LINE, firstLineIndent=layout.INDENT)
    flush = _style("flush", layout.BODY, layout.LINE)
    addressee = [_text(f"{content['addressee']}：", flush)] if content["addressee"] else []
    *paragraphs, last = [_text(each, body) for each in content["body"]]
    return [*_head(content), *_title(content), *addressee, *paragraphs, *_end(content, last)]


def _head(content: dict[str, Any]) -> list[Any]:
    head = f"{content['organ']}{layout.SUFFIX}"
    size = layout.head_size(head)
    red = _style("head", size, size * 1.4, alignment=TA_CENTER, textColor=RED)
    number = _style("number", layout.BODY, layout.LINE, alignment=TA_CENTER)
    line = HRFlowable(width="100%", thickness=1.5, color=RED, spaceBefore=4 * mm)
    return [_text(head, red), Spacer(1, layout.LINE), _text(content["number"], number), line]


def _title(content: dict[str, Any]) -> list[Any]:
    title = _style("title", layout.TITLE, layout.TITLE * 1.5, alignment=TA_CENTER)
    mark = [_text(content["mark"], title)] if content["mark"] else []
    gap = Spacer(1, layout.LINE)
    return [gap, _text(content["title"], title), *mark, gap]


def _end(content: dict[str, Any], last: Paragraph) -> list[Any]:
    """The signature stands on no page of its own: the last paragraph comes with it."""
    organ = _style("organ", layout.BODY, layout.LINE, alignment=TA_RIGHT, rightIndent=layout.INDENT)
    day = _style(
        "day", layout.BODY, layout.LINE, alignment=TA_RIGHT, rightIndent=layout.DATE_INDENT
    )
    signed = [_text(content["organ"], organ), _text(content["date"], day)]
    return [KeepTogether([last, Spacer(1, 2 * layout.LINE), *signed]), *_copies(content)]


def _copies(content: dict[str, Any]) -> list[Any]:
    if not content["copies"]:
        return []
    small = _style("copies", layout.SMALL, layout.LINE, leftIndent=14, rightIndent=14)
    line = HRFlowable(width="100%", thickness=1, color=HexColor("#000000"))
    told = _text(f"抄送：{content['copies']}。", small)
    return [ToBottom(layout.LINE * 1.5), KeepTogether([line, told, line])]


class ToBottom(Flowable):  # type: ignore[misc]
    """Takes what is left of the page but for the ``kept`` points: the copies end the last page."""

    def __init__(self, kept: float) -> None:
        super().__init__()
        self.kept = kept

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The room it takes."""
        return width, max(0.0, height - self.kept)

    def draw(self) -> None:
        """Nothing is to be seen."""


def _text(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text), style)


def _foot(canvas: Any, document: Any) -> None:
    """The page number between two dashes, at the outer side."""
    canvas.setFont(FONT, layout.SMALL)
    text, y = f"— {document.page} —", 28 * mm
    if document.page % 2:
        canvas.drawRightString((layout.PAGE_WIDTH - layout.RIGHT) * mm - 14, y, text)
    else:
        canvas.drawString(layout.LEFT * mm + 14, y, text)
