"""答复公众来件: the automatic boxes of late_submission.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day, filled
from handlers.rules.cases import recorded_day, region
from handlers.rules.receipts import receipt_number
from handlers.sentence import told

ANSWER = "GB-16.1"
NOTIFIED = frozenset({"public_notice", "objection_handling"})
"""States of a case whose application is still to be decided after its notice."""


def register_submission(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    submission_received_on: date,
    submission_content: str,
    submission_from: str | None = None,
    submission_receipt: str | None = None,
) -> dict[str, object]:
    """登记来件

    A late or anonymous one does not bar the approval and is answered all the same (D-15); one that
    names its sender and came in time is an objection, to be settled before the decision. What the
    portal passes on has a receipt: it has judged that already.
    Clauses: GB-16.1.
    """
    received = day(submission_received_on)
    if received is None or received > today:
        raise Refusal("received_later", "收到日期不能晚于今天。", cite(regime, ANSWER))
    if filled(submission_from) and not submission_receipt:
        _check_late(received, case, regime)
    receipt = submission_receipt or receipt_number(register, today)
    sender = submission_from if filled(submission_from) else "匿名"
    summary = f"回执 {receipt}（{received:%Y-%m-%d}收到）{sender}：{submission_content}"
    return {"submission_receipt": receipt, "submission_summary": summary}


def record_answer(
    register: Register, submission_receipt: str, submission_answer: str
) -> dict[str, object]:
    """登记答复

    The answer stands under the receipt's number in the portal. Clauses: GB-16.1.
    """
    answer = {"receipt": submission_receipt, "answer": submission_answer}
    register.record("submission_answer", answer)
    return {"submission_answered": True}


def _check_late(received: date, case: Row, regime: Row) -> None:
    last_day = recorded_day(case, "notice_last_day")
    pending = case["state"] in NOTIFIED or region(case, "change") == "notice"
    if pending and last_day and received <= last_day:
        reason = told(
            "公示期至%(last_day)s，期内收到的具名来件是按时的异议，请登记为异议；"
            "公示结果已经认定的，先在决定环节选择重新认定。",
            last_day=last_day,
        )
        raise Refusal("objection_timely", reason, cite(regime, ANSWER))
