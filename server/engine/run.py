"""One command being carried out: its ports, its budget and the record of what happened."""

import time
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, Final
from uuid import UUID

from SpiffWorkflow.task import Task

from server.engine.dialect.model import EVENTS
from server.engine.errors import OverBudget
from server.engine.expressions import Expression, truth, with_locals
from server.engine.life import joined, meant
from server.engine.outcome import Life, Passed, Thrown
from server.engine.ports import Ports
from server.engine.values import plain, plain_variables

MAX_STEPS: Final = 5_000
MAX_SECONDS: Final = 2.0

MEANT: Final = frozenset({"begins", "ends", "region", "milestones", "met", "moves"})
"""Properties of a box that mean something to the rest of the case."""


class Run:
    """Handed to SpiffWorkflow as its script engine, so that no Python is ever evaluated."""

    def __init__(self, ports: Ports) -> None:
        self.ports = ports
        self.passed: list[Passed] = []
        self.thrown: list[Thrown] = []
        self.record: dict[str, object] = {}
        self.case_state: str | None = None
        self.life = Life()
        self.matched: dict[UUID, tuple[str, ...]] = {}
        self.current: Task | None = None
        self._changed: dict[UUID, tuple[str, ...]] = {}
        self._steps = 0
        self._until = time.monotonic() + MAX_SECONDS

    def spend(self, task: Task) -> None:
        """Count the automatic step that ``task`` is about to make against the budget."""
        self.current = task
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise OverBudget(f"一次办理的自动步骤超过 {MAX_STEPS} 步，流程图里可能有死循环")
        if time.monotonic() > self._until:
            raise OverBudget(f"一次办理的自动步骤超过 {MAX_SECONDS:g} 秒")

    def value(self, expression: Expression, variables: MutableMapping[str, object]) -> object:
        """The value of an expression, fit to be kept."""
        return plain(expression(variables, self.ports), expression.text)

    def evaluate(self, task: Task, expression: Expression, external_context: Any = None) -> bool:
        """Whether the condition on a flow holds (SpiffWorkflow's conditions call this)."""
        return truth(expression, task.data, self.ports)

    def mapped(
        self,
        mapping: Sequence[tuple[Expression, str]],
        produced: Mapping[str, object],
        variables: MutableMapping[str, object],
    ) -> Mapping[str, object]:
        """What a box writes: its mapped outputs, or all it produced where nothing is mapped."""
        if not mapping:
            return produced
        seen = with_locals(produced, variables)
        return {target: self.value(source, seen) for source, target in mapping}

    def write(self, task: Task, values: Mapping[str, object]) -> None:
        """Set variables in the scope of the task; the hidden names are never stored."""
        kept = {name: value for name, value in values.items() if name not in self.ports.hidden}
        task.data.update(plain_variables(kept))
        self._changed[task.id] = (*self._changed.get(task.id, ()), *kept)

    def reached(self, task: Task) -> None:
        """A box is entered: a task that means a case state means it from now on."""
        element = task.task_spec.element
        if element.kind not in EVENTS and element.state:
            self.case_state = element.state

    def completed(self, task: Task) -> None:
        """A task has completed; the boxes among them are noted."""
        if task.task_spec.element is not None:
            self.note(task)

    def note(self, task: Task) -> None:
        """Put a passed box on record, with the state and register entries it means."""
        spec, element = task.task_spec, task.task_spec.element
        if not spec.stands_for_many:
            self.passed.append(self._passed(task))
        if spec.name == element.id:
            top = task.workflow.top_workflow
            top.done.setdefault(spec._wf_spec.process_id, {})[element.id] = None
        if element.kind in EVENTS:
            self._pass_event(task)
        if MEANT & element.properties.keys():
            self.life = joined(self.life, meant(element, task.data, self._case))

    @property
    def _case(self) -> Mapping[str, object]:
        case = self.ports.hidden.get("case")
        return case if isinstance(case, Mapping) else {}

    def _passed(self, task: Task) -> Passed:
        spec, element = task.task_spec, task.task_spec.element
        changed = tuple(dict.fromkeys(self._changed.get(task.id, ())))
        return Passed(
            element.id,
            spec._wf_spec.process_id,
            element.kind,
            element.name,
            element.clauses,
            changed,
            self.matched.get(task.id, ()),
        )

    def _pass_event(self, task: Task) -> None:
        element, workflow = task.task_spec.element, task.workflow
        self.case_state = element.state or self.case_state
        self.record |= {name: task.data.get(name) for name in element.record}
        if element.outcome and workflow is workflow.top_workflow:
            workflow.outcome = element.outcome
