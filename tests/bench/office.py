"""The measured office: a Flask application on a database, people with sessions, many cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Table, insert, select

from server import clock, create_app, db
from server.config import Config
from server.ids import new_id
from server.migrations import migrate
from server.models import (
    case_parties,
    cases,
    deadlines,
    idempotency,
    instances,
    jobs,
    journal,
    memberships,
    people,
    work_items,
)
from server.work import publications, sessions, worklist
from server.work.people import Membership, Person
from tests.office import REGIME, Office, furnish
from tests.procedures import tree

HERE = Path(__file__).parent
PROCESS = "marathon"
MOST_REVIEWERS = 100


@dataclass(frozen=True)
class Desk:
    """The cookie and the CSRF token of a signed-in person."""

    cookie: str
    csrf: str


@dataclass(frozen=True)
class Setting:
    """Everything a measurement uses."""

    app: Flask
    office: Office
    experts: list[Person]
    desks: dict[str, Desk]

    def start(self, process: str = PROCESS, **more: str) -> str:
        """Open a case; returns its id. ``more`` is filled in besides."""
        chosen = {"recommender_id": self.office.organisations["recommender"]}
        data = {"field_name": "绿色生态", **chosen, **more}
        applicant = self.office["applicant"]
        answer = worklist.start_case(applicant, REGIME, process, "某基地", {}, data)
        return str(answer["case"])


def furnished(url: str, folder: Path) -> Setting:
    """A migrated database with offices, a hundred experts, sessions and the procedure."""
    migrate(url)
    app = create_app(Config(database_url=url, data_dir=folder, at_once=64))
    office = furnish()
    with db.transaction() as tx:
        experts = _experts(tx, office)
        publications.publish(tx, tree() | _procedures(), "bench", None)
        everybody = [*office.people.values(), *experts]
        desks = {person.id: signed_in(tx, person) for person in everybody}
    return Setting(app, office, experts, desks)


def _procedures() -> dict[str, bytes]:
    forms = {f"forms/bench/{p.name}": p.read_bytes() for p in (HERE / "forms").iterdir()}
    diagrams = {f"processes/{p.name}": p.read_bytes() for p in (HERE / "processes").iterdir()}
    return diagrams | forms


def _experts(tx: Connection, office: Office) -> list[Person]:
    college = Membership(office.organisations["college"], "expert_panel", REGIME)
    names = [f"reviewer_{number:03}" for number in range(MOST_REVIEWERS)]
    experts = [Person(new_id(), name, name, memberships=(college,)) for name in names]
    rows = [{"id": e.id, "login": e.login, "name": e.name} for e in experts]
    tx.execute(insert(people), [row | {"password_hash": "x"} for row in rows])
    held = {"organisation_id": college.organisation_id, "role": college.role, "regime": REGIME}
    tx.execute(insert(memberships), [held | {"person_id": expert.id} for expert in experts])
    return experts


def signed_in(tx: Connection, person: Person) -> Desk:
    """The session of a person."""
    cookie = sessions.begin(tx, person.id)
    session = sessions.load_session(tx, cookie)
    assert session is not None
    return Desk(cookie, session.csrf)


# --- a crowd of other cases ---------------------------------------------------------------------


def crowd(setting: Setting, size: int) -> None:
    """Fill the tables with copies of one open case, so that they are as large as in real life."""
    _answers(setting.office["applicant"], size)
    copies(setting.start(), size)


def _answers(person: Person, size: int) -> None:
    """What so many acts of the last days were answered."""
    given = {"person_id": person.id, "request_hash": "0" * 64, "response": {"next": []}}
    rows = [given | {"key": new_id(), "created_at": clock.now()} for _ in range(size)]
    if rows:
        with db.transaction() as tx:
            tx.execute(insert(idempotency), rows)


def copies(model: str, size: int) -> None:
    """So many copies of a case with all that hangs on it."""
    with db.transaction() as tx:
        for first in range(0, size, 1000):
            _copy(tx, model, range(first, min(first + 1000, size)))
    if size:
        analyse()


def _copy(tx: Connection, model: str, numbers: Iterable[int]) -> None:
    ids = [(new_id(), new_id(), number) for number in numbers]
    _copies(tx, cases, model, ids, "id")
    for table in (case_parties, instances, deadlines, work_items, jobs, journal):
        _copies(tx, table, model, ids, "case_id")


def _copies(
    tx: Connection, table: Table, model: str, ids: list[tuple[str, str, int]], column: str
) -> None:
    originals = tx.execute(select(table).where(table.c[column] == model)).mappings().all()
    rows = [_copied(table, dict(row), *new) for row in originals for new in ids]
    if rows:
        tx.execute(insert(table), rows)


def _copied(table: Table, row: dict[str, Any], case: str, instance: str, number: int) -> Any:
    """A row of the copied case: ids, numbers and keys are its own."""
    own = {"cases": {"id": case, "number": f"COPY-{number}"}, "instances": {"id": instance}}
    changed = own.get(table.name, {"id": new_id(), "key": new_id(), "deadline_id": None})
    changed |= {"case_id": case, "instance_id": instance}
    return row | {name: value for name, value in changed.items() if name in row}


def analyse() -> None:
    """Let the planner know that the tables have grown, as it would within a minute. Those of a new
    office are not told of: it would take them to stay so small."""
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
