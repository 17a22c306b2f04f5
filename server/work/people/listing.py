"""What the pages of the administration list: searched, sorted, a page at a time.

Only people, organisations, offices and what was done to them: nothing of any case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from server import clock
from server.models import (
    administration_journal,
    appointments,
    identities,
    organisations,
    people,
    proposals,
    records,
    sessions,
)
from server.work.people.roles import INSTALLATION
from server.work.sql import Row

PAGE = 30
LIMIT_TEXT = 100

proposer, decider = people.alias("proposer"), people.alias("decider")


@dataclass(frozen=True, slots=True)
class Asked:
    """Search words, order (``-`` in front: descending), page from 1, rows of a page, filters."""

    text: str = ""
    sort: str = ""
    page: int = 1
    size: int = PAGE
    filters: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of rows, and how many there are in all."""

    items: list[Row]
    total: int
    more: bool


def find_organisations(tx: Connection, asked: Asked) -> Found:
    """Organisations with the number of people who serve there."""
    o, a = organisations.c, appointments.c
    serving = (
        select(func.count(func.distinct(a.person_id)))
        .where(a.organisation_id == o.id, a.ended_at.is_(None), _running())
        .scalar_subquery()
        .label("serving")
    )
    query = matching(select(organisations, serving), asked.text, o.name, o.name_en, o.code)
    query = equalling(query, asked, kind=o.kind)
    keys = {"name": o.name, "code": o.code, "kind": o.kind, "serving": serving}
    return a_page(tx, query, asked, keys, o.id)


def find_people(tx: Connection, asked: Asked) -> Found:
    """People with the state of their account."""
    p = people.c
    columns = (p.id, p.login, p.name, p.name_en, p.active, p.locked_until, p.ended_on)
    query = matching(select(*columns, p.secret_until), asked.text, p.name, p.name_en, p.login)
    wanted = (asked.filters or {}).get("state", "")
    locked = or_(p.locked_until > clock.now(), p.active.is_(False))
    states = {
        "active": (p.active, p.ended_on.is_(None)),
        "locked": (locked, p.ended_on.is_(None)),
        "left": (p.ended_on.is_not(None),),
    }
    query = query.where(*states.get(wanted, ()))
    return a_page(tx, query, asked, {"name": p.name, "login": p.login, "ended": p.ended_on}, p.id)


def find_offices(tx: Connection, asked: Asked) -> Found:
    """Appointments with person and organisation."""
    a, p, o = appointments.c, people.c, organisations.c
    query = matching(_offices(), asked.text, p.name, p.login, o.name, o.name_en)
    query = equalling(query, asked, role=a.role, regime=a.regime)
    if (asked.filters or {}).get("now"):
        query = query.where(a.ended_at.is_(None), _running())
    keys = {"person": p.name, "organisation": o.name, "role": a.role, "from": a.from_on}
    return a_page(tx, query, asked, keys, a.id)


def offices_of(tx: Connection, person_id: str) -> list[Row]:
    """Every office of a person, those in force first."""
    a = appointments.c
    query = _offices().where(a.person_id == person_id)
    return _rows(tx, query.order_by(a.ended_at.is_not(None), a.from_on.desc(), a.id))


def offices_in(tx: Connection, organisation_id: str) -> list[Row]:
    """The offices in force or to come in an organisation."""
    a = appointments.c
    running = (a.organisation_id == organisation_id, a.ended_at.is_(None))
    lasting = or_(a.until_on.is_(None), a.until_on >= clock.today())
    return _rows(tx, _offices().where(*running, lasting).order_by(people.c.name, a.id))


def find_experts(tx: Connection, asked: Asked) -> Found:
    """The pool of experts: people with an office of expert, their employers and recorded ties."""
    a, p, o, r = appointments.c, people.c, organisations.c, records.c
    ties = select(func.count()).where(
        r.kind == "interest", r.regime == a.regime, r.data.like('%"person_id":"' + p.id + '"%')
    )
    query = matching(
        _offices().add_columns(ties.scalar_subquery().label("ties")),
        asked.text,
        p.name,
        p.login,
        o.name,
    ).where(a.role == "expert_panel", a.ended_at.is_(None), _running())
    query = equalling(query, asked, regime=a.regime)
    return a_page(tx, query, asked, {"person": p.name, "organisation": o.name}, a.id)


def ties_of(tx: Connection, person_id: str) -> list[Row]:
    """The recorded ties of an expert, the newest first; the same tie of two regimes once."""
    r = records.c
    query = (
        select(r.id, r.regime, r.data, r.effective_on, organisations.c.name.label("organisation"))
        .outerjoin_from(records, organisations, organisations.c.id == r.organisation_id)
        .where(r.kind == "interest")
        .order_by(r.effective_on.desc(), r.id.desc())
    )
    return [row for row in _rows(tx, query) if row["data"].get("person_id") == person_id]


def find_sessions(tx: Connection, asked: Asked) -> Found:
    """Running sessions with their people; no token and no hash of one."""
    s, p = sessions.c, people.c
    columns = (
        s.created_at,
        s.seen_at,
        s.expires_at,
        s.address,
        p.id.label("person_id"),
        p.name,
        p.login,
    )
    query: Select[Any] = select(*columns).join_from(sessions, people, p.id == s.person_id)
    query = matching(
        query.where(s.expires_at > clock.now()), asked.text, p.name, p.login, s.address
    )
    return a_page(tx, query, asked, {"person": p.name, "seen": s.seen_at}, s.created_at)


def find_proposals(tx: Connection, asked: Asked) -> Found:
    """Proposals, the open ones first."""
    query = _proposals()
    query = matching(query, asked.text, proposals.c.subject_name, proposer.c.name)
    query = equalling(query, asked, status=proposals.c.status)
    query = query.order_by(proposals.c.status != "open")
    return a_page(tx, query, asked, {"at": proposals.c.proposed_at}, proposals.c.id.desc())


def proposal(tx: Connection, proposal_id: str) -> Row | None:
    """One proposal with the names of those who deal with it."""
    rows = _rows(tx, _proposals().where(proposals.c.id == proposal_id))
    return rows[0] if rows else None


def open_proposals(tx: Connection) -> int:
    """How many proposals wait."""
    counted = select(func.count()).where(proposals.c.status == "open")
    return int(tx.execute(counted).scalar_one())


def find_entries(tx: Connection, asked: Asked) -> Found:
    """The journal of the administration, the newest first."""
    j = administration_journal.c
    query = matching(
        select(administration_journal), asked.text, j.actor_name, j.subject_name, j.address
    )
    query = equalling(query, asked, act=j.act)
    return a_page(tx, query, asked, {"at": j.seq}, j.seq.desc())


def person(tx: Connection, person_id: str) -> Row | None:
    """A person's account without its password."""
    p = people.c
    columns = (p.id, p.login, p.name, p.name_en, p.active, p.locked_until, p.ended_on)
    rows = _rows(tx, select(*columns, p.secret_until, p.password_set_at).where(p.id == person_id))
    return rows[0] if rows else None


def identities_of(tx: Connection, person_id: str) -> list[Row]:
    """Who the person is at the provider of the single sign-on."""
    return _rows(tx, select(identities).where(identities.c.person_id == person_id))


def choices(tx: Connection, *, ended: bool = False) -> list[Row]:
    """Organisations for a closed list, by name; those of one name are told apart by their code."""
    o = organisations.c
    query = select(o.id, o.name, o.name_en, o.code).order_by(o.name, o.id)
    rows = _rows(tx, query if ended else query.where(_standing()))
    named = Counter(row["name"] for row in rows)
    return [_with_code(row) if named[row["name"]] > 1 else row for row in rows]


def _with_code(row: Row) -> Row:
    english = f"{row['name_en']} ({row['code']})" if row["name_en"] else ""
    return row | {"name": f"{row['name']}（{row['code']}）", "name_en": english}


def expert_regimes(tx: Connection, person_id: str) -> list[str]:
    """The regimes in whose pool of experts a person is."""
    a = appointments.c
    query = (
        select(a.regime)
        .distinct()
        .where(a.person_id == person_id, a.role == "expert_panel", a.regime != INSTALLATION)
    )
    return sorted(tx.execute(query).scalars())


def _offices() -> Select[Any]:
    a, p, o = appointments.c, people.c, organisations.c
    columns = (
        p.name,
        p.name_en,
        p.login,
        o.name.label("organisation"),
        o.name_en.label("organisation_en"),
    )
    return (
        select(appointments, *columns)
        .join_from(appointments, people, p.id == a.person_id)
        .join(organisations, o.id == a.organisation_id)
    )


def _proposals() -> Select[Any]:
    names = (proposer.c.name.label("proposer"), decider.c.name.label("decider"))
    return (
        select(proposals, *names)
        .join_from(proposals, proposer, proposer.c.id == proposals.c.proposed_by)
        .outerjoin(decider, decider.c.id == proposals.c.decided_by)
    )


def _running() -> ColumnElement[bool]:
    a, today = appointments.c, clock.today()
    return (a.from_on <= today) & or_(a.until_on.is_(None), a.until_on >= today)


def _standing() -> ColumnElement[bool]:
    return or_(organisations.c.until_on.is_(None), organisations.c.until_on >= clock.today())


def matching(query: Select[Any], text: str, *columns: ColumnElement[Any]) -> Select[Any]:
    """The rows of which a column contains the text, whatever characters it has."""
    if not text:
        return query
    return query.where(
        or_(*(func.lower(c).contains(text.lower(), autoescape=True) for c in columns))
    )


def equalling(query: Select[Any], asked: Asked, **columns: ColumnElement[Any]) -> Select[Any]:
    """The rows whose columns have the values that are asked for."""
    given = asked.filters or {}
    return query.where(*(column == given[n] for n, column in columns.items() if given.get(n)))


def a_page(
    tx: Connection,
    query: Select[Any],
    asked: Asked,
    keys: Mapping[str, ColumnElement[Any]],
    last: ColumnElement[Any],
) -> Found:
    """A page of the rows, ordered by one of the keys and by ``last`` among equals."""
    total = tx.execute(select(func.count()).select_from(query.order_by(None).subquery()))
    key = keys.get(asked.sort.removeprefix("-"))
    if key is not None:
        query = query.order_by(key.desc() if asked.sort.startswith("-") else key)
    first = (asked.page - 1) * asked.size
    rows = _rows(tx, query.order_by(last).offset(first).limit(asked.size + 1))
    return Found(rows[: asked.size], int(total.scalar_one()), len(rows) > asked.size)


def _rows(tx: Connection, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in tx.execute(query).mappings()]


def english_names(tx: Connection, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Id to name and English name, of those of these people who have one."""
    wanted = people.c.id.in_(set(ids)), people.c.name_en != ""
    rows = tx.execute(select(people.c.id, people.c.name, people.c.name_en).where(*wanted))
    return {row.id: (row.name, row.name_en) for row in rows}
