"""Whether the names in a scenario exist: one that does not is told, for a check of it could never
fail, or never hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.engine.dialect.model import Element
from server.feel.sentence import told
from server.law.catalogue import Catalogue
from server.studio.scenarios import usual
from server.studio.scenarios.refusals import refusals
from server.studio.scenarios.scenario import Scenario, Step

Names = frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """The names of a catalogue by kind."""

    procedures: Names
    boxes: Names
    messages: Names
    roles: Names
    states: Names
    regions: Names
    milestones: Names
    codes: Names
    ways: Names


_read: dict[str, Known] = {}


def known(catalogue: Catalogue) -> Known:
    """Everything that the vocabulary lists; read once per catalogue."""
    if catalogue.digest not in _read:
        _read.clear()
        _read[catalogue.digest] = _known(catalogue)
    return _read[catalogue.digest]


def _known(catalogue: Catalogue) -> Known:
    described = [d for d in map(catalogue.describe, _diagrams(catalogue)) if d]
    boxes = [box for each in described for box in each.elements]
    return Known(
        procedures=frozenset(each.id for each in described),
        boxes=frozenset(box.id for box in boxes),
        messages=frozenset(box.event.name for box in boxes if box.event and box.event.name),
        roles=_column(catalogue, "roles", "role"),
        states=_column(catalogue, "states", "state") | _drawn_states(boxes),
        regions=_column(catalogue, "regions", "region"),
        milestones=_column(catalogue, "deadlines", "milestone"),
        codes=frozenset(refusals(catalogue)),
        ways=frozenset(way for r in catalogue.regimes for way in usual.of(catalogue, r).ways),
    )


def _diagrams(catalogue: Catalogue) -> set[str]:
    return {path for regime in catalogue.regimes for path in catalogue.diagrams(regime).values()}


def _drawn_states(boxes: Iterable[Element]) -> Names:
    return frozenset(b.properties["state"] for b in boxes if "state" in b.properties)


def _column(catalogue: Catalogue, table: str, column: str) -> Names:
    if table not in catalogue.tables:
        return frozenset()
    rows = (row for regime in catalogue.regimes for row in catalogue.rows(table, regime))
    return frozenset(str(row[column]) for row in rows)


Wanted = Callable[[Known], Names]

TARGETS: Mapping[str, Wanted] = {
    "start": lambda names: names.procedures,
    "finish": lambda names: names.procedures,
    "do": lambda names: names.boxes,
    "reach": lambda names: names.boxes | names.ways,
    "bring": lambda names: names.messages,
    "withdraw": lambda names: names.boxes,
    "replace": lambda names: names.boxes,
}
SPOKEN: Mapping[str, Wanted] = {
    "refused": lambda names: names.codes,
    "state": lambda names: names.states,
    "within": lambda names: names.procedures,
    "procedures": lambda names: names.procedures,
    "startable": lambda names: names.procedures,
    "open": lambda names: names.boxes,
    "counts": lambda names: names.boxes,
    "roles": lambda names: names.boxes,
    "offices": lambda names: names.boxes,
    "never": lambda names: names.boxes,
    "passed": lambda names: names.boxes,
    "inbox": lambda names: names.roles,
    "regions": lambda names: names.regions,
    "deadlines": lambda names: names.milestones,
    "dates": lambda names: names.milestones,
}
"""Word of a step -> what it may name; a table names by its keys."""


def unknown(catalogue: Catalogue, scenario: Scenario) -> Iterator[str]:
    """A line for every name that nothing in the catalogue has."""
    names = known(catalogue)
    for step in scenario.steps:
        for word, name in _unknown(names, step):
            pattern = "%(place)s：“%(word)s”所写的“%(name)s”不在词表里（见 scenario vocabulary）。"
            yield told(pattern, place=step.place, word=word, name=name)


def _unknown(names: Known, step: Step) -> Iterator[tuple[str, str]]:
    if step.act and step.target not in TARGETS[step.act](names):
        yield step.act, step.target
    said = {**step.manner, **step.expected}
    for word in SPOKEN.keys() & said.keys():
        allowed = SPOKEN[word](names)
        yield from ((word, name) for name in _names(said[word]) if name not in allowed)
    for tasks in said.get("inbox", {}).values():
        yield from (("inbox", name) for name in _names(tasks) if name not in names.boxes)


def _names(said: Any) -> Iterable[str]:
    return [said] if isinstance(said, str) else map(str, said or ())
