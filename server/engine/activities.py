"""What a box does: asks a person, runs a handler, asks a table."""

from collections.abc import Mapping, MutableMapping
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import UserTask as StockUserTask
from SpiffWorkflow.task import Task

from server.engine.dialect.model import Element
from server.engine.errors import StepFailed
from server.engine.expressions import Expression, optional, text_of, with_locals
from server.engine.nodes import Box


class UserTask(Box, StockUserTask):  # type: ignore[misc]
    """Waits, READY, for a person."""

    def __init__(self, process: Any, element: Element, name: str | None = None) -> None:
        super().__init__(process, element, name)
        self.assignee = optional(element.assignee)
        self.due_from = _anchor(element.due_from)

    def announce(self, task: Task) -> None:
        """Fix who is asked and from when the deadline counts, once, as the task opens."""
        run = task.workflow.run
        opened: dict[str, object] = {"open": 1}
        if self.assignee is not None:
            opened["assignee"] = text_of(self.assignee, task.data, run.ports)
        if self.due_from is not None:
            opened["due_from"] = run.value(self.due_from, task.data)
        task.internal_data = opened


class _Automatic(Box):
    """A box with inputs (names only it sees) and outputs."""

    def __init__(self, process: Any, element: Element, name: str | None = None) -> None:
        super().__init__(process, element, name)
        self.mapped_in = [(Expression(a.source), a.target) for a in element.inputs]
        self.mapped_out = [(Expression(a.source), a.target) for a in element.outputs]

    def _run_hook(self, task: Task) -> bool:
        run = task.workflow.run
        given = {target: run.value(source, task.data) for source, target in self.mapped_in}
        produced = self._produce(task, with_locals(given, task.data) if given else task.data)
        run.write(task, run.mapped(self.mapped_out, produced, task.data))
        return True

    def _produce(self, task: Task, variables: MutableMapping[str, object]) -> Mapping[str, object]:
        """What the box gives; each kind of box has its own way."""
        raise NotImplementedError


class ServiceTask(_Automatic):
    """Runs the handler named by its type."""

    def _produce(self, task: Task, variables: MutableMapping[str, object]) -> Mapping[str, object]:
        ports = task.workflow.run.ports
        changed = ports.call(self.element.handler or "", with_locals(ports.hidden, variables))
        if changed is not None and not isinstance(changed, Mapping):
            raise StepFailed(f"办理函数“{self.element.handler}”没有返回变量表")
        return changed or {}


class BusinessRuleTask(_Automatic):
    """Asks a decision table and keeps the answer in the result variable."""

    def _produce(self, task: Task, variables: MutableMapping[str, object]) -> Mapping[str, object]:
        run = task.workflow.run
        decided = run.ports.decide(self.element.decision or "", variables)
        run.matched[task.id] = tuple(decided.matched)
        return {self.element.result or "": decided.result}


def _anchor(text: str | None) -> Expression | None:
    """``due_from`` may leave out the ``=``: it is never a literal."""
    return None if not text else Expression(text if text.startswith("=") else f"={text}")
