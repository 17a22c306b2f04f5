"""国家标准立项补贴: the automatic boxes of subsidy.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day

SUBSIDY = "JX-23.1"


def check_subsidy(
    today: date, regime: Row, drafting_role: str, project_approved_on: date
) -> dict[str, object]:
    """核对补贴条件

    The project is approved and the centre is its lead drafter. Clauses: JX-23.1.
    """
    clauses = cite(regime, SUBSIDY)
    if drafting_role != "lead":
        reason = "只有中心主导起草的国家标准可以申请补贴，参与起草的不在此列。"
        raise Refusal("not_lead_drafter", reason, clauses)
    approved = day(project_approved_on)
    if approved is None or approved > today:
        raise Refusal("project_not_approved", "国家标准立项后方可申请补贴。", clauses)
    return {"subsidy_requested_on": today}


def register_subsidy(
    today: date,
    case: Row,
    register: Register,
    standard_title: str,
    standard_project_number: str,
    subsidy_amount: int,
) -> None:
    """登记补贴拨付

    The amount is not in the text. Clauses: JX-23.1.
    """
    entry = {"case": case["id"], "title": standard_title, "number": standard_project_number}
    register.record("subsidy", entry | {"amount": subsidy_amount, "effective_on": today})
