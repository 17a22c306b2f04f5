"""A ProcessDescription made into SpiffWorkflow specifications.

The description passed ``lint`` when it was published; nothing is checked again here.
SpiffWorkflow's own parser is not used: it reads XML a second time, recurses once per box and
orders branches by the drawing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from SpiffWorkflow.specs import WorkflowSpec

from server.engine.activities import BusinessRuleTask, ServiceTask, UserTask
from server.engine.calls import CallActivity, SubProcess
from server.engine.dialect.model import CONDITIONAL, Element, Flow, ProcessDescription
from server.engine.events import BoundaryEvent, CatchEvent, EndEvent, StartEvent, ThrowEvent
from server.engine.expressions import Expression
from server.engine.gateways import (
    EndJoin,
    EventGateway,
    ExclusiveGateway,
    InclusiveGateway,
    ParallelGateway,
)
from server.engine.multi import MultiInstance
from server.engine.nodes import Attachments, Box, End, Start

_CLASSES: Final[Mapping[str, Callable[..., Box]]] = {
    "userTask": UserTask,
    "serviceTask": ServiceTask,
    "businessRuleTask": BusinessRuleTask,
    "sendTask": ThrowEvent,
    "receiveTask": CatchEvent,
    "exclusiveGateway": ExclusiveGateway,
    "parallelGateway": ParallelGateway,
    "inclusiveGateway": InclusiveGateway,
    "eventBasedGateway": EventGateway,
    "startEvent": StartEvent,
    "endEvent": EndEvent,
    "intermediateCatchEvent": CatchEvent,
    "intermediateThrowEvent": ThrowEvent,
    "boundaryEvent": BoundaryEvent,
}


class ProcessSpec(WorkflowSpec):  # type: ignore[misc]
    """The graph of one process or embedded sub-process; never changed once built."""

    data_objects: Final[Mapping[str, object]] = {}

    def __init__(self, name: str, process_id: str) -> None:
        super().__init__(name=name)
        self.process_id = process_id
        self.start = Start(self, "Start")
        self.end = EndJoin(self, "EndJoin")
        self.end.connect(End(self, "End"))


@dataclass(frozen=True, slots=True)
class Built:
    """One diagram: the graph of the process and those of its embedded sub-processes by name."""

    description: ProcessDescription
    root: ProcessSpec
    embedded: Mapping[str, ProcessSpec]


def build(description: ProcessDescription) -> Built:
    """Make the graphs of one diagram."""
    parents = [element.id for element in description.of_kind("subProcess")]
    embedded = {
        _name_of(description, parent): _Graph(description, parent).build() for parent in parents
    }
    return Built(description, _Graph(description, None).build(), embedded)


def _name_of(description: ProcessDescription, sub_process: str | None) -> str:
    """The name of a graph; ``#`` cannot occur in an id."""
    return f"{description.id}#{sub_process}" if sub_process else description.id


class _Graph:
    """Builds one graph."""

    def __init__(self, description: ProcessDescription, parent: str | None) -> None:
        self.description = description
        self.elements = description.within(parent)
        self.process = ProcessSpec(_name_of(description, parent), description.id)
        self.entry: dict[str, Any] = {}

    def build(self) -> ProcessSpec:
        for element in self.elements:
            self.entry[element.id] = self._add(element)
        for element in self.elements:
            if element.attached_to:
                self.entry[element.attached_to].connect(self.entry[element.id])
            self._connect(element)
        return self.process

    def _add(self, element: Element) -> Any:
        """Make the box; returns the node that a token to it enters."""
        box = self._many(element) if element.loop else self._box(element, None)
        if element.id not in self.description.boundary:
            return box
        attachments = Attachments(self.process, f"{element.id} [events]", element.id)
        attachments.connect(box)
        return attachments

    def _many(self, element: Element) -> Box:
        inner = f"{element.id} [child]"
        self._box(element, inner)
        assert element.loop is not None
        return MultiInstance(self.process, element, element.loop, inner)

    def _box(self, element: Element, name: str | None) -> Box:
        more = {} if name is None else {"name": name}
        if element.kind == "callActivity":
            return CallActivity(self.process, element, element.called or "", **more)
        if element.kind == "subProcess":
            called = _name_of(self.description, element.id)
            return SubProcess(self.process, element, called, **more)
        return _CLASSES[element.kind](self.process, element, **more)

    def _connect(self, element: Element) -> None:
        box = self.process.task_specs[element.id]
        if element.kind == "startEvent":
            self.process.start.connect(box)
        if element.kind == "endEvent":
            box.connect(self.process.end)
        for flow in self.description.outgoing.get(element.id, ()):
            self._follow(element, box, flow)

    def _follow(self, element: Element, box: Any, flow: Flow) -> None:
        target = self.entry[flow.target]
        if element.kind in CONDITIONAL and flow.condition and flow.id != element.default:
            box.connect_outgoing_if(Expression(flow.condition), target)
        else:
            box.connect(target)
