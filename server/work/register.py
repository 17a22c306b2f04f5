"""What handlers may ask the office's registers: numbers, records, experts, council members.

Numbers are gapless: a number taken by an act that fails is free again, and an act that takes one
makes the next in the same series wait until it has committed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, update

from server import clock
from server.ids import new_id
from server.models import counters, records
from server.work.several import Several
from server.work.sql import Hot, Query, Row, columns, readers, strings

NEXT = Query("""
    INSERT INTO counters (series, value) VALUES (:series, 1)
    ON CONFLICT (series) DO UPDATE SET value = counters.value + 1 RETURNING value""")

INTEREST = "interest"
SOUGHT = "sought_"
PLAIN = re.compile(r"[0-9A-Za-z]+")


RECORDS = f"""
    SELECT {columns(records, "r")}, o.name AS organisation FROM records r
    LEFT JOIN organisations o ON o.id = r.organisation_id
    WHERE r.kind = :kind AND r.regime = :regime"""


@cache
def records_query(texts: tuple[str, ...], plain: bool) -> Hot:
    """The records of a kind, of which the database passes over those with other texts; ``plain``
    is one of them that JSON writes as it is, so a record is not read where it lacks it."""
    like = " AND {within(r.data, plain)}" if plain else ""
    like += "".join(f" AND {{text(r.data, {name})}} = :{SOUGHT}{name}" for name in texts)
    return Hot(f"{RECORDS}{like} ORDER BY r.effective_on, r.id", readers(records))


EXPERTS = Several(
    experts=Hot("""
        SELECT p.id, p.name, p.name_en, m.organisation_id, o.name AS organisation,
            o.name_en AS organisation_en
        FROM memberships m JOIN people p ON p.id = m.person_id
        JOIN organisations o ON o.id = m.organisation_id
        WHERE m.role = 'expert_panel' AND m.regime = :regime AND p.active
            AND p.id IN {strings(ids)}
        ORDER BY p.name, p.id"""),
    interests=Hot(
        f"""
        {RECORDS}
            AND {{text(r.data, person_id)}} IN {{strings(ids)}} ORDER BY r.effective_on, r.id""",
        readers(records),
    ),
)

MEMBERS = Hot("""
    SELECT p.id, p.name, m.organisation_id, o.name AS organisation, o.code
    FROM memberships m JOIN people p ON p.id = m.person_id
    JOIN organisations o ON o.id = m.organisation_id
    WHERE m.role = 'member' AND m.regime = :regime AND p.active
    ORDER BY o.code, p.id""")

NUMBER_DIGITS = 4
"""Numbers are written with at least so many digits: 0001."""


class Register:
    """The registers as one act sees them; what it records is written with the act."""

    def __init__(self, tx: Connection, case: Mapping[str, Any]) -> None:
        self._tx = tx
        self._case = case
        self._taken: Counter[str] = Counter()
        self.added: list[Row] = []

    def undo(self) -> None:
        """Forget what handlers of a failed automatic step took and recorded."""
        for series, count in self._taken.items():
            self._tx.execute(
                update(counters)
                .where(counters.c.series == series)
                .values(value=counters.c.value - count)
            )
        self._taken.clear()
        self.added.clear()

    def next_number(self, series: str) -> str:
        """The next number of a series, from 0001."""
        row = NEXT.first(self._tx, series=series)
        assert row is not None
        self._taken[series] += 1
        return str(row["value"]).zfill(NUMBER_DIGITS)

    def records(self, kind: str, **where: object) -> Sequence[Mapping[str, object]]:
        """Records of a kind under the regime, oldest first, whose fields equal ``where``.

        The fields of ``data`` stand beside id, title, effective_on, organisation_id, case_id.
        """
        texts = {k: v for k, v in where.items() if isinstance(v, str) and k not in records.columns}
        sought = {f"{SOUGHT}{name}": value for name, value in texts.items()}
        plain = max(filter(PLAIN.fullmatch, texts.values()), key=len, default="")
        asked = {"kind": kind, "regime": self._case["regime"], "plain": plain} | sought
        stored = records_query(tuple(texts), bool(plain)).all(self._tx, **asked)
        named = self._with_added(kind, stored)
        return [row for row in named if all(row.get(key) == value for key, value in where.items())]

    def _with_added(self, kind: str, stored: Sequence[Row]) -> Iterator[Row]:
        """Records of a kind, those that this act has made among them, each field by its name."""
        added = (row for row in self.added if row["kind"] == kind)
        return ({**row["data"], **row} for row in [*stored, *added])

    def experts(self, ids: Collection[str]) -> Sequence[Mapping[str, object]]:
        """Who of these are experts of the regime, with employers and declared interests."""
        asked = {"regime": self._case["regime"], "kind": INTEREST, "ids": strings(ids)}
        found = EXPERTS.all(self._tx, **asked)
        declared: dict[str, list[Mapping[str, object]]] = {}
        for interest in self._with_added(INTEREST, found["interests"]):
            declared.setdefault(str(interest.get("person_id")), []).append(interest)
        return [each | {"interests": declared.get(each["id"], [])} for each in found["experts"]]

    def members(self) -> Sequence[Mapping[str, object]]:
        """Who votes for the council units that have an account here, by the unit's code."""
        return MEMBERS.all(self._tx, regime=self._case["regime"])

    def record(self, kind: str, data: Mapping[str, object]) -> None:
        """Enter a record for this case; title, organisation_id and effective_on are taken from
        the fields of those names, and the day of the act stands where no day is given."""
        self.added.append(
            {
                "id": new_id(),
                "regime": self._case["regime"],
                "kind": kind,
                "organisation_id": data.get("organisation_id"),
                "case_id": self._case["id"],
                "title": str(data.get("title", "")),
                "effective_on": data.get("effective_on") or clock.today(),
                "data": dict(data),
            }
        )
