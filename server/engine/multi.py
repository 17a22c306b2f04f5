"""Multi-instances: the same box once for every expert, document or unit of a list.

Written anew because the stock ones fail on a second pass, never end when an element is withdrawn
and judge the completion condition by stale data.
"""

import re
from collections import ChainMap
from collections.abc import Iterator, Mapping, MutableMapping
from operator import itemgetter
from typing import Any, Final

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from server.engine.dialect.model import Element, Loop
from server.engine.errors import OverBudget, StepFailed
from server.engine.expressions import Expression, optional, truth, with_locals
from server.engine.identity import numbered
from server.engine.nodes import FINISHED, Box
from server.engine.token import Token
from server.feel.sentence import told

MAX_INSTANCES: Final = 1_000
VARIABLE: Final = re.compile(r"=\s*(\w+)")
COUNTER: Final = "loopCounter"
"""The variable that tells an element its place in the list, from 1."""


class MultiInstance(Box):
    """Stands in front of the box ``inner`` and makes a task of it for every element.

    Each element has local variables: its item, its place, and what its person or handler writes.
    The output collection holds the outputs of the completed elements in the order of the input;
    it is empty until the last one has ended or all were closed, so that nobody sees the others'.
    ``internal_data``: ``items`` of the list, ``next`` place to give, ``gone`` withdrawn, ``done``
    completed, ``out`` collected [place, value] pairs.
    """

    stands_for_many = True

    def __init__(self, process: Any, element: Element, loop: Loop, inner: str) -> None:
        super().__init__(process, element)
        self.sequential = loop.sequential
        self.collection = Expression(loop.collection or "")
        named = VARIABLE.fullmatch(self.collection.text)
        self.variable = named[1] if named else None
        self.item = loop.item
        self.output_collection = loop.output_collection
        self.output = optional(loop.output)
        self.completion = optional(loop.completion)
        self.inner = inner

    def _run_hook(self, task: Task) -> bool | None:
        """First the elements are begun; after that, each time one ends, their results are taken."""
        if not task.internal_data:
            self._begin(task)
            self._publish(task)
        self._collect(task)
        if not self._satisfied(task) and self._go_on(task):
            return None
        self._close_elements(task)
        self._publish(task)
        return True

    def _on_cancel(self, task: Task) -> None:
        """What the elements gave until then is not lost."""
        super()._on_cancel(task)
        if task.internal_data:
            self._publish(task)

    def under_way(self, task: Task) -> bool:
        """Its elements have begun."""
        return bool(task.internal_data)

    def local_scope(self, owner: Task, task: Task) -> Any:
        """The element's own variables over those of the process."""
        return task.data if task.task_spec.name == self.inner else None

    @classmethod
    def around(cls, task: Task) -> "MultiInstance | None":
        """The multi-instance that a task is an element of; what follows one hangs on it too."""
        spec = task.parent.task_spec if task.parent else None
        return spec if isinstance(spec, cls) and task.task_spec.name == spec.inner else None

    def child_completed(self, owner: Task, child: Task) -> None:
        """Take the element's result in an automatic step of its own."""
        self._wake(owner)

    def withdraw(self, owner: Task, child: Task) -> None:
        """Leave one element out; the others go on, and the condition is judged anew."""
        child.workflow.close(child)
        owner.internal_data["gone"] += 1
        self._wake(owner)

    def add(self, owner: Task, item: object) -> None:
        """One more element; with sequential elements it comes last."""
        if self._size(owner) >= MAX_INSTANCES:
            raise OverBudget(told("多实例超过 %(limit)s 个", limit=MAX_INSTANCES))
        owner.internal_data["items"] = [*owner.internal_data["items"], item]
        if not self.sequential:
            self._start(owner)

    def scope(self, owner: Task, place: int, own: dict[str, object]) -> MutableMapping[str, object]:
        """What the element at a place sees: its own variables, its place and item, the others."""
        known: dict[str, object] = {COUNTER: place}
        if self.item:
            known[self.item] = owner.internal_data["items"][place - 1]
        return ChainMap(own, known, owner.data)

    def kept(self, task: Task) -> Mapping[str, object]:
        """``internal_data`` as it is stored: of a list that stands in a variable, its name."""
        held = super().kept(task)
        if held and self.variable and task.data.get(self.variable) is held["items"]:
            return {**held, "items": self.variable}
        return held

    def recall(self, task: Task) -> None:
        """Take up again the list that was ``kept``."""
        if isinstance(name := task.internal_data.get("items"), str):
            task.internal_data["items"] = task.data[name]

    def elements(self, owner: Task) -> Iterator[Task]:
        """The tasks of the elements, ended ones included."""
        return (child for child in owner.children if child.task_spec.name == self.inner)

    def place(self, child: Task) -> int:
        """The element's place in the list, from 1."""
        return int(child.data[COUNTER])

    def _begin(self, task: Task) -> None:
        items = task.workflow.run.value(self.collection, task.data)
        if self.variable and task.data.get(self.variable) == items:
            items = task.data[self.variable]
        if not isinstance(items, list):
            raise StepFailed("多实例的集合不是列表")
        if len(items) > MAX_INSTANCES:
            raise OverBudget(told("多实例超过 %(limit)s 个", limit=MAX_INSTANCES))
        task.internal_data = {"items": items, "next": 1, "gone": 0, "done": 0, "out": []}
        while self._has_more(task) and not self.sequential:
            self._start(task)

    def _has_more(self, task: Task) -> bool:
        return int(task.internal_data["next"]) <= self._size(task)

    def _start(self, task: Task) -> None:
        place = task.internal_data["next"]
        task.internal_data["next"] = place + 1
        inner = self._wf_spec.task_specs[self.inner]
        child = Token(task.workflow, inner, task, TaskState.WAITING, numbered(task.id, place))
        child.triggered = True
        child.data = self.scope(task, place, {})
        child.task_spec._update(child)

    def _collect(self, task: Task) -> None:
        fresh = [c for c in self.elements(task) if c.state == TaskState.COMPLETED and c.triggered]
        for child in fresh:
            child.triggered = False
            task.internal_data["done"] += 1
            if self.output is not None:
                value = task.workflow.run.value(self.output, child.data)
                task.internal_data["out"].append([self.place(child), value])

    def _publish(self, task: Task) -> None:
        task.workflow.run.write(task, self._collected(task))

    def _collected(self, task: Task) -> dict[str, object]:
        if not self.output_collection:
            return {}
        pairs = sorted(task.internal_data["out"], key=itemgetter(0))
        return {self.output_collection: [value for _, value in pairs]}

    def _satisfied(self, task: Task) -> bool:
        if self.completion is None or not task.internal_data["done"]:
            return False
        known = with_locals(self._numbers(task) | self._collected(task), task.data)
        return truth(self.completion, known, task.workflow.run.ports)

    def _numbers(self, task: Task) -> dict[str, object]:
        """Withdrawn elements count nowhere."""
        return {
            "numberOfInstances": self._size(task) - task.internal_data["gone"],
            "numberOfCompletedInstances": task.internal_data["done"],
            "numberOfActiveInstances": len(self._open(task)),
        }

    def _size(self, task: Task) -> int:
        return len(task.internal_data["items"])

    def _open(self, task: Task) -> list[Task]:
        return [child for child in self.elements(task) if not child.state & FINISHED]

    def _go_on(self, task: Task) -> bool:
        """Whether an element is open; one after the other, the next is begun."""
        if self._open(task):
            return True
        if not self._has_more(task):
            return False
        self._start(task)
        return True

    def _close_elements(self, task: Task) -> None:
        for child in self._open(task):
            child.workflow.close(child)

    def _wake(self, owner: Task) -> None:
        if owner.state == TaskState.STARTED:
            owner._set_state(TaskState.READY)
