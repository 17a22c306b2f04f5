"""Which clause is carried out where: the two-way index behind the clause register."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from server.law.catalogue import Catalogue
from server.law.checks import look
from server.law.checks.citations import Citation, citations

# A clause that only states a purpose, a principle or a support policy has nothing to carry out.
WITHOUT_PROCEDURE = "norm-only"


@dataclass(frozen=True)
class Coverage:
    """Clause to the places that cite it, and place (file, element) to its clauses."""

    by_clause: Mapping[str, tuple[Citation, ...]]
    by_place: Mapping[tuple[str, str], tuple[str, ...]]
    uncovered: tuple[str, ...]

    def of_clause(self, clause: str) -> tuple[Citation, ...]:
        """The boxes, rows, forms, functions and scenarios that carry out a clause."""
        return self.by_clause.get(clause, ())

    def of_place(self, file: str, element: str) -> tuple[str, ...]:
        """The clauses that one box, row or function cites."""
        return self.by_place.get((file, element), ())


def coverage(catalogue: Catalogue, handlers: Mapping[str, bytes] | None = None) -> Coverage:
    """Index a catalogue; `uncovered` are the clauses with a procedure that nothing carries out."""
    clauses: dict[str, list[Citation]] = defaultdict(list)
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in dict.fromkeys(citations(look(catalogue, handlers))):
        clauses[each.clause].append(each)
        places[each.file, each.element].append(each.clause)
    return Coverage(
        by_clause={clause: tuple(found) for clause, found in clauses.items()},
        by_place={place: tuple(found) for place, found in places.items()},
        uncovered=tuple(
            clause.id
            for clause in catalogue.clauses.clauses.values()
            if clause.kind != WITHOUT_PROCEDURE and clause.id not in clauses
        ),
    )
