"""A paper as PDF, its fonts embedded."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_LEFT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    Flowable,
    HRFlowable,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from server.work.papers import layout

FONT = "paper"
FILE = Path(__file__).parent / "fonts" / "NotoSerifSC.ttf"
"""The Song typeface of the papers (OFL); ``make web`` puts it there."""

RED = HexColor(f"#{layout.RED}")
BLACK = HexColor("#000000")


def draw(content: dict[str, Any]) -> bytes:
    """The bytes of the file; raises FileNotFoundError where the typeface is missing."""
    register_font()
    out = io.BytesIO()
    form = content.get("form", "letter")
    story, page = {
        "letter": (_letter, UPRIGHT),
        "minutes": (_minutes, UPRIGHT),
        "certificate": (_certificate, ON_ITS_SIDE),
        "table": (_sheet, ON_ITS_SIDE),
    }[form]
    names = {"title": content["title"], "author": content["organ"]}
    document = SimpleDocTemplate(out, **page, **names, invariant=True, initialFontName=FONT)
    behind = _frame if form == "certificate" else _foot
    document.build(list(story(content)), onFirstPage=behind, onLaterPages=behind)
    return out.getvalue()


PADDING = 6
"""Points that the frame of a page keeps free inside its margins."""


def _page(size: tuple[float, float], *margins: float) -> dict[str, Any]:
    names = ("topMargin", "rightMargin", "bottomMargin", "leftMargin")
    inside = (each * mm - PADDING for each in margins)
    return {"pagesize": size, **dict(zip(names, inside, strict=True))}


UPRIGHT = _page(A4, layout.TOP, layout.RIGHT, layout.BOTTOM, layout.LEFT)
ON_ITS_SIDE = _page(landscape(A4), *(4 * [layout.SIDE]))


ACROSS = (layout.PAGE_HEIGHT - 2 * layout.SIDE) * mm
"""Points of a line on a page that lies on its side."""


@cache
def register_font() -> None:
    """Make the typeface known, once; raises FileNotFoundError where it is missing."""
    if not FILE.exists():
        raise FileNotFoundError("文书的字体还没有安装：请运行 make web")
    pdfmetrics.registerFont(TTFont(FONT, str(FILE)))


@dataclass(frozen=True, slots=True)
class Style:
    """How a paragraph is set, in points. ``first`` and ``left`` are what its first line and the
    others begin in, ``right`` what all of them end in."""

    size: float = layout.BODY
    leading: float = layout.LINE
    align: str = "left"
    first: float = 0
    left: float = 0
    right: float = 0
    color: Any = BLACK


TEXT = Style(first=layout.INDENT)
FLUSH = Style()
CENTRED = Style(align="centre")
NOTE_RIGHT = Style(layout.SMALL, layout.SMALL * 1.5, "right")
COPIES = Style(
    layout.SMALL, layout.SMALL * 1.5, "left", layout.SMALL, 4 * layout.SMALL, layout.SMALL
)
PRINTED = Style(layout.SMALL, layout.SMALL * 1.5, first=layout.SMALL, left=layout.SMALL)
PRINTED_ON = Style(layout.SMALL, layout.SMALL * 1.5, "right", right=layout.SMALL)


class Line(Flowable):  # type: ignore[misc]
    """One line of a paragraph; a full one is spread over the whole width."""

    def __init__(self, text: str, style: Style, begins: float, width: float, is_full: bool) -> None:
        super().__init__()
        self.text, self.style, self.begins, self.width = text, style, begins, width
        slack = width - begins - style.right - _width(text, style.size)
        self.slack, self.is_full = slack, is_full and style.align == "left"

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The room it takes."""
        return width, self.style.leading

    def draw(self) -> None:
        """The text on its base line."""
        style = self.style
        spread = self.slack / max(len(self.text) - 1, 1) if self.is_full else 0
        moved = {"left": 0, "centre": self.slack / 2, "right": self.slack}[style.align]
        self.canv.setFillColor(style.color)
        self.canv.setFont(FONT, style.size)
        low = (style.leading - style.size) / 2 + 0.14 * style.size
        self.canv.drawString(self.begins + moved, low, self.text, charSpace=spread)


def _width(text: str, size: float) -> float:
    return float(pdfmetrics.stringWidth(text, FONT, size))


def _text(text: str, style: Style, width: float = layout.ROOM) -> list[Flowable]:
    """A paragraph, line by line."""
    room = width - style.right
    lines = [*layout.wrapped(text, room - style.first, room - style.left,
                             lambda each: _width(each, style.size))]  # fmt: skip
    last = len(lines) - 1
    return [
        Line(line, style, style.left if number else style.first, width, is_full=number < last)
        for number, line in enumerate(lines)
    ]


# --- what stands on a paper of each form ----------------------------------------------------------


def _letter(content: dict[str, Any]) -> Iterator[Flowable]:
    yield from _head(content)
    yield from _title(content)
    addressee = content["addressee"] and f"{content['addressee']}："
    lines = _text(addressee, FLUSH) if addressee else []
    lines += [*_paragraphs(content["body"]), *_attachments(content)]
    yield from lines[:-2]
    signed = [Spacer(1, 2 * layout.LINE), *_signature(content, layout.BODY)]
    # Neither signature nor imprint stands on a page of its own: two lines of text come with them.
    yield Ending([*lines[-2:], *signed], _imprint(content))


def _minutes(content: dict[str, Any]) -> Iterator[Flowable]:
    """Minutes have the people where letters have the signature."""
    yield from _head(content)
    yield from _title(content)
    *lines, last = _paragraphs(content["body"])
    yield from lines
    people = [Spacer(1, layout.LINE), *_paragraphs(content["people"])]
    yield Ending([last, *people], _imprint(content))


def _certificate(content: dict[str, Any]) -> Iterator[Flowable]:
    size = layout.GRANTED
    title = Style(layout.CERTIFICATE, layout.CERTIFICATE * 1.5, "centre", color=RED)
    said = Style(size, size * 1.8, first=2 * size)
    yield from _text(content["title"], title, ACROSS)
    if content["mark"]:
        yield from _text(content["mark"], CENTRED, ACROSS)
    yield from _text(f"编号：{content['number']}", NOTE_RIGHT, ACROSS)
    yield Spacer(1, layout.LINE)
    if content["addressee"]:
        yield from _text(f"{content['addressee']}：", Style(size, size * 1.8), ACROSS)
    for each in content["body"]:
        yield from _text(each, said, ACROSS)
    yield Ending([], _signature(content, size, ACROSS))


def _sheet(content: dict[str, Any]) -> Iterator[Flowable]:
    yield from _text(content["title"], Style(18, 27, "centre"), ACROSS)
    for each in content["body"]:
        yield from _text(each, NOTE_RIGHT, ACROSS)
    yield Spacer(1, 2 * mm)
    table = content["table"]
    rows = [[_cell(each, TA_CENTER) for each in table["headings"]]]
    rows += [[_cell(each) for each in row] for row in table["rows"]]
    widths = [each * mm for each in table["widths"]]
    yield LongTable(rows, colWidths=widths, repeatRows=1, splitInRow=1, style=GRID)


def _cell(text: str, alignment: int = TA_LEFT) -> Paragraph:
    leading = layout.CELL * 1.5
    style = ParagraphStyle("cell", fontName=FONT, fontSize=layout.CELL, leading=leading,
                           wordWrap="CJK", alignment=alignment)  # fmt: skip
    return Paragraph(escape(text), style)


GRID = TableStyle(
    [
        ("FONTNAME", (0, 0), (-1, -1), FONT),
        ("GRID", (0, 0), (-1, -1), 0.5, BLACK),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
    ]
)


# --- their parts ----------------------------------------------------------------------------------


def _head(content: dict[str, Any]) -> Iterator[Flowable]:
    head = f"{content['organ']}{layout.SUFFIX[content.get('form', 'letter')]}"
    size = layout.head_size(head)
    yield from _text(head, Style(size, size * 1.4, "centre", color=RED))
    yield Spacer(1, layout.LINE)
    yield from _text(content["number"], CENTRED)
    yield HRFlowable(width="100%", thickness=1.5, color=RED, spaceBefore=4 * mm)


def _title(content: dict[str, Any]) -> Iterator[Flowable]:
    title = Style(layout.TITLE, layout.TITLE * 1.5, "centre")
    yield Spacer(1, layout.LINE)
    for line in (*layout.title_lines(content["title"]), content["mark"]):
        yield from _text(line, title)
    yield Spacer(1, layout.LINE)


def _paragraphs(texts: Sequence[str]) -> list[Flowable]:
    return [line for each in texts for line in _text(each, TEXT)]


def _attachments(content: dict[str, Any]) -> list[Flowable]:
    """One line each, the later ones under the first one's number."""
    names = content.get("attachments", [])
    begin = [f"附件：{'1.' if names[1:] else ''}", *(f"{n}." for n in range(2, len(names) + 1))]
    hang = layout.INDENT + _width("附件：", layout.BODY)
    lines: list[Flowable] = [Spacer(1, layout.LINE)] if names else []
    for number, (mark, name) in enumerate(zip(begin, names, strict=False)):
        first = layout.INDENT if number == 0 else hang
        lines += _text(mark + name, Style(first=first, left=first + _width(mark, layout.BODY)))
    return lines


def _signature(content: dict[str, Any], size: float, width: float = layout.ROOM) -> list[Flowable]:
    of_name, of_day = layout.signature_indents(content["organ"], content["date"], size)
    lines = [(content["organ"], of_name), (content["date"], of_day)]
    if seal := content.get("seal"):
        day = layout.width(content["date"], size)
        lines.insert(1, (seal, of_day + (day - layout.width(seal, size)) / 2))
    return [
        line
        for text, indent in lines
        for line in _text(text, Style(size, size * 1.78, "right", right=max(indent, 0)), width)
    ]


def _imprint(content: dict[str, Any]) -> list[Flowable]:
    """Copies, then who printed it and when, between rules."""
    copies = content["copies"] and _text(f"抄送：{content['copies']}。", COPIES)
    office = content.get("office", content["organ"])
    day = _width(f"{content['date']}印发", layout.SMALL) + layout.SMALL + 1
    printed = [_text(office, PRINTED, layout.ROOM - day),
               _text(f"{content['date']}印发", PRINTED_ON, day)]  # fmt: skip
    foot = [*_rule(1), *(copies or []), *(_rule(0.7) if copies else [])]
    return [*foot, Table([printed], colWidths=[layout.ROOM - day, day], style=PLAIN), *_rule(1)]


def _rule(thickness: float) -> list[Flowable]:
    line = HRFlowable(width="100%", thickness=thickness, color=BLACK)
    return [Spacer(1, 3), line, Spacer(1, 1)]


PLAIN = TableStyle(
    [
        ("FONTNAME", (0, 0), (-1, -1), FONT),
        ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
        *((f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")),
    ]
)

LONGEST = (layout.PAGE_HEIGHT - layout.TOP - layout.BOTTOM) * mm


class Ending(Flowable):  # type: ignore[misc]
    """What ends a paper, all on one page: ``above`` goes on with the text, ``foot`` stands at the
    foot of the page. What is longer than a page flows on like anything else."""

    def __init__(self, above: Sequence[Flowable], foot: Sequence[Flowable]) -> None:
        super().__init__()
        self.above, self.foot = above, foot

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The room it takes: all that is left where it fits."""
        self.heights = {each: each.wrap(width, height)[1] for each in (*self.above, *self.foot)}
        self.height = max(sum(self.heights.values()), height - 0.01)
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """What fits and the rest, where no page has room for all of it."""
        if sum(self.heights.values()) <= LONGEST:
            return []
        if self.above:
            begins = sum(self.heights[each] for each in self.above) <= height
            return [*self.above, *self.foot] if begins else []
        return list(self.foot)

    def draw(self) -> None:
        """From the top what goes on, from the foot what stands there."""
        high, low = self.height, 0.0
        for each in self.above:
            high -= self.heights[each]
            each.drawOn(self.canv, 0, high)
        for each in reversed(self.foot):
            each.drawOn(self.canv, 0, low)
            low += self.heights[each]


def _foot(canvas: Any, document: Any) -> None:
    """The page number between two dashes, at the outer side."""
    canvas.setFont(FONT, layout.SMALL)
    text, y, inside = f"— {document.page} —", document.bottomMargin - 7 * mm, layout.SMALL + PADDING
    if document.page % 2:
        canvas.drawRightString(document.pagesize[0] - document.rightMargin - inside, y, text)
    else:
        canvas.drawString(document.leftMargin + inside, y, text)


def _frame(canvas: Any, document: Any) -> None:
    """A certificate's two lines around the page."""
    canvas.setStrokeColor(RED)
    across, up = document.pagesize
    for inset, thickness in ((12 * mm, 2), (14 * mm, 0.5)):
        canvas.setLineWidth(thickness)
        canvas.rect(inset, inset, across - 2 * inset, up - 2 * inset)
