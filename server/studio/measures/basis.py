"""What shared diagrams cite for the model, and the clauses of the new regime that stand for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from server.engine.dialect import Element
from server.law.checks import obligations
from server.law.checks.survey import places
from server.law.clauses import Clause
from server.law.obligations import Obligation, ObligationError
from server.studio.measures.draft import New


@dataclass(frozen=True, slots=True)
class Cited:
    """A clause that shared diagrams cite, the steps that do, and the clause chosen for it."""

    clause: Clause
    steps: tuple[str, ...]
    own: str


def cited(new: New) -> list[Cited]:
    """Every clause of the model on which a step of the new regime rests, in the model's order."""
    steps: dict[str, dict[str, None]] = defaultdict(dict)
    for element in _elements(new):
        for clause in element.clauses:
            steps[clause][element.label] = None
    known = new.current.clauses.clauses.values()
    return [
        Cited(one, tuple(steps[one.id]), new.facts["basis"].get(one.id, ""))
        for one in known
        if one.id in steps and _of_model(new, one)
    ]


def bare(new: New) -> list[str]:
    """The user tasks that show no clause of the new regime."""
    own = (e for e in _elements(new) if e.kind == "userTask")
    silent = (e.label for e in own if not new.made.clauses_of(new.id, e.clauses))
    return list(dict.fromkeys(silent))


def kept(new: New) -> list[tuple[Obligation, list[str]]]:
    """The obligations of the new regime, each with its clauses there."""
    try:
        owed = obligations.owed(new.made)
    except ObligationError:
        return []
    return [
        (rule, [one.id for one in new.made.clauses_of(new.id, rule.clauses)])
        for rule in owed
        if new.id in rule.regimes
    ]


def _elements(new: New) -> Iterator[Element]:
    regime = new.made.regimes.get(new.id)
    for place in places(new.made, regime) if regime and new.model else ():
        yield from place.elements


def _of_model(new: New, clause: Clause) -> bool:
    return clause.regime == new.model or clause.id in new.current.regimes[new.model].basis
