"""What is published: notices, projects, disclosures, the directory of bases, the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection

from server import clock
from server.errors import NotFound
from server.models import records
from server.work.sql import Query, Row, columns, readers, strings

PAGE = 20

LISTS: Mapping[str, str] = {
    "notices": "public_notice",
    "projects": "project_publication",
    "disclosures": "council_disclosure",
}
"""List of the portal -> kind of the records that stand in it."""

PUBLIC_STATES = (
    "in_construction",
    "acceptance_applied",
    "acceptance_review",
    "rectifying_acceptance",
    "rectifying_assessment",
    "rectifying_evaluation",
    "established",
    "terminated",
    "revoked",
)
"""States of a base from its approval on: before it there is nothing to list."""


@dataclass(frozen=True, slots=True)
class Published:
    """One thing as it was published; ``last_day`` is None where no period runs."""

    id: str
    kind: str
    regime: str
    case_id: str | None
    title: str
    published_on: date
    data: Mapping[str, Any]

    @property
    def list(self) -> str:
        """The list of the portal in which it stands."""
        return next(name for name, kind in LISTS.items() if kind == self.kind)

    @property
    def last_day(self) -> date | None:
        """The last day of the period, as announced."""
        told = self.data.get("last_day")
        return date.fromisoformat(told) if told else None

    @property
    def days_left(self) -> int | None:
        """Civil days to the last one, negative when it has passed; None without a period."""
        return (self.last_day - clock.today()).days if self.last_day else None

    @property
    def in_force(self) -> bool:
        """Whether its period runs today, through 24:00 of the last day."""
        return self.days_left is not None and self.days_left >= 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list; ``cursor`` asks for the next one, empty on the last."""

    items: list[Any]
    cursor: str


ONE = Query(
    f"SELECT {columns(records, 'r')} FROM records r WHERE r.id = :id AND r.kind = :kind",
    readers(records),
)
MANY = f"""
    SELECT {columns(records, "r")} FROM records r
    WHERE r.kind IN {{{{strings(kinds)}}}} AND (:regime = '' OR r.regime = :regime)
        AND (:text = '' OR lower(r.title) LIKE :pattern ESCAPE '!')
        AND (:after = '' OR r.id < :after)
    ORDER BY r.id DESC LIMIT {{limit}}"""

BASES = """
    SELECT c.id, c.number, c.regime, c.state, c.title, c.record FROM cases c
    WHERE c.kind = 'application' AND c.state IN {{strings(states)}}
        AND (:regime = '' OR c.regime = :regime) AND (:state = '' OR c.state = :state)
        AND (:text = '' OR lower(c.title) LIKE :pattern ESCAPE '!')
        AND (:after = '' OR c.id < :after)
    ORDER BY c.id DESC LIMIT {limit}"""

COUNTS = Query("""
    SELECT c.regime, c.state, count(*) AS count FROM cases c
    WHERE c.kind = 'application' AND c.state IN {strings(states)}
    GROUP BY c.regime, c.state ORDER BY c.regime, c.state""")

RESULTS = Query(
    f"""SELECT {columns(records, "r")} FROM records r
        WHERE r.kind = 'project_result' ORDER BY r.effective_on, r.id""",
    readers(records),
)


def published(tx: Connection, record_id: str, what: str) -> Published:
    """One entry of a list of the portal; raises NotFound for anything else."""
    row = ONE.first(tx, id=record_id, kind=LISTS.get(what, ""))
    if row is None:
        raise NotFound("没有这项公开内容")
    return _published(row)


@cache
def _many(size: int) -> Query:
    return Query(MANY.format(limit=size + 1), readers(records))


@cache
def _bases(size: int) -> Query:
    return Query(BASES.format(limit=size + 1), {"json": ["record"]})


def listed(
    tx: Connection, what: str, regime: str = "", text: str = "", after: str = "", size: int = PAGE
) -> Listed:
    """A page of a list of the portal, the newest first; raises NotFound for no such list."""
    if what not in LISTS:
        raise NotFound("没有这个栏目")
    rows = _search(tx, (LISTS[what],), regime, text, after, size)
    return _page([_published(row) for row in rows], size)


def latest(tx: Connection) -> list[Published]:
    """The newest things published, of every list."""
    return [_published(row) for row in _search(tx, tuple(LISTS.values()), "", "", "", PAGE)][:PAGE]


def directory(
    tx: Connection,
    regime: str = "",
    state: str = "",
    text: str = "",
    after: str = "",
    size: int = PAGE,
) -> Listed:
    """A page of the bases and centres with the names in force; the newest first."""
    wanted = {"regime": regime, "state": state, "after": after, **_pattern(text)}
    rows = _bases(size).all(tx, states=strings(PUBLIC_STATES), **wanted)
    return _page([_base(row) for row in rows], size)


def statistics(tx: Connection) -> dict[str, Any]:
    """Bases by regime and state, and the results of projects as they were recorded."""
    bases = COUNTS.all(tx, states=strings(PUBLIC_STATES))
    results = [{**row["data"], "title": row["title"], "on": row["effective_on"]}
               for row in RESULTS.all(tx)]  # fmt: skip
    return {"bases": bases, "results": results}


def _search(
    tx: Connection, kinds: tuple[str, ...], regime: str, text: str, after: str, size: int
) -> list[Row]:
    wanted = {"regime": regime, "after": after, **_pattern(text)}
    return _many(size).all(tx, kinds=strings(kinds), **wanted)


def _pattern(text: str) -> dict[str, str]:
    plain = text.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return {"text": text, "pattern": f"%{plain}%"}


def _page(items: list[Any], size: int) -> Listed:
    more = len(items) > size
    shown = items[:size]
    last = shown[-1] if more else None
    return Listed(
        shown, "" if last is None else (last["id"] if isinstance(last, dict) else last.id)
    )


def _published(row: Row) -> Published:
    return Published(
        row["id"],
        row["kind"],
        row["regime"],
        row["case_id"],
        row["title"],
        row["effective_on"],
        row["data"],
    )


SHOWN = (
    "base_name_zh",
    "base_name_en",
    "undertaker_name",
    "approved_on",
    "construction_end",
    "established_on",
    "ended_on",
)
"""What the directory shows of a register entry."""


def _base(row: Row) -> Row:
    told = {name: row["record"].get(name) for name in SHOWN}
    names = {"id": row["id"], "number": row["number"], "regime": row["regime"]}
    return names | {"state": row["state"]} | told
