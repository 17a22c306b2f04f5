"""The drawing part of a BPMN file as SVG, as bpmn-js shows it; no style sheet, no script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from server.engine.dialect.xml import Node, children, local_name, one_line
from server.feel.xml import read_xml
from server.studio.foreign.layout import DC, DD, DI
from server.studio.picture import marks
from server.studio.picture.svg import INK, Box, Group, Point, label, shape

COLOURS: Final = (
    "{http://www.omg.org/spec/BPMN/non-normative/color/1.0}background-color",
    "{http://bpmn.io/schema/bpmn/biocolor/1.0}fill",
)
COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
MARGIN, HEADER = 20, 30
CREDIT: Final = "bpmn.io"
"""The look of the boxes is theirs."""

NS: Final = "http://www.w3.org/2000/svg"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A shape or a line of the drawing and the element that it stands for."""

    element: Node
    kind: str
    name: str
    box: Box | None
    points: tuple[Point, ...]
    text: Box | None
    fill: str
    expanded: bool


def draw(content: bytes) -> bytes:
    """The first drawing of a BPMN file; raises XmlError where it is no XML."""
    root = read_xml(content)
    elements = {node.get("id"): node for node in root.iter("*") if node.get("id")}
    plane = root.find(f"{{{DI}}}BPMNDiagram/{{{DI}}}BPMNPlane")
    drawn = list(_drawn(plane, elements)) if plane is not None else []
    left, top, width, height = _frame(drawn)
    spaces: dict[str | None, str] = {None: NS}
    picture = etree.Element(f"{{{NS}}}svg", nsmap=spaces)  # type: ignore[arg-type]
    picture.set("viewBox", f"{left:g} {top:g} {width:g} {height:g}")
    picture.set("width", f"{width:g}")
    picture.set("height", f"{height:g}")
    shape(picture, "rect", x=left, y=top, width=width, height=height, fill="#fff", stroke="none")
    for each in sorted(drawn, key=_depth):
        group = etree.SubElement(picture, f"{{{NS}}}g")
        group.set("data-element-id", each.element.get("id", ""))
        _put(group, each)
    label(picture, CREDIT, Box(left + width - 70, top + height - 18, 60, 14), size=9)
    return etree.tostring(picture)


def _drawn(plane: Node, elements: Mapping[str | None, Node]) -> Iterator[Drawn]:
    for node in plane.iter(f"{{{DI}}}BPMNShape", f"{{{DI}}}BPMNEdge"):
        element = elements.get(node.get("bpmnElement"))
        if element is None:
            continue
        text = node.find(f"{{{DI}}}BPMNLabel")
        fill = next((str(v) for key in COLOURS if (v := node.get(key))), "")
        yield Drawn(
            element=element,
            kind=local_name(element),
            name=_name(element),
            box=_box(node),
            points=tuple(_points(node)),
            text=_box(text) if text is not None else None,
            fill=fill if COLOUR.fullmatch(fill) else "#fff",
            expanded=node.get("isExpanded") == "true",
        )


def _name(element: Node) -> str:
    text = next(children(element, "text"), None)
    said = element.get("name", "") if text is None else "".join(map(str, text.itertext()))
    return one_line(said)


def _box(node: Node) -> Box | None:
    bounds = node.find(f"{{{DC}}}Bounds")
    if bounds is None:
        return None
    x, y, width, height = (_number(bounds.get(key)) for key in ("x", "y", "width", "height"))
    return Box(x, y, width, height)


def _points(node: Node) -> Iterator[Point]:
    for point in node.iterfind(f"{{{DD}}}waypoint"):
        yield _number(point.get("x")), _number(point.get("y"))


def _number(text: str | None) -> float:
    try:
        found = float(text or 0)
    except ValueError:
        return 0
    return max(-1e6, min(found, 1e6)) if found == found else 0


def _frame(drawn: list[Drawn]) -> tuple[float, float, float, float]:
    boxes = [box for each in drawn for box in (each.box, each.text) if box]
    points = [p for each in drawn for p in each.points]
    xs = [x for x, _ in points] + [x for b in boxes for x in (b.x, b.x + b.width)]
    ys = [y for _, y in points] + [y for b in boxes for y in (b.y, b.y + b.height)]
    left, top = min(xs, default=0) - MARGIN, min(ys, default=0) - MARGIN
    return left, top, max(xs, default=0) - left + MARGIN, max(ys, default=0) - top + 2 * MARGIN


def _depth(each: Drawn) -> tuple[int, float]:
    """Pools lie below lanes, frames below lines, lines below boxes."""
    if each.kind in ("participant", "lane"):
        return 0, -(each.box.width * each.box.height if each.box else 0)
    if each.expanded and each.box:
        return 1, -each.box.width * each.box.height
    return (2, 0) if each.box is None else (3, 0)


# --- one thing of the drawing ---


def _put(group: Group, each: Drawn) -> None:
    if each.box is None:
        return _line(group, each)
    for names, put in SHAPES:
        if each.kind.endswith(names):
            return put(group, each, each.box)
    return None


def _band(group: Group, each: Drawn, box: Box) -> None:
    shape(group, "rect", x=box.x, y=box.y, width=box.width, height=box.height, fill=each.fill)
    empty = each.kind == "participant" and not each.element.get("processRef")
    if empty:
        return label(group, each.name, box)
    if each.kind == "participant":
        x = box.x + HEADER
        shape(group, "line", x1=x, y1=box.y, x2=x, y2=box.y + box.height)
    return label(group, each.name, Box(box.x, box.y, HEADER, box.height), upright=True)


def _activity(group: Group, each: Drawn, box: Box) -> None:
    wide = 4 if each.kind == "callActivity" else 1.6
    shape(
        group, "rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=10,
        fill=each.fill, stroke_width=wide,
    )  # fmt: skip
    marks.of_activity(group, each.kind, each.element, box, each.expanded)
    where = Box(box.x + 6, box.y + 6, box.width - 12, 18) if each.expanded else box.smaller(5)
    label(group, each.name, where)


def _event(group: Group, each: Drawn, box: Box) -> None:
    x, y = box.middle
    wide = 4 if each.kind == "endEvent" else 1.6
    shape(group, "circle", cx=x, cy=y, r=box.width / 2, fill=each.fill, stroke_width=wide)
    if each.kind in ("intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"):
        shape(group, "circle", cx=x, cy=y, r=box.width / 2 - 3.5, fill="none")
    marks.of_event(group, each.element, box)
    _below(group, each, box)


def _gateway(group: Group, each: Drawn, box: Box) -> None:
    x, y = box.middle
    corners = [(x, box.y), (box.x + box.width, y), (x, box.y + box.height), (box.x, y)]
    shape(group, "polygon", points=_path(corners), fill=each.fill)
    marks.of_gateway(group, each.kind, box)
    _below(group, each, box)


def _thing(group: Group, each: Drawn, box: Box) -> None:
    shape(group, "rect", x=box.x, y=box.y, width=box.width, height=box.height, fill=each.fill)
    _below(group, each, box)


def _note(group: Group, each: Drawn, box: Box) -> None:
    right, low = box.x + 12, box.y + box.height
    shape(
        group, "polyline", fill="none",
        points=_path([(right, box.y), (box.x, box.y), (box.x, low), (right, low)]),
    )  # fmt: skip
    label(group, each.name, box.smaller(4))


def _frame_of_group(group: Group, each: Drawn, box: Box) -> None:
    shape(
        group, "rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=8, fill="none",
        stroke_dasharray="8 4",
    )  # fmt: skip


Put = Callable[[Group, Drawn, Box], None]
SHAPES: Final[tuple[tuple[tuple[str, ...], Put], ...]] = (
    (("participant", "lane"), _band),
    (("Event",), _event),
    (("Gateway",), _gateway),
    (("Task", "task", "callActivity", "ubProcess", "transaction"), _activity),
    (("textAnnotation",), _note),
    (("group",), _frame_of_group),
    (("Reference", "dataInput", "dataOutput", "dataObject", "dataStore", "message"), _thing),
)
DASHES: Final = {"messageFlow": "8 5", "association": "2 4", "dataInputAssociation": "2 4",
                 "dataOutputAssociation": "2 4"}  # fmt: skip


def _line(group: Group, each: Drawn) -> None:
    if len(each.points) < 2:
        return
    dashes = {"stroke_dasharray": DASHES[each.kind]} if each.kind in DASHES else {}
    shape(group, "polyline", points=_path(each.points), fill="none", **dashes)
    if each.kind != "association":
        hollow = each.kind == "messageFlow"
        points = marks.arrow(each.points[-2], each.points[-1])
        shape(group, "polygon", points=_path(points), fill="#fff" if hollow else INK)
    middle = each.points[len(each.points) // 2 - 1 : len(each.points) // 2 + 1]
    x = sum(p[0] for p in middle) / 2
    y = sum(p[1] for p in middle) / 2
    label(group, each.name, each.text or Box(x - 45, y - 18, 90, 16), size=11)


def _below(group: Group, each: Drawn, box: Box) -> None:
    x, _ = box.middle
    label(group, each.name, each.text or Box(x - 45, box.y + box.height + 4, 90, 14), size=11)


def _path(points: list[Point] | tuple[Point, ...]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)
