"""The way back: from a waiting user task to one that was done before it.

A token may only go back the way it could have come: through boxes already passed, along flows of
the same process, across nothing that splits, joins, waits, sends, calls or repeats. Then the
token stands where it stood before and every other token stays, so the marking is a legal one.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from server.engine.dialect.model import Element, ProcessDescription
from server.engine.errors import StepFailed
from server.engine.nodes import FINISHED, Attachments

PASSABLE: Final = frozenset({"userTask", "serviceTask", "businessRuleTask", "exclusiveGateway"})
"""What a token may cross on its way back; a multi-instance of these is no such box."""

Ways = Mapping[str, tuple[Element, ...]]
"""Id of a user task to the boxes between it and where the token stands, itself first."""


def ways_back(description: ProcessDescription, at: str, done: Mapping[str, None]) -> Ways:
    """Every user task to which a token at the box ``at`` may go back, the nearest first."""
    behind = _reached(description, at, done)
    return {
        id: tuple(_between(description, id, at, behind))
        for id in behind
        if description.by_id[id].kind == "userTask"
    }


def _reached(description: ProcessDescription, at: str, done: Mapping[str, None]) -> dict[str, None]:
    """The boxes from which the token could have come, breadth first."""
    found: dict[str, None] = {}
    todo = [at]
    for id in todo:
        for flow in description.incoming.get(id, ()):
            source = description.by_id[flow.source]
            fresh = source.id != at and source.id not in found
            if fresh and source.id in done and _is_passable(source):
                found[source.id] = None
                todo.append(source.id)
    return found


def _is_passable(element: Element) -> bool:
    return element.kind in PASSABLE and element.loop is None


def _between(
    description: ProcessDescription, start: str, at: str, behind: Mapping[str, None]
) -> Iterator[Element]:
    """The boxes on a way from ``start`` to ``at`` that keeps to ``behind``."""
    seen, todo = {start}, [start]
    for id in todo:
        yield description.by_id[id]
        for flow in description.outgoing.get(id, ()):
            if flow.target in behind and flow.target not in seen and flow.target != at:
                seen.add(flow.target)
                todo.append(flow.target)


def move_back(task: Task, element_id: str) -> None:
    """Take the token of an open user task to the box ``element_id``, and open it.

    The case keeps its state meanwhile: what is corrected is still under review. Raises StepFailed
    when the box cannot be opened.
    """
    process = task.workflow
    leave(task)
    token = task._add_child(_entry(process.spec, element_id), TaskState.FUTURE)
    token.task_spec._update(token)
    if isinstance(token.task_spec, Attachments):
        token.run()
        token = next(one for one in token.children if one.task_spec.name == element_id)
    if token.state != TaskState.READY:
        raise StepFailed("该环节不能重新开启")
    token.task_spec.announce(token)
    process.recheck_joins()


def leave(task: Task) -> None:
    """Close a waiting box and the events on it."""
    attached = isinstance(task.parent.task_spec, Attachments)
    for one in task.parent.children if attached else [task]:
        if not one.state & FINISHED:
            one.workflow.close(one)


def _entry(spec: object, element_id: str) -> object:
    """The node that a token to a box enters (server/engine/build.py)."""
    specs: Mapping[str, object] = spec.task_specs  # type: ignore[attr-defined]
    return specs.get(f"{element_id} [events]", specs[element_id])
