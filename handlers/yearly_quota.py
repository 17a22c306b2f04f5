"""核对年度产出: the automatic boxes of yearly_quota.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register, Table
from handlers.rules.answers import Row
from handlers.rules.quotas import enter_check, summary, tally


def count_outputs(
    case: Row, register: Register, table: Table, quota_year: int
) -> dict[str, object]:
    """统计年度产出

    What was verified as put out in the year. Clauses: JX-22.4 JX-22.5 JX-22.6.
    """
    counted = tally(case, quota_year, register, table)
    return {"quota_summary": summary(quota_year, counted)}


def judge_quota(
    today: date, case: Row, register: Register, table: Table, quota_year: int
) -> dict[str, object]:
    """认定是否完成

    Counted again, since evidence of the year may have come in meanwhile; the text knows no
    sanction. Clauses: JX-22.4 JX-22.5 JX-22.6.
    """
    return enter_check(today, case, quota_year, register, table)
