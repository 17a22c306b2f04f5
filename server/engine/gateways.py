"""Gateways and the joins: which tokens go on, and when."""

from collections import Counter
from collections.abc import Iterator

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.defaults import ExclusiveGateway as StockExclusive
from SpiffWorkflow.specs.MultiChoice import MultiChoice
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from server.engine.errors import StepFailed
from server.engine.nodes import FINISHED, Box, Node, is_live


class ExclusiveGateway(Box, StockExclusive):  # type: ignore[misc]
    """The first flow whose condition holds, else the default flow."""

    def _run_hook(self, task: Task) -> bool:
        holding = (name for test, name in self.cond_task_specs if test and test._matches(task))
        chosen = next(holding, self.default_task_spec)
        if chosen is None:
            raise StepFailed("排他网关没有一条连线的条件成立，也没有默认连线")
        task._add_child(self._wf_spec.task_specs[chosen], TaskState.FUTURE)
        return True

    def _send_on(self, task: Task) -> None:
        """The token has its way already."""


class EventGateway(Box):
    """Starts all the events behind it; the first to happen closes the others."""

    def child_completed(self, owner: Task, child: Task) -> None:
        """Close the events that did not happen."""
        for task in owner.children:
            if task is not child and not task.state & FINISHED:
                task.workflow.close(task)


class Join(Node):
    """Keeps tokens waiting until ``_complete`` says that they may go on as one.

    Every token waits as a task of its own whose parent tells the flow it came by; the stock
    joins keep one token and recognise flows by the history of the tree, which goes wrong in loops.
    """

    def _update_hook(self, task: Task) -> bool:
        self.enter_scope(task)
        others = [t for t in self._waiting(task) if t is not task]
        if self._complete(task, others):
            self._consume(task, others)
            return True
        task._set_state(TaskState.WAITING)
        return False

    def _waiting(self, task: Task) -> Iterator[Task]:
        return (
            t
            for t in task.workflow.tasks.values()
            if t.task_spec is self and t.state == TaskState.WAITING
        )

    def _complete(self, task: Task, others: list[Task]) -> bool:
        """Whether the join has all it waits for; each kind of join has its own rule."""
        raise NotImplementedError

    def _consume(self, task: Task, others: list[Task]) -> None:
        """Swallow one waiting token of each other flow (the oldest)."""
        flows: Counter[str] = Counter(self._inputs)
        flows[task.parent.task_spec.name] -= 1
        for other in others:
            flow = other.parent.task_spec.name
            if flows[flow] > 0:
                flows[flow] -= 1
                other.cancel()


class ParallelGateway(Join, Box):
    """Goes on with one token of every incoming flow, on all outgoing flows."""

    def _complete(self, task: Task, others: list[Task]) -> bool:
        arrived = Counter(token.parent.task_spec.name for token in [task, *others])
        return not Counter(self._inputs) - arrived


class InclusiveGateway(Join, Box, MultiChoice):  # type: ignore[misc]
    """Goes on when no token that could still come is under way, on all flows that hold.

    The rule is that of BPMN 2.0.2, table 13.3: a token elsewhere blocks when it can reach an
    empty incoming flow and none that already has a token.
    """

    def _complete(self, task: Task, others: list[Task]) -> bool:
        here = [task, *others]
        filled = {token.parent.task_spec.name for token in here}
        empty = set(self._inputs) - filled
        tokens = [t for t in task.workflow.tasks.values() if is_live(t) and t not in here]
        return not any(self._blocks(token, empty, filled) for token in tokens)

    def _blocks(self, token: Task, empty: set[str], filled: set[str]) -> bool:
        reachable = self._reachable(token.task_spec.name)
        return bool(reachable & empty) and not reachable & filled

    def _reachable(self, start: str) -> set[str]:
        """Names of the nodes a token at ``start`` can pass without passing this gateway."""
        specs, seen, todo = self._wf_spec.task_specs, {self.name}, [start]
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo.extend(specs[name]._outputs)
        return seen - {self.name}

    def _run_hook(self, task: Task) -> bool:
        matches, defaults = self._get_matching_outputs(task)
        if not matches and not defaults:
            raise StepFailed("包容网关没有一条连线的条件成立，也没有默认连线")
        for spec in matches or defaults:
            task._add_child(spec, TaskState.FUTURE)
        return True

    def _send_on(self, task: Task) -> None:
        """The tokens have their ways already."""


class EndJoin(Join, BpmnTaskSpec):  # type: ignore[misc]
    """Waits until no token is left anywhere else in the process."""

    def _complete(self, task: Task, others: list[Task]) -> bool:
        here = [task, *others]
        return not any(is_live(t) and t not in here for t in task.workflow.tasks.values())

    def _consume(self, task: Task, others: list[Task]) -> None:
        for other in others:
            other.cancel()
