"""Readers of what hangs on a node of a diagram: flows, timers, mappings, markers."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml import etree

from server.engine.dialect.model import Assign, Event, Flow, Loop
from server.engine.dialect.xml import (
    BPMN,
    ZEEBE,
    Node,
    children,
    extension,
    extension_nodes,
    local_name,
    one_line,
    properties,
)

_IGNORED_PARTS: Final = frozenset({"ioSpecification", "dataInputAssociation", "property", "script"})
_KNOWN_EXTENSIONS: Final = frozenset(
    {
        "assignmentDefinition",
        "calledDecision",
        "calledElement",
        "formDefinition",
        "ioMapping",
        "loopCharacteristics",
        "properties",
        "publishMessage",
        "subscription",
        "taskDefinition",
        "userTask",
    }
)


def sequence_flow(node: Node, parent: str | None) -> Flow:
    """Read a sequence flow of the sub-process ``parent``."""
    condition = node.find(f"{{{BPMN}}}conditionExpression")
    return Flow(
        id=node.get("id", ""),
        name=one_line(node.get("name", "")),
        source=node.get("sourceRef", ""),
        target=node.get("targetRef", ""),
        condition=None if condition is None else (condition.text or "").strip(),
        clauses=tuple(properties(node).get("clauses", "").split()),
        parent=parent,
    )


def timer(definition: Node) -> Event:
    """Read a timer definition."""
    for child in children(definition, "timeDate", "timeDuration", "timeCycle"):
        return Event("timer", timer=local_name(child), text=(child.text or "").strip())
    return Event("timer")


def multi_instance(node: Node) -> Loop | None:
    """Read the loop marker of an activity."""
    for _ in children(node, "standardLoopCharacteristics"):
        return Loop(False, None, None, None, None, None, standard=True)
    for found in children(node, "multiInstanceLoopCharacteristics"):
        return _given_loop(found)
    return None


def _given_loop(node: Node) -> Loop:
    given = extension(node, "loopCharacteristics")
    completion = node.find(f"{{{BPMN}}}completionCondition")
    return Loop(
        sequential=node.get("isSequential") == "true",
        collection=given.get("inputCollection"),
        item=given.get("inputElement"),
        output_collection=given.get("outputCollection"),
        output=given.get("outputElement"),
        completion=None if completion is None else (completion.text or "").strip(),
        cardinality=node.find(f"{{{BPMN}}}loopCardinality") is not None,
    )


def assigns(node: Node, end: str) -> Iterator[Assign]:
    """The inputs or outputs (``end``) of the element's mappings."""
    for mapping in extension_nodes(node):
        if mapping.tag == f"{{{ZEEBE}}}ioMapping":
            for assign in mapping.iterfind(f"{{{ZEEBE}}}{end}"):
                yield Assign(assign.get("source", ""), assign.get("target", ""))


def unsupported(node: Node) -> Iterator[str]:
    """Words for what the node carries and the engine does not run."""
    if node.get("isForCompensation") == "true":
        yield "compensation"
    if node.get("triggeredByEvent") == "true":
        yield "event_sub_process"
    for part in children(node, *_IGNORED_PARTS):
        yield local_name(part)


def ignored(node: Node) -> Iterator[str]:
    """Extension elements and attributes of other dialects, or parts of zeebe: that do nothing."""
    for found in extension_nodes(node):
        name = etree.QName(found)
        if name.namespace != ZEEBE or name.localname not in _KNOWN_EXTENSIONS:
            yield f"{found.prefix}:{name.localname}" if found.prefix else name.localname
    for attribute in node.attrib:
        if str(attribute).startswith("{"):
            yield etree.QName(attribute).localname


def artefacts(root: Node) -> Iterator[tuple[str, str]]:
    """Drawn things that hold no token, as (kind, id)."""
    for node in root.iter():
        if local_name(node) in {"dataStore", "dataStoreReference", "dataObjectReference"}:
            yield local_name(node), node.get("id", "")


def duplicates(root: Node) -> tuple[str, ...]:
    """Ids given twice within the model (the drawing part has ids of its own)."""
    ids: Counter[str] = Counter()
    for node in root.iter(f"{{{BPMN}}}*"):
        ids[node.get("id", "")] += 1
    return tuple(name for name, count in ids.items() if name and count > 1)
