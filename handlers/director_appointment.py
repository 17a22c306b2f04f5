"""创新基地主任任命: the automatic boxes of director_appointment.bpmn, in the diagram's order."""

from datetime import date

from handlers.ports import Register, Table
from handlers.refusal import Refusal
from handlers.rules import agenda
from handlers.rules.answers import Row
from handlers.rules.council import DIRECTOR, council_on, enter_office, figures
from handlers.rules.nominees import check_post
from handlers.sentence import told


def check_director(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    table: Table,
    director_candidate: str,
    heads_undertaker: bool = False,
) -> dict[str, object]:
    """核对主任人选

    The head of the undertaking unit and nobody else; the post is free (D-37). Clauses: JB-7.1
    JB-7.2 JB-8.1.
    """
    if not heads_undertaker:
        reason = told(
            "%(name)s不是创新基地承担单位主要负责人，不能提名为创新基地主任。",
            name=director_candidate,
        )
        raise Refusal("not_head_of_undertaker", reason, ["JB-8.1"])
    council = council_on(case, register, today)
    nominee = {"name": director_candidate, "office": DIRECTOR, "born_on": None}
    check_post(council, nominee, table)
    title = f"选举{director_candidate}为创新基地主任"
    number = agenda.file(register, case, regime, today, title, DIRECTOR, "director_appointment")
    filed = {"ballot_title": title, "item_number": number, "item_filed_on": today}
    return filed | {"candidate": nominee}


def close_item(
    case: Row, register: Register, item_number: str, ballot_result: str
) -> dict[str, object]:
    """登记表决

    The vote of the assembly is on record; what did not pass leaves the post vacant and may be put
    again. Clauses: JC-18.3.
    """
    agenda.close(register, case, item_number, ballot_result)
    return {"director_vote": ballot_result}


def register_director(
    today: date, case: Row, regime: Row, register: Register, table: Table, director_candidate: str
) -> dict[str, object]:
    """登记任命

    Appointed by the chair for the council while the post is free, as the member of the undertaking
    unit: with another head of the unit the post falls vacant. Clauses: JB-7.1 JB-8.1.
    """
    council = council_on(case, register, today)
    check_post(council, {"name": director_candidate, "office": DIRECTOR}, table)
    unit = council.unit_of(director_candidate)
    serial = register.next_number(f"appointment-{regime['id']}-{today.year}")
    headed = {"unit": unit.name} if unit else {}
    enter_office(register, case, DIRECTOR, director_candidate, "took", **headed)
    after = figures(council_on(case, register, today), table)
    return {
        "appointment_number": f"理事会任〔{today.year}〕{serial}号",
        "appointed_on": today,
    } | after
