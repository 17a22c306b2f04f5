"""限期整改: the automatic boxes of ordered_rectification.bpmn, in the order of the diagram."""

from datetime import date

from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day
from handlers.rules.cases import recorded
from handlers.sentence import told

ORDER = "SX-38.1 JX-35.1"
STILL_WANTING = "SX-38.2 JX-35.2"
UNCOUNTED = 0
"""Number of an order that was given before orders were kept on record."""


def check_order(
    today: date, case: Row, regime: Row, order_on: date, order_due_on: date
) -> dict[str, object]:
    """核对整改期限

    The officer fixes the day; it lies after the day of the order and is not rolled (D-24). The
    order is kept on record until the base is found compliant. Clauses: SX-38.1 JX-35.1.
    """
    ordered, due = day(order_on), day(order_due_on)
    clauses = cite(regime, ORDER)
    if ordered is None or ordered > today:
        raise Refusal("date_in_future", "责令日期不得晚于今天。", clauses)
    if due is None or due <= ordered:
        reason = told("整改期限须晚于责令之日（%(ordered)s）。", ordered=ordered)
        raise Refusal("order_date_wrong", reason, clauses)
    others = _open_orders(case)
    number = max(others, default=UNCOUNTED) + 1
    return {
        "order_on": ordered,
        "order_due_on": due,
        "order_number": number,
        "open_orders": [*others, number],
        "ground": "assessment_not_rectified",
        "ground_clause": " ".join(cite(regime, STILL_WANTING)),
    }


def judge_rectification(case: Row, order_number: int = UNCOUNTED) -> dict[str, object]:
    """核对核查结论

    Operation resumes when no other order is open; an order that is not complied with stays on
    record until the decision. Clauses: SX-38.2 JX-35.2.
    """
    return {"open_orders": [each for each in _open_orders(case) if each != order_number]}


def _open_orders(case: Row) -> list[int]:
    """The orders that run; only the state tells of one given before they were on record."""
    if case["state"] != "rectifying_assessment":
        return []
    return [int(each) for each in recorded(case).get("open_orders") or [UNCOUNTED]]
