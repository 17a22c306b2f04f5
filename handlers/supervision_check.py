"""监督检查: the automatic boxes of supervision_check.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register, Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day, row
from handlers.rules.cases import recorded

CHECK = "GB-31.1 SX-37.1 JX-34.1"
STAGE = "assessment"
"""Stage of the table `verdicts` where the inspection is graded."""


def refer_assessment(case: Row, regime: Row, register: Register, table: Table) -> dict[str, object]:
    """援引年度考核结果

    Where the inspection rests on the annual assessment, there has to be one. Clauses: GB-31.1
    SX-37.1 JX-34.1.
    """
    known = register.records("annual_assessment", case=case["id"])
    if not known and row(table("steps", step="supervision_on_assessment")).get("on"):
        reason = "监督检查根据年度考核情况开展，本案还没有年度考核结果。"
        raise Refusal("no_assessment", reason, cite(regime, CHECK))
    told = "\n\n".join(str(each["title"]) for each in known)
    return {"assessment_references": told or "无。", "review_stage": STAGE}


def register_check(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    inspected_on: date,
    inspection_findings: str,
    ruling: Row | None = None,
) -> dict[str, object]:
    """登记检查结果

    A finding may feed the next assessment; only a graded result can lead to an order. Clauses:
    GB-31.1 SX-37.1 JX-34.1.
    """
    inspected = day(inspected_on)
    if inspected is None or inspected > today:
        raise Refusal("date_in_future", "检查日期不得晚于今天。", cite(regime, CHECK))
    grade = ruling["title"] if ruling else None
    told = f"{inspected:%Y-%m-%d}监督检查" + (f"：{grade}" if grade else "")
    entry = {"case": case["id"], "findings": inspection_findings, "grade": grade}
    register.record("supervision_check", entry | {"title": told, "effective_on": inspected})
    return {
        "supervision_checked_on": inspected,
        "assessment_grade": grade or recorded(case).get("assessment_grade"),
    }
