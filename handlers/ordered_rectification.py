"""限期整改: the automatic box of ordered_rectification.bpmn."""

from datetime import date

from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day
from handlers.sentence import told

ORDER = "SX-38.1 JX-35.1"
STILL_WANTING = "SX-38.2 JX-35.2"


def check_order(today: date, regime: Row, order_on: date, order_due_on: date) -> dict[str, object]:
    """核对整改期限

    The officer fixes the day; it lies after the day of the order and is not rolled (D-24).
    Clauses: SX-38.1 JX-35.1.
    """
    ordered, due = day(order_on), day(order_due_on)
    clauses = cite(regime, ORDER)
    if ordered is None or ordered > today:
        raise Refusal("date_in_future", "责令日期不得晚于今天。", clauses)
    if due is None or due <= ordered:
        reason = told("整改期限须晚于责令之日（%(ordered)s）。", ordered=ordered)
        raise Refusal("order_date_wrong", reason, clauses)
    return {
        "order_on": ordered,
        "order_due_on": due,
        "ground": "assessment_not_rectified",
        "ground_clause": " ".join(cite(regime, STILL_WANTING)),
    }
