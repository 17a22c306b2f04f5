"""The one reader of BPMN files: XML in the zeebe dialect to a ProcessDescription.

It reads whatever is there; what must not be there is the business of ``lint``.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from server.engine.dialect.model import Element, Event, Lane, ProcessDescription
from server.engine.dialect.parts import (
    artefacts,
    assigns,
    duplicates,
    ignored,
    multi_instance,
    sequence_flow,
    timer,
    unsupported,
)
from server.engine.dialect.xml import (
    BPMN,
    Node,
    children,
    documentation,
    extension,
    local_name,
    one_line,
    properties,
)
from server.engine.errors import DialectError, Finding
from server.feel.sentence import told
from server.feel.xml import XmlError, read_xml

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


def describe(xml: bytes, file: str = "") -> ProcessDescription:
    """Read one diagram. ``file`` names it in errors.

    Raises DialectError when the bytes are no safe XML, no BPMN, or not exactly one process.
    """
    found = describe_each(xml, file)
    if len(found) != 1:
        sentence = told("一个文件只能有一个流程，这里有 %(count)s 个。", count=len(found))
        raise DialectError([Finding("error", file, None, "one_process", sentence)])
    return found[0]


@lru_cache(maxsize=256)
def describe_each(xml: bytes, file: str = "") -> tuple[ProcessDescription, ...]:
    """Every process of a file, as tools for drawing write them; the engine runs files of one.
    The same content is read once, in whatever draft or publication it stands.

    Raises DialectError when the bytes are no safe XML or no BPMN.
    """
    root = _root(xml, file)
    processes = root.findall(f"{{{BPMN}}}process")
    return tuple(_Reader(root, each).description() for each in processes)


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
        self.messages = {node.get("id"): node for node in children(root, "message")}
        self.errors = {node.get("id"): node for node in children(root, "error")}
        self.lane_of: dict[str, str] = {}
        self.lanes: list[Lane] = []

    def description(self) -> ProcessDescription:
        self._read_lanes(self.process)
        scopes = list(_scopes(self.process, None))
        return ProcessDescription(
            id=self.process.get("id", ""),
            name=self.process.get("name", ""),
            documentation=documentation(self.process),
            executable=self.process.get("isExecutable") == "true",
            properties=properties(self.process),
            lanes=tuple(self.lanes),
            elements=tuple(self._elements(self.process, None, None)),
            flows=tuple(
                sequence_flow(n, p) for scope, p in scopes for n in children(scope, "sequenceFlow")
            ),
            pools=len(self.root.findall(f"{{{BPMN}}}collaboration/{{{BPMN}}}participant")),
            duplicates=duplicates(self.root),
            artefacts=tuple(artefacts(self.root)),
        )

    def _read_lanes(self, holder: Node) -> None:
        for lane in holder.iterfind(f"{{{BPMN}}}laneSet/{{{BPMN}}}lane"):
            self._read_lane(lane)

    def _read_lane(self, lane: Node) -> None:
        role = lane.get("id", "")
        self.lanes.append(Lane(role, lane.get("name", "")))
        for ref in children(lane, "flowNodeRef"):
            self.lane_of[(ref.text or "").strip()] = role
        for inner in lane.iterfind(f"{{{BPMN}}}childLaneSet/{{{BPMN}}}lane"):
            self._read_lane(inner)

    def _elements(self, scope: Node, parent: str | None, lane: str | None) -> Iterator[Element]:
        for node in children(scope):
            kind = local_name(node)
            if kind in _NO_FLOW_NODE:
                continue
            role = self.lane_of.get(node.get("id", ""), lane)
            yield self._element(node, kind, parent, role)
            if kind in _SCOPES:
                yield from self._elements(node, node.get("id", ""), role)

    def _element(self, node: Node, kind: str, parent: str | None, lane: str | None) -> Element:
        form, called = extension(node, "formDefinition"), extension(node, "calledElement")
        decision = extension(node, "calledDecision")
        return Element(
            id=node.get("id", ""),
            kind=kind,
            name=one_line(node.get("name", "")),
            parent=parent,
            lane=lane,
            documentation=documentation(node),
            properties=properties(node),
            events=tuple(self._events(node)),
            loop=multi_instance(node),
            default=node.get("default"),
            attached_to=node.get("attachedToRef"),
            interrupting=node.get("cancelActivity", "true") == "true",
            form=form.get("formId") or form.get("formKey"),
            assignee=extension(node, "assignmentDefinition").get("assignee"),
            handler=extension(node, "taskDefinition").get("type"),
            decision=decision.get("decisionId"),
            result=decision.get("resultVariable"),
            called=called.get("processId"),
            propagate=called.get("propagateAllChildVariables") == "true",
            inputs=tuple(assigns(node, "input")),
            outputs=tuple(assigns(node, "output")),
            unsupported=tuple(unsupported(node)),
            ignored=tuple(ignored(node)),
        )

    def _events(self, node: Node) -> Iterator[Event]:
        if node.get("messageRef"):
            yield self._event(node, "message", node)
        for definition in children(node):
            name = local_name(definition)
            if name.endswith("EventDefinition"):
                yield self._event(node, name.removesuffix("EventDefinition"), definition)

    def _event(self, node: Node, kind: str, definition: Node) -> Event:
        if kind == "timer":
            return timer(definition)
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
        published = extension(node, "publishMessage") or extension(definition, "publishMessage")
        subscribed = {} if message is None else extension(message, "subscription")
        key = published.get("correlationKey") or subscribed.get("correlationKey")
        name = None if message is None else message.get("name")
        return Event("message", ref=ref, name=name, key=key)


def _scopes(scope: Node, identity: str | None) -> Iterator[tuple[Node, str | None]]:
    """The process and every sub-process in it, with the sub-process id."""
    yield scope, identity
    for node in children(scope, *_SCOPES):
        yield from _scopes(node, node.get("id", ""))
