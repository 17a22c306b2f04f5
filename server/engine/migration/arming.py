"""Events that a box at work has only in the new version are armed beside it."""

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from server.engine.gateways import EventGateway
from server.engine.migration.fitting import EVENTS, Move
from server.engine.nodes import Attachments
from server.engine.workflow import CaseWorkflow


def arm(workflow: CaseWorkflow, moves: Iterable[Move]) -> None:
    """Put the added events in place, ready to be armed, and let joins look again."""
    processes = workflow.processes()
    for process, move in zip(processes, moves, strict=True):
        for box, event in move.armed:
            _add(process, _holder(process, process.tasks[box]), event)
    for process in processes:
        process.recheck_joins()


def _add(process: Any, holder: Task, event: str) -> None:
    token = holder._add_child(process.spec.task_specs[event], TaskState.FUTURE)
    token.task_spec._update(token)


def _holder(process: Any, box: Task) -> Task:
    """What the events of a box hang on beside it; made where the box had none."""
    if isinstance(box.task_spec, EventGateway):
        return box
    if isinstance(box.parent.task_spec, Attachments):
        return box.parent
    return _put_between(process, box)


def _put_between(process: Any, box: Task) -> Task:
    """A finished task between a box and what it came from; parents stand before children."""
    before = box.parent
    before._children.remove(box.id)
    spec = process.spec.task_specs[box.task_spec.name + EVENTS]
    holder = before._add_child(spec, TaskState.COMPLETED)
    holder._children.append(box.id)
    box.parent = holder
    own = process.tasks.pop(box.id)
    process.tasks[own.id] = own
    for child in _below(own):
        process.tasks[child.id] = process.tasks.pop(child.id)
    return holder


def _below(task: Task) -> list[Task]:
    """What hangs on a task, in an order that puts parents first."""
    found = list(task.children)
    for child in found:
        found.extend(child.children)
    return found
