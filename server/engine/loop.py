"""The automatic part of a command: every box that needs nobody, until only waiting is left."""

from contextlib import suppress
from typing import Final

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from handlers.refusal import Refusal
from server.engine.errors import EngineError, Refused, StepFailed, Stuck
from server.engine.events import catch_refusal, subscription_of, timer_of
from server.engine.handlers import known
from server.engine.outcome import Fault
from server.engine.prune import prune
from server.engine.workflow import CaseWorkflow

PRUNE_EVERY: Final = 100
"""Steps after which the tree is cut, so that an automatic loop does not deepen it."""


def drive(workflow: CaseWorkflow) -> None:
    """Carry out automatic boxes until none is left.

    Raises Refused for a refusal nobody catches, OverBudget, Stuck, or whatever a step raises.
    """
    steps = 0
    while todo := [task for task in workflow.all_tasks() if _is_due(task)]:
        for task in todo:
            if task.state == TaskState.READY:
                workflow.command.spend(task)
                _advance(task)
                steps += 1
                if steps % PRUNE_EVERY == 0:
                    prune(workflow.processes())
    if not workflow.completed and not any(_is_place(task) for task in workflow.all_tasks()):
        raise Stuck("流程没有结束，却没有任何人、定时或消息能使它继续；请检查汇合网关")


def failure(workflow: CaseWorkflow, error: Exception) -> Fault:
    """What failed, in words for an operator."""
    task = workflow.command.current
    spec = workflow.spec if task is None else task.task_spec._wf_spec
    element = None if task is None else task.task_spec.element
    text = str(error) if isinstance(error, EngineError) else f"{type(error).__name__}: {error}"
    if element is None:
        return Fault("", spec.process_id, "", text)
    return Fault(element.id, spec.process_id, element.name, text)


def announce_all(workflow: CaseWorkflow, except_for: str) -> None:
    """Open the user tasks an act has reached, without any automatic box.

    One whose own expressions fail stays unopened; ``resume`` will say why.
    """
    for task in list(workflow.all_tasks()):
        if _is_due(task) and task.task_spec.manual and task.task_spec.element.id != except_for:
            with suppress(StepFailed):
                _announce(task)


def _announce(task: Task) -> None:
    task.workflow.run.reached(task)
    task.task_spec.announce(task)


def _is_due(task: Task) -> bool:
    return task.state == TaskState.READY and not task.internal_data.get("open")


def _is_place(task: Task) -> bool:
    """Whether something from outside can move this task."""
    if task.state == TaskState.READY:
        return True
    return timer_of(task) is not None or subscription_of(task) is not None


def _advance(task: Task) -> None:
    if task.task_spec.manual:
        _announce(task)
        return
    task.workflow.run.reached(task)
    try:
        task.run()
    except Refusal as refusal:
        if not catch_refusal(task, refusal):
            raise Refused(refusal.code, known(refusal.reason), refusal.clauses) from refusal
