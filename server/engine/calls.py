"""Sub-processes: embedded ones share the variables around them, called ones have their own."""

from typing import Any, Final

from SpiffWorkflow.task import Task

from server.engine.dialect.model import Element
from server.engine.errors import OverBudget
from server.engine.expressions import Expression
from server.engine.nodes import Box
from server.engine.values import plain_variables
from server.feel.sentence import told

MAX_DEPTH: Final = 10
"""Processes within processes."""


class SubProcess(Box):
    """Runs the process ``called`` inside this one, over the same variables."""

    def __init__(
        self, process: Any, element: Element, called: str, name: str | None = None
    ) -> None:
        super().__init__(process, element, name)
        self.called = called

    def under_way(self, task: Task) -> bool:
        """The inner process has begun."""
        return task.id in task.workflow.top_workflow.subprocesses

    def _run_hook(self, task: Task) -> bool | None:
        inner = task.workflow.top_workflow.subprocesses.get(task.id)
        if inner is None:
            self._open(task)
            return None
        self._take_back(task, inner)
        del task.workflow.top_workflow.subprocesses[task.id]
        return True

    def _open(self, task: Task) -> None:
        if task.workflow.depth >= MAX_DEPTH:
            raise OverBudget(told("调用层数超过 %(limit)s 层", limit=MAX_DEPTH))
        task.workflow.top_workflow.open_inner(task, self.called, self._variables(task))

    def _variables(self, task: Task) -> Any:
        return task.data

    def _take_back(self, task: Task, inner: Any) -> None:
        """The inner process has ended."""


class CallActivity(SubProcess):
    """Runs another diagram over variables of its own."""

    def __init__(
        self, process: Any, element: Element, called: str, name: str | None = None
    ) -> None:
        super().__init__(process, element, called, name)
        self.mapped_in = [(Expression(a.source), a.target) for a in element.inputs]
        self.mapped_out = [(Expression(a.source), a.target) for a in element.outputs]

    def _variables(self, task: Task) -> dict[str, object]:
        run = task.workflow.run
        if not self.mapped_in:
            return dict(task.data)
        return plain_variables({t: run.value(e, task.data) for e, t in self.mapped_in})

    def _take_back(self, task: Task, inner: Any) -> None:
        run = task.workflow.run
        if self.mapped_out:
            run.write(task, {t: run.value(e, inner.scope) for e, t in self.mapped_out})
        elif self.element.propagate:
            run.write(task, dict(inner.scope))
