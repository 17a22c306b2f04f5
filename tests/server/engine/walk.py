"""Walks a case in tests: does tasks by name, lets time pass, delivers messages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from server.engine import runtime, specs
from server.engine.outcome import OpenTask, Outcome, Subscription, Timer
from server.engine.ports import Decided, Ports

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
HIDDEN = {
    "case": {"id": "C-1", "regime": "national"},
    "regime": {"id": "national"},
    "today": NOW.date(),
}

Handler = Callable[[Mapping[str, object]], "Mapping[str, object] | None"]


def load(*files: bytes, process: str) -> specs.Spec:
    """A specification of diagrams whose process ids are read from themselves."""
    sources = {f.decode().split('<bpmn:process id="')[1].split('"')[0]: f for f in files}
    digest = hashlib.sha256(b"".join(files)).hexdigest()
    return specs.load(process, sources, digest)


class Case:
    """One running case; remembers what is open so that a test can speak of element ids."""

    def __init__(
        self,
        spec: specs.Spec,
        handlers: Mapping[str, Handler] | None = None,
        decisions: Mapping[str, Callable[[Mapping[str, object]], Decided]] | None = None,
        functions: Mapping[str, Callable[..., object]] | None = None,
        now: datetime = NOW,
    ) -> None:
        self.spec, self.now = spec, now
        self.handlers, self.decisions = dict(handlers or {}), dict(decisions or {})
        self.functions = dict(functions or {})
        self.open: dict[str, OpenTask] = {}
        self.timers: dict[str, Timer] = {}
        self.waiting: dict[str, Subscription] = {}
        self.last: Outcome | None = None
        self.state = b""

    @property
    def ports(self) -> Ports:
        return Ports(
            now=self.now,
            call=lambda name, given: self.handlers[name](given),
            functions=self.functions,
            decide=lambda name, given: self.decisions[name](given),
            hidden=HIDDEN,
        )

    def take(self, outcome: Outcome, done: str | None = None) -> Outcome:
        self.open = {k: t for k, t in self.open.items() if k not in {*outcome.closed, done}}
        self.open |= {task.id: task for task in outcome.opened}
        self.timers = {k: t for k, t in self.timers.items() if k not in outcome.timers_gone}
        self.timers |= {one.id: one for one in outcome.timers}
        self.waiting = {k: s for k, s in self.waiting.items() if k not in outcome.waiting_gone}
        self.waiting |= {one.id: one for one in outcome.waiting}
        self.state, self.last = outcome.state, outcome
        return outcome

    def start(self, **variables: object) -> Outcome:
        return self.take(runtime.start(self.spec, variables, self.ports))

    def task(self, element: str, index: int = 0) -> OpenTask:
        return [t for t in self.open.values() if t.element_id == element][index]

    def do(self, element: str, index: int = 0, **changes: object) -> Outcome:
        task = self.task(element, index).id
        return self.take(runtime.complete(self.spec, self.state, task, changes, self.ports), task)

    def fire(self, element: str, at: datetime | None = None) -> Outcome:
        one = next(t for t in self.timers.values() if t.element_id == element)
        self.now = max(self.now, at or one.run_at)
        outcome = runtime.fire(self.spec, self.state, one.id, one.run_at, self.ports)
        self.timers.pop(one.id)
        return self.take(outcome)

    def deliver(self, message: str, key: str = "C-1", **payload: object) -> Outcome:
        return self.take(runtime.deliver(self.spec, self.state, message, key, payload, self.ports))

    def withdraw(self, element: str, index: int = 0) -> Outcome:
        task = self.task(element, index).id
        return self.take(runtime.withdraw(self.spec, self.state, task, self.ports))

    def at(self) -> list[str]:
        """The element ids of the open tasks, sorted."""
        return sorted(task.element_id for task in self.open.values())

    @property
    def variables(self) -> dict[str, object]:
        return runtime.variables(self.spec, self.state)

    @property
    def ended(self) -> bool:
        return self.last is not None and self.last.ended


def case(*files: bytes, process: str = "p", **more: object) -> Case:
    """A case of ``process`` that has not been started."""
    return Case(load(*files, process=process), **more)
