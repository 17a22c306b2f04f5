"""A case that begins: who may start it, its parties, its first variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from sqlalchemy import Connection

from handlers.refusal import Refusal
from server import clock
from server.engine import handlers
from server.engine.dialect import ProcessDescription
from server.engine.dialect.model import Element
from server.engine.expressions import Expression, truth
from server.errors import Invalid, NotFound, Refused
from server.feel.sentence import told
from server.ids import new_id
from server.law.catalogue import Catalogue
from server.law.law import Law
from server.work import access, calendars, parties, publications
from server.work.desk import Desk
from server.work.journal import GENESIS
from server.work.people import Person
from server.work.register import Register
from server.work.settle import Act
from server.work.sql import Query, Row, strings
from server.work.submission import submit
from server.work.surroundings import Surroundings, party_variables

NAMES = Query("SELECT id, name FROM organisations WHERE id IN {strings(ids)}")

SPONSOR, UNDERTAKER = "sponsor", "undertaker"
"""The role that begins an application, and the one that applies."""

BEGINS = "application.check_round"
"""The rule that an application begins with."""

SPONSORS = Query("""
    SELECT o.name, o.name_en FROM organisations o WHERE o.id IN (
        SELECT m.organisation_id FROM memberships m JOIN people p ON p.id = m.person_id
        WHERE m.role = :role AND m.regime = :regime AND p.active)
    ORDER BY o.name LIMIT :most""")

MOST_SPONSORS = 12
"""Offices that are named; of more, none is."""

LIMIT_TITLE = 200


@dataclass(frozen=True, slots=True)
class Beginning:
    """All that is needed to run the first steps and to write the case."""

    desk: Desk
    act: Act
    variables: dict[str, Any]


def prepare(
    tx: Connection,
    person: Person,
    regime: str,
    process_id: str,
    title: str,
    wanted: Mapping[str, str],
    data: Mapping[str, Any],
) -> Beginning:
    """Check everything that can be checked before the first step.

    Raises NotFound for a regime or procedure that is not published, NotAllowed for a person who
    does not hold the role of the starting lane, Invalid by field.
    """
    number = publications.current(tx)
    catalogue = publications.catalogue(tx, number)
    start = starting_event(catalogue, regime, process_id)
    role = start.lane or ""
    organisation = access.organisation_for(person, role, regime, wanted.get(role))
    desk = _new_desk(tx, catalogue, number, person, regime, process_id, _title(title))
    around = Surroundings(desk)
    handed_in = submit(desk, around, start.properties.get("form"), person, data)
    chosen = {**parties.chosen_in(tx, regime, handed_in.values), role: organisation}
    _bind(desk, parties.at_start(tx, catalogue, regime, chosen))
    desk.case["number"] = _number(around.register, desk)
    act = Act(
        "start",
        person,
        start.name,
        start.id,
        start.clauses,
        detail={"process": process_id, "role": role, "values": handed_in.values},
        submitted=handed_in.values,
        documents=handed_in.documents,
    )
    return Beginning(desk, act, {**handed_in.values, **party_variables(desk)})


def prepare_in_case(
    desk: Desk, person: Person, process_id: str, data: Mapping[str, Any]
) -> Beginning:
    """Check everything that can be checked before a person starts a procedure in a case.

    Raises NotFound, NotAllowed, Invalid, and Refused (``not_now``) while the case is not in the
    condition that the starting event asks for.
    """
    start = may_begin(desk, person, process_id)
    lay_instance(desk, process_id)
    around = Surroundings(desk, person)
    handed_in = submit(desk, around, start.properties.get("form"), person, data)
    act = Act(
        "start",
        person,
        start.name,
        start.id,
        start.clauses,
        detail={"process": process_id, "role": start.lane, "values": handed_in.values},
        submitted=handed_in.values,
        documents=handed_in.documents,
    )
    return Beginning(desk, act, {**handed_in.values, **party_variables(desk)})


def may_begin(desk: Desk, person: Person, process_id: str) -> Element:
    """The starting event, when this person may start the procedure in this case now."""
    regime = desk.case["regime"]
    start = starting_event(desk.catalogue, regime, process_id, "procedure")
    if not is_open_to(start, person, regime):
        role = parties.acting(desk.catalogue, regime, start.lane or "")
        access.may_start_in(person, desk.case, desk.parties, role)
    around = Surroundings(desk, person)
    if around.is_over:
        raise Refused("办件已经终结，不能再启动程序", code="case_over", clauses=start.clauses)
    if not is_time(start, around):
        _refuse(start)
    return start


def _refuse(start: Element) -> NoReturn:
    """It is not the time: in the words of the diagram where it has its own."""
    reason = start.properties.get("when_reason") or "办件目前的状态不能启动这个程序"
    if code := start.properties.get("when_code"):
        raise Refused(reason, code=code, clauses=start.clauses)
    raise Refused(reason, code="not_now", clauses=start.clauses)


def startable_in(desk: Desk, person: Person) -> list[Row]:
    """The procedures a person may start in a case now: id, name of procedure and of its start."""
    regime = desk.case["regime"]
    roles = access.roles_in(person, desk.case, desk.parties)
    around = Surroundings(desk, person)
    if around.is_over:
        return []
    return [
        {"process_id": described.id, "name": described.name, "act": start.name}
        for path in desk.catalogue.procedures(regime).values()
        if (described := desk.catalogue.describe(path))
        and (start := _start(described, "procedure"))
        and (
            (not roles and is_open_to(start, person, regime))
            or parties.acting(desk.catalogue, regime, start.lane or "") in roles
        )
        and is_time(start, around)
    ]


def is_open_to(start: Element, person: Person, regime: str) -> bool:
    """Whether a procedure may be started in a case by people of this role whatever their office:
    an application to join a project for instance."""
    return access.holds_one(person, start.words("open_to"), regime)


def is_time(start: Element, around: Surroundings) -> bool:
    """Whether the condition of a starting event holds for the case as it is."""
    when = start.properties.get("when")
    return not when or truth(Expression(when), {}, around.ports())


def lay_instance(desk: Desk, process_id: str) -> None:
    """Put an empty instance of a procedure on the desk."""
    calendar = calendars.current(desk.tx, desk.catalogue, desk.calendar_mark)
    desk.instance |= {
        "id": new_id(),
        "case_id": desk.case["id"],
        "process_id": process_id,
        "calendar_version": calendar.version,
        "version": 0,
    }


def starting_event(
    catalogue: Catalogue, regime: str, process_id: str, starts: str = "case"
) -> Element:
    """The start event by which people begin a procedure; raises NotFound."""
    path = catalogue.procedures(regime).get(process_id) if regime in catalogue.regimes else None
    described = catalogue.describe(path) if path else None
    start = _start(described, starts) if described else None
    if start is None or start.lane is None:
        raise NotFound("没有这个可以发起的程序")
    return start


def startable(tx: Connection, person: Person) -> list[Row]:
    """What a person may start, once for each office for which they may start it."""
    catalogue = publications.catalogue(tx, publications.current(tx))
    offered = [
        (regime, described, start.lane)
        for regime in catalogue.regimes
        for path in catalogue.procedures(regime).values()
        if (described := catalogue.describe(path)) and (start := _start(described))
    ]
    return [
        {
            "process_id": described.id,
            "name": described.name,
            "regime": regime,
            "role": role,
            "organisation_id": office.organisation_id,
            "organisation": office.organisation,
            "organisation_en": office.organisation_en,
        }
        for regime, described, role in offered
        for office in person.memberships
        if (office.role, office.regime) == (role, regime)
    ]


def start_of(described: ProcessDescription) -> Element | None:
    """The event by which people begin a procedure, in a case or with one; None where none can."""
    return _start(described, "case") or _start(described, "procedure")


def _start(described: ProcessDescription, starts: str = "case") -> Element | None:
    events = (e for e in described.of_kind("startEvent") if "form" in e.properties)
    return next((e for e in events if e.properties.get("starts", "case") == starts), None)


def sponsors(tx: Connection, regime: str) -> list[Row]:
    """The offices from which an application goes out under a regime; empty where they are many."""
    found = SPONSORS.all(tx, role=SPONSOR, regime=regime, most=MOST_SPONSORS + 1)
    return found if len(found) <= MOST_SPONSORS else []


def applies_for(person: Person, regime: str) -> list[str]:
    """The units in whose name a person would apply under a regime."""
    held = [m for m in person.memberships if (m.role, m.regime) == (UNDERTAKER, regime)]
    return [membership.organisation_id for membership in held]


def barred(tx: Connection, person: Person, law: Law, field_name: str) -> Row | None:
    """What would refuse an application of the person's unit in a field if it were begun today:
    reason and clauses of the rule that decides when it is begun, told as to this person."""
    units = applies_for(person, law.regime.id)
    around = {
        "register": Register(tx, {"regime": law.regime.id}),
        "regime": law.regime.as_variable(),
        "today": clock.today(),
        "actor": {"offices": [{"id": unit} for unit in units]},
    }
    call = handlers.caller({**law.ports(), **around})
    for unit in units:
        try:
            call(BEGINS, {"undertaker_id": unit, "field_name": field_name})
        except Refusal as refusal:
            return {"reason": handlers.known(refusal.reason), "clauses": refusal.clauses}
    return None


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not 0 < len(title) <= LIMIT_TITLE:
        raise Invalid(
            errors={"title": [told("请填写办件名称，不超过 %(limit)s 字", limit=LIMIT_TITLE)]}
        )
    return title


def _new_desk(
    tx: Connection,
    catalogue: Catalogue,
    publication: int,
    person: Person,
    regime: str,
    process_id: str,
    title: str,
) -> Desk:
    now, mark = clock.now(), calendars.mark(tx)
    case = {
        "id": new_id(),
        "number": "",
        "regime": regime,
        "kind": process_id,
        "title": title,
        "state": "",
        "moves": [],
        "record": {},
        "journal_head": GENESIS,
        "journal_seq": 0,
        "version": 1,
        "opened_on": clock.civil_day(now),
        "opened_by": person.id,
        "closed_at": None,
    }
    instance = {
        "id": new_id(),
        "case_id": case["id"],
        "publication_id": publication,
        "process_id": process_id,
        "digest": catalogue.digest,
        "calendar_version": calendars.current(tx, catalogue, mark).version,
        "state_blob": b"",
        "version": 0,
    }
    return Desk(tx, case, instance, {}, {}, catalogue, now, mark, is_new=True)


def _bind(desk: Desk, bound: Mapping[str, str]) -> None:
    names = {row["id"]: row["name"] for row in NAMES.all(desk.tx, ids=strings(bound.values()))}
    desk.parties |= bound
    desk.party_names |= {role: names[organisation] for role, organisation in bound.items()}


def _number(register: Register, desk: Desk) -> str:
    """The office's own number of the case: regime, year, running number."""
    series = f"case-{desk.case['regime']}-{desk.case['opened_on'].year}"
    return f"{series.removeprefix('case-').upper()}-{register.next_number(series)}"
