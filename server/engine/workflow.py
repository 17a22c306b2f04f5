"""A running process and the processes inside it."""

from collections.abc import Iterator, MutableMapping
from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from server.engine.errors import NotOpen
from server.engine.nodes import FINISHED, is_live
from server.engine.run import Run
from server.engine.token import planted


class _Process:
    """What the outer and the inner processes have in common.

    ``scope`` holds the variables, one mapping for all tasks of the process.
    """

    scope: MutableMapping[str, object]
    tasks: dict[str, Task]
    top_workflow: "CaseWorkflow"
    completed: bool

    @property
    def run(self) -> Run:
        """The command being carried out."""
        return self.top_workflow.command

    def close(self, task: Task) -> None:
        """Cancel a task and all that runs below it, innermost first.

        The stock cancel drops children unseen and leaves their sub-processes running.
        """
        for child in task.children:
            if not child.state & FINISHED:
                self.close(child)
        inner = self.top_workflow.subprocesses.pop(task.id, None)
        if inner is not None:
            inner.terminate()
        task.cancel()

    def terminate(self) -> None:
        """End this process: every token is cancelled."""
        for task in [t for t in self.tasks.values() if is_live(t)]:
            self.close(task)
        self.completed = True

    def recheck_joins(self) -> None:
        """A token has gone: a join that waited for it may now go on."""
        for task in [t for t in self.tasks.values() if t.state == TaskState.WAITING]:
            if task.state == TaskState.WAITING:
                task.task_spec._update(task)

    def _task_completed_notify(self, task: Task) -> None:
        self.run.completed(task)
        if task.task_spec.name == "End":
            self.completed = True
        if self.completed:
            self._ended()
        else:
            self.recheck_joins()

    def _ended(self) -> None:
        """Nothing waits for the outermost process."""


class InnerWorkflow(_Process, BpmnSubWorkflow):  # type: ignore[misc]
    """A called or embedded process; ends by waking the task that opened it."""

    def __init__(
        self, spec: Any, parent: Task, scope: MutableMapping[str, object], loading: bool = False
    ) -> None:
        self.scope = scope
        self.parent_task = parent
        top = parent.workflow.top_workflow
        super().__init__(spec, parent.id, top, deserializing=True)
        if not loading:
            self.task_tree = planted(self)

    def _calculate_depth(self) -> int:
        return int(self.parent_task.workflow.depth) + 1

    def _ended(self) -> None:
        if self.parent_task.state == TaskState.STARTED:
            self.parent_task._set_state(TaskState.READY)


class CaseWorkflow(_Process, BpmnWorkflow):  # type: ignore[misc]
    """The outermost process of an instance and the root of everything in it.

    ``done`` remembers, process by process, which boxes have been passed, so that the tree need
    not; ``outcome`` the word of the last end event reached.
    """

    parent_task = None

    def __init__(
        self,
        spec: Any,
        inner_specs: Any,
        command: Run,
        scope: MutableMapping[str, object],
        loading: bool = False,
    ) -> None:
        self.scope = scope
        self.command = command
        self.done: dict[str, dict[str, None]] = {}
        self.outcome: str | None = None
        super().__init__(spec, inner_specs, script_engine=command, deserializing=True)
        if not loading:
            self.task_tree = planted(self)

    def open_inner(
        self, parent: Task, name: str, scope: MutableMapping[str, object], loading: bool = False
    ) -> InnerWorkflow:
        """A process inside the task ``parent``."""
        inner = InnerWorkflow(self.subprocess_specs[name], parent, scope, loading)
        self.subprocesses[parent.id] = inner
        return inner

    def processes(self) -> list[Any]:
        """This process and all that run inside it, outer before inner."""
        return [self, *self.subprocesses.values()]

    def let_go(self) -> None:
        """Forget every token, at the end of a command. Tasks and processes point at each other:
        left so, they wait for the garbage collector, which comes in the middle of some request.
        """
        for process in self.processes():
            process.tasks, process.task_tree, process.last_task = {}, None, None
        self.subprocesses.clear()
        self.command.current = None

    def all_tasks(self) -> Iterator[Task]:
        """Every task of every process."""
        return (task for process in self.processes() for task in process.tasks.values())

    def find(self, identity: str) -> Task:
        """The task with this id; NotOpen when there is none."""
        for process in self.processes():
            if identity in process.tasks:
                return process.tasks[identity]
        raise NotOpen("这一步已不在等待")
