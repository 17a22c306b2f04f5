"""Who owes a legal date: the lane whose people do what meets it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from server.engine.dialect import Element, ProcessDescription

if TYPE_CHECKING:
    from server.law.catalogue import Catalogue


def duties(catalogue: Catalogue, regime: str) -> Mapping[str, str]:
    """Milestone to lane in a regime.

    A date met by a procedure is owed by whoever starts it, or by the first person asked in it; a
    date of one task by the lane of the task, where no procedure meets it as a whole.
    """
    read = (catalogue.describe(path) for path in catalogue.diagrams(regime).values())
    diagrams = [diagram for diagram in read if diagram]
    by_task = {e.due: e.lane for d in diagrams for e in d.elements if e.due and e.lane}
    by_procedure = {
        milestone: lane
        for diagram in diagrams
        if (lane := _first_lane(diagram))
        for milestone in _met(diagram.elements)
    }
    return {**by_task, **by_procedure}


def _met(elements: Iterable[Element]) -> list[str]:
    return [milestone for element in elements for milestone in element.words("met")]


def _first_lane(diagram: ProcessDescription) -> str | None:
    starts = [e for e in diagram.of_kind("startEvent") if "form" in e.properties]
    return next((e.lane for e in (*starts, *diagram.of_kind("userTask")) if e.lane), None)
