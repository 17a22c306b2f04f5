"""报送建设方案: the automatic box of plan_filing.bpmn."""

from collections.abc import Sequence
from datetime import date

from handlers.ports import DeadlineOf, Register, Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite
from handlers.rules.cases import recorded, recorded_day
from handlers.rules.plans import file_plan, missing_addressees
from handlers.sentence import told


def register_filing(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    table: Table,
    deadline: DeadlineOf,
    plan_title: str,
    filed_with: Sequence[str] | None = None,
) -> dict[str, object]:
    """登记报送情况

    The plan is filed when every addressee has it; it needs no approval, a late one is marked
    (D-12). One that was adjusted before it was filed stays in its version. Clauses: SX-16.1
    SX-16.2 JX-16.1 JX-16.2.
    """
    if lacking := missing_addressees(table, filed_with or ()):
        reason = told("建设方案须报送全部收件单位，尚缺：%(names)s。", names=lacking)
        raise Refusal("addressee_missing", reason, cite(regime, "SX-16.2 JX-16.2"))
    received = recorded_day(case, "approval_received_on") or recorded_day(case, "approved_on")
    late = received is not None and today > deadline("plan_filing", received).due_on
    file_plan(register, plan_title, 1, today)
    version = int(recorded(case).get("plan_version") or 1)
    return {"plan_filed_on": today, "plan_filed_late": late, "plan_version": version}
