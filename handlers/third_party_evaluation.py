"""第三方评估: the automatic boxes of third_party_evaluation.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules import agenda
from handlers.rules.answers import Row, day

EVALUATIONS = "third_party_evaluation"


def table_report(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    evaluator_name: str,
    report_received_on: date,
) -> dict[str, object]:
    """列入会议议程

    The result goes on the agenda of the next meeting of the council. Clauses: JC-26.2.
    """
    received = day(report_received_on)
    if received is None or received > today:
        raise Refusal("date_in_future", "收到报告日期不得晚于今天。", ["JC-26.1"])
    title = f"{evaluator_name}第三方评估结果"
    number = agenda.file(register, case, regime, today, title, agenda.EVALUATION)
    return {"item_number": number, "item_filed_on": today}


def register_evaluation(
    today: date, case: Row, register: Register, evaluator_name: str, improvement: str
) -> dict[str, object]:
    """登记评估结果

    Reported at the council, with what is done about it. Clauses: JC-26.1 JC-26.2.
    """
    entry = {"case": case["id"], "title": f"{evaluator_name}第三方评估", "improvement": improvement}
    register.record(EVALUATIONS, entry | {"effective_on": today})
    return {"evaluation_reported_on": today}
