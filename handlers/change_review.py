"""审批变更申请: the automatic box of change_review.bpmn."""

from datetime import date

from handlers.ports import Register, Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day
from handlers.rules.changes import Wanted
from handlers.rules.order import Earlier, too_early
from handlers.sentence import told

DECISION = "GB-35.2 SX-6.3 JX-21.3"


def apply_change(
    today: date,
    case: Row,
    regime: Row,
    table: Table,
    register: Register,
    change_summary: str,
    change_decided_on: date,
    change_document_number: str,
    new_field_name: str | None = None,
    new_field_name_en: str | None = None,
    new_undertaker_id: str | None = None,
    new_undertaker_name: str | None = None,
    notice_last_day: date | None = None,
    change_requested_on: date | None = None,
    change_reviewed_on: date | None = None,
    objections_settled_on: date | None = None,
) -> dict[str, object]:
    """登记变更

    In effect from the day of the decision: not before the request and its review, where there is
    a notice at the earliest the day after its last (D-15) and the objections settled. Clauses:
    GB-35.2 SX-6.3 JX-21.3 GB-37.1 GB-37.2 SX-22.1 SX-22.2 JX-36.1 JX-36.2.
    """
    decided = _decided_on(today, change_decided_on, notice_last_day, regime)
    steps = _steps(change_requested_on, change_reviewed_on, objections_settled_on)
    if early := too_early(decided, steps):
        raise Refusal("decided_early", early, cite(regime, DECISION))
    wanted = Wanted(new_field_name, new_field_name_en, new_undertaker_id, new_undertaker_name)
    entry = {"title": change_summary, "number": change_document_number, "case": case["id"]}
    register.record("change", entry | {"effective_on": decided})
    return wanted.entry(case, table) | {"change_effective_on": decided}


def _decided_on(today: date, decided: date, notice_end: date | None, regime: Row) -> date:
    clauses = cite(regime, DECISION)
    known, end = day(decided), day(notice_end)
    if known is None or known > today:
        raise Refusal("date_in_future", "决定日期不得晚于今天。", clauses)
    if end and known <= end:
        reason = told("公示期至%(end)s届满，决定日期最早为次日。", end=end)
        raise Refusal("notice_running", reason, clauses)
    return known


def _steps(requested: object, reviewed: object, settled: object) -> list[Earlier]:
    """The days of what the decision rests on."""
    asked, review, last = day(requested), day(reviewed), day(settled)
    return [
        (asked, told("变更于%(requested)s申请，决定日期不得更早。", requested=asked)),
        (review, told("变更申请于%(reviewed)s审核，决定日期不得更早。", reviewed=review)),
        (last, told("异议于%(settled)s处理完毕，决定日期不得更早。", settled=last)),
    ]
