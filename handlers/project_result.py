"""登记项目成果: the automatic boxes of project_result.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite
from handlers.rules.projects import not_later

RESULTS = "JB-12.4"


def check_result(
    today: date,
    regime: Row,
    case: Row,
    register: Register,
    result_title: str,
    result_on: date | None = None,
) -> dict[str, object]:
    """核对项目成果

    No result before the work began, none twice. Clauses: JB-12.4.
    """
    clauses = cite(regime, RESULTS)
    reached = not_later(result_on, today, "取得日期", clauses)
    if reached < case["record"]["started_on"]:
        raise Refusal("result_before_start", "取得日期不得早于项目开始实施的日期。", clauses)
    if register.records("project_result", case=case["id"], title=result_title):
        raise Refusal("result_counted_already", "同一名称的成果已经登记。", clauses)
    return {"result_on": reached}


def count_result(
    case: Row,
    register: Register,
    result_kind: str,
    result_title: str,
    result_count: int,
    result_on: date,
    result_number: str | None = None,
    result_content: str | None = None,
) -> dict[str, object]:
    """计入成果统计

    The statistics of the base are the sum of these entries, at once. Clauses: JB-12.4.
    """
    named = {"case": case["id"], "title": result_title, "number": result_number or ""}
    project = {"project_number": case["record"]["project_number"]}
    told = {"result_kind": result_kind, "count": result_count, "content": result_content or ""}
    register.record("project_result", {**named, **project, **told, "effective_on": result_on})
    return {"project_results": int(case["record"].get("project_results") or 0) + result_count}
