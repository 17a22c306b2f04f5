"""Two versions of a diagram, box by box and flow by flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

from server.engine import dialect
from server.engine.dialect import Element, Flow, ProcessDescription
from server.engine.errors import DialectError
from server.feel.xml import XmlError, read_xml
from server.studio.difference.change import LABEL, MOVED, Change, Facts, changes

PLAIN = ("kind", "name", "lane", "documentation", "form", "assignee", "handler", "decision",
         "result", "called", "attached_to")  # fmt: skip
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"


def compare(before: bytes, after: bytes) -> Iterator[Change]:
    """Boxes, flows and lanes; what only stands elsewhere is told last."""
    old, new = _described(before), _described(after)
    found = list(changes(_facts(old), _facts(new)))
    yield from found
    told = {each.element for each in found}
    yield from _moved(before, after, new, told)


def _described(content: bytes) -> ProcessDescription | None:
    try:
        return dialect.describe(content) if content else None
    except DialectError:
        return None


def _facts(diagram: ProcessDescription | None) -> Facts:
    if diagram is None:
        return {}
    names = {each.id: each.label for each in diagram.elements}
    lanes = {lane.id: {LABEL: lane.name, "name": lane.name} for lane in diagram.lanes}
    boxes = {each.id: _of_element(each, diagram) for each in diagram.elements}
    flows = {each.id: _of_flow(each, names) for each in diagram.flows}
    whole = {LABEL: diagram.name, "name": diagram.name, "documentation": diagram.documentation}
    return {diagram.id: whole | dict(diagram.properties), **lanes, **boxes, **flows}


def _of_element(element: Element, diagram: ProcessDescription) -> Mapping[str, str]:
    plain = {name: str(getattr(element, name) or "") for name in PLAIN}
    lanes = {lane.id: lane.name for lane in diagram.lanes}
    mapping = [f"{each.target} {each.source}" for each in (*element.inputs, *element.outputs)]
    return {
        LABEL: element.label,
        **plain,
        "lane": lanes.get(element.lane or "", ""),
        **element.properties,
        "event": "；".join(_event(each) for each in element.events),
        "mapping": "；".join(mapping),
        "loop": " ".join(str(getattr(element.loop, f.name)) for f in fields(element.loop))
        if element.loop
        else "",
        "default": element.default or "",
        "interrupting": "" if element.interrupting else "no",
    }


def _event(event: object) -> str:
    given = (getattr(event, name) for name in ("kind", "name", "code", "timer", "text", "key"))
    return " ".join(str(each) for each in given if each)


def _of_flow(flow: Flow, names: Mapping[str, str]) -> Mapping[str, str]:
    start, end = names.get(flow.source, flow.source), names.get(flow.target, flow.target)
    arrow = f"{start} → {end}"
    return {
        LABEL: f"{flow.name}（{arrow}）" if flow.name else arrow,
        "name": flow.name,
        "way": arrow,
        "condition": flow.condition or "",
        "clauses": " ".join(flow.clauses),
    }


def _moved(
    before: bytes, after: bytes, new: ProcessDescription | None, told: set[str]
) -> Iterator[Change]:
    if new is None:
        return
    old, places = _places(before), _places(after)
    for element in new.elements:
        if element.id not in told and old.get(element.id, "") != places.get(element.id, ""):
            yield Change(MOVED, element.id, element.label)


def _places(content: bytes) -> Mapping[str, str]:
    """Element to the place where its shape stands."""
    try:
        root = read_xml(content)
    except XmlError:
        return {}
    shapes = ((shape, shape.find(BOUNDS)) for shape in root.iter(f"{DI}BPMNShape"))
    return {
        str(shape.get("bpmnElement")): " ".join(
            f"{float(bounds.get(name, '0')):g}" for name in ("x", "y", "width", "height")
        )
        for shape, bounds in shapes
        if bounds is not None
    }
