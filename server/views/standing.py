"""Where a case stands, for the sentence a stranger understands: who has it, until when, by which
article, and what comes next as the diagram has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.engine.dialect import ProcessDescription
from server.engine.dialect.model import Flow
from server.law.catalogue import Catalogue

Row = Mapping[str, Any]

PEOPLES = frozenset({"userTask", "callActivity", "subProcess"})
"""Boxes at which the search for the next step ends: there people have something to do."""

STEP = re.compile(r'\s*=?\s*step\("(\w+)"\)\s*')
"""A condition that only asks which steps a regime has."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One step a case is at. ``places`` is how many people do it at the same time; ``office`` is
    the party's row, None where the step belongs to persons; ``then`` are the names of what may
    come next."""

    item: Row
    places: int
    office: Row | None
    then: tuple[str, ...]


def standings(
    laws: Mapping[str, Catalogue], regime: str, items: Iterable[Row], parties: Iterable[Row]
) -> list[Standing]:
    """The open steps of a case, the first due first; seats of one panel are one step. ``laws`` are
    the catalogues to which the instances are pinned, by their ids."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for item in items:
        if item["status"] == "open":
            found.setdefault(_step(item), []).append(item)
    offices = {(party["role"], party["organisation_id"]): party for party in parties}
    return [
        _standing(laws[group[0]["instance_id"]], regime, group, offices)
        for group in sorted(found.values(), key=_due)
    ]


def _step(item: Row) -> tuple[str, ...]:
    return item["instance_id"], item["process_id"], item["element_id"], str(item["due_on"])


def _due(group: list[Row]) -> str:
    return str(group[0]["due_on"] or "9999")


def _standing(
    law: Catalogue, regime: str, group: list[Row], offices: Mapping[tuple[str, str], Row]
) -> Standing:
    mine = next((item for item in group if item["mine"]), group[0])
    office = offices.get((mine["role"], mine["organisation_id"] or ""))
    return Standing(mine, len(group), office, next_steps(law, regime, mine))


def next_steps(law: Catalogue, regime: str, item: Row) -> tuple[str, ...]:
    """The names of the steps that may follow a task in its diagram, without those the regime has
    not; what the answers decide stays open."""
    path = law.diagrams(regime).get(item["process_id"])
    drawn = law.describe(path) if path else None
    if drawn is None or item["element_id"] not in drawn.by_id:
        return ()
    return tuple(dict.fromkeys(_beyond(law, regime, drawn, item["element_id"], set())))


def _beyond(
    law: Catalogue, regime: str, drawn: ProcessDescription, element: str, seen: set[str]
) -> Iterator[str]:
    for flow in _possible(law, regime, drawn.outgoing.get(element, ())):
        target = drawn.by_id[flow.target]
        if target.id in seen:
            continue
        seen.add(target.id)
        if target.kind in PEOPLES or (target.kind == "endEvent" and target.name):
            yield target.label
        else:
            yield from _beyond(law, regime, drawn, target.id, seen)


def _possible(law: Catalogue, regime: str, flows: tuple[Flow, ...]) -> list[Flow]:
    """Of the flows that leave a box, those the regime can take."""
    steps = {flow.id: _has_step(law, regime, flow) for flow in flows}
    if any(steps.values()):
        return [flow for flow in flows if steps[flow.id]]
    return [flow for flow in flows if steps[flow.id] is None]


def _has_step(law: Catalogue, regime: str, flow: Flow) -> bool | None:
    """Whether the regime has the step that a flow asks for; None for any other condition."""
    asked = STEP.fullmatch(flow.condition or "")
    row = law.row("steps", regime, step=asked[1]) if asked else None
    return None if row is None else bool(row["on"])
