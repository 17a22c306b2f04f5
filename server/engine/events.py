"""Events: what waits, what is thrown, and how an error finds its boundary event."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from handlers.refusal import Refusal
from server.engine import timers
from server.engine.dialect.model import Element
from server.engine.errors import StepFailed
from server.engine.expressions import Expression, optional
from server.engine.nodes import FINISHED, Attachments, Box
from server.engine.outcome import Subscription, Thrown, Timer
from server.engine.values import plain_variables
from server.feel.temporal import format_temporal

DEFAULT_KEY: Final = "= case.id"
REFUSAL: Final = "refusal"
"""The variable in which a caught refusal is found: ``{code, reason, clauses}``."""


class StartEvent(Box):
    """The drawn beginning; nothing happens here."""


class CatchEvent(Box):
    """Waits for a timer or a message; armed in an automatic step, so a bad timer is an incident."""

    def __init__(self, process: Any, element: Element) -> None:
        super().__init__(process, element)
        event = element.event
        self.timer = optional(event.text)
        self.key = Expression(event.key or DEFAULT_KEY) if event.kind == "message" else None
        self.mapped_out = [(Expression(a.source), a.target) for a in element.outputs]

    def _run_hook(self, task: Task) -> bool | None:
        if self.element.event.kind == "none":
            return True
        task.internal_data = self._arm(task)
        return None

    def _arm(self, task: Task) -> dict[str, object]:
        run = task.workflow.run
        if self.key is not None:
            return {"key": _key(run.value(self.key, task.data))}
        if self.timer is None:
            return {}
        value = run.value(self.timer, task.data)
        return _ARM[self.element.event.timer or ""](value, run.ports.now)

    def fire(self, task: Task, scheduled: datetime) -> None:
        """The timer is due: go on, and for a repetition stay armed for the next time."""
        if self.element.event.timer == "timeCycle":
            self._repeat(task, scheduled)
        else:
            self._happen(task, {})

    def deliver(self, task: Task, payload: Mapping[str, object]) -> None:
        """The message is here: take its payload (or the mapped part of it) and go on.

        An event that does not interrupt stays armed: a second objection is heard like the first.
        """
        self._happen(task if self.element.interrupting else self._occurrence(task), payload)

    def _repeat(self, task: Task, scheduled: datetime) -> None:
        armed = task.internal_data
        every, first = timers.duration(armed["every"]), datetime.fromisoformat(armed["first"])
        now = max(scheduled, task.workflow.run.ports.now)
        number, moment = timers.next_run(first, every, now)
        self._happen(self._occurrence(task), {})
        if armed["times"] is not None and number >= armed["times"]:
            task.workflow.close(task)
        else:
            armed["at"] = moment.isoformat()

    def _happen(self, token: Task, payload: Mapping[str, object]) -> None:
        run = token.workflow.run
        run.write(token, run.mapped(self.mapped_out, payload, token.data))
        token.complete()

    def _occurrence(self, task: Task) -> Task:
        """A token of its own beside the armed event, so that closing the event leaves it alone."""
        token = task.parent._add_child(self, TaskState.FUTURE)
        self.enter_scope(token)
        return token


class BoundaryEvent(CatchEvent):
    """A catching event on an activity."""

    def catches(self, code: str) -> bool:
        """Whether this is an error event for that code."""
        event = self.element.event
        return event.kind == "error" and event.code in (None, code)


class ThrowEvent(Box):
    """Sends a message, or marks a state that the case has reached."""

    def __init__(self, process: Any, element: Element) -> None:
        super().__init__(process, element)
        event = element.event
        self.key = Expression(event.key or DEFAULT_KEY) if event.kind == "message" else None
        self.payload = [(Expression(a.source), a.target) for a in element.inputs]

    def _run_hook(self, task: Task) -> bool:
        if self.key is not None:
            self._send(task, self.key)
        return True

    def _send(self, task: Task, key: Expression) -> None:
        run = task.workflow.run
        payload = plain_variables({t: run.value(e, task.data) for e, t in self.payload})
        name = self.element.event.name or ""
        run.thrown.append(Thrown(name, _key(run.value(key, task.data)), payload))


class EndEvent(ThrowEvent):
    """The end of a token: plain, with a message, with an error, or of the whole process."""

    def _run_hook(self, task: Task) -> bool:
        event = self.element.event
        if event.kind == "error" and task.workflow.parent_task is not None:
            task.workflow.run.note(task)
            raise Refusal(event.code or "", self.element.label, self.element.clauses)
        return super()._run_hook(task)

    def _on_complete_hook(self, task: Task) -> None:
        super()._on_complete_hook(task)
        if self.element.event.kind in ("terminate", "error"):
            task.workflow.terminate()


def catch_refusal(task: Task, refusal: Refusal) -> bool:
    """Send the token of ``task`` the way drawn for the refusal; False when none is drawn.

    The nearest enclosing activity with a fitting boundary event wins; an event for the very code
    before one for every code.
    """
    catcher = _catcher(task, refusal.code)
    if catcher is None:
        return False
    value = {"code": refusal.code, "reason": refusal.reason, "clauses": list(refusal.clauses)}
    catcher.workflow.run.write(catcher, {REFUSAL: value})
    catcher.complete()
    return True


def _catcher(task: Task | None, code: str) -> Task | None:
    while task is not None:
        owner = task.parent
        if isinstance(owner.task_spec, Attachments):
            fitting = [t for t in owner.children if _fits(t, code)]
            if fitting:
                return min(fitting, key=lambda t: t.task_spec.element.event.code is None)
        inside = owner.task_spec.local_scope(owner, task) is not None
        task = owner if inside else task.workflow.parent_task
    return None


def _fits(task: Task, code: str) -> bool:
    spec = task.task_spec
    return isinstance(spec, BoundaryEvent) and spec.catches(code) and not task.state & FINISHED


def timer_of(task: Task) -> Timer | None:
    """The armed timer of a waiting event; None where it waits for something else."""
    at = task.internal_data.get("at")
    if at is None or task.state != TaskState.STARTED:
        return None
    return Timer(task.id, task.task_spec.element.id, datetime.fromisoformat(at))


def subscription_of(task: Task) -> Subscription | None:
    """The message a waiting event waits for; None where it waits for something else."""
    key = task.internal_data.get("key")
    if key is None or task.state != TaskState.STARTED:
        return None
    spec, element = task.task_spec, task.task_spec.element
    return Subscription(
        id=task.id,
        element_id=element.id,
        process_id=spec._wf_spec.process_id,
        name=element.name,
        lane=element.lane,
        form=element.properties.get("form"),
        message=element.event.name or "",
        key=key,
        clauses=element.clauses,
        open_to=element.words("open_to"),
    )


def _key(value: object) -> str:
    if value is None or isinstance(value, (dict, list)):
        raise StepFailed("消息的关联键没有值")
    return str(value)


def _arm_date(value: object, now: datetime) -> dict[str, object]:
    return {"at": timers.due_at(value).isoformat()}


def _arm_duration(value: object, now: datetime) -> dict[str, object]:
    return {"at": timers.after(now, timers.duration(value)).isoformat()}


def _arm_cycle(value: object, now: datetime) -> dict[str, object]:
    repetition = timers.cycle(value)
    first = timers.first_run(repetition, now).astimezone(UTC).isoformat()
    every = format_temporal(repetition.every)
    return {"at": first, "first": first, "every": every, "times": repetition.times}


_ARM: Final = {"timeDate": _arm_date, "timeDuration": _arm_duration, "timeCycle": _arm_cycle}
