"""The small signs in boxes, circles and diamonds."""

from __future__ import annotations

import math

from server.engine.dialect.xml import Node, children, local_name
from server.studio.picture.svg import INK, Box, Group, Point, shape


def arrow(before: Point, tip: Point) -> list[Point]:
    """The head of an arrow that comes from a point."""
    angle = math.atan2(tip[1] - before[1], tip[0] - before[0])
    sides = [angle + math.pi - 0.42, angle + math.pi + 0.42]
    return [tip, *((tip[0] + 10 * math.cos(a), tip[1] + 10 * math.sin(a)) for a in sides)]


def of_activity(group: Group, kind: str, element: Node, box: Box, expanded: bool) -> None:
    """What kind of work a box is, and whether it is done once or by many."""
    x, y = box.x + 14, box.y + 14
    if kind == "userTask":
        shape(group, "circle", cx=x, cy=y - 3, r=3.5, fill="none", stroke_width=1.2)
        shape(
            group,
            "path",
            d=f"M{x - 6:g},{y + 8:g} a6,7 0 0 1 12,0 z",
            fill="none",
            stroke_width=1.2,
        )
    elif kind == "serviceTask":
        shape(
            group,
            "circle",
            cx=x,
            cy=y,
            r=6,
            fill="none",
            stroke_dasharray="2.4 1.4",
            stroke_width=2.4,
        )
        shape(group, "circle", cx=x, cy=y, r=2.5, fill="none", stroke_width=1.2)
    elif kind == "businessRuleTask":
        shape(group, "rect", x=x - 7, y=y - 5, width=14, height=11, fill="none", stroke_width=1.2)
        shape(
            group, "path", d=f"M{x - 7:g},{y - 1:g} h14 M{x - 2:g},{y - 1:g} v7", stroke_width=1.2
        )
    elif kind in ("sendTask", "receiveTask"):
        _envelope(group, (x, y), 14, INK if kind == "sendTask" else "none")
    middle, low = box.middle[0], box.y + box.height
    if kind.endswith("ubProcess") and not expanded:
        shape(group, "path", d=f"M{middle:g},{low - 14:g} v10 M{middle - 5:g},{low - 9:g} h10")
    for _ in children(element, "multiInstanceLoopCharacteristics"):
        bars = "".join(f"M{middle + d:g},{low - 13:g} v9 " for d in (-4, 0, 4))
        shape(group, "path", d=bars)


def of_event(group: Group, element: Node, box: Box) -> None:
    """What an event waits for or says."""
    x, y = box.middle
    for definition in children(element):
        match local_name(definition):
            case "timerEventDefinition":
                shape(group, "circle", cx=x, cy=y, r=9, fill="none", stroke_width=1.2)
                shape(group, "path", d=f"M{x:g},{y:g} l4,1 M{x:g},{y:g} l2,-6", stroke_width=1.4)
            case "messageEventDefinition":
                thrown = local_name(element) in ("endEvent", "intermediateThrowEvent")
                _envelope(group, (x, y), 16, INK if thrown else "none")
            case "errorEventDefinition":
                d = f"M{x - 7:g},{y + 6:g} l4,-11 5,7 5,-10"
                shape(group, "path", d=d, fill="none")
            case "terminateEventDefinition":
                shape(group, "circle", cx=x, cy=y, r=9, fill=INK)


def of_gateway(group: Group, kind: str, box: Box) -> None:
    """How a gateway decides."""
    x, y = box.middle
    match kind:
        case "exclusiveGateway":
            d = f"M{x - 7:g},{y - 7:g} l14,14 M{x + 7:g},{y - 7:g} l-14,14"
            shape(group, "path", d=d, stroke_width=2.6)
        case "parallelGateway":
            d = f"M{x - 9:g},{y:g} h18 M{x:g},{y - 9:g} v18"
            shape(group, "path", d=d, stroke_width=2.6)
        case "inclusiveGateway":
            shape(group, "circle", cx=x, cy=y, r=10, fill="none", stroke_width=2.6)
        case "eventBasedGateway":
            shape(group, "circle", cx=x, cy=y, r=12, fill="none", stroke_width=1.2)
            shape(group, "circle", cx=x, cy=y, r=8, fill="none", stroke_width=1.2)


def _envelope(group: Group, middle: Point, width: float, fill: str) -> None:
    x, y, high = middle[0] - width / 2, middle[1] - width / 3, width * 2 / 3
    line = "#fff" if fill == INK else INK
    shape(group, "rect", x=x, y=y, width=width, height=high, fill=fill, stroke_width=1.2)
    d = f"M{x:g},{y:g} l{width / 2:g},{high / 2:g} {width / 2:g},-{high / 2:g}"
    shape(group, "path", d=d, fill="none", stroke=line, stroke_width=1.2)
