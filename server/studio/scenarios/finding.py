"""What the steps of a scenario look for in the office: people, items, instances, variables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, literal_column, select

from server import db
from server.engine import runtime
from server.engine.dialect.model import Element
from server.feel.sentence import told
from server.law.catalogue import Catalogue
from server.models import (
    case_parties,
    cases,
    instances,
    jobs,
    memberships,
    subscriptions,
    work_items,
)
from server.work import desk as desks
from server.work.access import EXPERTS
from server.work.people import Person, find_person
from server.work.sql import Row
from server.work.surroundings import Surroundings


class NotWaiting(Exception):
    """The item, message or office that a step names is not there."""


def entered(table: Table) -> ColumnElement[Any]:
    """The order in which rows were entered: on PostgreSQL that of their ids, which is of time."""
    if db.engine().dialect.name == "sqlite":
        return literal_column(f"{table.name}.rowid")
    return table.c.id


def case(case_id: str) -> Row:
    """The case's row."""
    return _rows(select(cases).where(cases.c.id == case_id))[0]


def items(case_id: str, **where: object) -> list[Row]:
    """Work items of a case in the order they opened; ``where`` are columns and their values."""
    wanted = select(work_items).where(work_items.c.case_id == case_id)
    return _rows(wanted.filter_by(**where).order_by(entered(work_items)))


def running(case_id: str) -> list[Row]:
    """Every instance of a case, the youngest first."""
    wanted = select(instances).where(instances.c.case_id == case_id)
    return _rows(wanted.order_by(entered(instances).desc()))


def next_timer(instance: Row) -> datetime | None:
    """When the next timer of an instance is due; None when it waits for people only."""
    own = jobs.c.instance_id == instance["id"], jobs.c.kind == "timer", jobs.c.status == "due"
    with db.read() as tx:
        found: datetime | None = tx.execute(select(func.min(jobs.c.run_at)).where(*own)).scalar()
    return found


def waiting(case_id: str, message: str) -> list[Row]:
    """The places where a person may bring this message."""
    wanted = select(subscriptions).where(subscriptions.c.case_id == case_id)
    with_form = wanted.where(subscriptions.c.form.is_not(None))
    return _rows(with_form.filter_by(message=message).order_by(entered(subscriptions)))


def parties(case_id: str) -> dict[str, str]:
    """Role -> organisation at present."""
    wanted = select(case_parties).where(case_parties.c.case_id == case_id)
    return {r["role"]: r["organisation_id"] for r in _rows(wanted.filter_by(until_on=None))}


def person(name: str, role: str, regime: str, case_id: str | None) -> Person:
    """The person that a step names: themselves, an office, or a role of the case. Of an office
    it is whoever may do the step, else whoever holds the role named, experts last.

    Raises NotWaiting when there is nobody of that name.
    """
    office = parties(case_id).get(name, name) if case_id else name
    held = [memberships.c.organisation_id == office, memberships.c.regime == regime]
    wanted = select(memberships.c.person_id).where(*held)
    whose = memberships.c.role
    ranks = (whose != role, whose != name, whose == EXPERTS, memberships.c.person_id)
    preferred = wanted.order_by(*ranks).limit(1)
    role_held = select(memberships.c.person_id).filter_by(role=name, regime=regime)
    anybody = role_held.order_by(memberships.c.person_id).limit(1)
    with db.read() as tx:
        names = (name, tx.execute(preferred).scalar(), tx.execute(anybody).scalar())
        found = next(filter(None, (find_person(tx, each) for each in names if each)), None)
    if found is None:
        raise NotWaiting(told("没有“%(name)s”这个人员、单位或者角色", name=name))
    return found


def holder(role: str, regime: str, organisation: str | None = None, skip: int = 0) -> Person:
    """The first officer of a role, of one organisation when it is given; ``skip`` passes over."""
    wanted = select(memberships.c.person_id).filter_by(role=role, regime=regime)
    if organisation:
        wanted = wanted.filter_by(organisation_id=organisation)
    with db.read() as tx:
        name = tx.execute(wanted.order_by(memberships.c.person_id).offset(skip).limit(1)).scalar()
        found = find_person(tx, name or "")
    if found is None:
        raise NotWaiting(told("没有人担任“%(role)s”", role=role))
    return found


def starting_event(catalogue: Catalogue, regime: str, process_id: str) -> Element:
    """The start event at which a person begins a procedure; raises NotWaiting."""
    path = catalogue.diagrams(regime).get(process_id)
    described = catalogue.describe(path) if path else None
    starts = described.of_kind("startEvent") if described else []
    found = next((each for each in starts if "form" in each.properties), None)
    if found is None:
        raise NotWaiting(told("没有可以发起的程序“%(name)s”", name=process_id))
    return found


def holds(instance: Row, element: str) -> bool:
    """Whether an instance's diagram, or one it calls, has this element."""
    with db.read() as tx:
        desk = desks.of_instance(tx, instance["case_id"], instance["id"], lock=False)
        drawn = Surroundings(desk).spec.descriptions.values()
    return any(element in described.by_id for described in drawn)


def variables(instance: Row) -> dict[str, Any]:
    """The variables of an instance as its first open task sees them, else its own."""
    with db.read() as tx:
        desk = desks.of_instance(tx, instance["case_id"], instance["id"], lock=False)
        around = Surroundings(desk)
    for item in items(instance["case_id"], instance_id=instance["id"], status="open"):
        return runtime.local_variables(around.spec, around.state, item["task_id"])
    return runtime.variables(around.spec, around.state)


def _rows(wanted: Select[Any]) -> list[Row]:
    with db.read() as tx:
        return [dict(row) for row in tx.execute(wanted).mappings()]
