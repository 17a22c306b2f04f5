"""Offices with their days: granted, begun, ended. ``memberships`` are those in force now.

An office begins and ends by the calendar when ``keep_up`` runs (each day, and with every change);
an office past its last day gives nothing even before that, see directory.person_of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from server import clock
from server.errors import Invalid, NotFound
from server.ids import new_id
from server.models import appointments, memberships, organisations
from server.work.people.roles import ADMINISTRATORS, INSTALLATION
from server.work.sql import Query, Row

OFFICE = ("person_id", "organisation_id", "role", "regime")

BEGIN = Query("""
    INSERT INTO memberships (person_id, organisation_id, role, regime, until_on)
    SELECT a.person_id, a.organisation_id, a.role, a.regime,
        CASE WHEN count(*) = count(a.until_on) THEN max(a.until_on) END
    FROM appointments a JOIN people p ON p.id = a.person_id AND p.ended_on IS NULL
    WHERE a.from_on <= :today AND a.ended_at IS NULL
        AND (a.until_on IS NULL OR a.until_on >= :today)
    GROUP BY a.person_id, a.organisation_id, a.role, a.regime
    ON CONFLICT (person_id, organisation_id, role, regime)
        DO UPDATE SET until_on = excluded.until_on
    RETURNING person_id""")


@dataclass(frozen=True, slots=True)
class Office:
    """A role in an organisation under a regime, from a day to a last day (None: until it ends)."""

    organisation_id: str
    role: str
    regime: str
    from_on: date
    until_on: date | None = None


def appoint(tx: Connection, person_id: str, office: Office, granted_by: str | None) -> str:
    """Write down an office, in force at once where its day has come; returns its id."""
    row = {
        "id": new_id(),
        "person_id": person_id,
        "organisation_id": office.organisation_id,
        "role": office.role,
        "regime": office.regime,
        "from_on": office.from_on,
        "until_on": office.until_on,
        "granted_by": granted_by,
        "granted_at": clock.now(),
    }
    tx.execute(insert(appointments).values(row))
    keep_up(tx)
    return str(row["id"])


def keep_up(tx: Connection) -> None:
    """Make the memberships those of today."""
    today = clock.today()
    over = memberships.c.until_on < today
    tx.execute(delete(memberships).where(over))
    BEGIN.all(tx, today=today.isoformat())


def end(tx: Connection, appointment_id: str, on: date) -> Row:
    """The office's last day; one that has come ends the office at once. Returns the office."""
    office = one(tx, appointment_id)
    if office["ended_at"] or on < office["from_on"]:
        raise Invalid(errors={"until_on": ["该任职已经结束，或者日期早于任职起始日"]})
    at_once = on <= clock.today()
    given = {"until_on": on, "ended_at": clock.now() if at_once else None}
    tx.execute(update(appointments).where(appointments.c.id == appointment_id).values(given))
    if at_once:
        tx.execute(delete(memberships).where(*_same(memberships, office)))
    keep_up(tx)
    return office


def end_all(tx: Connection, person_id: str, on: date) -> None:
    """End every office of a person, also those that have not begun."""
    running = (appointments.c.person_id == person_id, appointments.c.ended_at.is_(None))
    tx.execute(update(appointments).where(*running).values(ended_at=clock.now()))
    dated = or_(appointments.c.until_on.is_(None), appointments.c.until_on > on)
    begun = appointments.c.from_on <= on
    tx.execute(
        update(appointments)
        .where(appointments.c.person_id == person_id, dated, begun)
        .values(until_on=on)
    )
    tx.execute(delete(memberships).where(memberships.c.person_id == person_id))


def one(tx: Connection, appointment_id: str) -> Row:
    """An appointment; raises NotFound."""
    row = tx.execute(select(appointments).where(appointments.c.id == appointment_id)).mappings()
    found = row.first()
    if found is None:
        raise NotFound("没有找到这项任职")
    return dict(found)


def check(tx: Connection, person_id: str, office: Office, known: Iterable[str]) -> None:
    """Raises Invalid unless the office can be granted; ``known`` are the roles of its regime."""
    errors: dict[str, list[str]] = {}
    if office.role not in known:
        errors["role"] = ["该管理办法没有这个角色"]
    if office.until_on and office.until_on < office.from_on:
        errors["until_on"] = ["截止日期早于起始日期"]
    if not _stands(tx, office):
        errors["organisation_id"] = ["没有这个单位，或者该单位已经终止"]
    if sentence := _clash(tx, person_id, office):
        errors.setdefault("role", []).append(sentence)
    if errors:
        raise Invalid(errors=errors)


def _stands(tx: Connection, office: Office) -> bool:
    running = or_(organisations.c.until_on.is_(None), organisations.c.until_on >= office.from_on)
    same = organisations.c.id == office.organisation_id
    return tx.execute(select(organisations.c.id).where(same, running)).first() is not None


def _clash(tx: Connection, person_id: str, office: Office) -> str:
    """Why the office cannot stand beside those that the person has; empty when it can."""
    open_ended = or_(appointments.c.until_on.is_(None), appointments.c.until_on >= office.from_on)
    running = (appointments.c.person_id == person_id, appointments.c.ended_at.is_(None), open_ended)
    held = tx.execute(select(appointments).where(*running)).mappings().all()
    if any(all(each[name] == getattr(office, name) for name in OFFICE[1:]) for each in held):
        return "此人已有这项任职"
    administers = {each["role"] for each in held if each["regime"] == INSTALLATION}
    if administers or (office.role in ADMINISTRATORS and held):
        return "三员分立：管理员不兼任其他任何角色"
    return ""


def _same(table: Any, office: Mapping[str, Any]) -> list[Any]:
    return [table.c[name] == office[name] for name in OFFICE]
