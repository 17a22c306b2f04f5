"""What waits before and after a command, and the Outcome that the difference makes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from server.engine import codec
from server.engine.events import BoundaryEvent, subscription_of, timer_of
from server.engine.multi import MultiInstance
from server.engine.nodes import FINISHED
from server.engine.outcome import OpenTask, Outcome, Subscription, Timer
from server.engine.prune import prune
from server.engine.workflow import CaseWorkflow

Key = TypeVar("Key")
ANCHOR: Final = re.compile(r"=?\s*(?:case\.record\.)?(\w+)\s*")


@dataclass(frozen=True, slots=True)
class Places:
    """Everything an instance waits for: tasks, timers and messages by id."""

    tasks: Mapping[str, Task] = field(default_factory=dict)
    timers: Mapping[str, Timer] = field(default_factory=dict)
    waiting: Mapping[str, Subscription] = field(default_factory=dict)


def places(workflow: CaseWorkflow) -> Places:
    """What the workflow waits for now."""
    tasks = [task for task in workflow.all_tasks() if not task.state & FINISHED]
    armed = [task for task in tasks if task.state == TaskState.STARTED]
    timers = filter(None, map(timer_of, armed))
    waiting = filter(None, map(subscription_of, armed))
    return Places(
        {task.id: task for task in tasks if is_open(task)},
        {timer.id: timer for timer in timers},
        {subscription.id: subscription for subscription in waiting},
    )


def is_open(task: Task) -> bool:
    """Whether this is a user task that has been opened and waits."""
    return (
        task.state == TaskState.READY
        and task.task_spec.manual
        and bool(task.internal_data.get("open"))
    )


def standing(process: Any) -> Iterator[Task]:
    """The boxes a token stands on; armed boundary events are no such place."""
    for task in process.tasks.values():
        spec = task.task_spec
        if spec.element and not task.state & FINISHED and not isinstance(spec, BoundaryEvent):
            yield task


def outcome_of(workflow: CaseWorkflow, before: Places, completed: str | None) -> Outcome:
    """Compare with ``before`` and store; ``completed`` is the task the person has just done.

    Raises StateError when the state grows too large.
    """
    after, run = places(workflow), workflow.command
    opened = [open_task(task) for key, task in after.tasks.items() if key not in before.tasks]
    prune(workflow.processes())
    return Outcome(
        state=codec.dump(workflow),
        ended=workflow.completed,
        outcome=workflow.outcome if workflow.completed else None,
        opened=tuple(opened),
        closed=tuple(key for key in _gone(before.tasks, after.tasks) if key != completed),
        timers=tuple(t for key, t in after.timers.items() if before.timers.get(key) != t),
        timers_gone=tuple(_gone(before.timers, after.timers)),
        waiting=tuple(s for key, s in after.waiting.items() if key not in before.waiting),
        waiting_gone=tuple(_gone(before.waiting, after.waiting)),
        thrown=tuple(run.thrown),
        passed=tuple(run.passed),
        states=tuple(run.life.states),
        record=dict(run.life.record),
        life=run.life.life,
    )


def _gone(before: Mapping[Key, object], after: Mapping[Key, object]) -> list[Key]:
    return [key for key in before if key not in after]


def open_task(task: Task) -> OpenTask:
    """A user task that waits, as the rest of the house knows it."""
    spec, opened = task.task_spec, task.internal_data
    element, many = spec.element, MultiInstance.around(task)
    return OpenTask(
        id=task.id,
        element_id=element.id,
        process_id=spec._wf_spec.process_id,
        name=element.name,
        lane=element.lane,
        form=element.form,
        assignee=opened.get("assignee"),
        due=element.due,
        due_from=opened.get("due_from"),
        due_anchor=_anchor_name(element.due_from),
        clauses=element.clauses,
        state=element.state,
        multi_instance=None if many is None else element.id,
        item=None if many is None or not many.item else task.data.get(many.item),
        started_from=_origin(task),
    )


def _anchor_name(expression: str | None) -> str | None:
    """The variable that an anchor is, where it is no more than one."""
    found = ANCHOR.fullmatch(expression or "")
    return found[1] if found else None


def _origin(task: Task) -> str | None:
    """The box the token came from."""
    own = task.task_spec.element.id
    while task is not None:
        element = task.task_spec.element
        if element is not None and element.id != own:
            return str(element.id)
        task = task.parent or task.workflow.parent_task
    return None
