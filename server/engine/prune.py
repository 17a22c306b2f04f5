"""Forget the past of the token tree.

A token needs nothing of the way it came but the node it came from: that names the flow at a join
and groups boundary events, event gateways and elements of a multi-instance. So the tree is cut to
root, last node, token. Without it a loop makes the tree deeper each round, until SpiffWorkflow's
iterator stops at depth 1000 and reports the case as completed.
"""

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from server.engine.nodes import FINISHED


def prune(processes: Iterable[Any]) -> None:
    """Cut the tree of every process; what is alive stays exactly as it is."""
    for process in processes:
        _prune(process)


def _prune(process: Any) -> None:
    root: Task = process.task_tree
    kept = {key: task for key, task in process.tasks.items() if task is root or _is_kept(task)}
    moved = {key for key, task in kept.items() if _is_past(task)}
    for task in kept.values():
        task._children = [key for key in task._children if key in kept and key not in moved]
    for key in moved:
        kept[key]._parent = root.id
    root._children += moved
    process.tasks = kept
    process.last_task = None


def _is_past(task: Task) -> bool:
    """Whether nothing alive is above the task."""
    if not task.state & FINISHED:
        return False
    parent = task.parent
    return bool(parent and parent.state & FINISHED)


def _is_kept(task: Task) -> bool:
    """A token, what hangs on one, the node it came from, or a result not yet collected."""
    if not task.state & FINISHED:
        return True
    if task.triggered and task.state == TaskState.COMPLETED:
        return True
    return any(not child.state & FINISHED for child in task.children)
