"""Which procedures a regime has: diagrams that begin by themselves under its instruments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from server.engine.dialect import ProcessDescription
from server.law.regimes import Regime

if TYPE_CHECKING:
    from server.law.catalogue import Catalogue


def procedures(catalogue: Catalogue, regime_id: str) -> Mapping[str, str]:
    """Process id to path of the procedures of a regime.

    A procedure belongs to a regime when its start cites one of the regime's instruments (or
    none at all), unless the step `procedure_<id>` is switched off. Parts that others call are
    no procedures.
    """
    regime, called = catalogue.regimes[regime_id], _called(catalogue)
    read = ((name, path, catalogue.describe(path)) for name, path in _diagrams(catalogue, regime))
    return {
        name: path
        for name, path, diagram in read
        if diagram and name not in called and _cites(diagram, regime)
    }


def _diagrams(catalogue: Catalogue, regime: Regime) -> list[tuple[str, str]]:
    paths = catalogue.diagrams(regime.id).items()
    return [(name, path) for name, path in paths if not _is_off(catalogue, regime, name)]


def _is_off(catalogue: Catalogue, regime: Regime, name: str) -> bool:
    if "steps" not in catalogue.tables:
        return False
    row = catalogue.row("steps", regime.id, step=f"procedure_{name}")
    return row is not None and not row["on"]


def _called(catalogue: Catalogue) -> set[str]:
    read = (catalogue.describe(path) for path in catalogue.processes.values())
    return {e.called for diagram in read if diagram for e in diagram.elements if e.called}


def _cites(diagram: ProcessDescription, regime: Regime) -> bool:
    starts = diagram.of_kind("startEvent")
    cited = [*diagram.clauses, *(clause for start in starts for clause in start.clauses)]
    return not cited or any(clause[:2] in regime.instruments for clause in cited)
