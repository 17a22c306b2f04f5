"""The commands on a running procedure: state in, Outcome out, nothing kept in between.

Each command loads the state, does the one act it is named after, carries out every automatic box
that follows, and compares what waits now with what waited before. When an automatic box fails,
the act is done again on the loaded state and kept without what follows; ``resume`` goes on there.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from SpiffWorkflow.task import Task

from server.engine import back, codec, migration, watching
from server.engine.effects import Places, is_open, open_task, outcome_of, places, standing
from server.engine.errors import NotOpen, Refused, StepFailed, Stuck, Unfit
from server.engine.events import subscription_of, timer_of
from server.engine.loop import announce_all, drive, failure
from server.engine.migration import Ids, Reason
from server.engine.multi import MultiInstance
from server.engine.nodes import FINISHED
from server.engine.outcome import OpenTask, Outcome, Subscription
from server.engine.ports import Ports
from server.engine.run import Run
from server.engine.specs import Spec
from server.engine.values import plain, plain_variables
from server.engine.workflow import CaseWorkflow
from server.feel.sentence import told

Act = Callable[[CaseWorkflow], str | None]
"""Does the act itself; gives the id of the user task it completes."""
Raised = tuple[type[Exception], ...]
NEW = b""
"""The state before a procedure has begun."""


def start(spec: Spec, variables: Mapping[str, object], ports: Ports) -> Outcome:
    """Begin a procedure with ``variables``.

    Raises Refused when a handler says no and nothing in the diagram catches it, BadValue when a
    variable cannot be kept.
    """
    given = _visible(variables, ports)

    def fresh() -> CaseWorkflow:
        return CaseWorkflow(spec.root, spec.inner, Run(ports), dict(given))

    return watching.told(NEW, _carry_out(fresh, _nothing, (Refused,)))


def complete(
    spec: Spec, state: bytes, task_id: str, changes: Mapping[str, object], ports: Ports
) -> Outcome:
    """A person has done a user task; ``changes`` are the variables it sets.

    Inside a multi-instance they stay with the element. Raises NotOpen when the task does not
    wait, Refused and BadValue as ``start``.
    """
    given = _visible(changes, ports)

    def act(workflow: CaseWorkflow) -> str:
        task = _waiting_task(workflow, task_id)
        workflow.run.write(task, given)
        task.run()
        return task_id

    return _command(spec, state, ports, act)


def fire(spec: Spec, state: bytes, timer_id: str, scheduled: datetime, ports: Ports) -> Outcome:
    """A timer is due; ``scheduled`` is when it should have fired, however late it is.

    Raises NotOpen when the timer is gone. A refusal nobody catches is a fault here: there is no
    person to tell.
    """

    def act(workflow: CaseWorkflow) -> None:
        task = workflow.find(timer_id)
        if timer_of(task) is None:
            raise NotOpen("定时已不在等待")
        task.task_spec.fire(task, scheduled)

    return _command(spec, state, ports, act, raised=())


def deliver(
    spec: Spec,
    state: bytes,
    message: str,
    key: str,
    payload: Mapping[str, object],
    ports: Ports,
) -> Outcome:
    """A message for everything in the case that waits for this name and key.

    Raises NotOpen when nothing does, Refused and BadValue as ``start``.
    """
    given = _visible(payload, ports)

    def act(workflow: CaseWorkflow) -> None:
        waiting = [task for task in workflow.all_tasks() if _expects(task, message, key)]
        if not waiting:
            raise NotOpen(told("没有环节在等待消息“%(message)s”", message=message))
        for task in waiting:
            if not task.state & FINISHED:
                task.task_spec.deliver(task, given)

    return _command(spec, state, ports, act)


def resume(spec: Spec, state: bytes, ports: Ports) -> Outcome:
    """Try the automatic boxes again that stood still after a fault."""
    return _command(spec, state, ports, _nothing, raised=())


def withdraw(spec: Spec, state: bytes, task_id: str, ports: Ports) -> Outcome:
    """Take back one waiting user task: the element of the multi-instance around it is left out
    and the others go on; outside of one its branch ends there.

    Raises NotOpen when the task does not wait, Stuck when nothing would be left to do.
    """

    def act(workflow: CaseWorkflow) -> None:
        task = _waiting_task(workflow, task_id)
        element = _element_around(task)
        if element is None:
            _drop_branch(task)
        else:
            element.parent.task_spec.withdraw(element.parent, element)

    return _command(spec, state, ports, act, raised=(Refused, Stuck))


def move_back(spec: Spec, state: bytes, task_id: str, element_id: str, ports: Ports) -> Outcome:
    """Take the token of a waiting user task back to a user task that was done before it.

    Every other token stays where it is. Raises NotOpen when the task does not wait, StepFailed
    when there is no such way back (``ways_back``) or the earlier task cannot be opened.
    """

    def act(workflow: CaseWorkflow) -> None:
        task = _waiting_task(workflow, task_id)
        if element_id not in _ways_back(spec, workflow, task):
            raise StepFailed("不能退回到这个环节")
        back.move_back(task, element_id)

    return _command(spec, state, ports, act, raised=(Refused, StepFailed))


def ways_back(spec: Spec, state: bytes, task_id: str) -> back.Ways:
    """The user tasks to which a waiting one may go back; empty for an element of a
    multi-instance, which is one person's own answer. Raises NotOpen."""
    workflow = _peek(spec, state)
    return _ways_back(spec, workflow, _waiting_task(workflow, task_id))


def add_instance(
    spec: Spec, state: bytes, mi_element_id: str, item: object, ports: Ports
) -> Outcome:
    """One more element for an open multi-instance, a replacement expert for instance.

    Raises NotOpen when the multi-instance is not open.
    """
    given = plain(item, mi_element_id)

    def act(workflow: CaseWorkflow) -> None:
        owner = _open_multi_instance(workflow, mi_element_id)
        owner.task_spec.add(owner, given)

    return _command(spec, state, ports, act)


def cancel(spec: Spec, state: bytes, ports: Ports) -> Outcome:
    """End the whole instance; everything open is closed."""

    def act(workflow: CaseWorkflow) -> None:
        workflow.terminate()

    return _command(spec, state, ports, act)


def fits(old: Spec, state: bytes, new: Spec, ids: Ids) -> tuple[Reason, ...]:
    """Why an instance cannot go over to another version of its diagrams; empty where it can."""
    return tuple(migration.fit(_peek(old, state), new, ids).reasons)


def migrate(old: Spec, state: bytes, new: Spec, ids: Ids, ports: Ports) -> Outcome:
    """Go over to another version: every token to the box of the same id, or of that in ``ids``.

    What waits keeps its id and its dates. Automatic boxes that stood still are tried again there.
    Raises Unfit where a token has no place, or where an automatic box does not succeed.
    """
    workflow = _peek(old, state)
    before, found = places(workflow), migration.fit(workflow, new, ids)
    if found.reasons:
        raise Unfit(found.reasons)
    moved = codec.renamed(state, [(m.graph, m.nodes) for m in found.moves], ids)

    def act(there: CaseWorkflow) -> None:
        migration.arm(there, found.moves)

    try:
        fresh = partial(codec.load, moved, new)
        outcome = _carry_out(lambda: fresh(Run(ports)), act, (Refused,), before)
    except Refused as error:
        raise Unfit([Reason("refused", name=error.reason)]) from error
    if fault := outcome.fault:
        raise Unfit([Reason("fault", fault.process_id, fault.element_id, fault.name)])
    return outcome


def waiting(spec: Spec, state: bytes) -> tuple[list[OpenTask], list[Subscription]]:
    """The user tasks that wait and the messages waited for, as the specification has them."""
    here = places(_peek(spec, state))
    return [open_task(task) for task in here.tasks.values()], list(here.waiting.values())


def variables(spec: Spec, state: bytes) -> dict[str, object]:
    """The variables of the outermost process."""
    return dict(_peek(spec, state).scope)


def local_variables(spec: Spec, state: bytes, task_id: str) -> dict[str, object]:
    """All variables a waiting user task sees, those of its multi-instance element included."""
    return dict(_waiting_task(_peek(spec, state), task_id).data)


def message_variables(
    spec: Spec, state: bytes, element_id: str, message: str, key: str
) -> dict[str, object]:
    """All variables that an event which waits for a message sees; those of the outermost process
    where it waits no more, which ``deliver`` says."""
    workflow = _peek(spec, state)
    for task in workflow.all_tasks():
        if _expects(task, message, key) and task.task_spec.element.id == element_id:
            return dict(task.data)
    return dict(workflow.scope)


def view(spec: Spec, state: bytes) -> dict[str, Any]:
    """Where the instance stands, for painting the diagrams.

    ``{"done": [element ids], "current": [element ids], "called": {process id: the same two}}``.
    """
    workflow = _peek(spec, state)
    current: dict[str, dict[str, None]] = {}
    for process in workflow.processes():
        here = {task.task_spec.element.id: None for task in standing(process)}
        current.setdefault(process.spec.process_id, {}).update(here)
    views = {
        name: {"done": _known(spec, workflow, name), "current": list(current.get(name, ()))}
        for name in {**workflow.done, **current}
        if name in spec.descriptions
    }
    return {**views.pop(spec.process_id), "called": views}


def _known(spec: Spec, workflow: CaseWorkflow, process_id: str) -> list[str]:
    """The boxes passed that this version of the diagram has."""
    drawn = spec.descriptions[process_id].by_id
    return [id for id in workflow.done.get(process_id, ()) if id in drawn]


def _visible(values: Mapping[str, object], ports: Ports) -> dict[str, object]:
    return plain_variables({k: v for k, v in values.items() if k not in ports.hidden})


def _nothing(workflow: CaseWorkflow) -> None:
    """The act of a command that only goes on."""


def _command(
    spec: Spec, state: bytes, ports: Ports, act: Act, *, raised: Raised = (Refused,)
) -> Outcome:
    return watching.told(
        state, _carry_out(lambda: codec.load(state, spec, Run(ports)), act, raised)
    )


def _carry_out(
    fresh: Callable[[], CaseWorkflow], act: Act, raised: Raised, before: Places | None = None
) -> Outcome:
    """``raised`` are the failures that undo the act; every other one becomes a fault."""
    workflow = fresh()
    before = before or places(workflow)
    completed = act(workflow)
    try:
        drive(workflow)
        outcome = outcome_of(workflow, before, completed)
        workflow.let_go()
        return outcome
    except raised:
        raise
    except Exception as error:  # whatever a handler, a table or a diagram does wrong
        fault = failure(workflow, error)
    workflow = fresh()
    act(workflow)
    announce_all(workflow, except_for=fault.element_id)
    return replace(outcome_of(workflow, before, completed), fault=fault)


def _peek(spec: Spec, state: bytes) -> CaseWorkflow:
    """A workflow to look at; no command is carried out on it."""
    return codec.load(state, spec, Run(Ports(now=datetime.min.replace(tzinfo=UTC))))


def _waiting_task(workflow: CaseWorkflow, task_id: str) -> Task:
    task = workflow.find(task_id)
    if not is_open(task):
        raise NotOpen("这项待办已办理或已撤回")
    return task


def _expects(task: Task, message: str, key: str) -> bool:
    subscription = subscription_of(task)
    return subscription is not None and (subscription.message, subscription.key) == (message, key)


def _element_around(task: Task | None) -> Task | None:
    """The multi-instance element the task is, or runs inside of."""
    while task is not None:
        if MultiInstance.around(task):
            return task
        task = task.workflow.parent_task
    return None


def _ways_back(spec: Spec, workflow: CaseWorkflow, task: Task) -> back.Ways:
    if _element_around(task) is not None:
        return {}
    process_id = task.task_spec._wf_spec.process_id
    done = workflow.done.get(process_id, {})
    return back.ways_back(spec.descriptions[process_id], task.task_spec.element.id, done)


def _drop_branch(task: Task) -> None:
    back.leave(task)
    task.workflow.recheck_joins()


def _open_multi_instance(workflow: CaseWorkflow, element_id: str) -> Task:
    for task in workflow.all_tasks():
        if _is_open_multi_instance(task) and task.task_spec.name == element_id:
            return task
    raise NotOpen("这个多实例环节没有开启")


def _is_open_multi_instance(task: Task) -> bool:
    begun = isinstance(task.task_spec, MultiInstance) and task.internal_data
    return bool(begun) and not task.state & FINISHED
