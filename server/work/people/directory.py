"""People with their offices, read in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from server.models import memberships, organisations, people
from server.work.people.person import Membership, Person


def with_offices(*more: ColumnElement[Any]) -> Select[Any]:
    """A query of active people: one row per office, or one row when they hold none."""
    columns = (
        people.c.id,
        people.c.login,
        people.c.name,
        people.c.name_en,
        people.c.locale,
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
    offices = (_office(row) for row in rows if row["organisation_id"])
    return Person(
        id=first["id"],
        login=first["login"],
        name=first["name"],
        name_en=first["name_en"],
        locale=first["locale"],
        memberships=tuple(offices),
    )


def _office(row: Mapping[Any, Any]) -> Membership:
    return Membership(
        row["organisation_id"],
        row["role"],
        row["regime"],
        row["organisation"],
        row["organisation_en"],
    )


def find_person(tx: Connection, person_id: str) -> Person | None:
    """A person with their offices; None when unknown or disabled."""
    rows = tx.execute(with_offices().where(people.c.id == person_id)).mappings().all()
    return person_of(rows) if rows else None
