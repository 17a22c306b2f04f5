"""A drawing for a diagram that has none: left to right, pools and lanes as bands.

Steps stand in columns by the longest way from a beginning, in the band of their lane; ways back
run below. Sizes are those of bpmn-js, in pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from server.engine.dialect.xml import BPMN, Node, children, local_name

DI: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
DC: Final = "http://www.omg.org/spec/DD/20100524/DC"
DD: Final = "http://www.omg.org/spec/DD/20100524/DI"

EVENT, GATEWAY, TASK = (36, 36), (50, 50), (100, 80)
OTHER: Final = {"textAnnotation": (130, 46), "dataObjectReference": (36, 50),
                "dataStoreReference": (50, 50)}  # fmt: skip
SCOPES: Final = ("subProcess", "transaction", "adHocSubProcess")
FRAMED: Final = (*SCOPES, "callActivity", "subChoreography", "callChoreography")
GAP, MARGIN, HEADER, POOL_GAP = 50, 30, 30, 40
EMPTY_POOL: Final = (600, 60)

Point = tuple[float, float]
Edge = tuple[str, str, str]
"""A flow's id and the ids of what it joins."""


@dataclass(slots=True)
class Box:
    """A rectangle of the drawing."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(slots=True)
class Drawing:
    """Element to its place, flow to its points, and the size of it all."""

    shapes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, list[Point]] = field(default_factory=dict)
    expanded: set[str] = field(default_factory=set)
    pools: set[str] = field(default_factory=set)
    width: float = 0
    height: float = 0

    def take(self, inner: Drawing, x: float, y: float) -> None:
        """Put another drawing into this one, its corner at a point."""
        for name, box in inner.shapes.items():
            self.shapes[name] = Box(box.x + x, box.y + y, box.width, box.height)
        for name, points in inner.lines.items():
            self.lines[name] = [(px + x, py + y) for px, py in points]
        self.expanded |= inner.expanded
        self.pools |= inner.pools
        self.width = max(self.width, x + inner.width)
        self.height = max(self.height, y + inner.height)


def draw(root: Node) -> None:
    """Give ``root`` (the definitions) a drawing in place of those without shapes."""
    for old in root.findall(f"{{{DI}}}BPMNDiagram"):
        root.remove(old)
    collaboration = root.find(f"{{{BPMN}}}collaboration")
    if collaboration is None:
        process = root.find(f"{{{BPMN}}}process")
        drawing = _scope(process) if process is not None else Drawing()
        plane = process
    else:
        drawing, plane = _pools(root, collaboration), collaboration
    if plane is not None:
        root.append(_written(drawing, plane, root))


# --- pools ---


def _pools(root: Node, collaboration: Node) -> Drawing:
    whole = Drawing()
    processes = {node.get("id"): node for node in children(root, "process")}
    for participant in children(collaboration, "participant"):
        process = processes.get(participant.get("processRef"))
        inner = _scope(process) if process is not None else Drawing(height=EMPTY_POOL[1])
        y = whole.height + (POOL_GAP if whole.height else 0)
        whole.take(inner, HEADER, y)
        pool = participant.get("id", "")
        whole.shapes[pool] = Box(0, y, HEADER + inner.width, inner.height)
        whole.pools.add(pool)
    _stretch(whole)
    whole.lines |= {
        name: _upright(whole.shapes[source], whole.shapes[target])
        for name, source, target in _edges(collaboration, "messageFlow", whole.shapes)
    }
    return whole


def _stretch(whole: Drawing) -> None:
    """Pools and their lanes end at the same line."""
    right = max((b.x + b.width for b in whole.shapes.values()), default=EMPTY_POOL[0])
    for name in whole.pools:
        box = whole.shapes[name]
        box.width = max(right, EMPTY_POOL[0]) - box.x


def _upright(source: Box, target: Box) -> list[Point]:
    (x, sy), (tx, ty) = source.middle, target.middle
    down = 1 if ty > sy else -1
    start, end = sy + down * source.height / 2, ty - down * target.height / 2
    bend = (start + end) / 2
    return [(x, start), (x, bend), (tx, bend), (tx, end)] if x != tx else [(x, start), (x, end)]


# --- one process or sub-process ---


def _scope(scope: Node) -> Drawing:
    """Its steps in columns and bands, its artefacts below, its lanes around."""
    drawing = Drawing()
    inner = {node.get("id", ""): _scope(node) for node in children(scope, *SCOPES)}
    steps = {node.get("id", ""): node for node in _steps(scope)}
    edges = list(_edges(scope, "sequenceFlow", steps))
    columns = _columns(scope, steps, edges)
    lanes = list(_lanes(scope, 0))
    depth = max((level for _, level, _ in lanes), default=-1) + 1
    bands = _bands(lanes, columns)
    sizes = {name: _size(node, inner) for name, node in steps.items()}
    _place(drawing, columns, bands, sizes, edges, x=depth * HEADER + MARGIN)
    for name, part in inner.items():
        box = drawing.shapes[name]
        drawing.expanded.add(name)
        drawing.take(part, box.x, box.y)
    _attach(drawing, scope)
    _beside(drawing, scope)
    _draw_lanes(drawing, lanes, bands)
    _connect(drawing, scope, edges, columns)
    return drawing


def _steps(scope: Node) -> Iterator[Node]:
    for node in children(scope):
        kind = local_name(node)
        named = kind.endswith(("Task", "task", "Gateway", "Event")) and kind != "boundaryEvent"
        if named or kind in FRAMED:
            yield node


def _size(node: Node, inner: dict[str, Drawing]) -> tuple[float, float]:
    kind = local_name(node)
    if part := inner.get(node.get("id", "")):
        return max(part.width, TASK[0]), max(part.height, TASK[1])
    return EVENT if kind.endswith("Event") else GATEWAY if kind.endswith("Gateway") else TASK


def _edges(scope: Node, kind: str, known: Iterable[str]) -> Iterator[Edge]:
    ends = set(known)
    for node in children(scope, kind):
        source, target = node.get("sourceRef", ""), node.get("targetRef", "")
        if source in ends and target in ends:
            yield node.get("id", ""), source, target


def _hosts(scope: Node) -> dict[str, str]:
    return {n.get("id", ""): n.get("attachedToRef", "") for n in children(scope, "boundaryEvent")}


def _columns(scope: Node, steps: Iterable[str], edges: Iterable[Edge]) -> dict[str, int]:
    """Step to the length of the longest way to it; ways back do not count."""
    hosts = _hosts(scope)
    following: dict[str, list[str]] = {name: [] for name in steps}
    for node in children(scope, "sequenceFlow"):
        source, target = node.get("sourceRef", ""), node.get("targetRef", "")
        source = hosts.get(source, source)
        if source in following and target in following and source != target:
            following[source].append(target)
    order, forward = _order(following, {target for _, _, target in edges})
    column = dict.fromkeys(order, 0)
    for name in order:
        for target in following[name]:
            if (name, target) in forward:
                column[target] = max(column[target], column[name] + 1)
    return column


def _order(
    following: dict[str, list[str]], entered: set[str]
) -> tuple[list[str], set[tuple[str, str]]]:
    """Steps so that each stands before what follows it, and the flows that lead forward."""
    begun: set[str] = set()
    order: list[str] = []
    place: dict[str, int] = {}
    for start in sorted(following, key=lambda name: name in entered):
        todo = [(start, False)]
        while todo:
            name, done = todo.pop()
            if done:
                place[name] = len(order)
                order.append(name)
            elif name not in begun:
                begun.add(name)
                todo.append((name, True))
                todo.extend((target, False) for target in reversed(following[name]))
    forward = {(a, b) for a, targets in following.items() for b in targets if place[b] < place[a]}
    return order[::-1], forward


Lane = tuple[Node, int, list[str]]


def _lanes(holder: Node, level: int) -> Iterator[Lane]:
    """Lanes from the top, with how deep they lie and the steps in them."""
    for lanes in children(holder, "laneSet", "childLaneSet"):
        for lane in children(lanes, "lane"):
            refs = [(ref.text or "").strip() for ref in children(lane, "flowNodeRef")]
            yield lane, level, refs
            yield from _lanes(lane, level + 1)


def _innermost(lanes: list[Lane]) -> list[Lane]:
    return [each for each in lanes if next(children(each[0], "childLaneSet"), None) is None]


def _bands(lanes: list[Lane], steps: Iterable[str]) -> dict[str, int]:
    leaves = _innermost(lanes)
    found = {name: band for band, (_, _, refs) in enumerate(leaves) for name in refs}
    return {name: found.get(name, 0) for name in steps}


def _place(
    drawing: Drawing,
    columns: dict[str, int],
    bands: dict[str, int],
    sizes: dict[str, tuple[float, float]],
    edges: list[Edge],
    x: float,
) -> None:
    """Each step in the first free row of its column and band, beside what leads to it."""
    rows: dict[str, int] = {}
    before: dict[str, list[str]] = {}
    for _, source, target in edges:
        before.setdefault(target, []).append(source)
    taken: set[tuple[int, int, int]] = set()
    for name in sorted(columns, key=lambda each: columns[each]):
        beside = [rows[s] for s in before.get(name, ()) if s in rows and bands[s] == bands[name]]
        row = min(beside, default=0)
        while (columns[name], bands[name], row) in taken:
            row += 1
        rows[name] = row
        taken.add((columns[name], bands[name], row))
    lefts = _lines({name: (columns[name],) for name in columns}, sizes, 0, x)
    tops = _lines({name: (bands[name], rows[name]) for name in columns}, sizes, 1, MARGIN)
    for name, (width, height) in sizes.items():
        left, wide = lefts[(columns[name],)]
        top, high = tops[(bands[name], rows[name])]
        y = top + (high - height) / 2
        drawing.shapes[name] = Box(left + (wide - width) / 2, y, width, height)
        drawing.width = max(drawing.width, left + wide + MARGIN)
        drawing.height = max(drawing.height, top + high + MARGIN)
    drawing.width = max(drawing.width, x + TASK[0] + MARGIN)
    drawing.height = max(drawing.height, TASK[1] + 2 * MARGIN)


def _lines(
    places: dict[str, tuple[int, ...]],
    sizes: dict[str, tuple[float, float]],
    side: int,
    start: float,
) -> dict[tuple[int, ...], tuple[float, float]]:
    """Column or row to where it begins and how wide it is."""
    wide: dict[tuple[int, ...], float] = {}
    for name, place in places.items():
        wide[place] = max(wide.get(place, 0), sizes[name][side])
    found: dict[tuple[int, ...], tuple[float, float]] = {}
    at, last = start, None
    for place in sorted(wide):
        if last is not None and place[0] != last and len(place) > 1:
            at += MARGIN  # another lane begins
        found[place] = (at, wide[place])
        at += wide[place] + GAP
        last = place[0]
    return found


def _attach(drawing: Drawing, scope: Node) -> None:
    """Boundary events on the lower edge of what they belong to."""
    count: dict[str, int] = {}
    for name, host in _hosts(scope).items():
        box = drawing.shapes.get(host)
        if box is None:
            continue
        count[host] = count.get(host, 0) + 1
        x = box.x + box.width - EVENT[0] * 1.25 * count[host]
        drawing.shapes[name] = Box(x, box.y + box.height - EVENT[1] / 2, *EVENT)


def _beside(drawing: Drawing, scope: Node) -> None:
    """Notes and data in a row below the steps."""
    x, y = float(MARGIN), drawing.height
    for node in children(scope, *OTHER):
        width, height = OTHER[local_name(node)]
        drawing.shapes[node.get("id", "")] = Box(x, y, width, height)
        x += width + GAP
        drawing.width = max(drawing.width, x)
        drawing.height = max(drawing.height, y + height + MARGIN)


def _draw_lanes(drawing: Drawing, lanes: list[Lane], bands: dict[str, int]) -> None:
    """Bands one below the other; a lane of lanes around those in it."""
    leaves = _innermost(lanes)
    edges = _edges_of_bands(drawing, len(leaves), bands)
    for band, (lane, level, _) in enumerate(leaves):
        top, bottom = edges[band], edges[band + 1]
        x = level * HEADER
        drawing.shapes[lane.get("id", "")] = Box(x, top, drawing.width - x, bottom - top)
    for lane, level, _ in reversed(lanes):
        inside = [drawing.shapes[each.get("id", "")] for each, _, _ in _lanes(lane, level + 1)]
        if inside:
            top = min(box.y for box in inside)
            bottom = max(box.y + box.height for box in inside)
            x = level * HEADER
            drawing.shapes[lane.get("id", "")] = Box(x, top, drawing.width - x, bottom - top)
    drawing.pools |= {lane.get("id", "") for lane, _, _ in lanes}


def _edges_of_bands(drawing: Drawing, count: int, bands: dict[str, int]) -> list[float]:
    """Where each band begins, and where the last one ends; an empty band is as high as a task."""
    edges = [0.0]
    for band in range(count):
        boxes = [drawing.shapes[name] for name, where in bands.items() if where == band]
        low = max((box.y + box.height + MARGIN for box in boxes), default=0)
        edges.append(max(low, edges[-1] + TASK[1] if not boxes else low))
    if count:
        drawing.height = edges[-1] = max(edges[-1], drawing.height)
    return edges


# --- lines ---


def _connect(drawing: Drawing, scope: Node, edges: list[Edge], columns: dict[str, int]) -> None:
    hosts = _hosts(scope)
    below = drawing.height - MARGIN / 2
    for name, source, target in _edges(scope, "sequenceFlow", drawing.shapes):
        start, end = drawing.shapes[source], drawing.shapes[target]
        if source in hosts:
            drawing.lines[name] = _from_below(start, end)
        elif columns.get(source, 0) < columns.get(target, 0):
            drawing.lines[name] = _forward(start, end)
        else:
            drawing.lines[name] = _back(start, end, below)
    for name, source, target in _edges(scope, "association", drawing.shapes):
        drawing.lines[name] = [drawing.shapes[source].middle, drawing.shapes[target].middle]
    drawing.lines |= _data(drawing, scope)


def _forward(source: Box, target: Box) -> list[Point]:
    start = (source.x + source.width, source.middle[1])
    end = (target.x, target.middle[1])
    bend = end[0] - GAP / 2
    if start[1] == end[1]:
        return [start, end]
    return [start, (bend, start[1]), (bend, end[1]), end]


def _back(source: Box, target: Box, below: float) -> list[Point]:
    (sx, _), (tx, _) = source.middle, target.middle
    start, end = (sx, source.y + source.height), (tx, target.y + target.height)
    return [start, (sx, below), (tx, below), end]


def _from_below(source: Box, target: Box) -> list[Point]:
    x, bottom = source.middle[0], source.y + source.height
    turn = bottom + GAP / 4
    if target.x > x:
        y = target.middle[1]
        bend = target.x - GAP / 2
        return [(x, bottom), (x, turn), (bend, turn), (bend, y), (target.x, y)]
    return [(x, bottom), (x, turn), (target.middle[0], turn), (target.middle[0], target.y)]


def _data(drawing: Drawing, scope: Node) -> dict[str, list[Point]]:
    """Data associations lie in the steps that they belong to."""
    found = {}
    for node in scope.iter(
        *(f"{{{BPMN}}}{kind}" for kind in ("dataInputAssociation", "dataOutputAssociation"))
    ):
        owner = node.getparent()
        names = [(ref.text or "").strip() for ref in children(node, "sourceRef", "targetRef")]
        ends = [drawing.shapes[each] for each in names if each in drawing.shapes]
        own = drawing.shapes.get(owner.get("id", "")) if owner is not None else None
        if own is not None and len(ends) == 1 and node.get("id"):
            found[node.get("id", "")] = [ends[0].middle, own.middle]
    return found


# --- as XML ---


def _written(drawing: Drawing, plane: Node, root: Node) -> Node:
    taken = {node.get("id", "") for node in root.iter("*")}
    diagram = etree.Element(f"{{{DI}}}BPMNDiagram", nsmap={"bpmndi": DI, "dc": DC, "di": DD})
    diagram.set("id", _free("drawing", taken))
    surface = etree.SubElement(diagram, f"{{{DI}}}BPMNPlane", bpmnElement=plane.get("id", ""))
    surface.set("id", _free("drawing_plane", taken))
    for name, box in drawing.shapes.items():
        shape = etree.SubElement(surface, f"{{{DI}}}BPMNShape", bpmnElement=name)
        shape.set("id", _free(f"{name}_di", taken))
        if name in drawing.pools:
            shape.set("isHorizontal", "true")
        if name in drawing.expanded:
            shape.set("isExpanded", "true")
        bounds = {key: f"{getattr(box, key):g}" for key in ("x", "y", "width", "height")}
        etree.SubElement(shape, f"{{{DC}}}Bounds", bounds)
    for name, points in drawing.lines.items():
        edge = etree.SubElement(surface, f"{{{DI}}}BPMNEdge", bpmnElement=name)
        edge.set("id", _free(f"{name}_di", taken))
        for x, y in points:
            etree.SubElement(edge, f"{{{DD}}}waypoint", x=f"{x:g}", y=f"{y:g}")
    return diagram


def _free(name: str, taken: set[str]) -> str:
    found = (
        name
        if name not in taken
        else next(each for n in range(2, len(taken) + 3) if (each := f"{name}_{n}") not in taken)
    )
    taken.add(found)
    return found
