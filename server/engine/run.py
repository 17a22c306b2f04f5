"""One command being carried out: its ports, its budget and the record of what happened."""

import time
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import replace
from typing import Any, Final

from SpiffWorkflow.task import Task

from server.engine.errors import OverBudget
from server.engine.expressions import Expression, truth, with_locals
from server.engine.life import CaseLife
from server.engine.outcome import Passed, Thrown
from server.engine.ports import Ports
from server.engine.values import plain, plain_variables
from server.feel.sentence import told

MAX_STEPS: Final = 5_000
MAX_SECONDS: Final = 2.0
"""Of the processor: that a busy machine keeps a command waiting is not the diagram's fault."""


class Run:
    """Handed to SpiffWorkflow as its script engine, so that no Python is ever evaluated."""

    def __init__(self, ports: Ports) -> None:
        self.life = CaseLife(ports)
        self.ports = replace(ports, hidden={**ports.hidden, "case": self.life.case})
        self.passed: list[Passed] = []
        self.thrown: list[Thrown] = []
        self.matched: dict[str, tuple[str, ...]] = {}
        self.current: Task | None = None
        self._changed: dict[str, tuple[str, ...]] = {}
        self._steps = 0
        self._until = time.thread_time() + MAX_SECONDS

    def spend(self, task: Task) -> None:
        """Count the automatic step that ``task`` is about to make against the budget."""
        self.current = task
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise OverBudget(
                told(
                    "一次办理的自动步骤超过 %(limit)s 步，流程图里可能有死循环",
                    limit=MAX_STEPS,
                )
            )
        if time.thread_time() > self._until:
            raise OverBudget(told("一次办理的自动步骤超过 %(limit)s 秒", limit=f"{MAX_SECONDS:g}"))

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
        """A box is about to do its first step; for a list of elements their common box counts."""
        spec = task.task_spec
        if spec.element is not None and spec.name == spec.element.id and not spec.under_way(task):
            self.life.enter(spec.element)

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
            self.life.leave(element, task.data)
        if element.outcome and task.workflow is task.workflow.top_workflow:
            task.workflow.outcome = element.outcome

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
