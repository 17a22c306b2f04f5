"""Where every procedure of every scenario went."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from server.rehearsal import machinery
from server.studio import scenarios
from server.studio.rehearsal.visits import Place, watched
from server.studio.scenarios import Result
from tests.walk import ROOT, shipped

FOLDER = ROOT / "processes/scenarios"
FILES = scenarios.files([FOLDER])


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
        with watched() as watch:
            found[path] = scenarios.run(shipped(), machinery(), path)
        drawn = shipped().diagrams(path.parent.name)
        trails += [[(drawn[name], element) for name, element in trail] for trail in watch.trails]
    return Played(found, trails, time.process_time() - begun)
