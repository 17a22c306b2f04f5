"""Fills an empty office with the demonstration: bodies, people, rounds that are open.

What is there already stays as it is, so seeding twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select

from handlers.rules.periods import add_years
from server import clock
from server.demo.offices import ADMINISTRATORS, CENTRE, OFFICES, Account, Office, accounts, experts
from server.ids import new_id
from server.models import appointments, organisations, records
from server.models import people as persons
from server.work import people
from server.work.outside import contacts
from server.work.outside.contacts import Wishes
from server.work.people import DEMONSTRATION_PASSWORD
from server.work.people import appointments as offices_in_force
from server.work.people.roles import INSTALLATION
from server.work.register import Register

MAIL_DOMAIN = "office.example"
"""No mail reaches it (RFC 2606); the demonstration shows what would go."""

PREFIXES = {"national": "GB", "shanxi": "SX", "jiangxi": "JX"}
"""Regimes whose applications can be started, with the letters of their numbers."""

PLANS = {"shanxi": "创新基地建设规划（演示）", "jiangxi": "区域（行业）中心总体规划（演示）"}
"""Regimes that want a plan and a standing panel before the first application."""

GUIDES = {
    "national": "创新基地申报指南（演示）",
    "shanxi": "创新基地申报指南（演示）",
    "jiangxi": "阶段性建设重点和要求（演示）",
}


def seed(tx: Connection) -> None:
    """Add what is missing of the demonstration office."""
    offices = _add_offices(tx)
    ids = _add_people(tx, offices)
    _add_administrators(tx)
    _add_interests(tx, offices, ids)
    for regime in GUIDES:
        _open_round(tx, regime, ids)


def _add_offices(tx: Connection) -> dict[str, str]:
    """Code -> id of every organisation."""
    known = pairs(tx, organisations.c.code, organisations.c.id)
    missing = {office.code: office for office in OFFICES if office.code not in known}
    rows = [_office_row(office) for office in missing.values()]
    if rows:
        tx.execute(insert(organisations), rows)
    return known | {row["code"]: row["id"] for row in rows}


def _office_row(office: Office) -> dict[str, str]:
    names = {"name": office.name, "name_en": office.name_en}
    return {"id": new_id(), "code": office.code, "kind": office.kind, **names, "area": ""}


def _add_people(tx: Connection, offices: Mapping[str, str]) -> dict[str, str]:
    """Login -> id of everybody; new ones share one hash of the demonstration password."""
    known = pairs(tx, persons.c.login, persons.c.id)
    missing = [account for account in accounts() if account.login not in known]
    if not missing:
        return known
    password = people.hash_password(DEMONSTRATION_PASSWORD)
    for account in missing:
        known[account.login] = people.add(
            tx, account.login, account.name, password, account.name_en
        )
    rows = [row for account in missing for row in _appointments(account, known, offices)]
    tx.execute(insert(appointments), rows)
    offices_in_force.keep_up(tx)
    for account in missing:
        wishes = Wishes(mail=f"{account.login.replace('_', '.')}@{MAIL_DOMAIN}")
        contacts.write(tx, known[account.login], wishes)
    return known


def _appointments(
    account: Account, ids: Mapping[str, str], offices: Mapping[str, str]
) -> Iterable[dict[str, Any]]:
    held = {"person_id": ids[account.login], "organisation_id": offices[account.office.code]}
    since = {"from_on": clock.today(), "granted_at": clock.now()}
    for role in account.roles:
        yield {"id": new_id(), **held, "role": role, "regime": account.office.regime, **since}


def _add_administrators(tx: Connection) -> None:
    """The three administrators in an office of their own."""
    logins = pairs(tx, persons.c.login, persons.c.id)
    if ADMINISTRATORS.keys() <= logins.keys():
        return
    code, name, name_en = CENTRE
    centre = {"id": new_id(), "code": code, "name": name, "name_en": name_en}
    tx.execute(insert(organisations).values(**centre, kind="authority"))
    password = people.hash_password(DEMONSTRATION_PASSWORD)
    for role, (name, name_en) in ADMINISTRATORS.items():
        made = people.add(tx, role, name, password, name_en)
        office = offices_in_force.Office(centre["id"], role, INSTALLATION, clock.today())
        offices_in_force.appoint(tx, made, office, None)


def pairs(tx: Connection, key: Any, value: Any) -> dict[str, str]:
    """Two columns of a table as a dictionary."""
    return {row[0]: row[1] for row in tx.execute(select(key, value))}


def _add_interests(tx: Connection, offices: Mapping[str, str], ids: Mapping[str, str]) -> None:
    """One expert of each regime worked for its first applicant until a year ago (D-16); another
    is employed there, which is their office and needs no record."""
    for regime in dict.fromkeys(office.regime for office in OFFICES):
        *_, former = (a for a in experts(regime) if a.office.kind == "expert_organisation")
        data = {"person_id": ids[former.login], "until": add_years(clock.today(), -1).isoformat()}
        applicant = offices[f"demo_{regime}_applicant"]
        _record(tx, regime, "interest", f"{former.name}曾在申报单位任职", data, applicant)


def _open_round(tx: Connection, regime: str, ids: Mapping[str, str]) -> None:
    """A guide is out, and what must stand before it where the regime asks for it."""
    if regime in PLANS:
        _numbered(tx, regime, "overall_plan", "plan", "规划", PLANS[regime], {})
        members = [ids[account.login] for account in experts(regime)]
        roster = {"members": members}
        _numbered(tx, regime, "panel_roster", "panel", "专家", "咨询评审专家组（演示）", roster)
    _numbered(tx, regime, "guide", "guide", "指南", GUIDES[regime], {"closes_on": None})


def _numbered(
    tx: Connection, regime: str, kind: str, series: str, word: str, title: str, data: dict[str, Any]
) -> None:
    """A record with a number of the same series as the handlers of guide and panel use."""
    if not _has(tx, regime, kind, title):
        year = clock.today().year
        register = Register(tx, {"id": None, "regime": regime})
        serial = register.next_number(f"{series}-{regime}-{year}")
        number = f"{PREFIXES[regime]}{word}〔{year}〕{serial}号"
        _record(tx, regime, kind, title, {"number": number, "title": title, **data})


def _record(
    tx: Connection,
    regime: str,
    kind: str,
    title: str,
    data: Mapping[str, Any],
    organisation: str | None = None,
) -> None:
    if _has(tx, regime, kind, title):
        return
    today: date = clock.today()
    row = {"id": new_id(), "regime": regime, "kind": kind, "title": title, "data": dict(data)}
    tx.execute(insert(records).values(**row, organisation_id=organisation, effective_on=today))


def _has(tx: Connection, regime: str, kind: str, title: str) -> bool:
    same = (records.c.regime == regime, records.c.kind == kind, records.c.title == title)
    return tx.execute(select(records.c.id).where(*same)).first() is not None
