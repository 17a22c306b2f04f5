"""Which procedures a draft changes: by their diagrams, the parts they call, forms, rows."""

from __future__ import annotations

from collections.abc import Iterator

from server.law.catalogue import Catalogue, stem
from server.studio.drafts import scope
from server.studio.drafts.overlay import Overlay, catalogue
from server.studio.drafts.paths import kind_of

Procedure = tuple[str, str]
"""Process id and regime."""


def procedures(laid: Overlay) -> frozenset[Procedure]:
    """The procedures of every regime that a draft touches."""
    touched = scope.touched(laid)
    before, after = catalogue(laid.current), catalogue(laid.tree)
    changed = {path: regimes for path, regimes in touched.items() if path in laid.changed}
    return frozenset(
        (process_id, regime)
        for made in (before, after)
        for regime in made.regimes
        for process_id in made.procedures(regime)
        if any(
            regime in regimes and _concerns(made, regime, process_id, path)
            for path, regimes in changed.items()
        )
    )


def _concerns(made: Catalogue, regime: str, process_id: str, path: str) -> bool:
    if kind_of(path) == "bpmn":
        return stem(path) in _drawn(made, regime, process_id)
    if kind_of(path) == "form":
        return path.split("/")[1] in _drawn(made, regime, process_id)
    return True


def _drawn(made: Catalogue, regime: str, process_id: str) -> set[str]:
    """The procedure and all that it calls."""
    seen, todo = set(), [process_id]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += _called(made, made.diagrams(regime).get(name, ""))
    return seen


def _called(made: Catalogue, path: str) -> Iterator[str]:
    diagram = made.describe(path)
    for each in diagram.of_kind("callActivity") if diagram else ():
        if each.called:
            yield each.called
