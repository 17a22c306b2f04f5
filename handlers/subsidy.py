"""国家标准立项补贴: the automatic boxes of subsidy.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day
from handlers.rules.cases import recorded_day
from handlers.rules.names import plain
from handlers.sentence import told

SUBSIDY = "JX-23.1"


def check_subsidy(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    drafting_role: str,
    standard_project_number: str,
    project_approved_on: date,
) -> dict[str, object]:
    """核对补贴条件

    The project was approved when the centre was there to lead its drafting, and has had no
    subsidy yet. Clauses: JX-23.1.
    """
    clauses = cite(regime, SUBSIDY)
    if drafting_role != "lead":
        reason = "只有中心主导起草的国家标准可以申请补贴，参与起草的不在此列。"
        raise Refusal("not_lead_drafter", reason, clauses)
    approved, since = day(project_approved_on), recorded_day(case, "approved_on")
    if approved is None or approved > today:
        raise Refusal("project_not_approved", "国家标准立项后方可申请补贴。", clauses)
    if since and approved < since:
        reason = told("立项早于中心批准筹建之日（%(since)s）的，不是中心主导起草。", since=since)
        raise Refusal("project_before_centre", reason, clauses)
    _check_unpaid(register, standard_project_number, clauses)
    return {"subsidy_requested_on": today}


def register_subsidy(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    standard_title: str,
    standard_project_number: str,
    subsidy_amount: int,
) -> None:
    """登记补贴拨付

    The amount is not in the text; one project is subsidised once. Clauses: JX-23.1.
    """
    _check_unpaid(register, standard_project_number, cite(regime, SUBSIDY))
    entry = {"case": case["id"], "title": standard_title, "number": standard_project_number}
    register.record("subsidy", entry | {"amount": subsidy_amount, "effective_on": today})


def _check_unpaid(register: Register, number: str, clauses: tuple[str, ...]) -> None:
    paid = {plain(str(each["number"])) for each in register.records("subsidy")}
    if plain(number) in paid:
        reason = told("立项计划号%(number)s已经给予补贴，不重复补贴。", number=number)
        raise Refusal("subsidised_already", reason, clauses)
