"""Legal dates, computed once: the same law, milestone and anchor give the same date and proof.

Many cases open the same task on the same day; the tables of deadlines need not be asked again.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from server.law.deadlines import Deadline
from server.law.law import Law

KEPT = 4096


class _Known:
    """A law as a key: what it says depends on its content, its regime and its calendar alone."""

    __slots__ = ("key", "law")

    def __init__(self, law: Law) -> None:
        self.law = law
        self.key = (law.catalogue.digest, law.regime.id, law.calendar.version)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and self.key == other.key


def legal_date(
    law: Law,
    milestone: str,
    anchor: date,
    months: int | None,
    received_on: date | None,
    ordered_on: date | None = None,
) -> Deadline:
    """``law.deadline`` of these; raises NoDeadline."""
    return _legal_date(_Known(law), milestone, anchor, months, received_on, ordered_on)


def has_date(law: Law, milestone: str) -> bool:
    """Whether the regime knows a legal date of this name."""
    return _has_date(_Known(law), milestone)


@lru_cache(KEPT)
def _legal_date(
    known: _Known,
    milestone: str,
    anchor: date,
    months: int | None,
    received_on: date | None,
    ordered_on: date | None,
) -> Deadline:
    told = {"ordered_on": ordered_on, "received_on": received_on}
    return known.law.deadline(milestone, anchor, months=months, **told)


@lru_cache(KEPT)
def _has_date(known: _Known, milestone: str) -> bool:
    law = known.law
    return bool(law.catalogue.rows("deadlines", law.regime.id, milestone=milestone))
