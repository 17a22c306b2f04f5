"""Whether a running procedure fits another version of its diagram, and where each token goes.

Only what still matters is looked at: boxes at work, what waits on them, tokens at a join. What is
over matters to nobody, whether the new version knows it or not.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from server.engine.build import ProcessSpec
from server.engine.calls import SubProcess
from server.engine.dialect.model import Element
from server.engine.errors import Reason
from server.engine.events import BoundaryEvent, CatchEvent
from server.engine.gateways import EndJoin, EventGateway, InclusiveGateway, ParallelGateway
from server.engine.migration.markings import BEGIN, TooLarge, is_reachable, marking_of, waiting_at
from server.engine.multi import MultiInstance
from server.engine.nodes import FINISHED, Attachments
from server.engine.specs import Spec
from server.engine.workflow import CaseWorkflow

EVENTS, CHILD = " [events]", " [child]"
"""How server/engine/build.py names the nodes around a box."""
CONTROL: Final = frozenset({"Start", "EndJoin", "End"})
COUNTED: Final = ("timeDuration", "timeCycle")
"""Timers that count from the moment their box began: added later, nobody knows from when."""
DROPPED: Final = ""
"""The mapping of a boundary event that the new version no longer has, by a person's decision."""

Ids = Mapping[str, Mapping[str, str]]
"""Process id to the ids that have another name in the new version."""


@dataclass(slots=True)
class Move:
    """One process of the case: its graph in the new version, node for node what becomes of its
    tasks (None: it goes), and the events that its boxes at work have in addition."""

    graph: str
    nodes: list[str | None] = field(default_factory=list)
    armed: list[tuple[str, str]] = field(default_factory=list)
    """(id of the box's task or of the gateway's, node of the event)."""


@dataclass(slots=True)
class Fit:
    """Reasons, or else a move for every process in the order of the stored state."""

    reasons: list[Reason] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)


def fit(workflow: CaseWorkflow, new: Spec, ids: Ids) -> Fit:
    """Compare every process of a case with the new version."""
    found = Fit()
    if workflow.spec.process_id != new.process_id:
        return Fit([Reason("process", workflow.spec.process_id)])
    graphs: dict[Any, str] = {None: new.root.name}
    for process in workflow.processes():
        parent = process.parent_task
        graph = graphs.get(parent.id if parent else None)
        if graph is None:
            continue  # the box it runs in has its reason already
        one = _Process(process, new, graph, ids.get(process.spec.process_id, {}), found)
        graphs |= one.inner()
        found.moves.append(one.move())
    return found


class _Process:
    """One process of the case beside its graph in the new version."""

    def __init__(
        self, process: Any, new: Spec, graph: str, ids: Mapping[str, str], found: Fit
    ) -> None:
        self.process, self.new, self.found = process, new, found
        self.spec: ProcessSpec = new.root if graph == new.root.name else new.inner[graph]
        self.graph, self.ids = graph, ids
        self.description = new.descriptions[self.spec.process_id]
        self.before = len(found.reasons)
        self.dropped: set[Any] = set()

    # --- what becomes of a box ---

    def target(self, element: Element) -> Element | None:
        """The box of the new version; None where this graph has none of that id."""
        id = self.ids.get(element.id, element.id)
        node = self.spec.task_specs.get(id)
        return None if node is None else node.element

    def object_to(self, code: str, element: Element) -> None:
        """Put a reason down, once."""
        reason = Reason(code, self.process.spec.process_id, element.id, element.label)
        if reason not in self.found.reasons:
            self.found.reasons.append(reason)

    def inner(self) -> dict[Any, str]:
        """Task that a process runs in, to the graph of that process in the new version."""
        opened = {}
        for task in self.process.tasks.values():
            if task.id in self.process.top_workflow.subprocesses:
                target = self.target(task.task_spec.element)
                node = target and self.spec.task_specs.get(_node(task.task_spec.name, target.id))
                if isinstance(node, SubProcess):
                    opened[task.id] = node.called
        return opened

    def move(self) -> Move:
        """The whole move; reasons go to ``found``."""
        move = Move(self.graph)
        tasks = list(self.process.tasks.values())
        for task in tasks:
            if not task.state & FINISHED:
                self._compare(task)
        for holder in [task for task in tasks if _is_group(task)]:
            move.armed += self._group(holder)
        move.nodes = [self._node_of(task) for task in tasks]
        if len(self.found.reasons) == self.before:
            self._prove(tasks)
        return move

    # --- boxes at work ---

    def _compare(self, task: Task) -> None:
        old = self._box_at(task)
        if old is None or isinstance(task.task_spec, BoundaryEvent) or _is_child(task):
            return
        if _waits_behind_gateway(task):
            return  # looked at with the others behind its gateway
        new = self.target(old)
        if new is None:
            self.object_to("missing", old)
            return
        for code in _differences(task, old, new):
            self.object_to(code, old)
        if _waits_at_join(task):
            self._compare_way(task, new)

    def _box_at(self, task: Task) -> Element | None:
        """The box of a task, or the one whose events are about to be armed with it."""
        spec = task.task_spec
        if isinstance(spec, Attachments):
            spec = self.process.spec.task_specs[spec.activity]
        element: Element | None = spec.element
        return element

    def _compare_way(self, task: Task, join: Element) -> None:
        """A token that waits at a join came by a flow that must still be there."""
        source = task.parent.task_spec.element
        new = self.target(source)
        flows = self.description.incoming.get(join.id, ())
        if new is None or new.id not in {flow.source for flow in flows}:
            self.object_to("join", source)

    # --- events that wait together ---

    def _group(self, holder: Task) -> Iterator[tuple[str, str]]:
        """The events on a box, or behind a gateway: which are new, which are gone."""
        box = _box_of(holder)
        new = self.target(box)
        if new is None:
            if isinstance(holder.task_spec, EventGateway):
                self.object_to("missing", box)
            return
        now = {event.id: event for event in self._events(new)}
        for task in _events_of(holder):
            self._compare_event(task, now)
        known = {self.ids.get(e.id, e.id) for e in self._old_events(box)}
        for event in (event for id, event in now.items() if id not in known):
            if _has_begun(holder) and event.event.timer in COUNTED:
                self.object_to("added_timer", event)
            yield holder.id, event.id

    def _compare_event(self, task: Task, now: Mapping[str, Element]) -> None:
        old = task.task_spec.element
        if self.ids.get(old.id) == DROPPED and isinstance(task.task_spec, BoundaryEvent):
            self.dropped.add(task.id)
            return
        new = now.get(self.ids.get(old.id, old.id))
        if new is None:
            self.object_to("missing", old)
            return
        for code in _differences(task, old, new):
            self.object_to(code, old)

    def _events(self, box: Element) -> Iterable[Element]:
        if box.kind == "eventBasedGateway":
            flows = self.description.outgoing.get(box.id, ())
            return [self.description.by_id[flow.target] for flow in flows]
        return self.description.boundary.get(box.id, ())

    def _old_events(self, box: Element) -> list[Element]:
        specs = self.process.spec.task_specs
        holder = specs[box.id] if box.kind == "eventBasedGateway" else specs.get(box.id + EVENTS)
        nodes = holder.outputs if holder is not None else []
        return [node.element for node in nodes if isinstance(node, CatchEvent)]

    # --- nodes ---

    def _node_of(self, task: Task) -> str | None:
        """The node of a task in the new version; what is over stands at the beginning."""
        name = task.task_spec.name
        if task.id in self.dropped:
            return None
        if name in CONTROL:
            return str(name)
        if not _matters(task):
            return BEGIN
        node = _node(name, self.ids.get(_base(name), _base(name)))
        if node not in self.spec.task_specs and name.endswith(EVENTS):
            return BEGIN if task.state & FINISHED else node.removesuffix(EVENTS)
        return node

    # --- the proof ---

    def _prove(self, tasks: list[Task]) -> None:
        places = marking_of(place for task in tasks for place in self._places(task))
        asked = self.new.digest, self.description, self._sub_process, places
        try:
            if not is_reachable(*asked):
                self.found.reasons.append(self._nobody_stands_so(tasks))
        except TooLarge:
            self.found.reasons.append(Reason("too_large", self.description.id))

    def _nobody_stands_so(self, tasks: list[Task]) -> Reason:
        boxes = {t.task_spec.element.label: None for t in tasks if any(self._places(t))}
        return Reason("marking", self.process.spec.process_id, "", "、".join(boxes))

    @property
    def _sub_process(self) -> str | None:
        return self.graph.partition("#")[2] or None

    def _places(self, task: Task) -> Iterator[str]:
        spec, state = task.task_spec, task.state
        if isinstance(spec, EventGateway) and state & FINISHED and list(_events_of(task)):
            yield self.ids.get(spec.name, spec.name)
        if state & FINISHED or isinstance(spec, (BoundaryEvent, EndJoin)) or _is_child(task):
            return
        if _waits_behind_gateway(task):
            return
        name = _base(spec.name)
        box = self.ids.get(name, name)
        if _waits_at_join(task):
            source = task.parent.task_spec.name
            yield waiting_at(self.ids.get(source, source), box)
        elif name not in ("EndJoin", "End"):
            yield box


# --- what a task is --------------------------------------------------------------------------


def _base(name: str) -> str:
    return name.removesuffix(EVENTS).removesuffix(CHILD)


def _node(name: str, id: str) -> str:
    """The node around the box ``id`` that is what ``name`` is around its own."""
    return id + name[len(_base(name)) :]


def _is_child(task: Task) -> bool:
    return bool(MultiInstance.around(task))


def _waits_at_join(task: Task) -> bool:
    join = isinstance(task.task_spec, (ParallelGateway, InclusiveGateway))
    return join and task.state == TaskState.WAITING


def _waits_behind_gateway(task: Task) -> bool:
    return task.parent is not None and isinstance(task.parent.task_spec, EventGateway)


def _has_begun(task: Task) -> bool:
    return task.state != TaskState.READY or bool(task.internal_data)


def _is_group(task: Task) -> bool:
    """A box at work, or a gateway whose events wait."""
    if isinstance(task.task_spec, EventGateway):
        return bool(task.state & FINISHED) and any(_events_of(task))
    element = task.task_spec.element
    if task.state & FINISHED or element is None or _is_child(task):
        return False
    return not isinstance(task.task_spec, CatchEvent)


def _box_of(holder: Task) -> Element:
    element: Element = holder.task_spec.element
    return element


def _events_of(holder: Task) -> Iterator[Task]:
    """The events that wait behind a gateway, or on a box beside it."""
    if isinstance(holder.task_spec, EventGateway):
        siblings = holder.children
    else:
        beside = holder.parent is not None and isinstance(holder.parent.task_spec, Attachments)
        siblings = holder.parent.children if beside else []
    for task in siblings:
        if isinstance(task.task_spec, CatchEvent) and not task.state & FINISHED:
            yield task


def _matters(task: Task) -> bool:
    """A token, an uncollected result, or what a waiting group or a join hangs on."""
    if not task.state & FINISHED or (task.triggered and task.state == TaskState.COMPLETED):
        return True
    alive = [child for child in task.children if not child.state & FINISHED]
    if isinstance(task.task_spec, (Attachments, EventGateway)):
        return bool(alive)
    return any(_waits_at_join(child) for child in alive)


# --- what differs ----------------------------------------------------------------------------


def _differences(task: Task, old: Element, new: Element) -> Iterator[str]:
    """Codes of what a box at work may not change."""
    if old.kind != new.kind:
        yield "kind"
        return
    begun = _has_begun(task)
    if begun and old.lane != new.lane and _asks_somebody(old):
        yield "role"
    if begun and old.loop != new.loop:
        yield "loop"
    elif begun and old.loop is not None and _body(old) != _body(new):
        yield "body"
    if begun and (old.called, old.inputs) != (new.called, new.inputs) and _is_call(old):
        yield "called"
    if begun and old.event.kind != "error" and _waiting_for(old) != _waiting_for(new):
        yield "timer" if old.event.kind == "timer" else "event"


def _asks_somebody(element: Element) -> bool:
    return element.kind in ("userTask", "receiveTask") or "form" in element.properties


def _is_call(element: Element) -> bool:
    return element.kind == "callActivity"


def _body(element: Element) -> tuple[object, ...]:
    """What each of several does; it has to be the same for all of them."""
    asked = element.form, element.assignee, element.due
    run = element.handler, element.decision, element.result, element.called
    return (*asked, *run, element.inputs, element.outputs)


def _waiting_for(element: Element) -> tuple[object, ...]:
    """What an event waits for, and what it does when it happens."""
    event = element.event
    what = event.kind, event.name, event.code, event.key, event.timer, event.text
    return (*what, element.interrupting)
