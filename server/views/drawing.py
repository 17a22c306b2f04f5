"""A diagram as SVG drawn on the server: it prints, stands in a file of its own, needs no script.

The drawing is that of the file (BPMN DI). Colours are presentation attributes, so that the same
picture looks the same on a page, on paper and in a mail.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from lxml import etree
from markupsafe import Markup

from server.feel.xml import children, local_name, read_xml

MARGIN = 24
FONT = 12
LABEL = 11
NOTE = 10
NOTES = "#1f5fbf"
LINE = 14
GATEWAYS = {
    "exclusiveGateway": "M-8-8 8 8M8-8-8 8",
    "parallelGateway": "M0-11V11M-11 0H11",
    "inclusiveGateway": "M0-10A10 10 0 1 1-.1-10Z",
    "eventBasedGateway": "M0-13A13 13 0 1 1-.1-13ZM0-8L8-2 5 8H-5L-8-2Z",
}
SIGNS = {
    "timerEventDefinition": "M0-10A10 10 0 1 1-.1-10ZM0-7V0L5 3",
    "messageEventDefinition": "M-9-6H9V6H-9ZM-9-6L0 1 9-6",
    "errorEventDefinition": "M-7 8L-2-7 3 3 8-8",
    "signalEventDefinition": "M0-9L9 7H-9Z",
    "terminateEventDefinition": "M0-9A9 9 0 1 1-.1-9Z",
    "escalationEventDefinition": "M0-9L7 8 0 1-7 8Z",
    "conditionalEventDefinition": "M-7-9H7V9H-7ZM-5-5H5M-5 0H5M-5 5H5",
}
ICONS = {
    "userTask": "M6 4A4 4 0 1 1 5.9 4ZM-1 18C-1 9 13 9 13 18Z",
    "serviceTask": "M6 5A6 6 0 1 1 5.9 5ZM6 9A2 2 0 1 1 5.9 9ZM6 2V5M6 17V20M-3 11H0M12 11H15",
    "businessRuleTask": "M-1 4H15V17H-1ZM-1 8H15M4 8V17",
    "sendTask": "M-1 5H15V16H-1ZM-1 5L7 11 15 5",
    "receiveTask": "M-1 5H15V16H-1ZM-1 5L7 11 15 5",
}


class Colours(NamedTuple):
    """Line, ground and text of one shade."""

    line: str
    fill: str
    text: str


SHADES = {
    "": Colours("#1f2d3d", "#ffffff", "#1f2d3d"),
    "off": Colours("#b9c0c8", "#f1f3f5", "#9aa3ad"),
    "differs": Colours("#b07400", "#fdf3e0", "#1f2d3d"),
    "passed": Colours("#2f8f57", "#e8f5ec", "#1f2d3d"),
    "current": Colours("#1f5fbf", "#d8e7fb", "#1f2d3d"),
}


@dataclass(frozen=True, slots=True)
class Box:
    """Where something is drawn."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Node:
    """A shape or a flow of the drawing with what the file says of it."""

    id: str
    kind: str
    name: str
    box: Box | None
    label: Box | None
    points: tuple[tuple[float, float], ...]
    signs: tuple[str, ...]
    solid: bool
    many: bool


@dataclass(frozen=True)
class Look:
    """What differs from the plain drawing: shade of an id, its other name, lines beside it."""

    shades: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def colours(self, node: Node) -> Colours:
        return SHADES[self.shades.get(node.id, "")]

    def name(self, node: Node) -> str:
        return self.names.get(node.id, node.name)


def picture(xml: bytes, title: str, look: Look | None = None) -> Markup:
    """The SVG of a diagram. Raises XmlError for what is not read."""
    look = look or Look()
    nodes = list(_settled(list(_nodes(read_xml(xml))), look))
    shapes = [node for node in nodes if node.box]
    x, y, width, height = _frame(nodes, look)
    whole = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{}" viewBox="{} {} {} {}"'
        ' width="{}" height="{}" font-size="{}" font-family="sans-serif">{}</svg>'
    )
    parts = [
        *(_lane(node, look) for node in shapes if node.kind in LANES),
        *(_flow(node, look) for node in nodes if node.points),
        *(_shape(node, look) for node in shapes if node.kind not in LANES),
        *(_notes(node, look) for node in shapes if node.kind not in LANES),
    ]
    return whole.format(title, x, y, width, height, width, height, FONT, Markup("").join(parts))


LANES = ("participant", "lane")


# --- reading ---


def _nodes(root: etree._Element) -> Iterator[Node]:
    meant = {str(each.get("id")): each for each in root.iter() if each.get("id")}
    for drawn in root.iter():
        about = meant.get(str(drawn.get("bpmnElement")))
        if about is not None and local_name(drawn) in ("BPMNShape", "BPMNEdge"):
            yield _node(drawn, about)


def _node(drawn: etree._Element, about: etree._Element) -> Node:
    boxes = [_box(each) for each in children(drawn, "Bounds")]
    labels = [_box(b) for each in children(drawn, "BPMNLabel") for b in children(each, "Bounds")]
    points = ((_number(each, "x"), _number(each, "y")) for each in children(drawn, "waypoint"))
    inside = [local_name(each) for each in about]
    return Node(
        id=str(about.get("id")),
        kind=local_name(about),
        name=about.get("name", ""),
        box=next(iter(boxes), None),
        label=next(iter(labels), None),
        points=tuple(points),
        signs=tuple(each for each in inside if each.endswith("EventDefinition")),
        solid=about.get("cancelActivity", about.get("isInterrupting", "true")) != "false",
        many="multiInstanceLoopCharacteristics" in inside,
    )


def _box(bounds: etree._Element) -> Box:
    return Box(*(_number(bounds, name) for name in ("x", "y", "width", "height")))


def _number(element: etree._Element, name: str) -> float:
    try:
        value = float(element.get(name, "0"))
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0


def _frame(nodes: Iterable[Node], look: Look) -> tuple[float, float, float, float]:
    boxes = [box for node in nodes for box in (node.box, node.label) if box]
    points = [point for node in nodes for point in node.points]
    xs = [each for b in boxes for each in (b.x, b.x + b.width)] + [x for x, _ in points] or [0]
    ys = [each for b in boxes for each in (b.y, b.y + b.height)] + [y for _, y in points] or [0]
    below = LINE * 2 if look.notes else 0
    x, y = min(xs) - MARGIN, min(ys) - MARGIN
    return x, y, max(xs) + MARGIN - x, max(ys) + MARGIN + below - y


# --- drawing ---


def _lane(node: Node, look: Look) -> Markup:
    box, colours = node.box or Box(0, 0, 0, 0), look.colours(node)
    x, y = box.x + 15, box.y + box.height / 2
    turned = Markup('<g transform="translate({} {}) rotate(-90)">{}</g>')
    lines = wrapped(look.name(node), box.height - 4)
    lines = lines if len(lines) < 3 else [lines[0], f"{lines[1][:-1]}…"]
    return Markup(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="#8a949f"/>'
        '<path d="M{} {}v{}" stroke="#8a949f" fill="none"/>{}'
    ).format(
        box.x, box.y, box.width, box.height,
        colours.fill if look.shades.get(node.id) else "none",
        box.x + 30, box.y, box.height,
        turned.format(x, y, _lines(lines, 0, 0, colours.text)),
    )  # fmt: skip


def _shape(node: Node, look: Look) -> Markup:
    box, colours = node.box or Box(0, 0, 0, 0), look.colours(node)
    if node.kind.endswith("Gateway"):
        return _gateway(node, box, colours) + _label(node, look)
    if node.kind.endswith("Event"):
        return _event(node, box, colours) + _label(node, look)
    if node.kind == "textAnnotation":
        return _label(node, look)
    return _task(node, box, colours, look)


def _task(node: Node, box: Box, colours: Colours, look: Look) -> Markup:
    called = node.kind == "callActivity"
    frame = Markup(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="8" fill="{}" stroke="{}"'
        ' stroke-width="{}"/>'
    ).format(box.x, box.y, box.width, box.height, colours.fill, colours.line, 3 if called else 1.5)
    if node.kind == "subProcess":
        lines = wrapped(look.name(node), box.width - 16)[:1]
        return frame + _lines(lines, box.middle[0], box.y + 12, colours.text)
    icon = _path(ICONS[node.kind], box.x + 8, box.y + 4, colours.line) if node.kind in ICONS else ""
    x, y = box.middle
    marks = [_path("M-6-6H6V6H-6ZM0-4V4M-4 0H4", x, box.y + box.height - 9, colours.line)] * called
    if node.many:
        marks.append(_path("M-4-5V5M0-5V5M4-5V5", x, box.y + box.height - 9, colours.line))
    higher = NOTE * 0.7 * len(look.notes.get(node.id, ()))
    text = _lines(wrapped(look.name(node), box.width - 14)[:4], x, y - higher, colours.text)
    return frame + icon + Markup("").join(marks) + text


def _gateway(node: Node, box: Box, colours: Colours) -> Markup:
    x, y = box.middle
    half = box.width / 2
    frame = Markup('<path d="M{} {}l{} {} {} {} {} {}z" fill="{}" stroke="{}" stroke-width="1.5"/>')
    drawn = frame.format(
        x, box.y, half, half, -half, half, -half, -half, colours.fill, colours.line
    )  # fmt: skip
    return drawn + _path(GATEWAYS.get(node.kind, ""), x, y, colours.line, 2.5)


def _event(node: Node, box: Box, colours: Colours) -> Markup:
    x, y = box.middle
    dashes = "none" if node.solid else "4 3"
    ring = Markup(
        '<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="{}" stroke-width="{}"'
        ' stroke-dasharray="{}"/>'
    )
    wide = 3.5 if node.kind == "endEvent" else 1.5
    drawn = ring.format(x, y, box.width / 2, colours.fill, colours.line, wide, dashes)
    if node.kind in ("boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"):
        drawn += ring.format(x, y, box.width / 2 - 3, "none", colours.line, 1.5, dashes)
    full = node.kind in ("endEvent", "intermediateThrowEvent")
    for sign in node.signs:
        drawn += _path(SIGNS.get(sign, ""), x, y, colours.line, 1.3, full)
    return drawn


def _flow(node: Node, look: Look) -> Markup:
    colours = look.colours(node)
    line = Markup('<path d="M{}" fill="none" stroke="{}" stroke-width="1.5"/>{}')
    path = " ".join(f"{x:g} {y:g}" for x, y in node.points)
    ends = _arrow(node.points, colours.line) if node.kind == "sequenceFlow" else ""
    return line.format(path, colours.line, ends) + _label(node, look)


def _arrow(points: Sequence[tuple[float, float]], colour: str) -> Markup:
    if len(points) < 2:
        return Markup("")
    (x0, y0), (x, y) = points[-2:]
    angle = math.degrees(math.atan2(y - y0, x - x0))
    head = Markup('<path d="M0 0L-9-4.5V4.5Z" fill="{}" transform="translate({} {}) rotate({})"/>')
    return head.format(colour, x, y, f"{angle:g}")


def _label(node: Node, look: Look) -> Markup:
    if not look.name(node):
        return Markup("")
    box, lines = _labelled(node, look)
    y = box.y + LABEL * 1.2 * len(lines) / 2
    return _lines(lines, box.middle[0], y, look.colours(node).text, halo=True, size=LABEL)


def _labelled(node: Node, look: Look) -> tuple[Box, list[str]]:
    """Where the label of a node stands, and its lines."""
    box = node.label or _beside(node)
    return box, wrapped(look.name(node), max(box.width, 52) * FONT / LABEL)


def _beside(node: Node) -> Box:
    """Below a shape, or above the middle of a flow's first piece."""
    if node.box is not None:
        under = node.box
        return Box(under.x - 30, under.y + under.height + 4, under.width + 60, LINE)
    (x0, y0), (x1, y1) = node.points[0], node.points[min(1, len(node.points) - 1)]
    return Box((x0 + x1) / 2 - 30, (y0 + y1) / 2 - LINE, 60, LINE)


# --- labels that would lie over something ---

FAR = 48
MOVES = tuple(
    sorted(
        ((dx, dy) for dx in range(-FAR, FAR + 1, 6) for dy in range(-FAR, FAR + 1, 6)),
        key=lambda move: (math.hypot(*move), move),
    )
)
"""Where a label may go instead, the nearest first; a longer language needs more room."""


def _settled(nodes: Sequence[Node], look: Look) -> Iterator[Node]:
    """The nodes, their labels moved off shapes and off each other where there is room near by."""
    taken = [n.box for n in nodes if n.box and n.kind not in (*LANES, *_HOLDING)]
    for node in nodes:
        outside = node.points or node.kind.endswith(("Gateway", "Event"))
        if outside and look.name(node):
            box, lines = _labelled(node, look)
            box = _free(box, lines, taken)
            taken.append(_text(box, lines))
            node = replace(node, label=box)
        yield node


def _free(box: Box, lines: Sequence[str], taken: Iterable[Box]) -> Box:
    """The nearest place for a label that covers nothing, else the one that covers least."""
    text = _text(box, lines)
    wide = Box(text.x - FAR, text.y - FAR, text.width + 2 * FAR, text.height + 2 * FAR)
    near = [one for one in taken if _shared(wide, one)]
    best, least = box, math.inf
    for move in MOVES:
        moved = _moved(box, move)
        covered = sum(_shared(_moved(text, move), one) for one in near)
        if covered < least:
            best, least = moved, covered
        if not covered:
            break
    return best


_HOLDING = ("subProcess", "textAnnotation", "group")


def _moved(box: Box, move: tuple[float, float]) -> Box:
    return Box(box.x + move[0], box.y + move[1], box.width, box.height)


def _text(box: Box, lines: Sequence[str]) -> Box:
    """What the lines of a label cover."""
    width = max(map(breadth, lines)) * LABEL / FONT
    return Box(box.middle[0] - width / 2, box.y, width, LABEL * 1.2 * len(lines))


def _shared(one: Box, other: Box) -> float:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return across * down if across > 1 and down > 1 else 0.0


def _notes(node: Node, look: Look) -> Markup:
    """Small lines at the foot of a task; under an event they follow its label."""
    lines = [str(each) for each in look.notes.get(node.id, ())]
    if not lines or node.box is None:
        return Markup("")
    below, high = node.box.y + node.box.height, NOTE * 1.2 * len(lines)
    if node.kind.endswith(("Task", "Activity", "Process")):
        foot = 20 if node.kind == "callActivity" or node.many else 6
        return _lines(lines, node.box.middle[0], below - foot - high / 2, NOTES, size=NOTE)
    if node.label and node.label.y >= below:
        told = wrapped(look.name(node), max(node.label.width, 52) * FONT / LABEL)
        below = node.label.y + LABEL * 1.2 * len(told)
    return _lines(lines, node.box.middle[0], below + 3 + high / 2, NOTES, halo=True, size=NOTE)


def _path(d: str, x: float, y: float, colour: str, wide: float = 1.2, full: bool = False) -> Markup:
    drawn = Markup(
        '<path d="{}" transform="translate({} {})" fill="{}" stroke="{}" stroke-width="{}"/>'
    )
    return drawn.format(d, x, y, colour if full else "none", colour, wide)


def _lines(
    lines: Sequence[str], x: float, y: float, colour: str, halo: bool = False, size: float = FONT
) -> Markup:
    """Lines of text around a middle."""
    high = size * 1.2
    first = y - high * (len(lines) - 1) / 2 + size * 0.36
    around = Markup(' stroke="#fff" stroke-width="3" paint-order="stroke"') if halo else Markup("")
    row = Markup(
        '<text x="{}" y="{:.1f}" text-anchor="middle" fill="{}" font-size="{}"{}>{}</text>'
    )
    drawn = (
        row.format(x, first + number * high, colour, size, around, line)
        for number, line in enumerate(lines)
    )
    return Markup("").join(drawn)


def wrapped(text: str, width: float) -> list[str]:
    """Text in lines that are not wider; Chinese breaks anywhere, English between words."""
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and breadth(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.strip() for line in lines if line.strip()]


def _pieces(text: str) -> Iterator[str]:
    word = ""
    for letter in text:
        if ord(letter) > 0x2E7F:
            if word:
                yield word
                word = ""
            yield letter
        else:
            word += letter
            if letter == " ":
                yield word
                word = ""
    if word:
        yield word


def breadth(text: str) -> float:
    """Pixels that a line takes at the size of labels, roughly."""
    return sum(FONT if ord(letter) > 0x2E7F else FONT * 0.56 for letter in text)
