"""The behaviour all our task specifications share, and the control nodes nobody draws.

SpiffWorkflow gives the token tree and the life of a task. Four things differ here for every
node, each because of a measured defect (``tests/server/engine/test_upstream.py``):

* all tasks of one process share one variable scope, so parallel branches lose no update;
* nothing is predicted: a task gets its children when it completes, so the tree holds tokens
  only and parallel blocks do not multiply it;
* whatever can fail happens in an automatic step, so a person's act can always be kept;
* the node a token came from is told of its end, which carries boundary events, event gateways
  and multi-instances without any search through the tree.

A node is READY while it has something to do and STARTED while it waits for something outside;
only joins are WAITING.
"""

from collections.abc import Mapping
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from server.engine.dialect.model import Element

FINISHED: Final[int] = TaskState.FINISHED_MASK


def is_live(task: Task) -> bool:
    """Whether the task is a token: unfinished, and its parent has passed it on."""
    parent = task.parent
    return not task.state & FINISHED and (parent is None or bool(parent.state & FINISHED))


class Node(TaskSpec):  # type: ignore[misc]
    """Mixin in front of every task specification of ours."""

    element: Element | None = None
    stands_for_many = False

    def test(self) -> None:
        """Nothing: the specification was checked when it was built."""

    def _predict(self, task: Task, *_: Any, **__: Any) -> None:
        """Nothing."""

    def _update_hook(self, task: Task) -> bool:
        self.enter_scope(task)
        return True

    def enter_scope(self, task: Task) -> None:
        """Give the task the variables of its process, or those of its multi-instance element."""
        local = task.parent.task_spec.local_scope(task.parent, task) if task.parent else None
        task.data = task.workflow.scope if local is None else local

    def kept(self, task: Task) -> Mapping[str, object]:
        """``internal_data`` as it is stored."""
        held: Mapping[str, object] = task.internal_data
        return held

    def local_scope(self, owner: Task, task: Task) -> Any:
        """Variables that only ``task``, a child of ``owner``, sees; None for the common ones."""
        return None

    def _on_complete_hook(self, task: Task) -> None:
        super()._on_complete_hook(task)
        owner = task.parent
        if owner is not None:
            owner.task_spec.child_completed(owner, task)
        self._send_on(task)

    def _send_on(self, task: Task) -> None:
        """A token for every outgoing flow."""
        for spec in self.outputs:
            task._add_child(spec, TaskState.FUTURE)

    def child_completed(self, owner: Task, child: Task) -> None:
        """A task that hangs on ``owner`` has completed."""


class Box(Node, BpmnSpecMixin):  # type: ignore[misc]
    """A node that stands in the diagram."""

    element: Element

    def __init__(self, process: Any, element: Element, name: str | None = None, **kwargs: Any):
        super().__init__(process, name or element.id, lane=element.lane, **kwargs)
        self.bpmn_id = element.id
        self.bpmn_name = element.name
        self.element = element

    def under_way(self, task: Task) -> bool:
        """Whether the box has done a first step and comes to a further one."""
        return False


class Start(Node, BpmnTaskSpec):  # type: ignore[misc]
    """Where the token of a process begins."""

    def _on_ready_hook(self, task: Task) -> None:
        super()._on_ready_hook(task)
        self.enter_scope(task)


class End(Node, BpmnTaskSpec):  # type: ignore[misc]
    """Behind the last join: reached once per process."""


class Attachments(Node, BpmnTaskSpec):  # type: ignore[misc]
    """In front of an activity with boundary events: starts it and them together.

    The activity's end closes the events; an interrupting event closes the activity and the rest.
    """

    def __init__(self, process: Any, name: str, activity: str) -> None:
        super().__init__(process, name)
        self.activity = activity

    def child_completed(self, owner: Task, child: Task) -> None:
        """Close what the end of ``child`` closes."""
        if child.task_spec.name == self.activity or child.task_spec.element.interrupting:
            siblings = [task for task in owner.children if self._closes(task, child)]
            for task in siblings:
                task.workflow.close(task)

    def _closes(self, task: Task, child: Task) -> bool:
        return task is not child and not task.state & FINISHED
