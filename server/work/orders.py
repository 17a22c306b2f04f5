"""In which order a list goes on, and from where: what an index can begin at.

A cursor names the key and the identifier of the last row seen. Rows without a date come last in
either order, which no index gives; so they are a part of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from server.work.branches import LAST

FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"
UNDATED = {"": "none", "-": ""}
"""Keys of rows without a date: after every date of an ascending list, and of a descending one."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a list.

    ``parts`` are conditions with the ORDER BY that serves them, of which every row fulfils one;
    ``whole`` orders all of them together, by ``key`` first. ``values`` reads a cursor into what the
    conditions ask for; what is no cursor is the beginning.
    """

    parts: tuple[tuple[str, str], ...]
    key: str
    whole: str
    values: Callable[[str], dict[str, str]]


def of(sort: str, columns: Mapping[str, str], row: str = "w.id") -> Order:
    """The order named ``sort``: ``due``, ``arrived`` or ``number``, with ``-`` for descending."""
    sign, name = ("-", sort[1:]) if sort.startswith("-") else ("", sort)
    makers = {"due": by_day, "arrived": by_arrival, "number": by_text}
    return makers[name](columns[name], row, sign)


def by_day(column: str, row: str, sign: str = "") -> Order:
    """By a date that may be missing, then by identifier."""
    compare, way = _way(sign)
    key = f"COALESCE(CAST({column} AS text), '{UNDATED[sign]}')"
    dated = f"{column} IS NOT NULL AND ({column}, {row}) {compare} (:after_day, :after_id)"
    rest = f"{column} IS NULL AND {row} {compare} :after_none"
    by = f"{column}{way}, {row}{way}"
    parts = ((dated, by), (rest, by))
    return Order(parts, key, f"sort_key{way}, {row}{way}", lambda after: _days(after, sign))


def _days(after: str, sign: str) -> dict[str, str]:
    day, _, last = after.rpartition("~")
    begin, end = (LAST_DAY, FIRST_DAY) if sign else (FIRST_DAY, LAST_DAY)
    low, high = (LAST, "") if sign else ("", LAST)
    if last and day == UNDATED[sign]:
        return {"after_day": end, "after_id": high, "after_none": last}
    if last and is_day(day):
        return {"after_day": day, "after_id": last, "after_none": low}
    return {"after_day": begin, "after_id": low, "after_none": low}


def by_arrival(column: str, row: str, sign: str = "") -> Order:
    """By identifier, which is the order of time. The rows are few of many: to walk along the
    identifiers of all would be the longest way, so what is ordered is no column of an index."""
    compare, way = _way(sign)
    parts = ((f"{column} {compare} :after_id", f"{column} || ''{way}"),)
    low = LAST if sign else ""
    return Order(parts, column, f"{column}{way}",
                 lambda after: {"after_id": after.rpartition("~")[2] or low})  # fmt: skip


def by_text(column: str, row: str, sign: str = "") -> Order:
    """By a text, then by identifier; whatever the list has is read."""
    compare, way = _way(sign)
    place = f"(:after_id = '' OR ({column}, {row}) {compare} (:after_key, :after_id))"
    order = f"{column}{way}, {row}{way}"
    return Order(((place, order),), column, order, _texts)


def _texts(after: str) -> dict[str, str]:
    key, _, last = after.rpartition("~")
    return {"after_key": key, "after_id": last}


def _way(sign: str) -> tuple[str, str]:
    return ("<", " DESC") if sign else (">", "")


def is_day(text: str) -> bool:
    """Whether a text is a date as cursors have it."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def is_instant(text: str) -> bool:
    """Whether a text is an instant as cursors have it."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
