"""A province of any size: finished and open cases of many units, as many work items as asked for.

Three cases are lived through by the real application, one to its end, one to the desk of the
authority and one to the first form; their rows are copied under new identifiers, each case moved to
a day, a unit and experts of its own. Every copied journal is hashed anew by the application's own
function, so that ``guicheng verify`` finds each chain whole; results and states of the engine are
those of the model. Foreign keys and triggers are not asked meanwhile: they held for the models.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Date, Table, func, insert, select

from server import clock, db
from server.ids import ALPHABET, new_id
from server.models import (
    case_parties,
    cases,
    deadlines,
    documents,
    instances,
    jobs,
    journal,
    memberships,
    organisations,
    people,
    work_items,
)
from server.models.columns import Instant, Json, instant_text
from server.work.journal import GENESIS, digest
from server.work.people import Membership, Person
from server.work.sql import json_text
from tests.bench.measure import Bench
from tests.bench.office import Desk, Setting, signed_in
from tests.bench.walk import Step, steps
from tests.office import REGIME

TABLES = (cases, case_parties, instances, deadlines, work_items, documents, jobs, journal)
"""In the order of their foreign keys."""

OWN = {"id", "key"}
"""Columns whose values no two rows share."""

CASES_OF_A_UNIT = 20
REVIEWERS = 2
YEARS = 10
PAPERS = ("申请书.pdf", "可行性研究报告.pdf", "推荐意见.pdf")
"""Of each case, by name only; the bench's office uploads none."""

SHARES = (("finished", 90), ("study", 7), ("fill", 3))
"""Of a hundred cases."""
FULL = 40
"""The first cases all wait for the authority: its list fills a page in the smallest province too,
so that sizes are compared by the same page."""

FIELDS = (
    "先进计算",
    "生物医药",
    "煤层气",
    "碳基新材料",
    "轨道交通",
    "乡村文旅",
    "养老服务",
    "种业",
)
CLOSED = ("revoked", "not_approved", "")
BATCH = 500

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Model:
    """The rows of a case, by table, and the identifiers in them that belong to it alone."""

    rows: Rows
    own: frozenset[str]


class Province:
    """Fills the database of a setting; may be called again for more."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.random = bench, random.Random(7)
        self.models = {
            "finished": self._model(""),
            "study": self._model("study"),
            "fill": self._model("fill"),
        }
        self.cases = 0
        self.units: list[Person] = []

    @property
    def items(self) -> int:
        """Work items so far."""
        with db.read() as tx:
            return int(tx.execute(select(func.count()).select_from(work_items)).scalar_one())

    def fill(self, wanted: int) -> None:
        """Until there are so many work items."""
        per_case = sum(len(self.models[n].rows["work_items"]) * share for n, share in SHARES) / 100
        missing = round((wanted - self.items) / per_case)
        self._settle(missing)
        last = self.cases + missing
        while self.cases < last:
            size = min(BATCH, last - self.cases)
            _store([self._case(self.cases + number, last) for number in range(size)])
            self.cases += size
        analyse()

    def desk(self, person: Person) -> Desk:
        """The session of a person of the province."""
        with db.transaction() as tx:
            return signed_in(tx, person)

    # --- models -----------------------------------------------------------------------------------

    def _model(self, until: str) -> Model:
        """A case that has come to the element ``until``, or to its end."""
        case = self.bench.setting.start()
        for step in _until(self.bench.setting, case, until):
            self.bench.complete(step)
        _add_papers(case, self.bench.setting.office["applicant"].id)
        with db.read() as tx:
            rows = {table.name: _rows(tx, table, case) for table in TABLES}
        own = {row[name] for found in rows.values() for row in found for name in OWN & row.keys()}
        return Model(rows, frozenset(own))

    def _settle(self, more: int) -> None:
        """A unit with one person for each so many cases."""
        missing = (self.cases + more) // CASES_OF_A_UNIT + 1 - len(self.units)
        made = [_unit(len(self.units) + number) for number in range(missing)]
        _write_people(made)
        self.units += made

    # --- copies -----------------------------------------------------------------------------------

    def _case(self, number: int, last: int) -> Rows:
        """One case; the higher its number, the younger it is."""
        kind = self._kind(number)
        age = YEARS * 365 * (last - number) // last if kind == "finished" else number % 25
        unit = self.units[number // CASES_OF_A_UNIT]
        copy = Copy(self.random, self.models[kind], unit, self._panel(), timedelta(days=age))
        return copy.made(number, kind)

    def _panel(self) -> dict[str, str]:
        """Experts of the models and those of a copy."""
        experts = [each.id for each in self.bench.setting.experts]
        return dict(zip(experts[:REVIEWERS], self.random.sample(experts, REVIEWERS), strict=True))

    def _kind(self, number: int) -> str:
        if number < FULL:
            return "study"
        place = (number * 37) % 100
        for kind, share in SHARES:
            if place < share:
                return kind
            place -= share
        raise AssertionError


@dataclass
class Copy:
    """One copy of a model."""

    random: random.Random
    model: Model
    unit: Person
    panel: dict[str, str]
    age: timedelta

    def made(self, number: int, kind: str) -> Rows:
        """Its rows by table."""
        begun = clock.now() - self.age - timedelta(days=1)
        self.new = {old: self._identifier(begun) for old in sorted(self.model.own)} | self.panel
        office = self.unit.memberships[0].organisation_id
        was = next(r for r in self.model.rows["case_parties"] if r["role"] == "undertaker")
        self.new |= {was["organisation_id"]: office, self._applicant(): self.unit.id}
        rows = {name: [self._row(name, row) for row in found]
                for name, found in self.model.rows.items()}  # fmt: skip
        self._name(rows["cases"][0], number, kind)
        _chain(rows["cases"][0], rows["journal"])
        return rows

    def _applicant(self) -> str:
        return str(self.model.rows["cases"][0]["opened_by"])

    def _row(self, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._value(table, name, value) for name, value in row.items()}

    def _value(self, table: str, name: str, value: Any) -> Any:
        if isinstance(value, str):
            return self.new.get(value, value)
        if isinstance(value, datetime | date) and name not in ("run_at", "until_on"):
            return value - self.age
        if name == "detail" and value.get("item") in self.new:
            return value | {"item": self.new[value["item"]]}
        return value

    def _name(self, case: dict[str, Any], number: int, kind: str) -> None:
        field = FIELDS[number % len(FIELDS)]
        case |= {"number": f"SX-{number:08}", "title": f"第{number}号{field}基地申报"}
        if kind == "finished" and number % 3:
            case |= {"closed_at": clock.now() - self.age, "state": CLOSED[number % 2]}

    def _identifier(self, at: datetime) -> str:
        bits = int(at.timestamp() * 1000) << 80 | self.random.getrandbits(80)
        return "".join(ALPHABET[bits >> shift & 31] for shift in range(125, -1, -5))


def _chain(case: dict[str, Any], entries: Sequence[dict[str, Any]]) -> None:
    before = GENESIS
    for row in sorted(entries, key=lambda row: row["seq"]):
        row["prev_hash"] = before
        before = row["hash"] = digest(row)
    case["journal_head"] = before


def _until(setting: Setting, case: str, element: str) -> Iterator[Step]:
    for step in steps(setting, case, REVIEWERS, "approve"):
        if step.element == element:
            return
        yield step


def _rows(tx: Connection, table: Table, case: str) -> list[dict[str, Any]]:
    column = table.c.id if table is cases else table.c.case_id
    found = tx.execute(select(table).where(column == case)).mappings()
    return [{str(name): value for name, value in row.items()} for row in found]


def _add_papers(case: str, by: str) -> None:
    each = {"sha": "0" * 64, "media_type": "application/pdf", "size": 1, "case_id": case}
    each |= {"uploaded_by": by, "uploaded_at": clock.now()}
    with db.transaction() as tx:
        tx.execute(insert(documents), [{"id": new_id(), "name": name} | each for name in PAPERS])


def _unit(number: int) -> Person:
    rng = random.Random(f"unit {number}")
    person, office = (f"0{rng.getrandbits(120):030x}"[:26] for _ in range(2))
    held = Membership(office, "undertaker", REGIME)
    return Person(person, f"unit_{number}", f"经办人{number}", memberships=(held,))


def _write_people(made: Sequence[Person]) -> None:
    offices = [
        {"id": p.memberships[0].organisation_id, "code": p.login, "kind": "applicant_unit",
         "name": f"第{p.login.removeprefix('unit_')}研究院"}
        for p in made
    ]  # fmt: skip
    persons = [{"id": p.id, "login": p.login, "name": p.name, "password_hash": "x"} for p in made]
    held = [
        {"person_id": p.id, "organisation_id": p.memberships[0].organisation_id,
         "role": "undertaker", "regime": REGIME}
        for p in made
    ]  # fmt: skip
    with db.transaction() as tx:
        for table, rows in ((organisations, offices), (people, persons), (memberships, held)):
            if rows:
                tx.execute(insert(table), rows)


# --- into the database ----------------------------------------------------------------------------


def _store(copies: Sequence[Rows]) -> None:
    """All rows of some cases, without asking foreign keys and triggers."""
    with db.engine().connect() as connection:
        raw = connection.connection.cursor()
        if db.engine().dialect.name == "postgresql":
            raw.execute("SET session_replication_role = replica")
            put = partial(_copy_in, raw)
        else:
            raw.execute("PRAGMA foreign_keys = OFF")
            raw.execute("BEGIN IMMEDIATE")
            put = partial(_insert, raw)
        for table in TABLES:
            put(table, [row for copy in copies for row in copy[table.name]])
        connection.connection.commit()
        back = {"postgresql": "SET session_replication_role = origin"}
        raw.execute(back.get(db.engine().dialect.name, "PRAGMA foreign_keys = ON"))
        connection.connection.commit()


def _copy_in(cursor: Any, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    names = [column.name for column in table.columns]
    listed = ", ".join(f'"{name}"' for name in names)
    readers = [_plain(column.type) for column in table.columns]
    with cursor.copy(f"COPY {table.name} ({listed}) FROM STDIN") as target:
        for row in rows:
            target.write_row([read(row[n]) for n, read in zip(names, readers, strict=True)])


def _insert(cursor: Any, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    names = [column.name for column in table.columns]
    readers = [_plain(column.type) for column in table.columns]
    marks = ", ".join("?" * len(names))
    listed = ", ".join(f'"{name}"' for name in names)
    values = [[read(row[n]) for n, read in zip(names, readers, strict=True)] for row in rows]
    cursor.executemany(f"INSERT INTO {table.name} ({listed}) VALUES ({marks})", values)


def _plain(kind: object) -> Any:
    """How a value of a column goes to the driver."""
    if isinstance(kind, Json):
        return lambda value: None if value is None else json_text(value)
    if isinstance(kind, Instant):
        return lambda value: None if value is None else instant_text(value)
    if isinstance(kind, Date):
        return lambda value: None if value is None else value.isoformat()
    return lambda value: value


def analyse() -> None:
    """Let the planner know, and the visibility map, as autovacuum would in the course of time."""
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        vacuum = "VACUUM (ANALYZE)" if connection.dialect.name == "postgresql" else "ANALYZE"
        connection.exec_driver_sql(vacuum)
