"""答复公众来件: the automatic boxes of late_submission.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day, filled
from handlers.rules.receipts import receipt_number

ANSWER = "GB-16.1"


def register_submission(
    today: date,
    regime: Row,
    register: Register,
    submission_received_on: date,
    submission_content: str,
    submission_from: str | None = None,
    submission_receipt: str | None = None,
) -> dict[str, object]:
    """登记来件

    A late or anonymous one does not bar the approval and is answered all the same (D-15).
    Clauses: GB-16.1.
    """
    received = day(submission_received_on)
    if received is None or received > today:
        raise Refusal("received_later", "收到日期不能晚于今天。", cite(regime, ANSWER))
    receipt = submission_receipt or receipt_number(register, today)
    sender = submission_from if filled(submission_from) else "匿名"
    told = f"回执 {receipt}（{received:%Y-%m-%d}收到）{sender}：{submission_content}"
    return {"submission_receipt": receipt, "submission_summary": told}


def record_answer(
    register: Register, submission_receipt: str, submission_answer: str
) -> dict[str, object]:
    """登记答复

    The answer stands under the receipt's number in the portal. Clauses: GB-16.1.
    """
    answer = {"receipt": submission_receipt, "answer": submission_answer}
    register.record("submission_answer", answer)
    return {"submission_answered": True}
