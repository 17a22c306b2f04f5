"""项目立项: the automatic boxes of project_approval.bpmn, in the order of the diagram."""

from collections.abc import Sequence
from datetime import date

from handlers.ports import Register, Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, filled, row
from handlers.rules.council import is_unit
from handlers.rules.projects import TYPES, not_later

APPLICATION = "JB-10.2 JB-10.3"
DECISION = "JB-10.6"
PUBLICATION = "JB-10.4"
NUMBERS = "project"


def check_application(
    today: date,
    regime: Row,
    case: Row,
    table: Table,
    register: Register,
    project_title: str,
    project_type: str,
    council_unit: bool | None = None,
    project_application: Sequence[str] | None = None,
) -> dict[str, object]:
    """核对立项申请

    Only a council unit applies, as it declares and the council's register has it, with its
    application; the work bears the name of an innovation project of the base. Clauses:
    JB-10.1 JB-10.2 JB-10.3.
    """
    clauses = cite(regime, APPLICATION)
    if not council_unit or not is_unit(register, case["undertaker_name"], today):
        raise Refusal("not_council_unit", "只有创新基地理事单位可以提出立项申请。", clauses)
    if not project_application:
        raise Refusal("application_missing", "没有附立项申请。", clauses)
    name = row(table("names", phase="project"))["zh"]
    return {
        "project_name": f"{name}：{project_title}",
        "project_type_title": TYPES[project_type],
        "lead_unit": case["undertaker_name"],
        "applied_on": today,
    }


def register_decision(
    today: date,
    regime: Row,
    case: Row,
    table: Table,
    register: Register,
    project_decision: str,
    project_name: str,
    project_title: str,
    project_type: str,
    project_approved_on: date | None = None,
    decision_reason: str | None = None,
) -> dict[str, object]:
    """登记报备决定

    Approved: a register number and a place in the work plan of the year; returned: with reasons
    (D-39). Clauses: JB-10.2 JB-10.6.
    """
    clauses = cite(regime, DECISION)
    verdict = row(table("verdicts", stage="project_application", verdict=project_decision))
    consequence = {"project_consequence": verdict["consequence"]}
    if verdict["consequence"] == "return":
        if not filled(decision_reason):
            raise Refusal("reason_missing", "退回立项申请须说明理由。", clauses)
        return consequence
    approved = not_later(project_approved_on, today, "批准日期", clauses)
    if approved < case["record"]["applied_on"]:
        raise Refusal("approved_before_application", "批准日期不得早于申请日期。", clauses)
    year = approved.year
    number = f"创新项目〔{year}〕{register.next_number(f'{NUMBERS}-{year}')}号"
    entry = {"case": case["id"], "project_number": number, "title": project_name}
    told = {"project_title": project_title, "project_type": project_type, "year": year}
    entry |= {**told, "lead_unit": case["undertaker_name"], "effective_on": approved}
    register.record("project", entry)
    register.record("work_plan_entry", entry)
    registered = {"project_number": number, "project_approved_on": approved}
    return {**consequence, **registered, "work_plan_year": year, "decision_reason": None}


def publish_project(
    today: date,
    regime: Row,
    case: Row,
    register: Register,
    publication_content: str,
    join_invitation: str,
    publication_documents: Sequence[str] | None = None,
) -> dict[str, object]:
    """公示项目

    What the portal shows is kept as it stood on the day; there is no period, and others may apply
    to join (D-40). Clauses: JB-10.4.
    """
    if not filled(publication_content) or not filled(join_invitation):
        reason = "公示须有项目内容，并写明怎样申请加入。"
        raise Refusal("publication_incomplete", reason, cite(regime, PUBLICATION))
    on_record = case["record"]
    names = ("project_name", "project_number", "project_type", "project_type_title", "lead_unit")
    snapshot = {name: on_record[name] for name in names}
    text = {"content": publication_content, "join_invitation": join_invitation}
    papers = {"documents": list(publication_documents or ()), "effective_on": today}
    entry = {"case": case["id"], "title": on_record["project_name"], **snapshot, **text, **papers}
    register.record("project_publication", entry)
    return {"project_published_on": today}
