"""People with their offices, read in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, select

from server import clock
from server.db import read
from server.errors import NotFound
from server.models import deputies, memberships, organisations, people
from server.work.people import passwords
from server.work.people.person import Membership, Person
from server.work.people.roles import administers


def with_offices(*more: ColumnElement[Any]) -> Select[Any]:
    """A query of active people: one row per office, or one row when they hold none."""
    columns = (
        people.c.id,
        people.c.login,
        people.c.name,
        people.c.name_en,
        people.c.locale,
        people.c.password_set_at,
        people.c.secret_until,
        memberships.c.until_on,
        memberships.c.organisation_id,
        memberships.c.role,
        memberships.c.regime,
        organisations.c.name.label("organisation"),
        organisations.c.name_en.label("organisation_en"),
    )
    return (
        select(*columns, *more)
        .select_from(people)
        .outerjoin(memberships, memberships.c.person_id == people.c.id)
        .outerjoin(organisations, organisations.c.id == memberships.c.organisation_id)
        .where(people.c.active)
        .order_by(memberships.c.regime, memberships.c.role, memberships.c.organisation_id)
    )


def person_of(rows: Sequence[Mapping[Any, Any]]) -> Person:
    """The person whose rows these are, see ``with_offices``; at least one row."""
    first = rows[0]
    today = clock.today()
    in_force = (row for row in rows if row["until_on"] is None or row["until_on"] >= today)
    offices = (_office(row) for row in in_force if row["organisation_id"])
    return Person(
        id=first["id"],
        login=first["login"],
        name=first["name"],
        name_en=first["name_en"],
        locale=first["locale"],
        memberships=tuple(offices),
        must_change=passwords.is_due(first["password_set_at"], first["secret_until"]),
    )


def _office(row: Mapping[Any, Any]) -> Membership:
    return Membership(
        row["organisation_id"],
        row["role"],
        row["regime"],
        row["organisation"],
        row["organisation_en"],
    )


def find_login(login: str) -> str:
    """The id of an active person by login; raises NotFound."""
    wanted = select(people.c.id).where(people.c.login == login, people.c.active)
    with read() as tx:
        found = tx.execute(wanted).scalar_one_or_none()
    if found is None:
        raise NotFound("没有这个人员。")
    return str(found)


def find_person(tx: Connection, person_id: str) -> Person | None:
    """A person with their offices and whom they stand in for; None when unknown or disabled."""
    rows = tx.execute(with_offices().where(people.c.id == person_id)).mappings().all()
    return with_absent(tx, person_of(rows)) if rows else None


NO_DEPUTY = "expert_panel"
"""The role that nobody fills for another."""


def _away(day: Any) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which an absence is under way."""
    return (deputies.c.from_on <= day, deputies.c.until_on >= day, deputies.c.ended_at.is_(None))


STANDS_IN = (
    exists()
    .where(deputies.c.deputy_id == people.c.id, *_away(bindparam("day")))
    .correlate(people)
    .label("stands_in")
)
"""A column for ``with_offices``: whether the person is anybody's deputy on ``day``."""


def with_absent(tx: Connection, person: Person, day: date | None = None) -> Person:
    """The person with those for whom they are the deputy today; administrators stand in for
    nobody, for that would open cases to them."""
    if administers(person):
        return person
    found = with_offices().join(deputies, deputies.c.person_id == people.c.id)
    found = found.where(deputies.c.deputy_id == person.id, *_away(day or clock.today()))
    rows = sorted(tx.execute(found).mappings().all(), key=lambda row: str(row["id"]))
    absent = (person_of(list(each)) for _, each in groupby(rows, key=lambda row: row["id"]))
    return replace(person, stands_in_for=tuple(map(_without_expertise, absent)))


def _without_expertise(absent: Person) -> Person:
    offices = tuple(dict.fromkeys(o for o in absent.memberships if o.role != NO_DEPUTY))
    return replace(absent, memberships=offices)


def names_of(tx: Connection, ids: Iterable[str | None]) -> dict[str, str]:
    """Person id to name, of those that exist."""
    wanted = sorted({each for each in ids if each})
    found = select(people.c.id, people.c.name).where(people.c.id.in_(wanted))
    return {row.id: row.name for row in tx.execute(found)} if wanted else {}
