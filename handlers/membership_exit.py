"""成员单位退出: the automatic boxes of membership_exit.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register, Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, day
from handlers.rules.council import council_on, figures, leave
from handlers.sentence import told


def open_exit(
    today: date, case: Row, register: Register, unit_name: str, exit_received_on: date
) -> dict[str, object]:
    """核对成员单位

    A unit on the roster; what came in later than today, or before it joined, cannot be entered.
    Clauses: JC-14.1 JC-14.2 JC-14.3.
    """
    received = day(exit_received_on)
    if received is None or received > today:
        raise Refusal("date_in_future", "收到日期不得晚于今天。", ["JC-14.3"])
    unit = council_on(case, register, today).unit(unit_name)
    if unit is None:
        raise Refusal(
            "not_council_unit",
            told("%(name)s不是成员单位。", name=unit_name),
            ["JC-14.3"],
        )
    if unit.joined and received < unit.joined:
        reason = told(
            "%(name)s %(day)s 加入，收到日期不得早于该日。", name=unit_name, day=unit.joined
        )
        raise Refusal("before_joining", reason, ["JC-14.3"])
    return {"exit_opened_on": today}


def register_withdrawal(
    today: date,
    case: Row,
    register: Register,
    table: Table,
    unit_name: str,
    exit_received_on: date,
) -> dict[str, object]:
    """登记自愿退出

    In force on receipt, without a vote; the offices of its people fall vacant (D-38). Clauses:
    JC-14.3.
    """
    leave(case, register, unit_name, day(exit_received_on) or today)
    after = figures(council_on(case, register, today), table)
    return {"exit_result": "withdrawn"} | after
