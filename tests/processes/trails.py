"""Where every procedure of every scenario went, seen at the engine's commands."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from server.engine import runtime
from server.engine.outcome import Outcome
from server.rehearsal import machinery
from server.studio import scenarios
from server.studio.scenarios import Result
from tests.walk import ROOT, shipped

FOLDER = ROOT / "processes/scenarios"
FILES = scenarios.files([FOLDER])
GOING_ON = ("complete", "fire", "deliver", "resume", "withdraw", "add_instance", "cancel")

Place = tuple[str, str]
"""Process id (or path of the diagram) and element id."""


class Watch:
    """Follows each instance from state to state."""

    def __init__(self) -> None:
        self.by_state: dict[bytes, list[Place]] = {}
        self.trails: list[list[Place]] = []

    def started(self, command: Callable[..., Outcome]) -> Callable[..., Outcome]:
        def start(*arguments: Any) -> Outcome:
            outcome = command(*arguments)
            self.trails.append([])
            self._follow(self.trails[-1], outcome)
            return outcome

        return start

    def went_on(self, command: Callable[..., Outcome]) -> Callable[..., Outcome]:
        def go_on(spec: Any, state: bytes, *arguments: Any, **named: Any) -> Outcome:
            outcome = command(spec, state, *arguments, **named)
            self._follow(self.by_state[state], outcome)
            return outcome

        return go_on

    def _follow(self, trail: list[Place], outcome: Outcome) -> None:
        trail += [(each.process_id, each.element_id) for each in outcome.passed]
        self.by_state[outcome.state] = trail


@contextmanager
def watching() -> Iterator[Watch]:
    """Every command of the engine meanwhile."""
    watch = Watch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runtime, "start", watch.started(runtime.start))
        for name in GOING_ON:
            patch.setattr(runtime, name, watch.went_on(getattr(runtime, name)))
        yield watch


@dataclass(frozen=True)
class Played:
    """What came of every scenario, and where each instance went: paths of diagrams, elements."""

    results: Mapping[Path, Result]
    trails: Sequence[Sequence[Place]]
    cpu_seconds: float

    def passes(self, path: str) -> Iterator[list[str]]:
        """The elements of a diagram that each instance passed, in order."""
        for trail in self.trails:
            if own := [element for place, element in trail if place == path]:
                yield own


@cache
def played() -> Played:
    """All shipped scenarios, played once."""
    begun = time.process_time()
    found: dict[Path, Result] = {}
    trails: list[list[Place]] = []
    for path in FILES:
        with watching() as watch:
            found[path] = scenarios.run(shipped(), machinery(), path)
        drawn = shipped().diagrams(path.parent.name)
        trails += [[(drawn[name], element) for name, element in trail] for trail in watch.trails]
    return Played(found, trails, time.process_time() - begun)
