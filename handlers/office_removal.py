"""罢免职务: the automatic boxes of office_removal.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register, Table
from handlers.refusal import Refusal
from handlers.rules import agenda
from handlers.rules.answers import Row
from handlers.rules.council import (
    TITLES,
    Council,
    council_on,
    enter_office,
    enter_unit,
    figures,
)
from handlers.rules.votes import ADOPTED
from handlers.sentence import told

MEMBER = "council_member"


def table_removal(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    removal_name: str,
    removal_office: str,
) -> dict[str, object]:
    """提出罢免

    Somebody in office or a member; a major matter (D-31). Clauses: JC-9.1b JC-18.3 JC-25.3.
    """
    office = TITLES.get(removal_office, "理事")
    if not _serves(council_on(case, register, today), removal_name, removal_office):
        raise Refusal(
            "not_in_office",
            told("%(name)s现在不担任%(office)s。", name=removal_name, office=office),
            ["JC-9.1b"],
        )
    title = f"罢免{removal_name}的{office}职务"
    number = agenda.file(register, case, regime, today, title, "removal", "office_removal")
    return {"ballot_title": title, "item_number": number, "item_filed_on": today}


def withdraw_removal(
    today: date,
    case: Row,
    register: Register,
    removal_name: str,
    removal_office: str,
    item_number: str,
) -> dict[str, object]:
    """核对并撤下

    Who holds the office no more cannot be removed from it; else the vote decides. Clauses: JC-9.1b.
    """
    if _serves(council_on(case, register, today), removal_name, removal_office):
        office = TITLES.get(removal_office, "理事")
        reason = told("%(name)s仍担任%(office)s，须经表决。", name=removal_name, office=office)
        raise Refusal("still_in_office", reason, ["JC-9.1b"])
    agenda.close(register, case, item_number, "withdrawn")
    return {"removal_result": "lapsed"}


def register_removal(
    today: date,
    case: Row,
    register: Register,
    table: Table,
    removal_name: str,
    removal_office: str,
    item_number: str,
    ballot_result: str,
) -> dict[str, object]:
    """登记罢免结果

    Removed with the resolution; a member loses the seat with every office. Clauses: JC-9.1b
    JC-18.3 JC-25.3.
    """
    agenda.close(register, case, item_number, ballot_result)
    council = council_on(case, register, today)
    if ballot_result == ADOPTED:
        unit = council.unit_of(removal_name) if removal_office == MEMBER else None
        if unit:
            enter_unit(register, case, unit.name, "seat_vacated", removed=removal_name)
        for each in council.offices_of(removal_name):
            if removal_office in (MEMBER, each.office):
                enter_office(register, case, each.office, each.name, "left")
    after = figures(council_on(case, register, today), table)
    return {"removal_result": ballot_result} | after


def _serves(council: Council, name: str, office: str) -> bool:
    serving = any(each.name == name for each in council.holders(office))
    return serving or (office == MEMBER and council.unit_of(name) is not None)
