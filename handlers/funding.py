"""经费拨付与任务下达: the automatic boxes of funding.bpmn, in the order of the diagram."""

from collections.abc import Sequence
from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day

PAYMENT = "JX-22.1"
NO_TASK = "没有对应的标准化工作任务。"


def register_instalment(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    funding_year: int,
    instalment_number: int,
    instalment_amount: int,
    instalment_paid_on: date,
    work_tasks: Sequence[Row] | None = None,
) -> dict[str, object]:
    """登记经费拨付

    Each instalment goes with its tasks; one without is recorded and marked. Clauses: JX-22.1.
    """
    paid = day(instalment_paid_on)
    if paid is None or paid > today:
        raise Refusal("date_in_future", "拨付日期不得晚于今天。", cite(regime, PAYMENT))
    tasks = [dict(each) for each in work_tasks or ()]
    note = "" if tasks else NO_TASK
    title = f"{funding_year}年第{instalment_number}期标准化工作经费"
    entry = {"case": case["id"], "year": funding_year, "number": instalment_number}
    paid_out = {"amount": instalment_amount, "note": note, "effective_on": paid}
    register.record("instalment", entry | paid_out | {"title": title})
    return {"work_tasks": tasks, "instalment_title": title, "instalment_note": note}


def register_results(
    today: date, case: Row, register: Register, task_results: Sequence[Row]
) -> dict[str, object]:
    """登记任务完成情况

    A centre without the conditions for a task says why (JX-22.7). Clauses: JX-9.3 JX-22.1
    JX-22.7.
    """
    for each in task_results:
        entry = {"case": case["id"], "title": each["title"], "result": each["result"]}
        register.record("work_task", entry | {"able": each["able"], "effective_on": today})
    return {"results_summary": "\n\n".join(_told(each) for each in task_results)}


def _told(result: Row) -> str:
    word = "已完成" if result["able"] == "done" else "不具备条件"
    return f"{result['title']}：{word}。{result['result']}"
