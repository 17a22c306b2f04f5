"""The one reader of BPMN files: XML in the zeebe dialect to a ProcessDescription.

It reads whatever is there; what must not be there is the business of ``lint``.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from server.engine.dialect.model import (
    Assign,
    Element,
    Event,
    Flow,
    Lane,
    Loop,
    ProcessDescription,
)
from server.engine.errors import DialectError, Finding
from server.feel.xml import XmlError, read_xml

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE: Final = "http://camunda.org/schema/zeebe/1.0"

Node = etree._Element

_NO_FLOW_NODE: Final = frozenset(
    {
        "association",
        "auditing",
        "category",
        "completionCondition",
        "dataInputAssociation",
        "dataObject",
        "dataObjectReference",
        "dataOutputAssociation",
        "dataStoreReference",
        "documentation",
        "extensionElements",
        "group",
        "incoming",
        "ioSpecification",
        "laneSet",
        "monitoring",
        "multiInstanceLoopCharacteristics",
        "outgoing",
        "property",
        "sequenceFlow",
        "standardLoopCharacteristics",
        "textAnnotation",
    }
)
_SCOPES: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
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


def describe(xml: bytes, file: str = "") -> ProcessDescription:
    """Read one diagram. ``file`` names it in errors.

    Raises DialectError when the bytes are no safe XML, no BPMN, or not exactly one process.
    """
    root = _root(xml, file)
    processes = root.findall(f"{{{BPMN}}}process")
    if len(processes) != 1:
        sentence = f"一个文件只能有一个流程，这里有 {len(processes)} 个。"
        raise DialectError([Finding("error", file, None, "one_process", sentence)])
    return _Reader(root, processes[0]).description()


def _root(xml: bytes, file: str) -> Node:
    try:
        root = read_xml(xml)
    except XmlError as error:
        raise DialectError([Finding("error", file, None, error.code, error.sentence)]) from error
    if root.tag != f"{{{BPMN}}}definitions":
        sentence = "文件不是 BPMN 2.0 流程图。"
        raise DialectError([Finding("error", file, None, "not_bpmn", sentence)])
    return root


class _Reader:
    """Walks one document; holds the lookups that references need."""

    def __init__(self, root: Node, process: Node) -> None:
        self.root = root
        self.process = process
        self.messages = {node.get("id"): node for node in _children(root, "message")}
        self.errors = {node.get("id"): node for node in _children(root, "error")}
        self.lane_of: dict[str, str] = {}
        self.lanes: list[Lane] = []

    def description(self) -> ProcessDescription:
        self._read_lanes(self.process)
        scopes = list(_scopes(self.process, None))
        return ProcessDescription(
            id=self.process.get("id", ""),
            name=self.process.get("name", ""),
            documentation=_documentation(self.process),
            executable=self.process.get("isExecutable") == "true",
            properties=_properties(self.process),
            lanes=tuple(self.lanes),
            elements=tuple(self._elements(self.process, None, None)),
            flows=tuple(
                _flow(n, p) for scope, p in scopes for n in _children(scope, "sequenceFlow")
            ),
            pools=len(self.root.findall(f"{{{BPMN}}}collaboration/{{{BPMN}}}participant")),
            duplicates=_duplicates(self.root),
            artefacts=tuple(_artefacts(self.root)),
        )

    def _read_lanes(self, holder: Node) -> None:
        for lane in holder.iterfind(f"{{{BPMN}}}laneSet/{{{BPMN}}}lane"):
            self._read_lane(lane)

    def _read_lane(self, lane: Node) -> None:
        role = lane.get("id", "")
        self.lanes.append(Lane(role, lane.get("name", "")))
        for ref in _children(lane, "flowNodeRef"):
            self.lane_of[(ref.text or "").strip()] = role
        for inner in lane.iterfind(f"{{{BPMN}}}childLaneSet/{{{BPMN}}}lane"):
            self._read_lane(inner)

    def _elements(self, scope: Node, parent: str | None, lane: str | None) -> Iterator[Element]:
        for node in _children(scope):
            kind = _local(node)
            if kind in _NO_FLOW_NODE:
                continue
            role = self.lane_of.get(node.get("id", ""), lane)
            yield self._element(node, kind, parent, role)
            if kind in _SCOPES:
                yield from self._elements(node, node.get("id", ""), role)

    def _element(self, node: Node, kind: str, parent: str | None, lane: str | None) -> Element:
        form, called = _extension(node, "formDefinition"), _extension(node, "calledElement")
        decision = _extension(node, "calledDecision")
        return Element(
            id=node.get("id", ""),
            kind=kind,
            name=_one_line(node.get("name", "")),
            parent=parent,
            lane=lane,
            documentation=_documentation(node),
            properties=_properties(node),
            events=tuple(self._events(node)),
            loop=_loop(node),
            default=node.get("default"),
            attached_to=node.get("attachedToRef"),
            interrupting=node.get("cancelActivity", "true") == "true",
            form=form.get("formId") or form.get("formKey"),
            assignee=_extension(node, "assignmentDefinition").get("assignee"),
            handler=_extension(node, "taskDefinition").get("type"),
            decision=decision.get("decisionId"),
            result=decision.get("resultVariable"),
            called=called.get("processId"),
            propagate=called.get("propagateAllChildVariables") == "true",
            inputs=tuple(_assigns(node, "input")),
            outputs=tuple(_assigns(node, "output")),
            unsupported=tuple(_unsupported(node)),
            ignored=tuple(_ignored(node)),
        )

    def _events(self, node: Node) -> Iterator[Event]:
        if node.get("messageRef"):
            yield self._event(node, "message", node)
        for definition in _children(node):
            name = _local(definition)
            if name.endswith("EventDefinition"):
                yield self._event(node, name.removesuffix("EventDefinition"), definition)

    def _event(self, node: Node, kind: str, definition: Node) -> Event:
        if kind == "timer":
            return _timer(definition)
        if kind == "message":
            return self._message(node, definition)
        if kind == "error":
            ref = definition.get("errorRef")
            error = self.errors.get(ref)
            return Event(kind, ref=ref, code=None if error is None else error.get("errorCode"))
        return Event(kind)

    def _message(self, node: Node, definition: Node) -> Event:
        ref = definition.get("messageRef")
        message = self.messages.get(ref)
        published = _extension(node, "publishMessage") or _extension(definition, "publishMessage")
        subscribed = {} if message is None else _extension(message, "subscription")
        key = published.get("correlationKey") or subscribed.get("correlationKey")
        name = None if message is None else message.get("name")
        return Event("message", ref=ref, name=name, key=key)


def _scopes(scope: Node, identity: str | None) -> Iterator[tuple[Node, str | None]]:
    """The process and every sub-process in it, with the sub-process id."""
    yield scope, identity
    for node in _children(scope, *_SCOPES):
        yield from _scopes(node, node.get("id", ""))


def _flow(node: Node, parent: str | None) -> Flow:
    condition = node.find(f"{{{BPMN}}}conditionExpression")
    return Flow(
        id=node.get("id", ""),
        name=_one_line(node.get("name", "")),
        source=node.get("sourceRef", ""),
        target=node.get("targetRef", ""),
        condition=None if condition is None else (condition.text or "").strip(),
        clauses=tuple(_properties(node).get("clauses", "").split()),
        parent=parent,
    )


def _timer(definition: Node) -> Event:
    for child in _children(definition, "timeDate", "timeDuration", "timeCycle"):
        return Event("timer", timer=_local(child), text=(child.text or "").strip())
    return Event("timer")


def _loop(node: Node) -> Loop | None:
    for _ in _children(node, "standardLoopCharacteristics"):
        return Loop(False, None, None, None, None, None, standard=True)
    for found in _children(node, "multiInstanceLoopCharacteristics"):
        return _multi_instance(found)
    return None


def _multi_instance(node: Node) -> Loop:
    given = _extension(node, "loopCharacteristics")
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


def _assigns(node: Node, end: str) -> Iterator[Assign]:
    for mapping in _extension_nodes(node):
        if mapping.tag == f"{{{ZEEBE}}}ioMapping":
            for assign in mapping.iterfind(f"{{{ZEEBE}}}{end}"):
                yield Assign(assign.get("source", ""), assign.get("target", ""))


def _properties(node: Node) -> dict[str, str]:
    path = f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}properties/{{{ZEEBE}}}property"
    return {p.get("name", ""): p.get("value", "").strip() for p in node.iterfind(path)}


def _unsupported(node: Node) -> Iterator[str]:
    """Words for what the node carries and the engine does not run."""
    if node.get("isForCompensation") == "true":
        yield "compensation"
    if node.get("triggeredByEvent") == "true":
        yield "event_sub_process"
    for part in _children(node, *_IGNORED_PARTS):
        yield _local(part)


def _ignored(node: Node) -> Iterator[str]:
    """Extension elements and attributes of other dialects, or parts of zeebe: that do nothing."""
    for found in _extension_nodes(node):
        name = etree.QName(found)
        if name.namespace != ZEEBE or name.localname not in _KNOWN_EXTENSIONS:
            yield f"{found.prefix}:{name.localname}" if found.prefix else name.localname
    for attribute in node.attrib:
        if str(attribute).startswith("{"):
            yield etree.QName(attribute).localname


def _artefacts(root: Node) -> Iterator[tuple[str, str]]:
    """Drawn things that hold no token, as (kind, id)."""
    for node in root.iter():
        if _local(node) in {"dataStore", "dataStoreReference", "dataObjectReference"}:
            yield _local(node), node.get("id", "")


def _duplicates(root: Node) -> tuple[str, ...]:
    """Ids given twice within the model (the drawing part has ids of its own)."""
    ids: Counter[str] = Counter()
    for node in root.iter(f"{{{BPMN}}}*"):
        ids[node.get("id", "")] += 1
    return tuple(name for name, count in ids.items() if name and count > 1)


def _documentation(node: Node) -> str:
    texts = ("".join(map(str, n.itertext())).strip() for n in _children(node, "documentation"))
    return "\n".join(filter(None, texts))


def _extension_nodes(node: Node) -> Iterator[Node]:
    for holder in _children(node, "extensionElements"):
        yield from holder.iterchildren("*")


def _extension(node: Node, name: str) -> Mapping[str, str]:
    for found in _extension_nodes(node):
        if found.tag == f"{{{ZEEBE}}}{name}":
            return {str(key): str(value) for key, value in found.attrib.items()}
    return {}


def _children(node: Node, *names: str) -> Iterator[Node]:
    for child in node.iterchildren(f"{{{BPMN}}}*"):
        if not names or _local(child) in names:
            yield child


def _local(node: Node) -> str:
    return etree.QName(node).localname


def _one_line(text: str) -> str:
    return " ".join(text.split())
