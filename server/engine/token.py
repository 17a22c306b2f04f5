"""The tokens of a running process: SpiffWorkflow's tasks, with two differences.

Their ids are text, as everybody else has them (identity.py): a UUID costs more to make and to
look up. And a change of state makes no words for a log that is not written: a fortieth of an act.
"""

from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from server.engine.identity import drawn


class Token(Task):  # type: ignore[misc]
    """A task of a process; its children are tokens too."""

    def __init__(
        self, process: Any, spec: Any, parent: Task | None, state: int, id: str | None = None
    ) -> None:
        super().__init__(process, spec, parent, state, id or drawn())

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> "Token":
        child = Token(self.workflow, task_spec, self, state)
        if state == TaskState.READY:
            child._ready()
        return child

    def _set_state(self, value: int) -> None:
        self._state = value


def planted(process: Any) -> Token:
    """The first token of a process, on its start."""
    root = Token(process, process.spec.start, None, TaskState.FUTURE)
    root._ready()
    return root
