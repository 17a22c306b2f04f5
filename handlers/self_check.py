"""验收前自查: the automatic boxes of self_check.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import DeadlineOf, Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row
from handlers.rules.cases import construction_end, recorded_day
from handlers.rules.filings import Standing, filing_period, standing
from handlers.rules.periods import latest
from handlers.sentence import told

CLAUSE = ("GB-19.1",)


def check_window(today: date, case: Row, deadline: DeadlineOf) -> None:
    """核对自查期间

    Within the last three months of the period; a check before that does not count (D-04). Where
    an extension was granted late, as long as acceptance may be applied for (D-11). Clauses:
    GB-19.1.
    """
    _require_window(today, case, deadline)


def register_self_check(
    today: date,
    case: Row,
    deadline: DeadlineOf,
    register: Register,
    conditions_met: str,
    self_check_summary: str,
) -> dict[str, object]:
    """登记自查结果

    Done on the day the sponsor settles the result, which lies in the window too; the latest
    result counts: where it says no, an earlier yes does not. Clauses: GB-19.1 GB-19.2.
    """
    _require_window(today, case, deadline)
    entry = {"title": "自查", "result": conditions_met, "summary": self_check_summary}
    register.record("self_check", entry | {"effective_on": today})
    return {"self_check_on": today if conditions_met == "met" else None}


def _require_window(today: date, case: Row, deadline: DeadlineOf) -> None:
    end = construction_end(case)
    period = deadline("self_check", end)
    last_day = latest(filing_period(case, deadline).due_on, recorded_day(case, "late_filing_until"))
    match standing(period, today, end, last_day):
        case Standing.PREMATURE:
            reason = told(
                "自查期间自%(opens_on)s开始，此前的自查不算，届时可以进行。",
                opens_on=period.opens_on,
            )
            raise Refusal("premature", reason, CLAUSE)
        case Standing.TOO_LATE:
            due_on = latest(period.due_on, last_day)
            reason = told("自查期间至%(due_on)s届满。", due_on=due_on)
            raise Refusal("too_late", reason, CLAUSE)
