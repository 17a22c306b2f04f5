"""理事会: the automatic box of council.bpmn."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from handlers.ports import DeadlineOf, Defaults, Register, Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, day, filled
from handlers.rules.council import (
    DIRECTOR,
    LEADERS,
    TITLES,
    Council,
    council_on,
    enter_office,
    enter_unit,
    figures,
    leaders_fit,
    leaders_told,
    twice_in_office,
    vacancies,
)
from handlers.rules.nominees import check_age
from handlers.sentence import told

COMMA = re.compile(r"[，,\t]")


def register_council(
    today: date,
    case: Row,
    register: Register,
    table: Table,
    defaults: Defaults,
    deadline: DeadlineOf,
    elected_on: date,
    unit_count: int,
    unit_roster: str | None = None,
    officers: Sequence[Row] | None = None,
) -> dict[str, object]:
    """登记理事会

    Units with one member each, the leaders and their number against that of the units, the term
    counted from the resolution. Clauses: JB-5.1 JB-7.1 JB-7.2 JC-2.1 JC-4.1 JC-5.1 JC-7.1.
    """
    elected = day(elected_on)
    if elected is None or elected > today:
        raise Refusal("date_in_future", "选举决议日期不得晚于今天。", ["JC-7.1"])
    units = _units(str(unit_roster or ""), int(unit_count), register.members())
    seated = _seated(list(officers or ()), units)
    _check_posts(seated, len(units), table)
    for each in seated:
        if each["born_on"]:
            given = (str(each["name"]), str(each["office"]), each["born_on"])
            check_age(*given, elected, table, defaults)
    heads = _heads(seated, units)
    for place, unit in enumerate(units):
        head = heads.get(str(unit["unit"]), "")
        more = {"unit_kind": unit["kind"], "person_id": unit["person_id"], "place": place}
        name = str(unit["unit"])
        enter_unit(
            register, case, name, "joined", representative=head, effective_on=elected, **more
        )
    for place, each in enumerate(seated):
        more = {"unit": each["unit"], "born_on": each["born_on"], "place": place}
        more |= {"effective_on": elected}
        enter_office(register, case, str(each["office"]), str(each["name"]), "took", **more)
    term = deadline("term_of_office", elected)
    founded = council_on(case, register, today)
    return {"elected_on": elected, "term_ends_on": term.due_on} | figures(founded, table)


def _units(
    roster: str, count: int, seats: Sequence[Mapping[str, object]]
) -> list[dict[str, object]]:
    """The units listed, then those with an account here, then numbered ones, up to the count."""
    listed_units = [_line(line) for line in roster.splitlines() if line.strip()]
    names = [str(unit["unit"]) for unit in listed_units]
    if twice := twice_in_office(names):
        raise Refusal("unit_twice", told("名册中%(names)s列了两次。", names=twice), ["JC-4.1"])
    if len(names) > count:
        reason = told(
            "名册列有 %(listed)s 个单位，多于所填的理事单位数 %(count)s。",
            listed=len(names),
            count=count,
        )
        raise Refusal("roster_too_long", reason, ["JC-4.1"])
    accounts = {str(seat["organisation"]): str(seat["id"]) for seat in seats}
    more = [name for name in accounts if name not in names]
    more += [f"理事单位{number:02}" for number in range(len(names) + len(more) + 1, count + 1)]
    added = [_unit(name) for name in more[: count - len(names)]]
    return [{**unit, "person_id": accounts.get(str(unit["unit"]))} for unit in listed_units + added]


def _line(line: str) -> dict[str, object]:
    """One line of a roster: name of the unit, its member, its kind, divided by commas or tabs."""
    parts = [part.strip() for part in COMMA.split(line)] + ["", ""]
    return {"unit": parts[0], "representative": parts[1], "kind": parts[2]}


def _unit(name: str) -> dict[str, object]:
    return {"unit": name, "representative": "", "kind": ""}


def _seated(
    officers: Sequence[Row], units: Sequence[Mapping[str, object]]
) -> list[dict[str, object]]:
    """The officers with their units; one whose unit was left open sits for the unit whose member
    the roster names, else for the next one without a named member."""
    known = [str(unit["unit"]) for unit in units]
    named = [str(each["officer_unit"]) for each in officers if filled(each.get("officer_unit"))]
    if unknown := [unit for unit in named if unit not in known]:
        raise Refusal("unknown_unit", told("名册中没有%(names)s。", names=unknown), ["JC-4.1"])
    own = {str(unit["representative"]): str(unit["unit"]) for unit in units}
    taken = {*named, *(unit for member, unit in own.items() if member)}
    free = (unit for unit in known if unit not in taken)
    return [_officer(each, own, free) for each in officers]


def _officer(given: Row, own: Mapping[str, str], free: Iterator[str]) -> dict[str, object]:
    name, unit = str(given["officer_name"]).strip(), given.get("officer_unit")
    return {
        "office": given["officer_office"],
        "name": name,
        "unit": unit if filled(unit) else own.get(name) or next(free, ""),
        "born_on": day(given.get("officer_born_on")),
    }


def _heads(officers: Sequence[Row], units: Sequence[Row]) -> dict[str, str]:
    """The member of each unit: its officer, else whom the roster names; the director is not among
    the members (D-29) but may be one."""
    members = [each for each in officers if each["office"] != DIRECTOR]
    if twice := twice_in_office([str(each["unit"]) for each in members if each["unit"]]):
        reason = told("%(names)s有两名负责人；一个理事单位只有一名理事。", names=twice)
        raise Refusal("unit_twice", reason, ["JC-5.1"])
    heads = {str(each["unit"]): str(each["name"]) for each in officers}
    heads |= {str(e["unit"]): str(e["representative"]) for e in units if e["representative"]}
    return heads | {str(each["unit"]): str(each["name"]) for each in members}


def _check_posts(officers: Sequence[Row], units: int, table: Table) -> None:
    if twice := twice_in_office([each["name"] for each in officers]):
        reason = told("%(names)s担任两个职务；一人不得兼任两个职务。", names=twice)
        raise Refusal("two_offices", reason, ["JB-7.1"])
    nobody = Council((), ())
    for office in LEADERS:
        seats = vacancies(nobody, office, table)
        count = sum(each["office"] == office for each in officers)
        if seats is not None and count > seats:
            reason = told(
                "%(office)s设 %(seats)s 名，不能登记 %(count)s 名。",
                office=TITLES[office],
                seats=seats,
                count=count,
            )
            raise Refusal("too_many_in_office", reason, ["JB-7.1", "JC-5.1"])
    leaders = sum(each["office"] in LEADERS for each in officers)
    if leaders and not leaders_fit(leaders, units, table):
        raise Refusal("too_many_leaders", leaders_told(leaders, units, table), ["JB-7.2"])
