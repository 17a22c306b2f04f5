"""定期评估: the automatic boxes of centre_evaluation.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day
from handlers.rules.references import on_record
from handlers.sentence import told


def gather_references(
    case: Row,
    regime: Row,
    register: Register,
    evaluation_covers_from: date | None = None,
    evaluation_covers_until: date | None = None,
) -> dict[str, object]:
    """汇集考核检查结果

    What is on record of the yearly evaluations and irregular assessments; what is evaluated does
    not end before it begins. Clauses: JX-33.1.
    """
    first, last = day(evaluation_covers_from), day(evaluation_covers_until)
    if first and last and last < first:
        reason = told("评估截止日期不得早于评估起始日期（%(first)s）。", first=first)
        raise Refusal("evaluation_date_wrong", reason, cite(regime, "JX-33.1"))
    return on_record(case, register)


def register_evaluation(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    evaluated_on: date,
    evaluation_conclusion: str,
) -> dict[str, object]:
    """登记评估报告

    Neither period nor grades are in the text. Clauses: JX-33.1.
    """
    evaluated = day(evaluated_on)
    if evaluated is None or evaluated > today:
        raise Refusal("date_in_future", "评估日期不得晚于今天。", cite(regime, "JX-33.1"))
    entry = {"case": case["id"], "title": f"{evaluated:%Y-%m-%d}定期评估"}
    concluded = {"conclusion": evaluation_conclusion, "effective_on": evaluated}
    register.record("evaluation_report", entry | concluded)
    return {"evaluation_registered_on": today}
