"""Where a scenario went: boxes and flows passed, by diagram, and the tables asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from server.engine.dialect import ProcessDescription
from server.engine.outcome import Outcome
from server.engine.watching import watching
from server.law.catalogue import Catalogue
from server.law.tables import listening

Place = tuple[str, str]
"""Process id and element id."""


@dataclass(frozen=True)
class Visits:
    """``passed``: path of a diagram to its boxes and flows with how often; ``tables`` asked."""

    passed: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    tables: tuple[str, ...] = ()


class Watch:
    """Follows each procedure from state to state while a scenario is played."""

    def __init__(self) -> None:
        self.trails: list[list[Place]] = []
        self.tables: set[str] = set()
        self._by_state: dict[bytes, list[Place]] = {}

    def hear(self, before: bytes, outcome: Outcome) -> None:
        """A command was carried out on a state."""
        trail = self._by_state.get(before)
        if trail is None:
            trail = []
            self.trails.append(trail)
        trail += [(each.process_id, each.element_id) for each in outcome.passed]
        self._by_state[outcome.state] = trail

    def visits(self, catalogue: Catalogue, regime: str) -> Visits:
        """What was seen, by the diagrams that the regime has."""
        paths = catalogue.diagrams(regime)
        passed: dict[str, Counter[str]] = {}
        for trail in self.trails:
            for process, elements in _by_process(trail).items():
                if (
                    diagram := catalogue.describe(paths.get(process, ""))
                    if process in paths
                    else None
                ):
                    counts = passed.setdefault(paths[process], Counter())
                    counts.update(elements)
                    counts.update(walked(diagram, elements))
        plain = {path: dict(counts) for path, counts in passed.items()}
        return Visits(plain, tuple(sorted(self.tables)))


@contextmanager
def watched() -> Iterator[Watch]:
    """Every command and every question to a table meanwhile."""
    watch = Watch()
    with listening() as asked, watching(watch.hear):
        yield watch
    watch.tables = asked


def _by_process(trail: Iterable[Place]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for process, element in trail:
        found.setdefault(process, []).append(element)
    return found


def walked(diagram: ProcessDescription, passed: list[str]) -> Iterator[str]:
    """Flows whose target was passed after their source, before any other way out of it.

    A parallel gateway goes all its ways at once.
    """
    forks = {element.id for element in diagram.of_kind("parallelGateway")}
    for source, ways in diagram.outgoing.items():
        targets = {flow.target: flow.id for flow in ways}
        for start in (i for i, element in enumerate(passed) if element == source):
            found = [each for each in passed[start + 1 :] if each in targets]
            yield from (targets[each] for each in (found if source in forks else found[:1]))
