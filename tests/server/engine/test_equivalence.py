"""Random procedures do what they mean, in memory, reloaded after each step, and pruned.

Each is run three ways in lock step with an oracle that knows nothing of the engine: after every
act all must agree on what waits, on the variables and on the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from random import Random

import pytest

from server.engine import back, codec, runtime
from server.engine.effects import is_open
from server.engine.events import subscription_of, timer_of
from server.engine.loop import drive
from server.engine.ports import Ports
from server.engine.prune import prune
from server.engine.run import Run
from server.engine.specs import Spec
from server.engine.workflow import CaseWorkflow

from .procedures import Place, random_procedure
from .walk import HIDDEN, NOW, load

PROCEDURES = 1_200
CHUNKS = 24
MAX_ACTS = 40

PORTS = Ports(now=NOW, hidden=HIDDEN, call=lambda name, given: {"n": given["n"] + 1})


class InMemory:
    """Never stored."""

    def __init__(self, spec: Spec, variables: Mapping[str, object]) -> None:
        self.spec = spec
        self.workflow = CaseWorkflow(spec.root, spec.inner, Run(PORTS), dict(variables))
        drive(self.workflow)
        self.keep()

    def keep(self) -> None:
        """What happens to the state between two acts."""

    def act(self, place: Place, index: int, changes: Mapping[str, object]) -> None:
        self.workflow.command = Run(PORTS)
        task = _at(self.workflow)[place][index]
        if place[0] == "task":
            self.workflow.run.write(task, changes)
            task.run()
        elif place[0] == "timer":
            task.task_spec.fire(task, NOW)
        else:
            task.task_spec.deliver(task, changes)
        drive(self.workflow)
        self.keep()

    def ways_back(self, place: Place, index: int) -> set[str]:
        task = _at(self.workflow)[place][index]
        return set(runtime._ways_back(self.spec, self.workflow, task))

    def go_back(self, place: Place, index: int, to: str) -> None:
        self.workflow.command = Run(PORTS)
        back.move_back(_at(self.workflow)[place][index], to)
        drive(self.workflow)
        self.keep()

    def waits(self) -> Counter[Place]:
        return Counter({place: len(tasks) for place, tasks in _at(self.workflow).items()})

    def variables(self) -> Mapping[str, object]:
        return self.workflow.scope


class Reloaded(InMemory):
    """Stored and loaded after every act, with its whole past."""

    def keep(self) -> None:
        self.workflow = codec.load(codec.dump(self.workflow), self.spec, Run(PORTS))


class Pruned(InMemory):
    """As the runtime does it."""

    def keep(self) -> None:
        prune(self.workflow.processes())
        state = codec.dump(self.workflow)
        assert len(state) < 3_000
        self.workflow = codec.load(state, self.spec, Run(PORTS))


def _at(workflow: CaseWorkflow) -> dict[Place, list[object]]:
    found: dict[Place, list[object]] = {}
    for task in workflow.all_tasks():
        element = task.task_spec.element
        if is_open(task):
            many = element.loop is not None
            place = ("task", element.id, task.data["item"] if many else None)
        elif timer_of(task):
            place = ("timer", element.id, None)
        elif subscription_of(task):
            place = ("message", element.id, None)
        else:
            continue
        found.setdefault(place, []).append(task)
    return found


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_random_procedures_agree_with_the_oracle_three_ways(chunk: int) -> None:
    for number in range(PROCEDURES // CHUNKS):
        seed = chunk * 10_000 + number
        _compare(seed)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_whatever_goes_back_and_on_there_is_exactly_one_legal_marking(chunk: int) -> None:
    went = sum(
        _compare(chunk * 10_000 + number, goes_back=0.4) for number in range(PROCEDURES // CHUNKS)
    )
    assert went >= 5


def _compare(seed: int, goes_back: float = 0) -> int:
    """``goes_back`` is how often a token goes back where it may; returns how often one did."""
    rng = Random(seed)
    files, oracle = random_procedure(rng)
    spec = load(*files, process="p")
    variables: dict[str, object] = {"d": rng.randint(0, 9), "n": 0}
    runs = [kind(spec, variables) for kind in (InMemory, Reloaded, Pruned)]
    oracle.begin(variables, [])
    went = 0
    for _ in range(MAX_ACTS):
        expected = Counter(oracle.places())
        for run in runs:
            assert run.waits() == expected, seed
            assert run.variables() == variables, seed
            assert run.workflow.completed == oracle.over, seed
        if not expected:
            return went
        place = rng.choice(sorted(expected, key=repr))
        index, changes = rng.randrange(expected[place]), {"d": rng.randint(0, 9)}
        if goes_back and place[0] == "task":
            earlier = oracle.earlier(place) - {place[1]}
            assert all(run.ways_back(place, index) == earlier for run in runs), seed
            if earlier and rng.random() < goes_back:
                to = rng.choice(sorted(earlier))
                assert oracle.move(place, to), seed
                for run in runs:
                    run.go_back(place, index, to)
                went += 1
                continue
        given = {} if place[0] == "timer" else changes
        oracle.act(place, variables, given, [])
        for run in runs:
            run.act(place, index, given)
    return went


def test_the_runtime_agrees_with_a_workflow_kept_in_memory() -> None:
    for seed in range(60):
        rng = Random(seed)
        files, _ = random_procedure(rng)
        spec = load(*files, process="p")
        memory = InMemory(spec, {"d": 5, "n": 0})
        outcome = runtime.start(spec, {"d": 5, "n": 0}, PORTS)
        assert Counter(t.element_id for t in outcome.opened) == Counter(
            place[1] for place in memory.waits().elements() if place[0] == "task"
        )
        assert all(isinstance(timer.run_at, datetime) for timer in outcome.timers)
