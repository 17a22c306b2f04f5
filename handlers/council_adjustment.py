"""理事会调整: the automatic boxes of council_adjustment.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Defaults, Register, Table
from handlers.refusal import Refusal
from handlers.rules import agenda
from handlers.rules.answers import Row, day, filled
from handlers.rules.council import (
    CHAIR,
    STANDING,
    VICE_CHAIR,
    Council,
    council_on,
    enter_office,
    figures,
    vacate_seat,
)
from handlers.rules.nominees import (
    check_age,
    check_conditions,
    check_member,
    check_post,
    check_unit,
)
from handlers.rules.votes import ADOPTED
from handlers.sentence import told

OFFICE = {"chair_change": CHAIR, "vice_chair_addition": VICE_CHAIR, "standing_member": STANDING}
NO_POST = "no_vacancy"
"""The result of a resolution whose post was filled before it was adopted."""

TITLES = {
    "chair_change": "理事长变更",
    "vice_chair_addition": "增补副理事长",
    "standing_member": "增补常任理事",
    "council_adjustment": "理事会调整",
}


def check_adjustment(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    table: Table,
    defaults: Defaults,
    adjustment_kind: str,
    applicant_unit: str | None = None,
    nominee_name: str | None = None,
    nominee_born_on: date | None = None,
    failed_conditions: list[str] | None = None,
    vacated_unit: str | None = None,
    stricter_age: str | None = None,
) -> dict[str, object]:
    """核对调整申请

    The chair is changed on application of the chair's own unit, a vice-chair added where a post
    is free, a standing member recommended or self-nominated. Clauses: JB-7.1 JB-7.2 JC-5.1
    JC-5.5 JC-7.2 JC-7.3 JC-7.4 JC-15.3.
    """
    council = council_on(case, register, today)
    office, name = OFFICE.get(adjustment_kind), str(nominee_name or "").strip()
    _check_applicant(council, adjustment_kind, applicant_unit)
    if vacated_unit:
        check_unit(council, vacated_unit, "JC-7.4")
    if office and not name:
        raise Refusal("nominee_missing", "请填写人选。", ["JC-7.2", "JC-7.3", "JC-5.5"])
    note, nominee = None, None
    if office:
        nominee = _nominee(name, office, nominee_born_on)
        check_post(council, nominee, table)
        if office == STANDING:
            check_member(council, name)
        check_conditions(name, office, failed_conditions)
        note = check_age(name, office, nominee_born_on, today, table, defaults, stricter_age)
    title = f"{TITLES[adjustment_kind]}" + (f"：{name}" if office else "")
    number = agenda.file(
        register, case, regime, today, title, adjustment_kind, "council_adjustment"
    )
    filed = {"ballot_title": title, "item_number": number, "item_filed_on": today}
    return filed | {"age_notes": note, "candidate": nominee}


def register_adjustment(
    today: date,
    case: Row,
    register: Register,
    table: Table,
    adjustment_kind: str,
    item_number: str,
    ballot_result: str,
    applicant_unit: str | None = None,
    nominee_name: str | None = None,
    nominee_born_on: date | None = None,
    vacated_unit: str | None = None,
) -> dict[str, object]:
    """登记调整结果

    In force with the resolution; what did not pass, or finds no free post any more, changes
    nothing. Clauses: JB-7.1 JB-7.2 JC-5.1 JC-5.5 JC-7.4 JC-7.5 JC-7.6.
    """
    agenda.close(register, case, item_number, ballot_result)
    council, result = council_on(case, register, today), ballot_result
    office = OFFICE.get(adjustment_kind)
    if result == ADOPTED and office:
        nominee = _nominee(str(nominee_name), office, nominee_born_on, applicant_unit)
        result = ADOPTED if _seat(council, case, register, table, nominee) else NO_POST
    if result == ADOPTED and vacated_unit:
        vacate_seat(case, register, council, vacated_unit)
    after = figures(council_on(case, register, today), table)
    return {"adjustment_result": result} | after


def _nominee(name: str, office: str, born_on: object, unit: str | None = None) -> dict[str, object]:
    found = {"name": name, "office": office, "unit": unit, "born_on": day(born_on)}
    return found | {"replaces": office == CHAIR}


def _seat(council: Council, case: Row, register: Register, table: Table, nominee: Row) -> bool:
    try:
        check_post(council, nominee, table)
    except Refusal:
        return False
    office, name = str(nominee["office"]), str(nominee["name"])
    for former in council.holders(office) if nominee["replaces"] else ():
        enter_office(register, case, office, former.name, "left")
    more = {"unit": council.home_of(name, nominee["unit"]), "born_on": nominee["born_on"]}
    enter_office(register, case, office, name, "took", **more)
    return True


def _check_applicant(council: Council, kind: str, unit: str | None) -> None:
    if kind == "chair_change":
        own = [each.unit for each in council.holders(CHAIR) if each.unit]
        if own and unit not in own:
            reason = told("理事长的变更由理事长所在理事单位（%(unit)s）提出申请。", unit=own[0])
            raise Refusal("not_chairs_unit", reason, ["JC-7.2"])
    if kind in ("chair_change", "vice_chair_addition") or filled(unit):
        check_unit(council, unit, "JC-7.2" if kind == "chair_change" else "JC-7.3")
