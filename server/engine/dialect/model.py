"""A diagram as the engine, the checks and the viewers see it: one process, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

TASKS: Final = frozenset({"userTask", "serviceTask", "businessRuleTask", "sendTask", "receiveTask"})
ACTIVITIES: Final = TASKS | {"callActivity", "subProcess"}
GATEWAYS: Final = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"}
)
CONDITIONAL: Final = frozenset({"exclusiveGateway", "inclusiveGateway"})
CATCHING: Final = frozenset({"intermediateCatchEvent", "receiveTask", "boundaryEvent"})
THROWING: Final = frozenset({"intermediateThrowEvent", "sendTask", "endEvent"})
EVENTS: Final = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
)

KINDS: Final[Mapping[str, str]] = {
    "userTask": "用户任务",
    "serviceTask": "服务任务",
    "businessRuleTask": "业务规则任务",
    "sendTask": "发送任务",
    "receiveTask": "接收任务",
    "callActivity": "调用活动",
    "subProcess": "子流程",
    "exclusiveGateway": "排他网关",
    "parallelGateway": "并行网关",
    "inclusiveGateway": "包容网关",
    "eventBasedGateway": "事件网关",
    "startEvent": "开始事件",
    "endEvent": "结束事件",
    "intermediateCatchEvent": "中间捕获事件",
    "intermediateThrowEvent": "中间抛出事件",
    "boundaryEvent": "边界事件",
}
"""Every kind of flow node that runs, with its Chinese name."""


@dataclass(frozen=True, slots=True)
class Assign:
    """One input or output of a mapping: the expression and the variable it is written to."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Loop:
    """A multi-instance: once per element of ``collection``, one after the other or at once."""

    sequential: bool
    collection: str | None
    item: str | None
    output_collection: str | None
    output: str | None
    completion: str | None
    standard: bool = False
    cardinality: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What an event waits for or throws.

    ``kind`` is the BPMN definition without its suffix (``timer``, ``message``, ``error``,
    ``terminate`` …) or ``none``. ``ref`` is the reference as written; ``name`` the message name;
    ``code`` the error code (None catches every error); ``key`` the correlation key expression;
    ``timer`` one of ``timeDate``, ``timeDuration``, ``timeCycle`` and ``text`` its expression.
    """

    kind: str = "none"
    ref: str | None = None
    name: str | None = None
    code: str | None = None
    key: str | None = None
    timer: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane: ``id`` is the abstract role, ``name`` its Chinese title."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; ``condition`` as written, with its leading ``=``."""

    id: str
    name: str
    source: str
    target: str
    condition: str | None
    clauses: tuple[str, ...]
    parent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A flow node. ``parent`` is the embedded sub-process around it (None: the process itself)."""

    id: str
    kind: str
    name: str
    parent: str | None
    lane: str | None
    documentation: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    loop: Loop | None = None
    default: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    form: str | None = None
    assignee: str | None = None
    handler: str | None = None
    decision: str | None = None
    result: str | None = None
    called: str | None = None
    propagate: bool = False
    inputs: tuple[Assign, ...] = ()
    outputs: tuple[Assign, ...] = ()
    unsupported: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def event(self) -> Event:
        """The event definition, ``Event()`` for a plain one."""
        return self.events[0] if self.events else Event()

    @property
    def clauses(self) -> tuple[str, ...]:
        """Ids of the clauses this box carries out."""
        return tuple(self.properties.get("clauses", "").split())

    @property
    def due(self) -> str | None:
        """The milestone of the deadlines table."""
        return self.properties.get("due")

    @property
    def due_from(self) -> str | None:
        """The expression that gives the anchor of the deadline."""
        return self.properties.get("due_from")

    @property
    def state(self) -> str | None:
        """The case state that reaching this box means."""
        return self.properties.get("state")

    @property
    def record(self) -> tuple[str, ...]:
        """Variables copied to the register entry when the event is passed."""
        return tuple(self.properties.get("record", "").split())

    @property
    def outcome(self) -> str | None:
        """The machine word that an end event gives the procedure."""
        return self.properties.get("outcome")

    @property
    def regions(self) -> Mapping[str, str]:
        """Parallel regions of the case to the places where this box puts them."""
        pairs = (word.partition("=") for word in self.words("region"))
        return {name: place for name, _, place in pairs}

    @property
    def milestones(self) -> tuple[tuple[str, str], ...]:
        """Legal dates that begin to run here: (milestone, the variable or entry that anchors)."""
        pairs = (word.partition("@") for word in self.words("milestones"))
        return tuple((milestone, anchor) for milestone, _, anchor in pairs)

    def words(self, name: str) -> tuple[str, ...]:
        """The words of a property that lists names."""
        return tuple(self.properties.get(name, "").split())

    @property
    def label(self) -> str:
        """What people call it: its name, or its id where it has none."""
        return self.name or self.id


@dataclass(frozen=True)
class ProcessDescription:
    """One BPMN file: its process, lanes, boxes and flows in document order."""

    id: str
    name: str
    documentation: str
    executable: bool
    properties: Mapping[str, str]
    lanes: tuple[Lane, ...]
    elements: tuple[Element, ...]
    flows: tuple[Flow, ...]
    pools: int = 0
    duplicates: tuple[str, ...] = ()
    artefacts: tuple[tuple[str, str], ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Element]:
        """Element id to element."""
        return {element.id: element for element in self.elements}

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[Flow, ...]]:
        """Element id to the flows that leave it."""
        return self._grouped("source")

    @cached_property
    def incoming(self) -> Mapping[str, tuple[Flow, ...]]:
        """Element id to the flows that enter it."""
        return self._grouped("target")

    @cached_property
    def boundary(self) -> Mapping[str, tuple[Element, ...]]:
        """Activity id to the boundary events on it."""
        hosts = {element.attached_to for element in self.elements if element.attached_to}
        return {host: tuple(e for e in self.elements if e.attached_to == host) for host in hosts}

    @property
    def clauses(self) -> tuple[str, ...]:
        """Ids of the clauses the procedure as a whole carries out."""
        return tuple(self.properties.get("clauses", "").split())

    def within(self, parent: str | None) -> tuple[Element, ...]:
        """The elements directly inside a sub-process, or inside the process itself."""
        return tuple(element for element in self.elements if element.parent == parent)

    def around(self, element: Element) -> tuple[Element, ...]:
        """The sub-processes an element lies in, innermost first."""
        found: dict[str, Element] = {}
        while element.parent is not None and element.parent not in found:
            element = self.by_id[element.parent]
            found[element.id] = element
        return tuple(found.values())

    def of_kind(self, *kinds: str) -> tuple[Element, ...]:
        """The elements of any of the kinds, in document order."""
        return tuple(element for element in self.elements if element.kind in kinds)

    def _grouped(self, end: str) -> dict[str, tuple[Flow, ...]]:
        groups: dict[str, list[Flow]] = {}
        for flow in self.flows:
            groups.setdefault(getattr(flow, end), []).append(flow)
        return {node: tuple(flows) for node, flows in groups.items()}
