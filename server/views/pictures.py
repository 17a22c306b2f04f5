"""A procedure's diagrams with what is done, current and overdue marked on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from server import clock
from server.law.catalogue import Catalogue
from server.views.diagrams import address

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Picture:
    """One diagram: ``marks`` holds element ids under ``done``, ``current`` and ``overdue``."""

    process_id: str
    name: str
    url: str
    marks: Mapping[str, list[str]]

    @property
    def is_current(self) -> bool:
        return bool(self.marks["current"] or self.marks["overdue"])


def of_instance(
    law: Catalogue, regime: str, instance: Row, progress: Row, items: Iterable[Row]
) -> list[Picture]:
    """The instance's own diagram, then those it has called.

    ``progress`` is server/work/cases.progress; ``items`` are the case's work items.
    """
    late = {(item["process_id"], item["element_id"]) for item in items if _is_late(item)}
    standing = {instance["process_id"]: progress, **progress["called"]}
    return [
        Picture(
            process_id,
            name_of(law, regime, process_id),
            address(instance["publication_id"], regime, process_id),
            _marks(process_id, where, late),
        )
        for process_id, where in standing.items()
    ]


def _is_late(item: Row) -> bool:
    due = item["due_on"]
    return item["status"] == "open" and due is not None and due < clock.today()


def _marks(process_id: str, where: Row, late: set[tuple[str, str]]) -> dict[str, list[str]]:
    overdue = [one for one in where["current"] if (process_id, one) in late]
    return {
        "done": [one for one in where["done"] if one not in where["current"]],
        "current": [one for one in where["current"] if one not in overdue],
        "overdue": overdue,
    }


def name_of(law: Catalogue, regime: str, process_id: str) -> str:
    """What a procedure is called on its diagram."""
    described = law.describe(law.diagrams(regime)[process_id])
    return described.name if described else process_id
