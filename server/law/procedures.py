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

    The step `procedure_<id>` says whether the regime has a procedure. Where the table says
    nothing, it has those whose start cites one of its instruments (or none at all). Parts that
    others call are no procedures.
    """
    regime, called = catalogue.regimes[regime_id], _called(catalogue)
    paths = catalogue.diagrams(regime_id).items()
    read = ((name, path, catalogue.describe(path)) for name, path in paths if name not in called)
    return {
        name: path for name, path, diagram in read if diagram and _has(catalogue, regime, diagram)
    }


def _called(catalogue: Catalogue) -> set[str]:
    read = (catalogue.describe(path) for path in catalogue.processes.values())
    return {e.called for diagram in read if diagram for e in diagram.elements if e.called}


def _has(catalogue: Catalogue, regime: Regime, diagram: ProcessDescription) -> bool:
    if "steps" in catalogue.tables:
        row = catalogue.row("steps", regime.id, step=f"procedure_{diagram.id}")
        if row is not None:
            return bool(row["on"])
    return _cites(diagram, regime)


def _cites(diagram: ProcessDescription, regime: Regime) -> bool:
    starts = diagram.of_kind("startEvent")
    cited = [*diagram.clauses, *(clause for start in starts for clause in start.clauses)]
    return not cited or any(clause[:2] in regime.instruments for clause in cited)
