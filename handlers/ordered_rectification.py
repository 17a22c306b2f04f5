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
    today: date,
    case: Row,
    regime: Row,
    order_on: date,
    order_due_on: date,
    assessed_on: date | None = None,
    supervision_checked_on: date | None = None,
) -> dict[str, object]:
    """核对整改期限

    The officer fixes the day; it lies after the day of the order and is not rolled (D-24); it is
    not over when the order is entered. The order is kept on record until the base is found
    compliant. Clauses: SX-38.1 JX-35.1.
    """
    ordered, due = day(order_on), day(order_due_on)
    clauses = cite(regime, ORDER)
    assert ordered is not None and due is not None
    _check_order_day(today, ordered, day(assessed_on or supervision_checked_on), clauses)
    _check_due_day(today, ordered, due, clauses)
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


def judge_rectification(
    today: date,
    case: Row,
    regime: Row,
    order_on: date,
    order_due_on: date,
    rectification_result: str,
    assessment_rectified_on: date,
    order_number: int = UNCOUNTED,
) -> dict[str, object]:
    """核对核查结论

    Until the time limit has ended the base goes on rectifying; only afterwards it may be found
    still wanting. Operation resumes when no other order is open; an order that is not complied
    with stays on record until the decision. Clauses: SX-38.2 JX-35.2.
    """
    ordered, due, checked = map(day, (order_on, order_due_on, assessment_rectified_on))
    assert ordered is not None and due is not None and checked is not None
    clauses = cite(regime, STILL_WANTING)
    _check_inspection_day(today, ordered, checked, clauses)
    wanting = rectification_result != "compliant"
    if wanting and checked <= due < today:
        reason = told("整改期限（%(due)s）届满后核查仍不符合要求的，方可提请撤销。", due=due)
        raise Refusal("checked_too_soon", reason, clauses)
    return {
        "rectification_goes_on": wanting and today <= due,
        "open_orders": [each for each in _open_orders(case) if each != order_number],
    }


def _check_order_day(
    today: date, ordered: date, assessed: date | None, clauses: tuple[str, ...]
) -> None:
    if ordered > today:
        raise Refusal("date_in_future", "责令日期不得晚于今天。", clauses)
    if assessed and ordered < assessed:
        reason = told("责令日期不得早于考核不合格之日（%(assessed)s）。", assessed=assessed)
        raise Refusal("order_date_wrong", reason, clauses)


def _check_due_day(today: date, ordered: date, due: date, clauses: tuple[str, ...]) -> None:
    if due <= ordered:
        reason = told("整改期限须晚于责令之日（%(ordered)s）。", ordered=ordered)
        raise Refusal("order_date_wrong", reason, clauses)
    if due < today:
        reason = told("整改期限（%(due)s）已过，须另定期限。", due=due)
        raise Refusal("order_date_wrong", reason, clauses)


def _check_inspection_day(
    today: date, ordered: date, checked: date, clauses: tuple[str, ...]
) -> None:
    if checked > today:
        raise Refusal("date_in_future", "核查日期不得晚于今天。", clauses)
    if checked < ordered:
        reason = told("核查日期不得早于责令之日（%(ordered)s）。", ordered=ordered)
        raise Refusal("check_date_wrong", reason, clauses)


def _open_orders(case: Row) -> list[int]:
    """The orders that run; only the state tells of one given before they were on record."""
    if case["state"] != "rectifying_assessment":
        return []
    return [int(each) for each in recorded(case).get("open_orders") or [UNCOUNTED]]
