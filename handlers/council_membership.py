"""成员单位加入: the automatic boxes of council_membership.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register, Table
from handlers.refusal import Refusal
from handlers.rules import agenda
from handlers.rules.answers import Row, filled
from handlers.rules.council import council_on, enter_unit, figures
from handlers.rules.votes import ADOPTED
from handlers.sentence import told

WITHOUT_LEGAL_PERSON = ("research_body", "industry_organisation")
"""Kinds of which the charter does not repeat the demand of legal-person status (JC-10.3)."""


def check_admission(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    member_unit_name: str,
    member_unit_kind: str,
    legal_person: bool = False,
) -> dict[str, object]:
    """核对入会条件

    An enterprise or institution with independent legal-person status; standards research bodies
    and industry organisations may be accepted as needed. Clauses: JC-10.1 JC-10.3.
    """
    if member_unit_kind not in WITHOUT_LEGAL_PERSON and not legal_person:
        reason = told(
            "%(name)s没有独立法人资格，不能成为成员单位。",
            name=member_unit_name,
        )
        raise Refusal("no_legal_person", reason, ["JC-10.1"])
    if council_on(case, register, today).unit(member_unit_name):
        raise Refusal(
            "already_member",
            told("%(name)s已是成员单位。", name=member_unit_name),
            ["JC-10.1"],
        )
    title = f"接收{member_unit_name}为成员单位"
    number = agenda.file(register, case, regime, today, title, "admission", "council_membership")
    return {"ballot_title": title, "item_number": number, "item_filed_on": today}


def register_member(
    today: date,
    case: Row,
    register: Register,
    table: Table,
    member_unit_name: str,
    member_unit_kind: str,
    item_number: str,
    ballot_result: str,
    member_head: str | None = None,
) -> dict[str, object]:
    """登记入会结果

    Decided by the full meeting; a member from the day of the resolution. Clauses: JC-4.1 JC-9.1a
    JC-10.2 JC-12.1.
    """
    agenda.close(register, case, item_number, ballot_result)
    if ballot_result == ADOPTED:
        head = str(member_head) if filled(member_head) else ""
        more = {"unit_kind": member_unit_kind, "representative": head}
        enter_unit(register, case, member_unit_name, "joined", **more)
    after = figures(council_on(case, register, today), table)
    return {"admission_result": ballot_result} | after
