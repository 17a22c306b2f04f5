"""What may come next as the diagram has it, before anybody has answered anything."""

from __future__ import annotations

import re
from collections.abc import Iterator

from server.engine.dialect import ProcessDescription
from server.engine.dialect.model import Element, Flow
from server.law.catalogue import Catalogue

PEOPLES = frozenset({"userTask", "callActivity", "subProcess"})
"""Boxes at which the search for the next step ends: there people have something to do."""

STEP = re.compile(r'\s*=?\s*step\("(\w+)"\)\s*')
"""A condition that only asks which steps a regime has."""


def next_steps(law: Catalogue, regime: str, process_id: str, element_id: str) -> tuple[str, ...]:
    """The names of the steps that may follow a task in its diagram, without those the regime has
    not, what goes on before what ends it; what the answers decide stays open."""
    drawn = _drawn(law, regime, process_id)
    if drawn is None or element_id not in drawn.by_id:
        return ()
    found = list(_beyond(law, regime, drawn, element_id, set()))
    found.sort(key=lambda target: target.kind == "endEvent")
    return tuple(dict.fromkeys(target.label for target in found))


def drawn_box(law: Catalogue, regime: str, process_id: str, element_id: str) -> Element | None:
    """A box of a regime's diagram; None where the diagram has none of this name."""
    drawn = _drawn(law, regime, process_id)
    return drawn.by_id.get(element_id) if drawn else None


def _drawn(law: Catalogue, regime: str, process_id: str) -> ProcessDescription | None:
    path = law.diagrams(regime).get(process_id)
    return law.describe(path) if path else None


def _beyond(
    law: Catalogue, regime: str, drawn: ProcessDescription, element: str, seen: set[str]
) -> Iterator[Element]:
    for flow in _possible(law, regime, drawn.outgoing.get(element, ())):
        target = drawn.by_id[flow.target]
        if target.id in seen:
            continue
        seen.add(target.id)
        if target.kind in PEOPLES or (target.kind == "endEvent" and target.name):
            yield target
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
