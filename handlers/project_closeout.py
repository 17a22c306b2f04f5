"""项目结题: the automatic boxes of project_closeout.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register, Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, filled, row
from handlers.rules.projects import not_later

DELIBERATION = "JB-12.2"


def record_deliberation(
    today: date,
    regime: Row,
    case: Row,
    table: Table,
    register: Register,
    closeout_verdict: str,
    closeout_opinion: str,
    deliberated_on: date | None = None,
) -> dict[str, object]:
    """登记审议结果

    Closed only when passed; not passed goes back for supplement as often as need be (D-42).
    Clauses: JB-12.2.
    """
    clauses = cite(regime, DELIBERATION)
    held = not_later(deliberated_on, today, "审议日期", clauses)
    if held < case["record"]["closeout_submitted_on"]:
        raise Refusal("deliberated_before_report", "审议日期不得早于提交结题报告的日期。", clauses)
    if not filled(closeout_opinion):
        raise Refusal("opinion_missing", "没有写明审议意见。", clauses)
    verdict = row(table("verdicts", stage="closeout", verdict=closeout_verdict))
    entry = {"case": case["id"], "title": verdict["title"], "opinion": closeout_opinion}
    number = {"round": case["record"]["closeout_round"], "effective_on": held}
    register.record("closeout_deliberation", {**entry, "verdict": closeout_verdict, **number})
    if verdict["consequence"] == "close":
        return {"closeout_consequence": "close", "project_closed_on": held}
    return {"closeout_consequence": "return", "closeout_return_reason": closeout_opinion}
